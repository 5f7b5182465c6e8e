//! Credit lines on which two things happen at once: the limit holds, and of two that exclude each other one wins. Real concurrency,
//! on both databases.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::world::{ACME, Answer, Borrower, Engine, MERIDIAN, World};

const ROUNDS: usize = 200;

async fn all<F>(calls: Vec<F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let started: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for call in started {
        answers.push(call.await.unwrap());
    }
    answers
}

fn succeeded(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

/// What draws an order, with the OTP that was sent for it.
async fn ready(world: &World, borrower: &Borrower, order: &str, amount: i32) -> (Value, String) {
    world.open_withdrawal("c1", json!(amount), order).await.ok();
    let quoted = world.quote(borrower, order, "pay_later").await.ok();
    (quoted, world.otp().await)
}

async fn cancel(world: &World, txn: &str) -> Answer {
    world.post(ACME, "/v1/creditline/txn/cancel", json!({ "txnID": txn })).await
}

async fn drawdowns_at_once_never_pass_the_limit(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let (borrower, _) = world.line("c1").await;
    for round in 0..ROUNDS {
        // Each fits, two of them do not.
        let mut calls = Vec::new();
        for part in 0..3 {
            let (quoted, otp) = ready(&world, &borrower, &format!("R{round}-{part}"), 4_001 + part).await;
            let (world, borrower) = (Arc::clone(&world), borrower.clone());
            calls.push(async move { world.draw_with(&borrower, &quoted, &otp).await });
        }
        let answers = all(calls).await;
        assert_eq!(succeeded(&answers), 1, "{answers:?}");
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert!(["limit_exceeded", "version_conflict"].contains(&refused.json["code"].as_str().unwrap()));
        }
        let drawn = answers.iter().find(|answer| answer.status == 200).unwrap();
        cancel(&world, drawn.json["txnID"].as_str().unwrap()).await.ok();
    }
    assert_eq!(world.limits("c1").await.1, json!(8000));
    world.all_agrees().await;
}

async fn a_drawdown_and_a_cut_of_the_limit_at_once_leave_what_is_used(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let (borrower, line) = world.line("c1").await;
    // A limit that is cut cannot be raised again without the borrower: each round cuts a little further.
    for round in 0..ROUNDS {
        let limit = 8_000 - 20 * i32::try_from(round + 1).unwrap();
        let (quoted, otp) = ready(&world, &borrower, &format!("R{round}"), limit + 10).await;
        let (a, b) = (Arc::clone(&world), Arc::clone(&world));
        let (borrower, path) = (borrower.clone(), format!("/v1/lender/creditlines/{line}/limit"));
        let draw = tokio::spawn(async move { a.draw_with(&borrower, &quoted, &otp).await });
        let cut = tokio::spawn(async move { b.post(MERIDIAN, &path, json!({ "limit": limit })).await });
        let answers = [draw.await.unwrap(), cut.await.unwrap()];
        assert_eq!(succeeded(&answers), 1, "{answers:?}");
        if answers[0].status == 200 {
            cancel(&world, answers[0].json["txnID"].as_str().unwrap()).await.ok();
        }
    }
    world.all_agrees().await;
}

/// What is confirmed is paid out and repaid, which gives its limit back.
async fn live_on(world: &World, txn: &str, amount: &Value) {
    world.pay_out(txn, &format!("U{txn}")).await.ok();
    let repayment = world.repayment(txn, 1, amount.clone(), &format!("T{txn}"));
    world.post(ACME, "/v1/loan/repay", repayment).await.ok();
}

/// Two calls about one drawdown, of which exactly one succeeds.
async fn one_of_two(engine: Engine, first: &'static str, second: &'static str) {
    let world = Arc::new(World::new(engine).await);
    let (borrower, _) = world.line("c1").await;
    for round in 0..ROUNDS {
        let txn = world.drawn("c1", &borrower, json!(8000), &format!("R{round}")).await;
        let calls = [first, second].map(|verb| {
            let (world, txn) = (Arc::clone(&world), txn.clone());
            async move {
                let body =
                    json!({ "txnID": txn, "invoiceNo": "1", "invoices": [{ "invoiceNo": "A", "amount": 5000 }] });
                world.post(ACME, &format!("/v1/creditline/txn/{verb}"), body).await
            }
        });
        let answers = all(calls.into()).await;
        assert_eq!(succeeded(&answers), 1, "{answers:?}");
        for left in world.transactions("c1").await {
            let id = left["txnID"].as_str().unwrap();
            match left["txnStatus"].as_str().unwrap() {
                "PROCESSING" => drop(cancel(&world, id).await.ok()),
                "CONFIRMED" => live_on(&world, id, &left["amount"]).await,
                _ => {}
            }
        }
        assert_eq!(world.limits("c1").await.1, json!(8000));
    }
    world.all_agrees().await;
}

async fn of_confirming_and_cancelling_one_wins(engine: Engine) {
    one_of_two(engine, "confirm", "cancel").await;
}

async fn of_splitting_and_cancelling_one_wins(engine: Engine) {
    one_of_two(engine, "split", "cancel").await;
}

async fn of_the_end_of_a_reservation_and_a_confirmation_one_wins(engine: Engine) {
    const RESERVED_SECONDS: i64 = 72 * 3_600;
    let world = Arc::new(World::new(engine).await);
    let (borrower, _) = world.line("c1").await;
    for round in 0..ROUNDS {
        let txn = world.drawn("c1", &borrower, json!(8000), &format!("R{round}")).await;
        // One passes the last second while the job that ends the reservation runs.
        world.clock.advance_seconds(RESERVED_SECONDS - 1);
        let (a, b, id) = (Arc::clone(&world), Arc::clone(&world), txn.clone());
        let confirm = tokio::spawn(async move { a.confirm(&id).await });
        let expire = tokio::spawn(async move {
            b.clock.advance_seconds(3);
            b.settle().await;
        });
        let confirmed = confirm.await.unwrap().status == 200;
        expire.await.unwrap();
        world.settle().await;
        let seen = world.transactions("c1").await;
        let status = seen.iter().find(|one| one["txnID"] == txn.as_str()).unwrap()["txnStatus"].clone();
        assert_eq!(status, if confirmed { "CONFIRMED" } else { "CANCELLED" });
        if confirmed {
            live_on(&world, &txn, &json!(8000)).await;
        }
        // A second later than before, so that the newest message is the newest.
        world.clock.advance_seconds(-RESERVED_SECONDS - 1);
    }
    world.all_agrees().await;
}

macro_rules! on_each {
    ($($name:ident)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn postgres() {
                super::$name(Engine::Postgres).await;
            }
        }
    )*};
}

on_each! {
    drawdowns_at_once_never_pass_the_limit
    a_drawdown_and_a_cut_of_the_limit_at_once_leave_what_is_used
    of_confirming_and_cancelling_one_wins
    of_splitting_and_cancelling_one_wins
    of_the_end_of_a_reservation_and_a_confirmation_one_wins
}
