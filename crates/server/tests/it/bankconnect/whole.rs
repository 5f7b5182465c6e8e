//! From the PDF to the figures: the real reader, on statements whose truth is known.

use qist_testkit::statement::{LAYOUTS, Life, deposit_xml, draw};
use serde_json::{Value, json};

use super::{ACME, ACME_KEY, path, text};
use crate::on_both;
use crate::world::{Answer, World};
use axum::http::Method;

async fn send(world: &World, file: &[u8], link_id: &str, password: Option<&str>) -> Answer {
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"link_id\"\r\n\r\n{link_id}\r\n").into_bytes();
    if let Some(password) = password {
        let field = format!("--b\r\ncontent-disposition: form-data; name=\"pdf_password\"\r\n\r\n{password}\r\n");
        body.extend(field.into_bytes());
    }
    body.extend(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
    body.extend_from_slice(file);
    body.extend(b"\r\n--b--\r\n");
    let headers = [("x-api-key", ACME_KEY), ("content-type", "multipart/form-data; boundary=b")];
    world.send(Method::POST, &path("statement/bankless_upload/?identity=true"), &headers, body).await
}

async fn read(world: &World, entity: &str, route: &str) -> Value {
    world.bank_get(ACME, &format!("entity/{entity}/{route}/")).await.ok()
}

fn count(value: &Value) -> usize {
    value.as_array().unwrap().len()
}

on_both! {
    async fn a_pdf_becomes_the_figures_that_were_planted(world: World) {
        world.clock.set("2024-06-01");
        let account = Life::salaried(7).account();
        let pdf = draw(std::slice::from_ref(&account), &LAYOUTS[0]);
        let answer = send(&world, &pdf, "l1", None).await.ok();
        assert_eq!((&answer["bank_name"], &answer["is_fraud"]), (&json!("hdfc"), &json!(false)));
        assert_eq!(answer["identity"]["account_number"], account.number);
        assert_eq!(answer["date_range"]["from_date"], account.from.to_string());
        world.settle().await;
        let entity = text(&answer["entity_id"]);
        let accounts = read(&world, &entity, "accounts").await;
        assert_eq!(accounts["progress"][0]["status"], "completed");
        assert_eq!(count(&accounts["accounts"][0]["months"]), 6);
        assert_eq!(accounts["fraud"]["fraudulent_statements"], json!([]), "a clean file raises nothing");
        let transactions = read(&world, &entity, "transactions").await["transactions"].clone();
        assert_eq!(count(&transactions), account.entries.len());
        let planted = account.entries.iter().filter(|entry| entry.truth.salary).count();
        assert_eq!(count(&read(&world, &entity, "salary").await["transactions"]), planted);
        let sets = read(&world, &entity, "recurring_transactions").await["transactions"].clone();
        assert!(count(&sets["credit_transactions"]) >= 1 && count(&sets["debit_transactions"]) >= 1);
        let reports = read(&world, &entity, "raw_excel_report").await["reports"].clone();
        let link = text(&reports[0]["link"]);
        let book = world.send(Method::GET, link.strip_prefix("http://qist.test").unwrap(), &[], "").await;
        assert!(book.status == 200 && book.bytes.starts_with(b"PK"));
        let monthly = read(&world, &entity, "monthly_analysis").await["monthly_analysis"].clone();
        let fields = monthly.as_object().unwrap();
        assert_eq!(fields.len(), 66);
        assert!(fields.values().all(|months| months.as_object().unwrap().len() == 6), "every field has every month");
    }

    async fn the_same_account_as_pdf_and_from_an_aggregator_is_analysed_alike(world: World) {
        world.clock.set("2024-06-01");
        let account = Life::salaried(7).account();
        let answer = send(&world, &deposit_xml(&account, "1.1"), "online", None).await.ok();
        world.settle().await;
        let entity = text(&answer["entity_id"]);
        let accounts = read(&world, &entity, "accounts").await;
        assert_eq!((&accounts["progress"][0]["source"], &accounts["progress"][0]["status"]), (&json!("online"), &json!("completed")));
        assert_eq!(count(&read(&world, &entity, "transactions").await["transactions"]), account.entries.len());
    }

    async fn a_locked_pdf_opens_with_its_password_and_the_password_is_kept_nowhere(world: World) {
        const LOCKED: &[u8] = include_bytes!("../../../../../fixtures/statements/locked-aes-256.pdf");
        world.clock.set("2024-06-01");
        let wrong = send(&world, LOCKED, "l1", Some("wrong")).await;
        assert_eq!((wrong.status, &wrong.json["status"], &wrong.json["message"]), (400, &json!(3), &json!("Password incorrect")));
        world.clock.advance_seconds(1);
        let entity = text(&send(&world, LOCKED, "l1", Some("secret")).await.ok()["entity_id"]);
        world.settle().await;
        let accounts = read(&world, &entity, "accounts").await;
        assert_eq!((count(&accounts["progress"]), &accounts["progress"][0]["status"]), (1, &json!("completed")));
        assert!(count(&read(&world, &entity, "transactions").await["transactions"]) > 10);
    }

    async fn the_same_rows_in_another_upload_are_the_same_rows(world: World) {
        world.clock.set("2024-06-01");
        let whole = Life::salaried(7).account();
        let mut half = whole.clone();
        half.entries.truncate(whole.entries.len() / 2);
        half.to = half.entries.last().unwrap().day;
        let mut hashes = Vec::new();
        for account in [&half, &whole] {
            let pdf = draw(std::slice::from_ref(account), &LAYOUTS[0]);
            let entity = text(&send(&world, &pdf, "l1", None).await.ok()["entity_id"]);
            world.settle().await;
            let rows = read(&world, &entity, "transactions").await["transactions"].clone();
            hashes.push(rows.as_array().unwrap().iter().map(|row| text(&row["hash"])).collect::<Vec<_>>());
        }
        assert_eq!(hashes[1].len(), whole.entries.len(), "what both statements have counts once");
        assert!(hashes[0].iter().all(|hash| hashes[1].contains(hash)));
    }
}
