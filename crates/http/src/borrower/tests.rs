use qist_domain::journey::Step;

use crate::router::api_document;

#[test]
fn every_call_that_a_step_names_is_a_route() {
    let document = serde_json::to_value(api_document()).unwrap();
    let mut calls = 0;
    for step in Step::ALL.iter().filter(|step| !step.call().is_empty()) {
        let (method, path) = step.call().split_once(' ').unwrap();
        assert!(document["paths"][path][method.to_lowercase()].is_object(), "{} calls {}", step.name(), step.call());
        calls += 1;
    }
    assert!(calls > 0);
}
