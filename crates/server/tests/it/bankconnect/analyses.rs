//! What is made of statements, and how far it is.

use qist_testkit::vendor::{Act, Vendor};
use serde_json::{Value, json};

use super::{ACME, ACME_HASH, ACME_KEY, GLOBEX, path, text};
use crate::on_both;
use crate::world::World;

const ROUTES: [&str; 8] = [
    "accounts",
    "identity",
    "transactions",
    "salary",
    "recurring_transactions",
    "lender_transactions",
    "monthly_analysis",
    "fraud",
];

async fn uploaded(world: &World, file: &str, link_id: &str) -> String {
    let answer = world.bank_upload("statement/bankless_upload/", Some(file), &[("link_id", link_id)]).await;
    // Which of two came first is told by their times.
    world.clock.advance_seconds(1);
    text(&answer.json["entity_id"])
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["progress"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect()
}

on_both! {
    async fn progress_tells_the_truth_from_the_upload_to_the_analysis(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911 holder=ASHA", "l1").await;
        let read = async |route: &str| world.bank_get(ACME, &format!("entity/{entity}/{route}/")).await.ok();
        for route in ROUTES {
            assert_eq!(statuses(&read(route).await), ["processing"], "{route}");
        }
        assert_eq!(read("identity").await["identity"][0]["name"], "ASHA", "it is known at once");
        assert_eq!(read("transactions").await["transactions"], json!([]));
        world.settle().await;
        for route in ROUTES {
            let answer = read(route).await;
            assert_eq!(statuses(&answer), ["completed"], "{route}");
            assert_eq!((&answer["entity_id"], &answer["progress"][0]["message"]), (&json!(entity), &Value::Null));
        }
    }

    async fn every_analysis_has_the_contracts_fields(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911 holder=ASHA", "l1").await;
        world.settle().await;
        let read = async |route: &str| world.bank_get(ACME, &format!("entity/{entity}/{route}/")).await.ok();
        let accounts = read("accounts").await;
        let (account, statement) = (text(&accounts["accounts"][0]["account_id"]), text(&accounts["progress"][0]["statement_id"]));
        assert_eq!(accounts["accounts"], json!([{
            "account_id": account, "bank": "axis", "account_number": "911", "ifsc": "UTIB0000123", "micr": null,
            "months": ["2020-11"], "statements": [statement],
        }]));
        assert_eq!(accounts["fraud"], json!({ "fraudulent_statements": [], "fraud_type": [] }), "how somebody lives is no fraud");
        let identity = read("identity").await;
        assert_eq!(identity["identity"], json!([{ "account_id": account, "account_number": "911", "address": null, "name": "ASHA" }]));
        let transactions = read("transactions").await;
        let second = json!({
            "transaction_note": "UPI CHAI", "hash": format!("{:032x}", 1), "description": "", "account_id": account,
            "transaction_type": "debit", "amount": 500, "date": "2020-11-02 00:00:00", "merchant_category": "",
            "balance": 2001, "transaction_channel": "",
        });
        assert_eq!(transactions["transactions"][1], second);
        assert_eq!(transactions["transactions"][0]["balance"], json!(1000.5));
        let salary = read("salary").await["transactions"][0].clone();
        assert_eq!((&salary["month_year"], &salary["clean_transaction_note"]), (&json!("11-2020"), &json!("neft salary")));
        let sets = read("recurring_transactions").await["transactions"].clone();
        let credit = &sets["credit_transactions"][0];
        assert_eq!((&credit["median"], &credit["transaction_channel"]), (&json!(27598), &json!("NET_BANKING_TRANSFER")));
        let debit = &sets["debit_transactions"][0];
        assert_eq!((&debit["start_date"], &debit["end_date"]), (&json!("2020-11-02 00:00:00"), &json!("2020-11-03 00:00:00")));
        assert!(debit["transactions"][0].get("merchant_category").is_none());
        let lender = read("lender_transactions").await["transactions"].clone();
        assert_eq!((lender.as_array().unwrap().len(), &lender[0]["description"]), (1, &json!("lender_transaction")));
        let monthly = read("monthly_analysis").await;
        assert_eq!(monthly["monthly_analysis"], json!({
            "amt_credit": { "Nov-2020": 27598.5 }, "cnt_transactions": { "Nov-2020": 3 }, "perc_salary_spend_upi": { "Nov-2020": 1.81 },
        }));
        assert!(monthly.get("accounts").is_none() && monthly.get("fraud").is_none());
        let other = read("transactions/?account_id=2fee9ba7-52e1-4873-8328-e0dff99cdc83&x=").await;
        assert_eq!(other["transactions"], json!([]));
    }

    async fn a_changed_file_is_told_with_its_rows_and_why(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911 fraud", "l1").await;
        let read = async |route: &str| world.bank_get(ACME, &format!("entity/{entity}/{route}/")).await.ok();
        let before = read("accounts").await;
        let statement = text(&before["progress"][0]["statement_id"]);
        let author = json!({ "statement_id": statement, "fraud_type": "author_fraud" });
        assert_eq!(before["fraud"], json!({ "fraudulent_statements": [statement], "fraud_type": [author] }));
        world.settle().await;
        let row = json!({ "statement_id": statement, "fraud_type": "inconsistent_transaction", "transaction_hash": format!("{:032x}", 1) });
        assert_eq!(read("accounts").await["fraud"], json!({ "fraudulent_statements": [statement], "fraud_type": [author, row] }));
        let findings = read("fraud").await["findings"].clone();
        let told: Vec<_> = findings.as_array().unwrap().iter().map(|one| (one["fraud_type"].as_str().unwrap(), one["is_fraud"].as_bool().unwrap())).collect();
        assert_eq!(told, [("author_fraud", true), ("inconsistent_transaction", true), ("mostly_cash_transactions", false)]);
        assert_eq!(findings[1]["reason"], "because");
    }

    async fn statements_of_one_account_share_its_id_and_failed_ones_are_left_out(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis locked=x", "l1").await;
        let accounts = async || world.bank_get(ACME, &format!("entity/{entity}/accounts/")).await.ok();
        let failed = accounts().await;
        assert_eq!((statuses(&failed), &failed["accounts"]), (vec!["failed"], &json!([])));
        assert!(failed["progress"][0]["message"].is_string());
        for file in ["bank=axis number=911", "bank=axis number=911 second", "bank=axis number=912", "bank=sbi number=911"] {
            assert_eq!(uploaded(&world, file, "l1").await, entity);
        }
        world.settle().await;
        let all = accounts().await;
        assert_eq!(statuses(&all), ["completed"; 4], "the failed one no longer blocks");
        let counts: Vec<usize> = all["accounts"].as_array().unwrap().iter().map(|one| one["statements"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [2, 1, 1]);
        uploaded(&world, "words", "l1").await;
        assert_eq!(statuses(&accounts().await), ["completed", "completed", "completed", "completed", "failed"]);
    }

    async fn reports_lie_behind_links_that_live_for_an_hour(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911", "l1").await;
        uploaded(&world, "bank=axis number=912", "l1").await;
        let raw = async || world.bank_get(ACME, &format!("entity/{entity}/raw_excel_report/")).await.ok();
        let whole = async || world.bank_get(ACME, &format!("entity/{entity}/get_excel_report/")).await.ok();
        assert_eq!(raw().await["reports"], json!([]));
        assert_eq!(whole().await, json!({ "entity_id": entity, "progress": "processing", "report": "" }));
        world.settle().await;
        let open = async |link: &Value| {
            let link = text(link);
            let path = link.strip_prefix("http://qist.test").unwrap().to_owned();
            world.send(axum::http::Method::GET, &path, &[], "").await
        };
        let (links, link) = (raw().await["reports"].clone(), whole().await);
        assert_eq!((links.as_array().unwrap().len(), &link["progress"]), (2, &json!("completed")));
        let second = open(&links[1]["link"]).await;
        assert_eq!((second.status, second.bytes.as_slice()), (200, b"912".as_slice()));
        assert!(second.headers["content-type"].to_str().unwrap().contains("spreadsheetml"));
        assert_eq!(open(&link["report"]).await.bytes, b"2 accounts");
        let other = text(&link["report"]).replace("/all?", &format!("/{}?", text(&links[0]["account_id"])));
        assert_eq!(open(&json!(other)).await.status, 403, "a link opens what it names alone");
        world.clock.advance_seconds(3600);
        assert_eq!(open(&link["report"]).await.status, 200);
        world.clock.advance_seconds(1);
        assert_eq!(open(&link["report"]).await.status, 403);
        for route in ["raw_excel_report", "get_excel_report"] {
            assert_eq!(world.bank_get(GLOBEX, &format!("entity/{entity}/{route}/")).await.status, 404);
        }
    }

    async fn nobody_elses_entity_is_found_on_any_route(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911 holder=ASHA", "l1").await;
        world.settle().await;
        for route in ROUTES {
            for id in [entity.as_str(), "2fee9ba7-52e1-4873-8328-e0dff99cdc83", "no-id"] {
                let answer = world.bank_get(GLOBEX, &format!("entity/{id}/{route}/")).await;
                assert_eq!((answer.status, answer.json), (404, json!({ "detail": "Not found." })), "{route} {id}");
            }
            let rest = path(&format!("entity/{entity}/{route}/"));
            let alone = world.send(axum::http::Method::GET, &rest, &[("x-api-key", ACME_KEY)], "").await;
            assert_eq!(alone.status, 401, "{route}");
        }
    }

    async fn an_analysis_that_never_succeeds_fails_its_statement_in_the_end(world: World) {
        let world = world.planned();
        let entity = uploaded(&world, "bank=axis number=911 holder=BROKEN", "l1").await;
        for _ in 0..8 {
            world.settle().await;
            world.clock.advance_seconds(30_000);
        }
        let answer = world.bank_get(ACME, &format!("entity/{entity}/accounts/")).await.ok();
        assert_eq!(statuses(&answer), ["failed"]);
        assert_eq!(answer["progress"][0]["message"], "the statement could not be analysed");
    }

    async fn outcomes_are_told_signed_and_listed_whether_they_arrive_or_not(world: World) {
        let world = world.planned();
        let receiver = Vendor::start(|number, _| Act::answer(if number == 1 { 500 } else { 200 }, "")).await.unwrap();
        let set = async |body: Value| {
            let headers = [("x-api-key", ACME_KEY), ("server-hash", ACME_HASH), ("content-type", "application/json")];
            world.send(axum::http::Method::POST, &path("entity/update_webhook/"), &headers, body.to_string()).await
        };
        let first = set(json!({ "webhook_url": receiver.url })).await.ok();
        let secret = text(&first["secret"]);
        assert_eq!(first["webhook_mode"], 0);
        uploaded(&world, "bank=axis number=1", "quiet").await;
        world.settle().await;
        assert_eq!(receiver.received().len(), 0, "mode 0 tells of what was fetched online alone");
        let second = set(json!({ "webhook_url": receiver.url, "webhook_mode": 1 })).await.ok();
        assert!(second.get("secret").is_none(), "the address is the same, and so is the secret");
        let entity = uploaded(&world, "bank=axis number=911", "l1").await;
        world.settle().await;
        let payloads = async || world.bank_get(ACME, "entity/webhook_payloads/?link_id=l1").await.ok()["payloads"].clone();
        assert_eq!(payloads().await.as_array().unwrap().len(), 1, "it did not arrive and is listed");
        world.clock.advance_seconds(3);
        world.settle().await;
        uploaded(&world, "bank=axis locked=x", "l1").await;
        world.settle().await;
        let received = receiver.received();
        assert_eq!(received.len(), 3, "once again, and of the failure: {}", payloads().await);
        let body: Value = serde_json::from_slice(&received[1].body).unwrap();
        let statement = text(&body["statement_id"]);
        assert_eq!(body, json!({ "entity_id": entity, "statement_id": statement, "link_id": "l1", "progress": "completed", "reason": "" }));
        let signed = standardwebhooks::Webhook::new(&secret).unwrap();
        let of = |name: &str| received[1].header(name).unwrap().to_owned();
        let (id, timestamp, signature) = (of("webhook-id"), of("webhook-timestamp"), of("webhook-signature"));
        assert_eq!(signed.sign(&id, timestamp.parse().unwrap(), &received[1].body).unwrap(), signature);
        let listed = payloads().await;
        assert_eq!((&listed[0]["progress"], &listed[1]["statement_id"]), (&json!("failed"), &json!(statement)));
        assert!(!text(&listed[0]["reason"]).is_empty());
        assert_eq!(text(&listed[1]["date_time"]).len(), 19);
        for (keys, query, status) in [(GLOBEX, "?link_id=l1", 404), (ACME, "?link_id=none", 404), (ACME, "", 400)] {
            assert_eq!(world.bank_get(keys, &format!("entity/webhook_payloads/{query}")).await.status, status, "{query}");
        }
        for (body, field) in [(json!({}), "webhook_url"), (json!({ "webhook_url": "ftp://x" }), "webhook_url"), (json!({ "webhook_url": receiver.url, "webhook_mode": 2 }), "webhook_mode")] {
            let refused = set(body).await;
            assert_eq!((refused.status, refused.json[field].is_array()), (400, true), "{}", refused.json);
        }
    }

    async fn a_customers_statements_are_in_their_activities(world: World) {
        let world = world.planned();
        world.customer("c1").await;
        uploaded(&world, "bank=axis number=911", "c1").await;
        world.settle().await;
        uploaded(&world, "bank=axis locked=x", "c1").await;
        uploaded(&world, "bank=axis number=911", "nobody").await;
        let events = world.events("c1").await;
        let of_bank: Vec<_> = events.iter().filter(|name| name.starts_with("bank_connect")).collect();
        assert_eq!(of_bank, ["bank_connect_uploaded", "bank_connect_completed", "bank_connect_failed"]);
    }

    async fn a_lenders_policy_knows_what_the_statements_tell(world: World) {
        let world = world.planned();
        let inputs = async |customer: &str| {
            let (_, loan) = world.approved(customer).await;
            let decided = world.get(crate::world::MERIDIAN, &format!("/v1/lender/applications/{loan}/underwriting")).await.ok();
            decided["runs"][0]["inputs"].clone()
        };
        uploaded(&world, "bank=axis number=911", "c1").await;
        world.settle().await;
        let known = inputs("c1").await;
        let of = |name: &str| known[name].clone();
        assert_eq!((of("bankIncome"), of("bankSalaried"), of("bankBounces")), (json!(27598), json!(true), json!(2)));
        let unknown = inputs("c2").await;
        assert_eq!((&unknown["bankIncome"], &unknown["bankMonths"]), (&Value::Null, &Value::Null));
    }
}
