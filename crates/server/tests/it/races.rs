//! Two things at once: one effect, never two. Real concurrency, many rounds.

use std::sync::Arc;

use serde_json::json;

use crate::world::{ACME, Answer, Engine, MERIDIAN, World};

const ROUNDS: usize = 20;

/// How many of the answers succeeded.
fn successes(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

/// Runs the same call twice at once.
async fn twice<F, Fut>(world: &Arc<World>, call: F) -> Vec<Answer>
where
    F: Fn(Arc<World>, usize) -> Fut,
    Fut: Future<Output = Answer> + Send + 'static,
{
    let tasks: Vec<_> = (0..2).map(|number| tokio::spawn(call(Arc::clone(world), number))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

async fn two_disbursals_of_one_loan_book_one(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..ROUNDS {
        let (_, loan) = world.signed(&format!("c{round}")).await;
        let id = loan.clone();
        let answers = twice(&world, move |world, number| {
            let loan = id.clone();
            async move { world.disburse(&loan, &format!("U{loan}{number}")).await }
        })
        .await;
        assert_eq!(successes(&answers), 1, "{answers:?}");
        let events = world.events(&format!("c{round}")).await;
        assert_eq!(events.iter().filter(|event| *event == "loan_disbursed").count(), 1);
    }
    assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
}

async fn the_same_repayment_twice_at_once_pays_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    let (_, loan) = world.disbursed("c1").await;
    for num in 1..=6 {
        let body = world.repayment(&loan, num, json!(1161), &format!("T{num}"));
        let answers = twice(&world, move |world, _| {
            let body = body.clone();
            async move { world.post(ACME, "/v1/loan/repay", body).await }
        })
        .await;
        for answer in &answers {
            assert!(answer.status == 200 || answer.status == 409, "{answer:?}");
        }
        assert!(successes(&answers) >= 1, "{answers:?}");
    }
    assert_eq!(world.status(&loan).await, "CLOSED");
    let events = world.events("c1").await;
    assert_eq!(events.iter().filter(|event| *event == "emi_paid").count(), 6);
    assert_eq!(events.iter().filter(|event| *event == "loan_closed").count(), 1);
    assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
}

async fn accepting_against_cancelling_leaves_one_story(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..ROUNDS {
        let customer = format!("c{round}");
        let (borrower, loan) = world.approved(&customer).await;
        let offers = world.borrower_get(&borrower, "/v1/borrower/offers").await.ok();
        let offer = offers["offers"][0]["offerID"].clone();
        world.acknowledge(&borrower).await;
        let id = loan.clone();
        let answers = twice(&world, move |world, number| {
            let (borrower, loan, offer) = (borrower.clone(), id.clone(), offer.clone());
            async move {
                if number == 0 {
                    world.borrower_post(&borrower, "/v1/borrower/offers/accept", json!({ "offerID": offer })).await
                } else {
                    let body = json!({ "loanApplicationID": loan, "reason": "race" });
                    world.post(ACME, "/v1/loan/cancel", body).await
                }
            }
        })
        .await;
        let events = world.events(&customer).await;
        let accepted = events.iter().position(|event| event == "loan_offer_accepted");
        let cancelled = events.iter().position(|event| event == "loan_cancelled");
        assert_eq!(accepted.is_some(), answers[0].status == 200, "{answers:?}");
        assert_eq!(cancelled.is_some(), answers[1].status == 200, "{answers:?}");
        assert!(accepted.is_none() || cancelled.is_none() || accepted < cancelled, "nothing is accepted after the end");
        assert!(accepted.is_some() || cancelled.is_some());
    }
}

async fn the_same_key_at_once_creates_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..ROUNDS {
        let answers = twice(&world, move |world, _| async move {
            let key = format!("k{round}");
            let headers =
                [("x-api-key", ACME), ("content-type", "application/json"), ("idempotency-key", key.as_str())];
            let body = json!({ "customerID": format!("c{round}"), "mobile": "9999999999" }).to_string();
            world.send(axum::http::Method::POST, "/v1/user/create", &headers, body).await
        })
        .await;
        assert!(successes(&answers) >= 1, "{answers:?}");
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409), "{answers:?}");
    }
    assert_eq!(world.get(ACME, "/v1/users").await.ok()["data"]["total"], ROUNDS);
}

async fn two_payouts_at_once_ask_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..ROUNDS {
        let (_, loan) = world.signed(&format!("c{round}")).await;
        let path = format!("/v1/lender/applications/{loan}/payout");
        let answers = twice(&world, move |world, _| {
            let path = path.clone();
            async move { world.post(MERIDIAN, &path, json!({})).await }
        })
        .await;
        assert_eq!(successes(&answers), 1, "{answers:?}");
        world.settle().await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
    }
}

async fn two_workers_at_once_apply_each_answer_once(engine: Engine) {
    let world = Arc::new(World::new(engine).await);
    for round in 0..ROUNDS {
        let customer = format!("c{round}");
        let borrower = world.customer(&customer).await;
        world.identify(&borrower, "ABCPD0750N").await;
        world.apply(&borrower, 6500).await;
        world.tell_details(&borrower).await;
        for kind in ["pan_card", "address_proof_front", "selfie"] {
            world.upload(&borrower, kind, "image/png", qist::dev::PIXEL_PNG).await.ok();
        }
        world.borrower_post(&borrower, "/v1/borrower/kyc/submit", json!({})).await.ok();
        let (one, two) = tokio::join!(world.settle(), world.settle());
        let ((), ()) = (one, two);
        world.settle().await;
        let events = world.events(&customer).await;
        for name in ["kyc_verified", "loan_approved"] {
            assert_eq!(events.iter().filter(|event| *event == name).count(), 1, "{name} in {events:?}");
        }
    }
}

macro_rules! races {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::Engine;

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

races!(
    two_disbursals_of_one_loan_book_one,
    the_same_repayment_twice_at_once_pays_once,
    accepting_against_cancelling_leaves_one_story,
    the_same_key_at_once_creates_once,
    two_payouts_at_once_ask_once,
    two_workers_at_once_apply_each_answer_once,
);
