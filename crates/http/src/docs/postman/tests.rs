use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

/// Every request of the collection, with the names of its folders before its own.
fn requests(item: &Value, name: &str, into: &mut Vec<(String, Value)>) {
    let own = format!("{name}/{}", item["name"].as_str().unwrap_or_default());
    match item["item"].as_array() {
        Some(items) => items.iter().for_each(|item| requests(item, &own, into)),
        None => into.push((own, item.clone())),
    }
}

fn all_requests() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let collection = collection();
    collection["item"].as_array().unwrap().iter().for_each(|folder| requests(folder, "", &mut all));
    all
}

fn script(item: &Value) -> String {
    let lines =
        item["event"].as_array().unwrap().iter().flat_map(|event| event["script"]["exec"].as_array().unwrap().clone());
    lines.map(|line| line.as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_operation_of_the_document_has_a_request() {
    let document = serde_json::to_value(api_document()).unwrap();
    let operations: usize =
        document["paths"].as_object().unwrap().values().map(|item| item.as_object().unwrap().len()).sum();
    let outside_of_the_life = all_requests().iter().filter(|(name, _)| !name.starts_with("/Loan life/")).count();
    assert_eq!(outside_of_the_life, operations);
}

#[test]
fn every_request_has_a_name_of_its_own_and_a_test() {
    let all = all_requests();
    let names: BTreeSet<&String> = all.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), all.len());
    for (name, item) in &all {
        assert!(script(item).contains("pm.test("), "{name}");
    }
}

#[test]
fn every_step_of_a_life_asks_a_path_that_the_document_or_a_development_server_has() {
    let document = serde_json::to_value(api_document()).unwrap();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let fits = |path: &str| {
        paths.iter().any(|known| {
            let (known, path): (Vec<&str>, Vec<&str>) = (known.split('/').collect(), path.split('/').collect());
            known.len() == path.len()
                && known.iter().zip(&path).all(|(known, one)| known.starts_with('{') || known == one)
        })
    };
    for (name, item) in all_requests().iter().filter(|(name, _)| name.starts_with("/Loan life/")) {
        let url = item["request"]["url"].as_str().unwrap();
        let path = url.strip_prefix("{{base_url}}").unwrap_or(url).split('?').next().unwrap();
        let elsewhere = ["{{agreement_url}}", "{{kfs_pdf_url}}", "/dev/messages.json", "/v1/user/no-such-path"];
        assert!(elsewhere.contains(&path) || fits(path), "{name} asks {path}");
    }
}

#[test]
fn a_body_of_json_is_json() {
    for (name, item) in all_requests() {
        let headers = item["request"]["header"].as_array().unwrap();
        let is_json =
            headers.iter().any(|header| header["key"] == "Content-Type" && header["value"] == "application/json");
        if is_json && !name.ends_with("malformed JSON") {
            let body = item["request"]["body"]["raw"].as_str().unwrap();
            let filled =
                ["{{consents}}", "{{installment_num}}", "{{amount}}"].iter().fold(body.to_owned(), |body, variable| {
                    body.replace(&format!(": {variable}"), ": 1").replace(&format!(":{variable}"), ":1")
                });
            assert!(serde_json::from_str::<Value>(&filled).is_ok(), "{name}: {body}");
        }
    }
}

#[test]
fn no_key_stands_in_the_collection_and_only_a_development_server_gives_any() {
    let text = collection().to_string();
    for (_, key) in KEYS {
        assert!(!text.contains(key), "{key}");
    }
    let production = environment("https://qist.example", false);
    let values = production["values"].as_array().unwrap();
    assert!(values.iter().filter(|value| value["type"] == "secret").all(|value| value["value"] == ""));
    assert_eq!(values[0]["value"], "https://qist.example");
}
