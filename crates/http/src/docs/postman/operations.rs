//! Every operation of the document as a request, in a folder for each part of the API.

use serde_json::{Value, json};

use super::script;
use super::step::{Party, header};
use crate::docs::sample::Sampler;

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

/// `paths` are the document's, in the order in which they are to stand.
pub(super) fn folders(document: &Value, paths: &[String]) -> Vec<Value> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| folder(document, paths, tag)).collect()
}

fn folder(document: &Value, paths: &[String], tag: &Value) -> Value {
    let mut items = Vec::new();
    for path in paths {
        for method in METHODS {
            let operation = &document["paths"][path][*method];
            if operation["tags"][0] == tag["name"] {
                items.push(item_of(document, path, method, operation));
            }
        }
    }
    json!({ "name": tag["name"], "description": tag["description"], "item": items })
}

fn item_of(document: &Value, path: &str, method: &str, operation: &Value) -> Value {
    let mut headers = party(operation).headers();
    headers.extend(parameters(operation, "header").map(|parameter| entry(parameter, true)));
    let mut request = json!({
        "method": method.to_uppercase(),
        "url": url(path, operation),
        "description": operation["description"],
    });
    if let Some((content_type, body)) = body(document, operation) {
        headers.extend(content_type.map(|content_type| header("Content-Type", content_type)));
        request["body"] = body;
    }
    request["header"] = Value::Array(headers);
    json!({ "name": operation["summary"], "request": request, "event": [script::event("test", &tests(operation))], "response": [] })
}

/// Whose key opens the operation.
fn party(operation: &Value) -> Party {
    let has = |scheme: &str| operation["security"][0].get(scheme).is_some();
    match () {
        () if has("server_key") => Party::SourcingEntity,
        () if has("client_key") => Party::Borrower,
        () if has("lender_key") => Party::Lender,
        () => Party::Nobody,
    }
}

fn parameters<'a>(operation: &'a Value, place: &'a str) -> impl Iterator<Item = &'a Value> {
    operation["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
}

fn url(path: &str, operation: &Value) -> Value {
    let segments: Vec<String> = path.trim_start_matches('/').split('/').map(segment).collect();
    let optional = |parameter: &&Value| parameter["required"] != true;
    let required_query: Vec<String> = parameters(operation, "query")
        .filter(|parameter| !optional(parameter))
        .map(|parameter| format!("{}={}", plain(&parameter["name"]), value_of(parameter)))
        .collect();
    let query_text = if required_query.is_empty() { String::new() } else { format!("?{}", required_query.join("&")) };
    json!({
        "raw": format!("{{{{base_url}}}}/{}{query_text}", segments.join("/")),
        "host": ["{{base_url}}"],
        "path": segments,
        "query": parameters(operation, "query").map(|one| entry(one, optional(&one))).collect::<Vec<_>>(),
        "variable": parameters(operation, "path").map(|one| path_entry(path, one)).collect::<Vec<_>>(),
    })
}

/// `{id}` as Postman writes it: `:id`.
fn segment(segment: &str) -> String {
    match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => format!(":{name}"),
        None => segment.to_owned(),
    }
}

/// An id in a path does not say of what it is; the path does.
fn path_entry(path: &str, parameter: &Value) -> Value {
    let mut entry = entry(parameter, false);
    if parameter["name"] == "id" && path.contains("/applications/") {
        entry["value"] = chosen("loanApplicationID").unwrap_or_default();
    }
    entry
}

fn entry(parameter: &Value, disabled: bool) -> Value {
    let mut entry = json!({
        "key": parameter["name"],
        "value": value_of(parameter),
        "description": parameter["description"],
    });
    if disabled {
        entry["disabled"] = json!(true);
    }
    entry
}

fn value_of(parameter: &Value) -> String {
    let name = plain(&parameter["name"]);
    if name == "Idempotency-Key" {
        return "{{$guid}}".to_owned();
    }
    plain(&chosen(&name).unwrap_or_else(|| parameter.get("example").cloned().unwrap_or_default()))
}

/// A value as it stands in a URL or a form.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What a life leaves behind goes into the fields of these names.
fn chosen(field: &str) -> Option<Value> {
    Some(match field {
        "customerID" => json!("{{customer_id}}"),
        "loanApplicationID" => json!("{{loan_application_id}}"),
        "offerID" => json!("{{offer_id}}"),
        "documentID" => json!("{{document_id}}"),
        _ => return None,
    })
}

/// The body, with the content type where the sender has to say it.
fn body(document: &Value, operation: &Value) -> Option<(Option<&'static str>, Value)> {
    let (content_type, content) = operation["requestBody"]["content"].as_object()?.iter().next()?;
    let sampler = Sampler { schemas: &document["components"]["schemas"], chosen };
    match content_type.as_str() {
        "multipart/form-data" => {
            Some((None, json!({ "mode": "formdata", "formdata": parts(&sampler, &content["schema"]) })))
        }
        "application/json" => {
            let text = serde_json::to_string_pretty(&sampler.of(&content["schema"])).unwrap_or_default();
            let options = json!({ "raw": { "language": "json" } });
            Some((Some("application/json"), json!({ "mode": "raw", "raw": text, "options": options })))
        }
        _ => Some((Some("application/json"), json!({ "mode": "raw", "raw": "{}" }))),
    }
}

/// The parts of a form. Which file to send is for a person to say.
fn parts(sampler: &Sampler<'_>, schema: &Value) -> Vec<Value> {
    let schema = sampler.resolved(schema);
    let fields = schema["properties"].as_object().into_iter().flatten();
    let part = |(name, field): (&String, &Value)| match field["format"] == "binary" {
        true => json!({ "key": name, "type": "file", "src": [], "description": field["description"] }),
        false => {
            json!({ "key": name, "type": "text", "value": plain(&sampler.of(field)), "description": field["description"] })
        }
    };
    fields.map(part).collect()
}

/// Whatever a request is answered, the document has to list it, and it has to be nobody's fault but the sender's.
fn tests(operation: &Value) -> Vec<String> {
    let statuses = operation["responses"].as_object().into_iter().flatten().map(|(status, _)| status.as_str());
    let listed: Vec<&str> = statuses.filter(|status| *status < "500").collect();
    let expectation = format!("pm.expect([{}]).to.include(pm.response.code)", listed.join(", "));
    vec![script::test("answers as the document says", &expectation)]
}
