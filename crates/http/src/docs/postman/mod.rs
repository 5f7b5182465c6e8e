//! A Postman collection (v2.1) made from the document, with a whole loan's life to play; and its environment.

mod life;
mod operations;
mod script;
mod step;

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::asset::Asset;
use crate::router::{Api, api_document};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

const ABOUT: &str = "Every operation of the API, by its part, and before them **Loan life**: one loan from its customer's \
    first call to its last instalment, with assertions. It needs a development server, because it reads the borrower's OTP \
    from `/dev/messages.json`. It makes customers of its own and can be run again and again.";

/// The keys of the environment, each with the one that a development server gives to its demo entities: those are known to
/// everybody, and to no other server.
const KEYS: &[(&str, &str)] = &[
    ("server-api-key", "dev-acme-server-key"),
    ("client-api-key", "dev-acme-client-key"),
    ("lender-api-key", "dev-meridian-lender-key"),
    ("other-server-api-key", "dev-globex-server-key"),
];

/// What the requests refer to. A life fills them; who tries a single request fills in their own.
const VARIABLES: &[(&str, &str)] = &[
    ("customer_id", "somecustomerid"),
    ("other_customer_id", "someothercustomerid"),
    ("user_token", ""),
    ("loan_application_id", ""),
    ("offer_id", ""),
    ("document_id", ""),
];

static COLLECTION: LazyLock<Asset> = LazyLock::new(|| Asset::new("application/json", collection().to_string()));

pub(super) fn routes() -> Router<Api> {
    Router::new()
        .route("/postman.json", get(async |headers: HeaderMap| COLLECTION.answer(&headers)))
        .route("/postman-environment.json", get(environment_of))
}

/// The collection, complete.
pub(super) fn collection() -> Value {
    let document = api_document();
    let paths: Vec<String> = document.paths.paths.keys().cloned().collect();
    // The document is made of our own types: that it can be written is proved by a test.
    let document = serde_json::to_value(document).unwrap_or_default();
    let variables: Vec<Value> = VARIABLES.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    let mut folders = vec![life::folder()];
    folders.extend(operations::folders(&document, &paths));
    json!({
        "info": { "name": "Qist", "description": ABOUT, "schema": SCHEMA },
        "variable": variables,
        "item": folders,
    })
}

async fn environment_of(State(api): State<Api>) -> Response {
    let settings = &api.app.settings;
    let fixed = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (fixed, Json(environment(&settings.base_url, settings.development))).into_response()
}

/// Where the server is, and the keys: empty but for a development server.
fn environment(base_url: &str, development: bool) -> Value {
    let value =
        |key: &str, value: &str, kind: &str| json!({ "key": key, "value": value, "type": kind, "enabled": true });
    let mut values = vec![value("base_url", base_url, "default")];
    values.extend(KEYS.iter().map(|(key, known)| value(key, if development { known } else { "" }, "secret")));
    json!({ "name": "Qist", "values": values, "_postman_variable_scope": "environment" })
}

#[cfg(test)]
mod tests;
