//! What has to hold for every route of our own, read from the document that describes them.

use std::collections::HashSet;

use serde_json::Value;

use crate::router::api_document;

fn document() -> Value {
    serde_json::to_value(api_document()).unwrap()
}

/// Every operation of our own as method, path and description.
fn own_operations(document: &Value) -> Vec<(String, String, Value)> {
    let own = |path: &str| {
        ["/v1/borrower/", "/v1/lender/", "/v1/inbound/", "/v1/webhooks", "/v1/events"]
            .iter()
            .any(|own| path.starts_with(own))
    };
    let paths = document["paths"].as_object().unwrap().iter().filter(|(path, _)| own(path));
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, operation)| (method.to_uppercase(), path.clone(), operation.clone()))
    });
    operations.collect()
}

#[test]
fn every_own_route_says_what_it_refuses_and_how() {
    let document = document();
    let operations = own_operations(&document);
    assert!(operations.len() > 40);
    for (method, path, operation) in operations {
        let at = format!("{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        let mut expected = vec!["200", "500", "503"];
        if operation["security"].is_array() {
            expected.push("401");
        }
        if operation["requestBody"].is_object() {
            expected.extend(["400", "413"]);
        }
        if operation["requestBody"].is_object() && path != "/v1/inbound/{kind}" {
            expected.push("415");
        }
        if path.contains('{') {
            expected.push("404");
            assert!(operation["parameters"].to_string().contains("\"in\":\"path\""), "{at}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert_eq!(
                parameter["required"] == true,
                parameter["in"] == "path"
                    || ["amount", "effect", "figure"].contains(&parameter["name"].as_str().unwrap()),
                "{at}"
            );
        }
        if method == "PUT" || operation["parameters"].to_string().contains("Idempotency-Key") {
            expected.extend(["400", "409"]);
        }
        for status in expected {
            assert!(responses.contains_key(status), "{at} does not describe {status}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "400") {
            // What many operations answer alike stands once, among the components.
            let shared = response["$ref"].as_str().map(|at| document.pointer(at.trim_start_matches('#')).unwrap());
            let response = shared.unwrap_or(response);
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{at} {status}");
            assert_eq!(response["content"].as_object().unwrap().len(), 1, "{at} {status}");
        }
    }
}

#[test]
fn only_the_credential_routes_need_no_key() {
    let document = document();
    let open: Vec<String> = own_operations(&document)
        .into_iter()
        .filter(|(_, _, operation)| !operation["security"].is_array())
        .map(|(_, path, _)| path)
        .collect();
    assert_eq!(open, ["/v1/borrower/session/redeem", "/v1/inbound/{kind}"]);
}

#[test]
fn every_own_post_honours_an_idempotency_key_unless_it_says_why_not() {
    let document = document();
    let without: HashSet<String> = own_operations(&document)
        .into_iter()
        .filter(|(method, _, operation)| {
            method != "GET" && !operation["parameters"].to_string().contains("Idempotency-Key")
        })
        .map(|(_, path, _)| path)
        .collect();
    let expected = [
        "/v1/borrower/agreement/sign",
        // An OTP and a `transactionID` are used once.
        "/v1/borrower/creditline/drawdowns",
        "/v1/borrower/kyc/documents",
        "/v1/borrower/mandate/form",
        "/v1/borrower/session/redeem",
        "/v1/inbound/{kind}",
        // The same again sets the same.
        "/v1/webhooks/{id}",
        "/v1/webhooks/{id}/pause",
        "/v1/webhooks/{id}/resume",
        "/v1/webhooks/{id}/delete",
        // A test message moves nothing, and what is sent again bears the id by which its receiver knows it.
        "/v1/webhooks/{id}/ping",
        "/v1/webhooks/{id}/replay",
    ];
    assert_eq!(without, expected.map(str::to_owned).into_iter().collect());
}

#[test]
fn no_two_operations_share_a_name() {
    let document = document();
    let mut names = HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{method} {path} is named {name} like another");
        }
    }
}

#[test]
fn every_field_of_an_own_request_shows_an_example() {
    let document = document();
    let mut fields = 0;
    for (method, path, operation) in own_operations(&document) {
        for (_, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            let Some(reference) = content["schema"]["$ref"].as_str() else { continue };
            let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
            for (field, property) in schema["properties"].as_object().unwrap() {
                let text = property.to_string();
                let shown = schema["example"][field] != Value::Null
                    || ["example", "$ref", "format\":\"binary"].iter().any(|word| text.contains(word));
                assert!(shown, "{method} {path} {field}: {text}");
                fields += 1;
            }
        }
    }
    assert!(fields > 50, "{fields} fields");
}
