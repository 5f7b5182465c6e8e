use serde_json::json;

use super::*;
use crate::refusal::Code;

fn policy() -> Value {
    json!({
        "nodes": [
            { "id": "in", "type": "inputNode", "name": "request", "content": { "schema": { "required": ["age"] } } },
            { "id": "rules", "type": "expressionNode", "name": "rules", "content": { "expressions": [
                { "id": "1", "key": "grown up", "value": "age >= 21" },
                { "id": "2", "key": "score", "value": "bureauScore == null ? null : bureauScore >= 650" },
            ] } },
            { "id": "table", "type": "decisionTableNode", "name": "limit", "content": {
                "hitPolicy": "first",
                "inputs": [{ "id": "a", "name": "score", "field": "bureauScore" }],
                "outputs": [{ "id": "x", "name": "limit", "field": "eligibleAmount" }],
                "rules": [{ "_id": "r1", "a": "[700..800]", "x": "0.1 + 0.2" }, { "_id": "r2", "a": "", "x": "15000" }],
            } },
            { "id": "out", "type": "outputNode", "name": "response" },
        ],
        "edges": [
            { "sourceId": "rules", "targetId": "table" },
            { "sourceId": "in", "targetId": "rules" },
            { "sourceId": "table", "targetId": "out" },
        ],
    })
}

fn evaluate(inputs: Value) -> Evaluation {
    PolicyDocument::parse(&policy()).unwrap().evaluate(inputs.as_object().unwrap())
}

#[test]
fn every_rule_is_reported_and_a_failure_decides() {
    let evaluation = evaluate(json!({ "age": 20, "bureauScore": 710 }));
    assert_eq!(evaluation.outcome, Outcome::Fail);
    let outcomes: Vec<_> = evaluation.rules.iter().map(|rule| (rule.rule.as_str(), rule.outcome)).collect();
    assert_eq!(outcomes, [("grown up", Outcome::Fail), ("score", Outcome::Pass)]);
}

#[test]
fn a_rule_without_its_figure_cannot_decide() {
    assert_eq!(evaluate(json!({ "age": 30 })).outcome, Outcome::CantDecide);
    assert_eq!(evaluate(json!({ "age": 30, "bureauScore": null })).outcome, Outcome::CantDecide);
    assert_eq!(evaluate(json!({ "age": "thirty", "bureauScore": 700 })).rules[0].outcome, Outcome::CantDecide);
}

#[test]
fn the_first_row_that_holds_gives_the_figure_in_exact_decimals() {
    assert_eq!(evaluate(json!({ "age": 30, "bureauScore": 700 })).outputs["eligibleAmount"].to_string(), "0.3");
    assert_eq!(evaluate(json!({ "age": 30, "bureauScore": 801 })).outputs["eligibleAmount"].to_string(), "15000");
}

#[test]
fn an_absent_required_input_is_named_and_nothing_is_evaluated() {
    let evaluation = evaluate(json!({ "bureauScore": 700 }));
    assert_eq!((evaluation.missing, evaluation.rules.len()), (vec!["age".to_owned()], 0));
}

#[test]
fn a_document_that_cannot_be_replayed_is_refused() {
    let mut circle = policy();
    circle["edges"].as_array_mut().unwrap().push(json!({ "sourceId": "table", "targetId": "in" }));
    let mut script = policy();
    script["nodes"][1]["type"] = json!("functionNode");
    let mut clock = policy();
    clock["nodes"][1]["content"]["expressions"][0]["value"] = json!("d('now') > d('2020-01-01')");
    for (document, word) in [(circle, "circle"), (script, "functionNode"), (clock, "inputs"), (json!({}), "nodes")] {
        let refusal = PolicyDocument::parse(&document).unwrap_err();
        assert_eq!(refusal.code, Code::PolicyInvalid);
        assert!(refusal.message.contains(word), "{refusal}");
    }
}
