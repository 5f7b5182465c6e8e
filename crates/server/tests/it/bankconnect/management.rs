//! Entities, the health of net banking, and who may ask.

use axum::http::Method;
use qist_app::bankconnect::health::{RecordFetch, ReportIncident, ResolveIncident};
use qist_app::bankconnect::keys::{ListBankKeys, RevokeBankKey, SetLegacyKeyOnly};
use qist_app::caller::Caller;
use serde_json::{Value, json};

use super::{ACME, ACME_HASH, ACME_KEY, GLOBEX, GLOBEX_HASH, path, text};
use crate::on_both;
use crate::world::World;

const NO_CREDENTIALS: &str = "Authentication credentials were not provided.";

async fn acme(world: &World) -> qist_domain::id::SourcingEntityId {
    qist::setup::find(&world.app, "acme").await.unwrap().0.unwrap().id
}

fn ids(page: &Value) -> Vec<String> {
    page["results"].as_array().unwrap().iter().map(|row| text(&row["entity_id"])).collect()
}

on_both! {
    async fn entities_are_listed_ten_a_page_newest_first(world: World) {
        let empty = world.bank_get(ACME, "entity/").await.ok();
        assert_eq!(empty, json!({ "count": 0, "next": null, "previous": null, "results": [] }));
        let mut made = Vec::new();
        for number in 0..25 {
            made.push((world.app.clock.now().micros(), world.bank_entity(ACME, &format!("link {number}")).await));
            // Five at each instant.
            world.clock.advance_seconds(i64::from(number % 5 == 4));
        }
        made.sort_by(|a, b| b.cmp(a));
        let first = world.bank_get(ACME, "entity/").await.ok();
        assert_eq!((&first["count"], &first["previous"]), (&json!(25), &Value::Null));
        assert_eq!(first["next"], "http://qist.test/bank-connect/v1/entity/?page=2");
        assert_eq!(first["results"][0]["entity_id"], made[0].1);
        assert_eq!(first["results"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["entity_id", "link_id", "meta_data"]);
        let (mut seen, mut next) = (ids(&first), first["next"].clone());
        while let Some(url) = next.as_str() {
            let page = world.bank_get(ACME, url.strip_prefix("http://qist.test/bank-connect/v1/").unwrap()).await.ok();
            seen.extend(ids(&page));
            assert!(page["previous"].is_string());
            next = page["next"].clone();
        }
        let ids: Vec<String> = made.into_iter().map(|(_, id)| id).collect();
        assert_eq!(seen, ids, "newest first, those of one instant by id");
    }

    async fn a_page_that_is_none_is_not_found(world: World) {
        for number in 0..10 {
            world.bank_entity(ACME, &number.to_string()).await;
        }
        for page in ["0", "-1", "2", "one", "1.5", "99999999999999999999", "1e3"] {
            let answer = world.bank_get(ACME, &format!("entity/?page={page}")).await;
            assert_eq!((answer.status, answer.json), (404, json!({ "detail": "Invalid page." })), "{page}");
        }
        assert_eq!(world.bank_get(ACME, "entity/?page=1").await.ok()["next"], Value::Null);
        assert_eq!(world.bank_get(ACME, "entity/?page=").await.ok()["count"], 10);
    }

    async fn the_filter_is_exact_and_keeps_to_its_tenant(world: World) {
        let mine = world.bank_entity(ACME, "a&b=c d").await;
        let theirs = world.bank_entity(GLOBEX, "a&b=c d").await;
        assert_ne!(mine, theirs);
        let found = world.bank_get(ACME, "entity/?link_id=a%26b%3Dc%20d").await.ok();
        assert_eq!((&found["count"], ids(&found)), (&json!(1), vec![mine.clone()]));
        for other in ["a", "A%26b%3Dc%20d", "%25", "a%26b%3Dc%20d%20e"] {
            let page = world.bank_get(ACME, &format!("entity/?link_id={other}")).await.ok();
            assert_eq!(page["count"], 0, "{other}");
        }
        let beyond = world.bank_get(ACME, "entity/?link_id=a%26b%3Dc%20d&page=2").await;
        assert_eq!(beyond.status, 404);
        for id in [&theirs, "2fee9ba7-52e1-4873-8328-e0dff99cdc83", "not-a-uuid", "1", "%20"] {
            let answer = world.bank_get(ACME, &format!("entity/{id}/")).await;
            assert_eq!((answer.status, answer.json), (404, json!({ "detail": "Not found." })), "{id}");
        }
        let read = world.bank_get(ACME, &format!("entity/{mine}/")).await.ok();
        assert_eq!(read, json!({ "entity_id": mine, "link_id": "a&b=c d", "meta_data": null }));
    }

    async fn a_link_id_has_one_entity_however_often_it_is_sent(world: World) {
        let first = world.bank_entity(ACME, "some_link").await;
        let version_4 = first.as_bytes()[14] == b'4' && first.matches('-').count() == 4 && first == first.to_lowercase();
        assert!(version_4, "{first}");
        let calls = (0..8).map(|_| world.bank_entity(ACME, "some_link"));
        assert!(futures_util::future::join_all(calls).await.iter().all(|again| *again == first));
        assert_eq!(world.bank_get(ACME, "entity/").await.ok()["count"], 1);
        let calls = (0..8).map(|_| world.bank_entity(ACME, "raced"));
        let raced = futures_util::future::join_all(calls).await;
        assert!(raced.iter().all(|one| *one == raced[0]));
        assert_eq!(world.bank_get(ACME, "entity/").await.ok()["count"], 2);
    }

    async fn a_form_that_is_wrong_is_told_by_its_field(world: World) {
        let missing = world.bank_form(ACME, "entity/", &[("other", "x")]).await;
        assert_eq!((missing.status, missing.json), (400, json!({ "link_id": ["This field is required."] })));
        for wrong in ["a\u{0}b", "a\u{202e}b", &"x".repeat(256)] {
            let answer = world.bank_form(ACME, "entity/", &[("link_id", wrong)]).await;
            assert_eq!(answer.status, 400, "{wrong}");
            assert!(answer.json["link_id"][0].is_string(), "{}", answer.json);
        }
        let headers = [("x-api-key", ACME_KEY), ("content-type", "application/json")];
        let json = world.send(Method::POST, &path("entity/"), &headers, "{\"link_id\":\"x\"}").await;
        assert_eq!(json.status, 415);
        assert!(json.json["detail"].is_string());
        let wrong_method = world.send(Method::DELETE, &path("entity/"), &headers, "").await;
        assert_eq!(wrong_method.status, 405);
        assert!(wrong_method.json["detail"].is_string());
        let nothing = world.bank_get(ACME, "nothing/").await;
        assert_eq!(nothing.status, 404);
        assert!(nothing.json["detail"].is_string());
        let strange = world.bank_get(ACME, "entity/?link_id=%00").await;
        assert_eq!(strange.status, 400);
        assert_eq!(world.bank_get(ACME, "entity/").await.ok()["count"], 0);
    }

    async fn the_key_alone_the_hash_alone_or_a_wrong_one_answer_alike(world: World) {
        let id = world.bank_entity(ACME, "x").await;
        let other = GLOBEX_HASH;
        let wrong: &[&[(&str, &str)]] = &[
            &[], &[("x-api-key", ACME_KEY)], &[("server-hash", ACME_HASH)], &[("x-api-key", ACME_KEY), ("server-hash", "")],
            &[("x-api-key", ACME_KEY), ("server-hash", "wrong")], &[("x-api-key", ACME_KEY), ("server-hash", other)],
            &[("x-api-key", "wrong"), ("server-hash", ACME_HASH)], &[("x-api-key", "dev-acme-server-key"), ("server-hash", ACME_HASH)],
        ];
        for headers in wrong {
            for rest in ["entity/".to_owned(), format!("entity/{id}/"), "entity/?page=0".to_owned()] {
                let answer = world.send(Method::GET, &path(&rest), headers, "").await;
                assert_eq!((answer.status, &answer.json), (401, &json!({ "detail": NO_CREDENTIALS })), "{rest} {headers:?}");
            }
        }
        let answer = world.send(Method::GET, &path("net_banking_health/"), &[("server-hash", ACME_HASH)], "").await;
        assert_eq!((answer.status, answer.json), (401, json!({ "detail": NO_CREDENTIALS })));
    }

    async fn a_tenant_may_let_the_key_alone_read_but_never_a_wrong_hash(world: World) {
        let tenant = acme(&world).await;
        let read = async |headers: &[(&str, &str)]| world.send(Method::GET, &path("entity/"), headers, "").await.status;
        assert_eq!(read(&[("x-api-key", ACME_KEY)]).await, 401);
        world.app.run(Caller::System, SetLegacyKeyOnly { tenant, on: true }).await.unwrap();
        assert_eq!(read(&[("x-api-key", ACME_KEY)]).await, 200);
        assert_eq!(read(&[("x-api-key", ACME_KEY), ("server-hash", "wrong")]).await, 401);
        assert_eq!(read(&[("x-api-key", GLOBEX.0)]).await, 401, "it is Acme's switch");
        world.app.run(Caller::System, SetLegacyKeyOnly { tenant, on: false }).await.unwrap();
        assert_eq!(read(&[("x-api-key", ACME_KEY)]).await, 401);
    }

    async fn a_revoked_key_of_bankconnect_opens_nothing(world: World) {
        let keys = world.app.ask(Caller::System, ListBankKeys { tenant: acme(&world).await }).await.unwrap();
        assert!(world.app.run(Caller::System, RevokeBankKey { id: keys[0].id }).await.unwrap());
        assert_eq!(world.bank_get(ACME, "entity/").await.status, 401);
        assert_eq!(world.bank_get(GLOBEX, "entity/").await.status, 200);
    }

    async fn net_banking_health_is_a_bare_array_and_wants_the_key_alone(world: World) {
        let read = async || world.send(Method::GET, &path("net_banking_health/"), &[("x-api-key", ACME_KEY)], "").await.ok();
        let banks = read().await;
        let names: Vec<&str> = banks.as_array().unwrap().iter().map(|bank| bank["bank"].as_str().unwrap()).collect();
        assert_eq!(names, ["AXIS", "HDFC", "ICICI", "KOTAK", "PNBBNK", "SBI"]);
        let axis = json!({ "bank": "AXIS", "updated_at": "2021-01-03 06:30:00", "health_up": true, "issue_details": null });
        assert_eq!(banks[0], axis, "noon in India is 06:30 UTC");
        assert_eq!((&banks[1]["health_up"], banks[1]["issue_details"].is_string()), (&json!(false), true));
        world.clock.advance_seconds(60);
        world.app.check_bank_health().await.unwrap();
        assert_eq!(read().await[0]["updated_at"], "2021-01-03 06:31:00");
    }

    async fn incidents_and_failing_attempts_take_a_bank_down_and_up_again(world: World) {
        let state = async |bank: usize| {
            let banks = world.bank_get(ACME, "net_banking_health/").await.ok();
            (banks[bank]["health_up"].as_bool().unwrap(), banks[bank]["issue_details"].clone())
        };
        let system = Caller::System;
        world.app.run(system, ResolveIncident { bank: "HDFC".into() }).await.unwrap();
        assert_eq!(state(1).await, (true, Value::Null));
        let report = || ReportIncident { bank: "axis".into(), issue: "OTPs come late".into() };
        world.app.run(system, report()).await.unwrap();
        assert_eq!(state(0).await, (false, json!("OTPs come late")));
        let twice = world.app.run(system, report()).await.unwrap_err();
        assert_eq!(twice.code().unwrap().name(), "incident_open");
        world.app.run(system, ResolveIncident { bank: "axis".into() }).await.unwrap();
        assert_eq!(state(0).await, (true, Value::Null));
        let fetch = |succeeded| RecordFetch { bank: "sbi".into(), succeeded, reason: String::new() };
        for _ in 0..9 {
            world.app.run(system, fetch(false)).await.unwrap();
        }
        assert!(state(5).await.0, "nine attempts prove nothing");
        world.app.run(system, fetch(false)).await.unwrap();
        assert_eq!(state(5).await, (false, json!("10 of the last 10 attempts to fetch a statement failed")));
        for _ in 0..10 {
            world.app.run(system, fetch(true)).await.unwrap();
        }
        assert!(!state(5).await.0, "half is not enough to come up");
        world.clock.advance_seconds(3600);
        world.app.check_bank_health().await.unwrap();
        assert!(state(5).await.0, "nothing has failed for an hour");
        let history = qist_app::bankconnect::health::ReadHealthHistory { bank: "sbi".into() };
        let history = world.app.ask(system, history).await.unwrap();
        assert_eq!(history.iter().map(|one| one.is_up()).collect::<Vec<_>>(), [true, false, true]);
    }
}
