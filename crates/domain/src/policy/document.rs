//! Reading and checking a policy document.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::refusal::{Code, Refusal};

/// More nodes, rules or cells than any honest policy has.
const PARTS_MAX: usize = 2_000;

/// A policy that has been checked and can be evaluated.
#[derive(Debug, Clone)]
pub struct PolicyDocument {
    /// Inputs that must be known before anything is evaluated.
    pub(super) required: Vec<String>,
    /// In an order in which every node comes after those that feed it.
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Each expression must give a boolean and is reported as a rule: the node is named `rules`.
    Rules(Vec<(String, String)>),
    /// Each expression adds a figure.
    Expressions(Vec<(String, String)>),
    Table(Table),
}

/// A decision table; the first row whose cells all hold gives its outputs.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
    pub rows: Vec<TableRow>,
}

#[derive(Debug, Clone)]
pub(super) struct TableRow {
    pub cells: Vec<String>,
    pub results: Vec<String>,
}

impl PolicyDocument {
    /// Accepts only what can be evaluated without a clock, a network or chance.
    pub fn parse(document: &Value) -> Result<PolicyDocument, Refusal> {
        let nodes = list(document, "nodes")?;
        let edges = list(document, "edges")?;
        if nodes.len() > PARTS_MAX {
            return Err(refuse("has too many nodes"));
        }
        let order = topological(nodes, edges)?;
        let mut parsed = PolicyDocument { required: Vec::new(), nodes: Vec::new() };
        for index in order {
            let node = &nodes[index];
            let content = node.get("content").unwrap_or(&Value::Null);
            match text(node, "type")? {
                "inputNode" => parsed.required.extend(required_inputs(content)),
                "outputNode" => {}
                "expressionNode" if text(node, "name")? == "rules" => {
                    parsed.nodes.push(Node::Rules(expressions(content)?))
                }
                "expressionNode" => parsed.nodes.push(Node::Expressions(expressions(content)?)),
                "decisionTableNode" => parsed.nodes.push(Node::Table(table(content)?)),
                other => {
                    let why = "only inputNode, outputNode, expressionNode and decisionTableNode are accepted";
                    return Err(refuse(&format!("has a node of type {other}: {why}")));
                }
            }
        }
        parsed.expressions().try_for_each(check_pure)?;
        Ok(parsed)
    }

    /// Every expression and cell.
    fn expressions(&self) -> impl Iterator<Item = &String> {
        self.nodes.iter().flat_map(|node| match node {
            Node::Rules(list) | Node::Expressions(list) => list.iter().map(|(_, text)| text).collect::<Vec<_>>(),
            Node::Table(table) => table.rows.iter().flat_map(|row| row.cells.iter().chain(&row.results)).collect(),
        })
    }
}

fn refuse(why: &str) -> Refusal {
    Refusal::because(Code::PolicyInvalid, format!("the policy document {why}"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], Refusal> {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| refuse(&format!("lacks the list {key}")))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, Refusal> {
    value.get(key).and_then(Value::as_str).ok_or_else(|| refuse(&format!("has an element without the text {key}")))
}

/// The `required` list of the input node's JSON Schema.
fn required_inputs(content: &Value) -> Vec<String> {
    let names = content.get("schema").and_then(|schema| schema.get("required")).and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn expressions(content: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let expressions = list(content, "expressions")?;
    if expressions.len() > PARTS_MAX {
        return Err(refuse("has too many expressions"));
    }
    expressions.iter().map(|item| Ok((text(item, "key")?.to_owned(), text(item, "value")?.to_owned()))).collect()
}

fn table(content: &Value) -> Result<Table, Refusal> {
    if text(content, "hitPolicy")? != "first" {
        return Err(refuse("has a table whose hitPolicy is not first"));
    }
    let columns = |key: &str| -> Result<Vec<(String, String)>, Refusal> {
        list(content, key)?
            .iter()
            .map(|column| Ok((text(column, "id")?.to_owned(), text(column, "field")?.to_owned())))
            .collect()
    };
    let (inputs, outputs) = (columns("inputs")?, columns("outputs")?);
    let rules = list(content, "rules")?;
    if rules.len() * (inputs.len() + outputs.len()) > PARTS_MAX {
        return Err(refuse("has a table with too many cells"));
    }
    let cells = |rule: &Value, columns: &[(String, String)]| -> Vec<String> {
        columns.iter().map(|(id, _)| rule.get(id).and_then(Value::as_str).unwrap_or("").trim().to_owned()).collect()
    };
    let rows =
        rules.iter().map(|rule| TableRow { cells: cells(rule, &inputs), results: cells(rule, &outputs) }).collect();
    let fields = |columns: Vec<(String, String)>| columns.into_iter().map(|(_, field)| field).collect();
    Ok(Table { inputs: fields(inputs), outputs: fields(outputs), rows })
}

/// A decision must come out the same when it is replayed, so nothing may read the clock or throw dice.
fn check_pure(expression: &String) -> Result<(), Refusal> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    match words.into_iter().find(|word| ["now", "d", "date", "rand", "time", "dateString", "duration"].contains(word)) {
        Some(word) => Err(refuse(&format!("uses {word} in \"{expression}\": days and ages are inputs"))),
        None => Ok(()),
    }
}

/// The order of evaluation, by repeatedly taking nodes that nothing unread feeds.
fn topological(nodes: &[Value], edges: &[Value]) -> Result<Vec<usize>, Refusal> {
    let mut index_of = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        if index_of.insert(text(node, "id")?, index).is_some() {
            return Err(refuse("has two nodes with one id"));
        }
    }
    let mut feeds = Vec::new();
    for edge in edges {
        let find = |key: &str| index_of.get(text(edge, key)?).copied().ok_or_else(|| refuse("has an edge to nowhere"));
        feeds.push((find("sourceId")?, find("targetId")?));
    }
    let mut order: Vec<usize> = Vec::new();
    while order.len() < nodes.len() {
        let ready =
            |node: usize| !order.contains(&node) && feeds.iter().all(|(from, to)| *to != node || order.contains(from));
        let next = (0..nodes.len()).find(|node| ready(*node)).ok_or_else(|| refuse("has a circle"))?;
        order.push(next);
    }
    Ok(order)
}
