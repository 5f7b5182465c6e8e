//! Applying a policy to its inputs.

use serde_json::{Map, Value};
use zen_expression::{Isolate, Variable};

use super::document::{Node, PolicyDocument, Table};
use super::{Evaluation, Outcome, RuleOutcome};

impl PolicyDocument {
    /// Evaluates the policy. `FAIL` beats `CAN'T DECIDE` beats `PASS`; a rule that does not give a boolean cannot decide.
    #[must_use]
    pub fn evaluate(&self, inputs: &Map<String, Value>) -> Evaluation {
        let absent = |name: &&String| inputs.get(*name).is_none_or(Value::is_null);
        let missing: Vec<String> = self.required.iter().filter(absent).cloned().collect();
        let mut evaluation =
            Evaluation { outcome: Outcome::CantDecide, rules: Vec::new(), outputs: Map::new(), missing };
        if !evaluation.missing.is_empty() {
            return evaluation;
        }
        let mut context = inputs.clone();
        for node in &self.nodes {
            let mut isolate = Isolate::with_environment(Value::Object(context.clone()).into());
            let found = match node {
                Node::Rules(rules) => {
                    evaluation.rules.extend(rules.iter().map(|(rule, expression)| RuleOutcome {
                        rule: rule.clone(),
                        expression: expression.clone(),
                        outcome: rule_outcome(&mut isolate, expression),
                    }));
                    Map::new()
                }
                Node::Expressions(list) => {
                    list.iter().filter_map(|(key, text)| Some((key.clone(), figure(&mut isolate, text)?))).collect()
                }
                Node::Table(table) => first_hit(&mut isolate, table),
            };
            context.extend(found.clone());
            evaluation.outputs.extend(found);
        }
        let any = |outcome: Outcome| evaluation.rules.iter().any(|rule| rule.outcome == outcome);
        evaluation.outcome = if any(Outcome::Fail) {
            Outcome::Fail
        } else if any(Outcome::CantDecide) {
            Outcome::CantDecide
        } else {
            Outcome::Pass
        };
        evaluation
    }
}

fn rule_outcome(isolate: &mut Isolate, expression: &str) -> Outcome {
    match isolate.run_standard(expression) {
        Ok(Variable::Bool(true)) => Outcome::Pass,
        Ok(Variable::Bool(false)) => Outcome::Fail,
        _ => Outcome::CantDecide,
    }
}

fn figure(isolate: &mut Isolate, expression: &str) -> Option<Value> {
    isolate.run_standard(expression).ok().map(|variable| variable.to_value())
}

/// An empty cell holds whatever its input is.
fn first_hit(isolate: &mut Isolate, table: &Table) -> Map<String, Value> {
    for row in &table.rows {
        let holds = table.inputs.iter().zip(&row.cells).all(|(field, cell)| {
            cell.is_empty() || (isolate.set_reference(field).is_ok() && isolate.run_unary(cell).unwrap_or(false))
        });
        if holds {
            return table
                .outputs
                .iter()
                .zip(&row.results)
                .filter_map(|(field, text)| Some((field.clone(), figure(isolate, text)?)))
                .collect();
        }
    }
    Map::new()
}
