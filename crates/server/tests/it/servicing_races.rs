//! Loans on which two things happen at once: one of them wins, and the books say which. Real concurrency, on both databases.

use std::sync::Arc;

use qist::seed::{Plan, fill};
use qist_domain::day::Day;
use qist_domain::id::SourcingEntityId;
use qist_domain::money::Paise;
use serde_json::{Value, json};

use crate::world::{ACME, Answer, Engine, MERIDIAN, World};

const ROUNDS: usize = 200;

fn path(loan: &str, verb: &str) -> String {
    format!("/v1/lender/applications/{loan}/{verb}")
}

async fn both<A, B>(first: A, second: B) -> (Answer, Answer)
where
    A: Future<Output = Answer> + Send + 'static,
    B: Future<Output = Answer> + Send + 'static,
{
    let (first, second) = (tokio::spawn(first), tokio::spawn(second));
    (first.await.unwrap(), second.await.unwrap())
}

async fn books_agree(world: &World) {
    assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
}

async fn acme(world: &World) -> SourcingEntityId {
    match qist::dev::key_owner(&world.app, "server", "acme").await.unwrap() {
        qist_app::caller::KeyOwner::Server(tenant) => tenant,
        other => panic!("{other:?} is no sourcing entity's"),
    }
}

/// Running loans of Acme with Meridian, made at once.
async fn running(world: &World, at_least: usize) -> Vec<String> {
    world.clock.set("2026-11-20");
    fill(&world.app, &world.store, Plan { users: 1_500, loans: 3_000, seed: 11 }, |_| ()).await.unwrap();
    let mut loans = Vec::new();
    for page in 1.. {
        let answer = world
            .get(MERIDIAN, &format!("/v1/lender/applications?statusText=DISBURSED&limit=500&page={page}"))
            .await
            .ok();
        let found = answer["applications"].as_array().unwrap();
        loans.extend(found.iter().map(|loan| loan["loanApplicationID"].as_str().unwrap().to_owned()));
        if found.is_empty() || loans.len() >= at_least {
            break;
        }
    }
    assert!(loans.len() >= at_least, "{} loans are running", loans.len());
    loans.truncate(at_least);
    loans
}

async fn payoff(world: &World, loan: &str) -> Value {
    world.post(MERIDIAN, &path(loan, "payoffs"), json!({})).await.ok()
}

fn payment(world: &World, amount: &Value, utr: String) -> Value {
    let now = world.app.clock.now().ist_text();
    json!({ "installmentNum": 1, "amountReceived": amount, "paymentDate": now, "paymentMode": "upi", "utr": utr })
}

async fn a_payoff_and_a_repayment_at_once_never_close_below_what_is_owed(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for (round, loan) in running(&world, ROUNDS).await.into_iter().enumerate() {
        let quote = payoff(&world, &loan).await;
        let pay = path(&loan, &format!("payoffs/{}/pay", quote["payoffID"].as_str().unwrap()));
        let body = payment(&world, &json!(10), format!("R{round}"));
        let (a, b) = (Arc::clone(&world), Arc::clone(&world));
        let repay = path(&loan, "repayments");
        let (paid_off, repaid) = both(
            async move { a.post(MERIDIAN, &pay, json!({ "paymentMode": "neft", "utr": format!("F{round}") })).await },
            async move { b.post(MERIDIAN, &repay, body).await },
        )
        .await;
        // Whoever came first made the other impossible.
        assert_eq!(
            usize::from(paid_off.status == 200) + usize::from(repaid.status == 200),
            1,
            "{} and {}",
            paid_off.json,
            repaid.json
        );
    }
    books_agree(&world).await;
}

/// What an instalment still lacks.
fn rest(emi: &Value) -> Paise {
    let paise = |field: &str| Paise::parse_rupees(&emi[field].to_string()).unwrap();
    paise("totalPayable").minus(paise("amountReceived")).unwrap()
}

/// As a number of JSON.
fn rupees(amount: Paise) -> Value {
    serde_json::from_str(&amount.with_paise()).unwrap()
}

async fn two_repayments_at_once_close_a_loan_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for (round, loan) in running(&world, ROUNDS).await.into_iter().enumerate() {
        let listed = world.get(MERIDIAN, &path(&loan, "repayments")).await.ok();
        let emis = listed["emiList"].as_array().unwrap().clone();
        let (last, others) = emis.split_last().unwrap();
        // All but the last are paid; what pays the last comes twice.
        for (num, emi) in others.iter().enumerate().filter(|(_, emi)| rest(emi).is_positive()) {
            let mut body = payment(&world, &rupees(rest(emi)), format!("P{round}-{num}"));
            body["installmentNum"] = emi["installmentNum"].clone();
            world.post(MERIDIAN, &path(&loan, "repayments"), body).await.ok();
        }
        let amount = rupees(rest(last));
        let call = |number: usize| {
            let (world, to) = (Arc::clone(&world), path(&loan, "repayments"));
            let mut body = payment(&world, &amount, format!("L{round}-{number}"));
            body["installmentNum"] = last["installmentNum"].clone();
            async move { world.post(MERIDIAN, &to, body).await }
        };
        let (first, second) = both(call(1), call(2)).await;
        assert_eq!(
            usize::from(first.status == 200) + usize::from(second.status == 200),
            1,
            "{} {}",
            first.json,
            second.json
        );
    }
    books_agree(&world).await;
}

async fn a_payment_is_reversed_once_however_often_at_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let loans = running(&world, ROUNDS).await;
    for (round, loan) in loans.into_iter().enumerate() {
        let paid = world
            .post(MERIDIAN, &path(&loan, "repayments"), payment(&world, &json!(7), format!("T{round}")))
            .await
            .ok();
        let body = json!({ "referenceID": paid["referenceID"], "reason": "returned" });
        let call = || {
            let (world, to, body) = (Arc::clone(&world), path(&loan, "reversals"), body.clone());
            async move { world.post(MERIDIAN, &to, body).await }
        };
        let (first, second) = both(call(), call()).await;
        assert_eq!(
            usize::from(first.status == 200) + usize::from(second.status == 200),
            1,
            "{} {}",
            first.json,
            second.json
        );
    }
    books_agree(&world).await;
}

/// Two nodes end the same day at once while a customer pays: each day brings what it brings once.
async fn a_day_ended_twice_at_once_while_somebody_pays_is_ended_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let (_, loan) = world.signed_with_account("c1", "50100000000500").await;
    world.disburse(&loan, "U1").await.ok();
    let tenant = acme(&world).await;
    let start: Day = "2021-01-03".parse().unwrap();
    for round in 1..=ROUNDS {
        let day = start.plus_days(i64::try_from(round).unwrap());
        world.clock.set(&day.to_string());
        let (a, b, c) = (Arc::clone(&world), Arc::clone(&world), Arc::clone(&world));
        let first = tokio::spawn(async move { a.app.end_day(tenant, day).await });
        let second = tokio::spawn(async move { b.app.end_day(tenant, day).await });
        let body = c.repayment(&loan, 1, json!(0.5), &format!("T{round}"));
        let paying = tokio::spawn(async move { c.post(ACME, "/v1/loan/repay", body).await });
        let ended = [first.await.unwrap().unwrap(), second.await.unwrap().unwrap()];
        let paid = paying.await.unwrap();
        assert!(paid.status == 200 || paid.status == 409, "{}", paid.json);
        // A loan that lost to the payment is brought through its day by the next run.
        if ended.iter().any(|one| one.failed > 0) {
            world.app.end_day(tenant, day.plus_days(1)).await.unwrap();
        }
    }
    let activity = world.get(ACME, "/v1/user/activity?customerID=c1").await.ok();
    let mut told: Vec<String> = activity["data"]["userActivityHistory"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| ["late_fee_added", "emi_overdue"].contains(&event["eventType"].as_str().unwrap()))
        .map(|event| format!("{} {}", event["eventType"], event["eventDescription"]))
        .collect();
    let before = told.len();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), before, "nothing is announced twice");
    books_agree(&world).await;
}

macro_rules! on_each {
    ($($name:ident)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Engine::Postgres).await;
            }
        }
    )*};
}

on_each! {
    a_payoff_and_a_repayment_at_once_never_close_below_what_is_owed
    two_repayments_at_once_close_a_loan_once
    a_payment_is_reversed_once_however_often_at_once
    a_day_ended_twice_at_once_while_somebody_pays_is_ended_once
}
