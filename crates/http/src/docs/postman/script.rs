//! The scripts that Postman runs before and after a request.

use serde_json::{Value, json};

/// How often a wait asks, and how long it pauses in between.
const TRIES_MAX: u32 = 150;
const PAUSE_MILLIS: u32 = 200;

/// An event of a collection's item: `prerequest` or `test`.
pub(super) fn event(listen: &str, lines: &[String]) -> Value {
    json!({ "listen": listen, "script": { "type": "text/javascript", "exec": lines } })
}

/// A test: a sentence and the expectation that proves it.
pub(super) fn test(sentence: &str, expectation: &str) -> String {
    format!("pm.test({}, () => {expectation});", text(sentence))
}

pub(super) fn status_is(status: u16) -> String {
    test(&format!("answers {status}"), &format!("pm.response.to.have.status({status})"))
}

/// That a place in the answer, such as `data.status`, holds exactly this.
pub(super) fn equals(place: &str, value: &Value) -> String {
    test(&format!("{place} is {value}"), &format!("pm.expect(answer.{place}).to.eql({value})"))
}

pub(super) fn keep(variable: &str, place: &str) -> String {
    format!("pm.collectionVariables.set({}, answer.{place});", text(variable))
}

/// Asks again until the condition holds; then, or when patience ends, `then` runs.
pub(super) fn until(condition: &str, then: &[String]) -> Vec<String> {
    let mut lines = vec![
        "const tries = Number(pm.collectionVariables.get(\"tries\") || 0) + 1;".to_owned(),
        format!("if (!({condition}) && tries < {TRIES_MAX}) {{"),
        "  pm.collectionVariables.set(\"tries\", tries);".to_owned(),
        "  pm.execution.setNextRequest(pm.info.requestId);".to_owned(),
        format!("  setTimeout(() => {{}}, {PAUSE_MILLIS});"),
        "} else {".to_owned(),
        "  pm.collectionVariables.unset(\"tries\");".to_owned(),
    ];
    lines.extend(then.iter().map(|line| format!("  {line}")));
    lines.push("}".to_owned());
    lines
}

/// A text as JavaScript writes it.
pub(super) fn text(text: &str) -> String {
    Value::from(text).to_string()
}
