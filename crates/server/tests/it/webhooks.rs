//! Webhooks from the change to the receiver: what is promised, seen from the receiver's side of the wire.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use qist_app::webhooks::dispatch::{Dispatch, Next};
use qist_testkit::vendor::{Act, Received, Vendor};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::on_both;
use crate::world::{ACME, GLOBEX, MERIDIAN, World};

async fn receiver(script: impl Fn(usize, &Received) -> Act + Send + Sync + 'static) -> Vendor {
    Vendor::start(script).await.unwrap()
}

/// An endpoint that is on: its id and its secret.
async fn endpoint(world: &World, key: &str, settings: Value) -> (String, String) {
    let made = world.post(key, "/v1/webhooks", settings).await.ok();
    assert_eq!(made["webhook"]["state"], "enabled", "{made}");
    (text(&made["webhook"]["webhookID"]), text(&made["secret"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}

async fn create(world: &World, customer_id: &str) {
    world.post(ACME, "/v1/user/create", json!({ "customerID": customer_id, "mobile": "9999999999" })).await.ok();
}

/// New data make the next eligibility a fresh one, which is an event.
async fn rename(world: &World, customer_id: &str, name: &str) {
    world.post(ACME, "/v1/user/push", json!({ "customerID": customer_id, "name": name })).await.ok();
    world.get(ACME, &format!("/v1/user/eligibility?customerID={customer_id}")).await.ok();
}

fn is_ping(request: &Received) -> bool {
    request.body.windows(15).any(|part| part == br#""eventType":"pi"#)
}

fn told(vendor: &Vendor) -> Vec<Received> {
    vendor.received().into_iter().filter(|request| !is_ping(request)).collect()
}

/// Whether the public library signs these very bytes alike. Its own check wants a timestamp of today, and time stands still here.
fn verifies(secret: &str, request: &Received) -> bool {
    let [id, timestamp, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| request.header(name).unwrap());
    let expected = Webhook::new(secret).unwrap().sign(id, timestamp.parse().unwrap(), &request.body).unwrap();
    signatures.split(' ').any(|signature| signature == expected)
}

async fn deliveries(world: &World, id: &str, query: &str) -> Vec<Value> {
    let listed = world.get(ACME, &format!("/v1/webhooks/{id}/deliveries?limit=500{query}")).await.ok();
    listed["deliveries"].as_array().unwrap().clone()
}

/// Sequences of each customer in the order in which they were answered with 2xx.
type Taken = Arc<Mutex<BTreeMap<String, Vec<i64>>>>;

/// Fails as `fails` says and keeps what it took.
async fn picky(fails: impl Fn(usize) -> bool + Send + Sync + 'static) -> (Vendor, Taken) {
    let taken = Taken::default();
    let taking = Arc::clone(&taken);
    let vendor = receiver(move |number, request| {
        if is_ping(request) {
            return Act::answer(200, "");
        }
        if fails(number) {
            return Act::answer(500, "no");
        }
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let sequence = request.header("webhook-sequence").unwrap().parse().unwrap();
        taking.lock().unwrap().entry(text(&body["customerID"])).or_default().push(sequence);
        Act::answer(204, "")
    })
    .await;
    (vendor, taken)
}

/// Half of all numbers, as a die would.
fn half(number: usize) -> bool {
    (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).count_ones().is_multiple_of(2)
}

/// How many events of c1 the log has, once it has `awaited` or has been asked often enough. PostgreSQL shows an event when every
/// transaction of the server that began before it has ended, and the server is shared with other tests.
async fn in_log(world: &World, key: &str, awaited: usize) -> usize {
    let mut count = 0;
    for _ in 0..20_000 {
        let events = world.get(key, "/v1/events?limit=500").await.ok();
        count = events["events"].as_array().unwrap().iter().filter(|event| event["customerID"] == "c1").count();
        if count >= awaited {
            break;
        }
    }
    count
}

on_both! {
    async fn a_receiver_is_told_the_contracts_body_signed_and_numbered(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "thanks")).await;
        let (id, secret) = endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        assert!(verifies(&secret, &vendor.received()[0]), "the ping");
        create(&world, "c1").await;
        world.deliver().await;
        let requests = told(&vendor);
        assert_eq!(requests.len(), 1);
        let request = &requests[0];
        assert!(verifies(&secret, request));
        assert_eq!(
            String::from_utf8(request.body.clone()).unwrap(),
            r#"{"customerID":"c1","entityType":"sourcing_entity","eventDescription":"","eventType":"user_created","loanApplicationID":"","loggedAt":"2021-01-03 06:30:00"}"#
        );
        for (name, value) in [("content-type", "application/json"), ("webhook-attempt", "1"), ("webhook-sequence", "1")] {
            assert_eq!(request.header(name), Some(value), "{name}");
        }
        let listed = deliveries(&world, &id, "&customerID=c1&eventType=user_created&status=delivered").await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["messageID"].as_str(), request.header("webhook-id"));
        let path = format!("/v1/webhooks/{id}/deliveries/{}", text(&listed[0]["messageID"]));
        let seen = world.get(ACME, &path).await.ok();
        assert_eq!(seen["attempts"][0]["httpStatus"], 200);
        assert!(text(&seen["attempts"][0]["response"]).ends_with("\nthanks"), "{seen}");
        world.get(GLOBEX, &path).await.refused(404, "webhook_not_found");
        assert_eq!(deliveries(&world, &id, "&status=held").await.len(), 0);
    }

    async fn durable_delivers_everything_in_order_to_a_receiver_that_fails_half_the_time(world: World) {
        let (vendor, taken) = picky(half).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url, "maxPerSecond": 1000 })).await;
        for customer in 0..12 {
            create(&world, &format!("c{customer}")).await;
        }
        for round in 0..5 {
            for customer in 0..12 {
                rename(&world, &format!("c{customer}"), &format!("Name {}", ["One", "Two", "Three", "Four", "Five"][round])).await;
            }
        }
        let expected = deliveries(&world, &id, "").await.len();
        for _ in 0..200 {
            world.deliver().await;
            if deliveries(&world, &id, "&status=delivered").await.len() == expected {
                break;
            }
            world.clock.advance_seconds(2 * 86_400);
        }
        assert_eq!(deliveries(&world, &id, "&status=delivered").await.len(), expected);
        let taken = taken.lock().unwrap();
        assert_eq!(taken.values().map(Vec::len).sum::<usize>(), expected);
        for (customer, sequences) in taken.iter() {
            assert!(sequences.is_sorted(), "{customer}: {sequences:?}");
        }
    }

    async fn compat_gives_up_after_four_logged_attempts_and_a_replay_finds_all_of_it(world: World) {
        let failing = Arc::new(std::sync::atomic::AtomicBool::new(true));
        let fails = Arc::clone(&failing);
        let (vendor, taken) = picky(move |number| fails.load(std::sync::atomic::Ordering::SeqCst) && half(number)).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url, "profile": "compat", "maxPerSecond": 1000 })).await;
        for customer in 0..60 {
            create(&world, &format!("c{customer}")).await;
        }
        for _ in 0..8 {
            world.deliver().await;
            world.clock.advance_seconds(700);
        }
        let lost = deliveries(&world, &id, "&status=exhausted").await;
        assert_eq!(deliveries(&world, &id, "&status=delivered").await.len() + lost.len(), 60);
        assert!(!lost.is_empty(), "one in sixteen is lost");
        for delivery in &lost {
            let path = format!("/v1/webhooks/{id}/deliveries/{}", text(&delivery["messageID"]));
            assert_eq!(world.get(ACME, &path).await.ok()["attempts"].as_array().unwrap().len(), 4);
        }
        failing.store(false, std::sync::atomic::Ordering::SeqCst);
        let replay = json!({ "failedSince": "2021-01-01 00:00:00" });
        let replayed = world.post(ACME, &format!("/v1/webhooks/{id}/replay"), replay).await.ok();
        assert_eq!(replayed["count"], lost.len());
        world.deliver().await;
        assert_eq!(taken.lock().unwrap().len(), 60);
        let repeated = told(&vendor).into_iter().filter(|request| request.header("webhook-replay") == Some("1"));
        assert_eq!(repeated.count(), lost.len());
    }

    async fn after_an_outage_the_first_success_sends_again_what_was_given_up(world: World) {
        let down = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_down = Arc::clone(&down);
        let (vendor, taken) = picky(move |_| is_down.load(std::sync::atomic::Ordering::SeqCst)).await;
        let (durable, _) = endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        down.store(true, std::sync::atomic::Ordering::SeqCst);
        create(&world, "c1").await;
        rename(&world, "c1", "One").await;
        for _ in 0..12 {
            world.deliver().await;
            world.clock.advance_seconds(2 * 86_400);
        }
        let held = deliveries(&world, &durable, "&status=held").await;
        assert_eq!((held.len(), held[0]["attempts"].as_i64()), (1, Some(10)));
        down.store(false, std::sync::atomic::Ordering::SeqCst);
        create(&world, "c2").await;
        world.deliver().await;
        assert_eq!(taken.lock().unwrap()["c1"], [1, 2]);
        assert_eq!(deliveries(&world, &durable, "&status=delivered").await.len(), 3);
    }

    async fn a_held_delivery_can_be_skipped(world: World) {
        let (vendor, taken) = picky(|number| number < 12).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        create(&world, "c1").await;
        rename(&world, "c1", "One").await;
        for _ in 0..12 {
            world.deliver().await;
            world.clock.advance_seconds(2 * 86_400);
        }
        let held = deliveries(&world, &id, "&status=held").await;
        let skip = json!({ "messageID": held[0]["messageID"] });
        world.post(ACME, &format!("/v1/webhooks/{id}/skip"), skip.clone()).await.ok();
        world.post(ACME, &format!("/v1/webhooks/{id}/skip"), skip).await.refused(404, "webhook_delivery_not_found");
        world.deliver().await;
        assert_eq!(taken.lock().unwrap()["c1"], [2]);
    }

    async fn a_worker_that_dies_loses_nothing_and_what_it_says_late_counts_no_more(world: World) {
        let (vendor, taken) = picky(|_| false).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url, "maxPerSecond": 1000 })).await;
        let mut late = Vec::new();
        for kill in 0..20 {
            let customer = format!("c{}", kill % 4);
            if kill < 4 { create(&world, &customer).await } else { rename(&world, &customer, &format!("Name {}", ["A", "B", "C", "D", "E"][kill / 4])).await }
            let (mut dispatch, mut arrivals) = (Dispatch::default(), Vec::new());
            world.app.delivery_turn(&mut dispatch, &mut arrivals).await.unwrap();
            while let Next::Send(departure) = dispatch.next(qist_app::ports::clock::Clock::now(&*world.clock)) {
                // Every other one dies after its call, the rest before.
                if kill % 2 == 0 {
                    late.push(world.app.deliver(departure).await);
                }
            }
            world.clock.advance_seconds(200);
        }
        world.deliver().await;
        let before = deliveries(&world, &id, "").await;
        assert!(before.iter().all(|delivery| delivery["status"] == "delivered"), "{before:?}");
        world.app.end_deliveries(&mut late).await.unwrap();
        assert_eq!(deliveries(&world, &id, "").await, before, "a stale worker changes nothing");
        for (customer, sequences) in taken.lock().unwrap().iter() {
            assert!(sequences.is_sorted(), "{customer}: {sequences:?}");
        }
        let lost = deliveries(&world, &id, "&customerID=c0").await.pop().unwrap();
        let seen = world.get(ACME, &format!("/v1/webhooks/{id}/deliveries/{}", text(&lost["messageID"]))).await.ok();
        assert_eq!(seen["attempts"][0]["fault"], "worker_lost");
    }

    async fn gone_switches_an_endpoint_off_and_a_ping_on_again_with_nothing_lost(world: World) {
        let gone = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let is_gone = Arc::clone(&gone);
        let vendor = receiver(move |_, _| Act::answer(if is_gone.load(std::sync::atomic::Ordering::SeqCst) { 410 } else { 200 }, "")).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        gone.store(true, std::sync::atomic::Ordering::SeqCst);
        create(&world, "c1").await;
        world.deliver().await;
        assert_eq!(world.get(ACME, &format!("/v1/webhooks/{id}")).await.ok()["state"], "disabled");
        create(&world, "c2").await;
        world.deliver().await;
        assert_eq!(told(&vendor).len(), 1);
        gone.store(false, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(world.post(ACME, &format!("/v1/webhooks/{id}/ping"), json!({})).await.ok()["success"], true);
        world.clock.advance_seconds(60);
        world.deliver().await;
        assert_eq!(deliveries(&world, &id, "&status=delivered").await.len(), 2);
    }

    async fn an_endpoint_is_paused_and_resumed_filtered_and_deleted(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "")).await;
        let (id, _) = endpoint(&world, ACME, json!({ "url": vendor.url, "eventTypes": ["user_created"] })).await;
        let path = |what: &str| format!("/v1/webhooks/{id}/{what}");
        world.post(ACME, &path("pause"), json!({})).await.ok();
        create(&world, "c1").await;
        rename(&world, "c1", "One").await;
        world.deliver().await;
        assert_eq!(told(&vendor).len(), 0);
        world.post(ACME, &path("resume"), json!({})).await.ok();
        world.deliver().await;
        assert_eq!(told(&vendor).len(), 1, "the event that it asked for, and no other");
        world.post(ACME, &path("delete"), json!({})).await.ok();
        create(&world, "c2").await;
        world.deliver().await;
        assert_eq!(told(&vendor).len(), 1);
        world.get(ACME, &format!("/v1/webhooks/{id}")).await.refused(404, "webhook_not_found");
    }

    async fn a_new_secret_signs_beside_the_old_one_until_the_overlap_is_over(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "")).await;
        let (id, old) = endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        let path = format!("/v1/webhooks/{id}/secret");
        let new = text(&world.post(ACME, &path, json!({ "overlapSeconds": 60 })).await.ok()["secret"]);
        create(&world, "c1").await;
        world.deliver().await;
        let request = told(&vendor).pop().unwrap();
        assert!(verifies(&old, &request) && verifies(&new, &request));
        world.clock.advance_seconds(60);
        create(&world, "c2").await;
        world.deliver().await;
        let request = told(&vendor).pop().unwrap();
        assert!(!verifies(&old, &request) && verifies(&new, &request));
        world.post(ACME, &path, json!({ "overlapSeconds": 604_801 })).await.refused(400, "invalid_field");
    }

    async fn a_url_that_does_not_answer_is_kept_and_not_switched_on(world: World) {
        let made = world.post(ACME, "/v1/webhooks", json!({ "url": "http://127.0.0.1:1/" })).await.ok();
        assert_eq!((&made["webhook"]["state"], &made["ping"]["fault"]), (&json!("unverified"), &json!("unreachable")));
        create(&world, "c1").await;
        let id = text(&made["webhook"]["webhookID"]);
        assert_eq!(deliveries(&world, &id, "").await.len(), 0);
        for url in ["", "ftp://a.example/", "https://user:pw@a.example/", "http://2130706433/", "http://0x7f.1/", "not a url"] {
            let answer = world.post(ACME, "/v1/webhooks", json!({ "url": url })).await;
            assert_eq!((answer.status, answer.json["field"].as_str()), (400, Some("url")), "{url}: {}", answer.json);
        }
        world.post(ACME, "/v1/webhooks", json!({ "url": "http://a.example/", "eventTypes": ["nothing"] })).await.refused(400, "invalid_field");
    }

    async fn a_lender_is_told_of_its_applications_and_of_no_others(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "")).await;
        endpoint(&world, MERIDIAN, json!({ "url": vendor.url })).await;
        let (_, loan) = world.approved("c1").await;
        create(&world, "c2").await;
        world.deliver().await;
        let bodies: Vec<Value> = told(&vendor).iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
        assert!(bodies.len() > 3);
        assert!(bodies.iter().all(|body| body["loanApplicationID"] == loan.as_str()), "{bodies:?}");
        assert_eq!(in_log(&world, MERIDIAN, bodies.len()).await, bodies.len());
    }

    async fn a_customer_whom_a_test_clock_has_moved_ahead_is_told_of_at_once_with_the_customers_own_time(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "")).await;
        endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        world.disbursed("c1").await;
        world.deliver().await;
        let before = told(&vendor).len();
        world.post(ACME, "/v1/sandbox/clock", json!({ "customerID": "c1", "advanceTo": "2021-03-10" })).await.ok();
        world.deliver().await;
        let after = told(&vendor).split_off(before);
        assert!(!after.is_empty());
        let real = after[0].header("webhook-timestamp").unwrap().parse::<i64>().unwrap();
        assert_eq!(real, qist_app::ports::clock::Clock::now(&*world.clock).micros() / 1_000_000);
        let body: Value = serde_json::from_slice(&after[0].body).unwrap();
        assert!(body["loggedAt"].as_str().unwrap() > "2021-01-04", "{body}");
    }

    async fn the_event_log_is_followed_page_by_page_without_a_gap(world: World) {
        let vendor = receiver(|_, _| Act::answer(200, "")).await;
        endpoint(&world, ACME, json!({ "url": vendor.url })).await;
        world.signed("c1").await;
        world.deliver().await;
        let happened = world.events("c1").await.len();
        assert_eq!(in_log(&world, ACME, happened).await, happened);
        let (mut after, mut seen) = (String::new(), Vec::new());
        loop {
            let page = world.get(ACME, &format!("/v1/events?limit=3{after}")).await.ok();
            let events = page["events"].as_array().unwrap().clone();
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
            seen.extend(events.into_iter().filter(|event| event["customerID"] == "c1"));
        }
        let activity = world.get(ACME, "/v1/user/activity?customerID=c1").await.ok();
        assert_eq!(seen.len(), activity["data"]["userActivityHistory"].as_array().unwrap().len());
        let by_log: BTreeSet<String> = seen.iter().map(|event| text(&event["messageID"])).collect();
        let by_webhook: BTreeSet<String> = told(&vendor).iter().map(|request| request.header("webhook-id").unwrap().to_owned()).collect();
        assert_eq!(by_log, by_webhook, "one id on both ways");
        world.get(ACME, "/v1/events?after=nonsense").await.refused(400, "invalid_field");
        assert!(world.get(ACME, "/v1/events/types").await.ok()["eventTypes"].as_array().unwrap().len() > 40);
    }
}
