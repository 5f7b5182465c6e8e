use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use serde_json::Value;

use super::complete::Dress;
use crate::error::Failure;
use crate::router::api_document;

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

struct Operation {
    name: String,
    path: String,
    method: &'static str,
    json: Value,
}

fn document() -> Value {
    serde_json::to_value(api_document()).unwrap()
}

fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in METHODS {
            if let Some(json) = item.get(*method) {
                operations.push(Operation {
                    name: format!("{method} {path}"),
                    path: path.clone(),
                    method,
                    json: json.clone(),
                });
            }
        }
    }
    assert!(operations.len() >= 16, "the contract alone has 16 operations");
    operations
}

impl Operation {
    fn statuses(&self) -> Vec<&String> {
        self.json["responses"].as_object().unwrap().keys().collect()
    }

    fn is_secured(&self) -> bool {
        self.json["security"].as_array().is_some_and(|security| !security.is_empty())
    }
}

#[test]
fn the_document_is_openapi_3_1_and_can_be_written() {
    assert!(document()["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(!api_document().to_json().unwrap().is_empty());
}

#[test]
fn every_operation_says_what_it_is_and_what_it_answers() {
    let document = document();
    let tags: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for operation in operations() {
        assert!(
            operation.json["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{} has no summary",
            operation.name
        );
        assert!(tags.contains(&&operation.json["tags"][0]), "{} has no tag that is described", operation.name);
        // A form of a page ends in the page.
        let success = |status: &&String| status.starts_with('2') || status.as_str() == "303";
        assert!(operation.statuses().iter().any(success), "{} has no success", operation.name);
        for status in ["500", "503"] {
            assert!(operation.statuses().iter().any(|one| *one == status), "{} has no {status}", operation.name);
        }
    }
}

#[test]
fn every_secured_operation_says_401_and_names_keys_that_are_described() {
    let document = document();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    for operation in operations().iter().filter(|operation| operation.is_secured()) {
        assert!(operation.statuses().iter().any(|status| *status == "401"), "{} has no 401", operation.name);
        for requirement in operation.json["security"].as_array().unwrap() {
            assert!(
                requirement.as_object().unwrap().keys().all(|name| schemes.contains_key(name)),
                "{}",
                operation.name
            );
        }
    }
}

#[test]
fn every_operation_id_is_its_own() {
    let operations = operations();
    let ids: BTreeSet<&str> =
        operations.iter().map(|operation| operation.json["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len());
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(value: &Value, document: &Value) {
        if let Some(reference) = value["$ref"].as_str() {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| check(item, document)),
            Value::Object(fields) => fields.values().for_each(|field| check(field, document)),
            _ => {}
        }
    }
    let document = document();
    check(&document, &document);
}

#[test]
fn failures_are_described_as_the_router_dresses_them() {
    let document = document();
    for operation in operations() {
        let answer = Failure::new(StatusCode::NOT_FOUND, "code", "message").at(&operation.path);
        let dressed = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        assert_eq!(
            Dress::of(&operation.path) == Dress::Problem,
            dressed == "application/problem+json",
            "{}",
            operation.name
        );
        for (status, response) in operation.json["responses"].as_object().unwrap() {
            if status.as_str() >= "400" {
                let shared = response["$ref"].as_str().map(|reference| document.pointer(&reference[1..]).unwrap());
                let content = &shared.unwrap_or(response)["content"];
                let schema = content.as_object().unwrap().values().next().unwrap()["schema"]["$ref"].as_str().unwrap();
                let name = match Dress::of(&operation.path) {
                    Dress::Problem => "Problem",
                    Dress::Envelope => "EnvelopeError",
                    Dress::Detail => "BankConnectError",
                };
                assert_eq!(schema, format!("#/components/schemas/{name}"), "{} {status}", operation.name);
            }
        }
    }
}

#[test]
fn every_unsafe_call_of_the_contract_takes_an_idempotency_key_once() {
    for operation in operations() {
        let parameters = operation.json["parameters"].as_array().cloned().unwrap_or_default();
        let count = parameters.iter().filter(|parameter| parameter["name"] == "Idempotency-Key").count();
        if Dress::of(&operation.path) == Dress::Envelope {
            assert_eq!(count, usize::from(operation.method != "get"), "{}", operation.name);
        }
        assert!(count <= 1, "{}", operation.name);
    }
}

#[test]
fn whoever_is_told_to_come_again_is_told_when() {
    let document = document();
    for operation in operations() {
        for status in operation.statuses().into_iter().filter(|status| ["429", "503"].contains(&status.as_str())) {
            let response = &operation.json["responses"][status];
            let shared = response["$ref"].as_str().map(|reference| document.pointer(&reference[1..]).unwrap());
            assert!(shared.unwrap_or(response)["headers"]["Retry-After"].is_object(), "{} {status}", operation.name);
        }
    }
}

#[test]
fn every_json_body_has_an_example_whose_fields_the_schema_knows() {
    let document = document();
    for operation in operations() {
        let Some(content) = operation.json.pointer("/requestBody/content/application~1json") else { continue };
        let reference = content["schema"]["$ref"].as_str().unwrap();
        let known = document.pointer(&reference[1..]).unwrap()["properties"].as_object().unwrap();
        let example = content["example"].as_object().unwrap();
        assert!(example.keys().all(|field| known.contains_key(field)), "{}: {example:?}", operation.name);
        assert!(!known.values().any(|field| field.to_string().contains("\"null\"")), "{} takes null", operation.name);
    }
}
