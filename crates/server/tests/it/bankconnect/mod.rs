//! BankConnect over HTTP.

mod analyses;
mod management;
mod planned;
mod sessions;
mod uploads;
mod whole;

use axum::http::Method;
use serde_json::Value;

use crate::world::{Answer, World};

pub const ACME_KEY: &str = "dev-acme-bankconnect-key";
pub const ACME_HASH: &str = "dev-acme-bankconnect-hash";
pub const GLOBEX_KEY: &str = "dev-globex-bankconnect-key";
pub const GLOBEX_HASH: &str = "dev-globex-bankconnect-hash";
const FORM: &str = "application/x-www-form-urlencoded";

/// A tenant's credentials.
#[derive(Debug, Clone, Copy)]
pub struct Keys(pub &'static str, pub &'static str);

pub const ACME: Keys = Keys(ACME_KEY, ACME_HASH);
pub const GLOBEX: Keys = Keys(GLOBEX_KEY, GLOBEX_HASH);

pub fn path(rest: &str) -> String {
    format!("/bank-connect/v1/{rest}")
}

impl World {
    /// A call of a server: key and hash.
    pub async fn bank_get(&self, keys: Keys, rest: &str) -> Answer {
        self.send(Method::GET, &path(rest), &[("x-api-key", keys.0), ("server-hash", keys.1)], "").await
    }

    /// A form sent by a client: the key alone.
    pub async fn bank_form(&self, keys: Keys, rest: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let headers = [("x-api-key", keys.0), ("content-type", FORM)];
        self.send(Method::POST, &path(rest), &headers, body.finish()).await
    }

    pub async fn bank_entity(&self, keys: Keys, link_id: &str) -> String {
        let made = self.bank_form(keys, "entity/", &[("link_id", link_id)]).await;
        assert_eq!(made.status, 201, "{}", made.json);
        text(&made.json["entity_id"])
    }
}

#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
