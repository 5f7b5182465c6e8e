//! The four upload routes and their failures, to the letter.

use std::sync::Arc;

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qist_testkit::vendor::{Act, Vendor};
use serde_json::{Value, json};

use super::planned::Planned;
use super::{ACME, ACME_KEY, GLOBEX, path, text};
use crate::on_both;
use crate::world::{Answer, World};

const GOOD: &str = "bank=axis number=911 holder=ASHA";

impl World {
    pub fn planned(self) -> World {
        self.reading_with(Arc::new(Planned))
    }

    /// A file with some fields, as multipart.
    pub async fn bank_upload(&self, rest: &str, file: Option<&str>, fields: &[(&str, &str)]) -> Answer {
        const BOUNDARY: &str = "bank-boundary";
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        if let Some(file) = file {
            let head = "content-disposition: form-data; name=\"file\"; filename=\"a.pdf\"";
            body.push_str(&format!("--{BOUNDARY}\r\n{head}\r\ncontent-type: application/pdf\r\n\r\n{file}\r\n"));
        }
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("x-api-key", ACME_KEY), ("content-type", multipart.as_str())];
        self.send(Method::POST, &path(rest), &headers, body).await
    }
}

fn failure(answer: &Answer) -> (u16, i64, String) {
    (answer.status, answer.json["status"].as_i64().unwrap(), text(&answer.json["message"]))
}

on_both! {
    async fn a_good_statement_answers_what_was_read_at_once(world: World) {
        let world = world.planned();
        let plain = world.bank_upload("statement/bankless_upload/", Some(GOOD), &[("link_id", "l1")]).await.ok();
        let (entity, statement) = (text(&plain["entity_id"]), text(&plain["statement_id"]));
        assert_eq!(plain, json!({ "bank_name": "axis", "statement_id": statement, "entity_id": entity, "status": 1 }));
        let named = [("bank_name", "axis"), ("entity_id", entity.as_str()), ("link_id", "other")];
        let full = world.bank_upload("statement/upload/?identity=true", Some(GOOD), &named).await.ok();
        assert_eq!((&full["entity_id"], &full["statement_id"]), (&json!(entity), &json!(statement)), "the same file again");
        assert_eq!(full["date_range"], json!({ "from_date": "2020-11-01", "to_date": "2020-11-30" }));
        assert_eq!((&full["is_fraud"], &full["fraud_type"]), (&json!(false), &Value::Null));
        let account = text(&full["identity"]["account_id"]);
        assert_eq!(full["identity"], json!({ "account_id": account, "account_number": "911", "address": null, "name": "ASHA" }));
        let changed = world.bank_upload("statement/bankless_upload/?identity=true", Some("bank=sbi fraud"), &[]).await.ok();
        assert_eq!((&changed["is_fraud"], &changed["fraud_type"]), (&json!(true), &json!("author_fraud")));
        let fresh = world.bank_get(ACME, &format!("entity/{}/", text(&changed["entity_id"]))).await.ok();
        assert_eq!(fresh["link_id"], Value::Null, "neither link_id nor entity_id is legal");
        let number = world.bank_get(ACME, "entity/?link_id=other").await.ok();
        assert_eq!(number["count"], 0, "entity_id goes before link_id");
    }

    async fn each_failure_of_a_statement_has_its_status_and_its_words(world: World) {
        let world = world.planned();
        for (route, file, fields, expected) in [
            ("bankless_upload", "bank=axis locked=x", vec![], (400, 3, "Password incorrect")),
            ("bankless_upload", "bank=axis locked=x", vec![("pdf_password", " x")], (400, 3, "Password incorrect")),
            ("upload", "bank=axis", vec![("bank_name", "sbi")], (400, 4, "Not sbi statement")),
            ("bankless_upload", "words", vec![], (400, 5, "Unable to detect bank. Please provide BANK NAME.")),
            ("upload", "words", vec![("bank_name", "sbi")], (400, 6, "PDF is not parsable")),
            ("bankless_upload", "bank=axis images", vec![], (400, 6, "PDF is not parsable")),
            // The password comes first, then the bank, then what is in the file.
            ("upload", "bank=axis locked=x images", vec![("bank_name", "sbi")], (400, 3, "Password incorrect")),
            ("upload", "bank=axis images", vec![("bank_name", "sbi")], (400, 4, "Not sbi statement")),
        ] {
            let mut fields = fields;
            fields.push(("link_id", "failing"));
            let answer = world.bank_upload(&format!("statement/{route}/"), Some(file), &fields).await;
            let (status, number, words) = failure(&answer);
            assert_eq!((status, number, words.as_str()), expected, "{file}");
            assert_eq!(answer.json.as_object().unwrap().len(), 3);
            let entity = world.bank_get(ACME, "entity/?link_id=failing").await.ok();
            assert_eq!(answer.json["entity_id"], entity["results"][0]["entity_id"]);
        }
        let opened = world.bank_upload("statement/bankless_upload/", Some("bank=axis locked=x"), &[("pdf_password", "x")]).await;
        assert_eq!(opened.ok()["status"], 1);
        let unlocked = world.bank_upload("statement/bankless_upload/", Some(GOOD), &[("pdf_password", "not needed")]).await;
        assert_eq!(unlocked.ok()["status"], 1);
    }

    async fn a_field_that_is_missing_or_wrong_is_named_with_status_0(world: World) {
        let world = world.planned();
        let required = || json!(["This field is required."]);
        let named = |answer: Answer, field: &str| {
            assert_eq!((answer.status, &answer.json["status"]), (400, &json!(0)), "{}", answer.json);
            answer.json[field].clone()
        };
        assert_eq!(named(world.bank_upload("statement/bankless_upload/", None, &[]).await, "file"), required());
        assert_eq!(named(world.bank_upload("statement/upload/", Some(GOOD), &[]).await, "bank_name"), required());
        let bad = world.bank_upload("statement/upload/", Some(GOOD), &[("bank_name", "nobank")]).await;
        assert_eq!(named(bad, "bank_name"), json!(["\"nobank\" is not a valid choice."]));
        let empty = world.bank_upload("statement/bankless_upload/", Some(""), &[]).await;
        assert_eq!(named(empty, "file"), json!(["The submitted file is empty."]));
        let json = [("x-api-key", ACME_KEY), ("content-type", "application/json")];
        let wrong = named(world.send(Method::POST, &path("statement/upload/"), &json, "{}").await, "file");
        let wrong = text(&wrong[0]);
        assert!(wrong.contains("multipart/form-data") && wrong.contains("application/x-www-form-urlencoded"), "{wrong}");
        for route in ["statement/upload_base64/", "statement/bankless_upload_base64/"] {
            let fields = [("bank_name", "axis"), ("file", "%%%")];
            assert_eq!(named(world.bank_form(ACME, route, &fields).await, "file"), json!(["It is not valid base64."]));
        }
        assert_eq!(world.bank_get(ACME, "entity/").await.ok()["count"], 0, "what no file can be is filed nowhere");
        for id in ["2fee9ba7-52e1-4873-8328-e0dff99cdc83", "no-id"] {
            let answer = world.bank_upload("statement/bankless_upload/", Some(GOOD), &[("entity_id", id)]).await;
            assert_eq!((answer.status, answer.json), (404, json!({ "detail": "Not found." })));
        }
        let theirs = world.bank_entity(GLOBEX, "theirs").await;
        let answer = world.bank_upload("statement/bankless_upload/", Some(GOOD), &[("entity_id", &theirs)]).await;
        assert_eq!(answer.status, 404);
    }

    async fn a_statement_may_come_as_base64_or_from_a_url(world: World) {
        let world = world.planned();
        let encoded = STANDARD.encode(GOOD);
        let bankless = world.bank_form(ACME, "statement/bankless_upload_base64/", &[("file", &encoded)]).await;
        assert_eq!(bankless.ok()["bank_name"], "axis");
        let named = world.bank_form(ACME, "statement/upload_base64/", &[("file", &encoded), ("bank_name", "axis")]).await;
        assert_eq!(named.ok()["status"], 1);
        let files = Vendor::start(|_, _| Act::answer(200, GOOD)).await.unwrap();
        let url = format!("{}/a.pdf", files.url);
        let fetched = world.bank_form(ACME, "statement/bankless_upload/", &[("file_url", &url)]).await;
        assert_eq!(fetched.ok()["bank_name"], "axis");
        let gone = Vendor::start(|_, _| Act::answer(404, "")).await.unwrap();
        let refused = world.bank_form(ACME, "statement/bankless_upload/", &[("file_url", &gone.url)]).await;
        assert_eq!((refused.status, &refused.json["status"]), (400, &json!(0)));
        assert_eq!(refused.json["file_url"], json!(["The URL answered with status 404."]));
    }

    async fn a_body_that_is_too_large_is_refused(world: World) {
        let world = world.planned();
        let large = "x".repeat(21 * 1024 * 1024);
        let answer = world.bank_upload("statement/bankless_upload/", Some(&large), &[]).await;
        assert_eq!(answer.status, 413, "{}", answer.json);
        assert!(answer.json["detail"].is_string());
    }
}
