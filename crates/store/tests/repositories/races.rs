//! Many at once: of each thing that there is one of, exactly one gets it, and nothing is lost or counted twice.

use std::sync::Arc;

use qist_app::error::{Error, Result};
use qist_app::ports::store::Reference;
use qist_domain::event::EntityType;
use qist_domain::refusal::Code;
use qist_domain::user::User;
use qist_store::DbStore;
use tokio::sync::Barrier;

use crate::access::session;
use crate::samples::*;
use crate::support::{Fixture, at, fixed, number, write};
use crate::work::{job, otp, replay};

on_both_engines! {
    of_many_creations_of_a_customer_one_stands,
    of_many_changes_of_an_application_one_stands,
    of_many_payments_on_one_version_one_stands,
    of_many_redemptions_of_a_session_one_gets_it,
    of_many_claims_of_a_reference_one_gets_it,
    of_many_calls_with_one_key_one_is_kept,
    two_workers_never_get_the_same_job,
    every_wrong_guess_of_an_otp_is_counted,
    events_of_many_transactions_have_numbers_without_gaps,
    counters_agree_with_the_rows_after_many_changes_at_once,
    the_first_data_key_of_a_tenant_is_made_once,
}

const MANY: u128 = 16;

/// Runs a task for each number at the same moment.
async fn together<T, F, R>(store: &DbStore, task: F) -> Vec<T>
where
    T: Send + 'static,
    F: Fn(DbStore, u128) -> R,
    R: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(usize::try_from(MANY).unwrap()));
    let tasks: Vec<_> = (1..=MANY)
        .map(|number| {
            let (barrier, running) = (Arc::clone(&barrier), task(store.clone(), number));
            tokio::spawn(async move {
                barrier.wait().await;
                running.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// One answer is `Ok`, every other is the refusal.
fn assert_one_stands<T>(results: Vec<Result<T>>, code: Code) {
    let (kept, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(kept.len(), 1);
    let codes: Vec<_> = refused.iter().map(|result| result.as_ref().err().and_then(Error::code)).collect();
    assert_eq!(codes, vec![Some(code); codes.len()]);
}

async fn of_many_creations_of_a_customer_one_stands(fixture: Fixture) {
    let results = together(&fixture.store, |store, number| async move {
        let change = fixed(User::create(user_id(number), TENANT, "Cust-1".to_owned(), mobile(1), at(0)));
        in_write!(store, tx => tx.save_user(change.clone(), at(0)))
    });
    assert_one_stands(results.await, Code::UserExists);
    assert_eq!(number(&fixture.store, "SELECT count(*) FROM events").await, 1);
}

async fn of_many_changes_of_an_application_one_stands(fixture: Fixture) {
    save_user(&fixture.store, new_user(1)).await;
    save_application(&fixture.store, new_application(1, 1)).await;
    let read = fixed(load_application(&fixture.store, 1).await);
    let results = together(&fixture.store, |store, number| async move {
        let change = fixed(read.clone().cancel(EntityType::System, format!("reason {number}")).unwrap());
        in_write!(store, tx => tx.save_application(change.clone(), at(0)))
    });
    assert_one_stands(results.await, Code::VersionConflict);
    assert_eq!(load_application(&fixture.store, 1).await.version, 1);
    assert_eq!(number(&fixture.store, "SELECT count(*) FROM events").await, 4);
}

async fn of_many_payments_on_one_version_one_stands(fixture: Fixture) {
    let read = fixed(disbursed(&fixture.store, 1).await);
    let results = together(&fixture.store, |store, number| async move {
        let paid = paid(1, 100, &format!("reference {number}"));
        let change = fixed(read.clone().pay(fact_id(number), paid, at(9).day(), at(9)).unwrap());
        in_write!(store, tx => tx.save_loan(change.clone(), at(9)))
    });
    assert_one_stands(results.await, Code::VersionConflict);
    assert_eq!(load_loan(&fixture.store, 1).await.facts.len(), 2);
    assert_eq!(number(&fixture.store, "SELECT sum(amount_paise) FROM ledger_entries").await, 0);
}

async fn of_many_redemptions_of_a_session_one_gets_it(fixture: Fixture) {
    let store = &fixture.store;
    let session = fixed(session(1, None));
    in_write!(store, tx => tx.insert_session(session)).unwrap();
    let results = together(store, |store, _| async move {
        in_write!(store, tx => tx.redeem_session(&session.code_hash, at(5))).unwrap()
    });
    assert_eq!(results.await.iter().flatten().count(), 1);
}

async fn of_many_claims_of_a_reference_one_gets_it(fixture: Fixture) {
    let results = together(&fixture.store, |store, number| async move {
        let reference = fixed(Reference {
            scope: TENANT.to_string(),
            reference: "TXN".into(),
            loan: application_id(1).into(),
            fact: fact_id(number),
            digest: "digest".into(),
        });
        in_write!(store, tx => tx.claim_reference(reference)).unwrap()
    });
    assert_eq!(results.await.into_iter().filter(|claimed| *claimed).count(), 1);
}

async fn of_many_calls_with_one_key_one_is_kept(fixture: Fixture) {
    let results = together(&fixture.store, |store, number| async move {
        let (replay, change) = (fixed(replay("key", &format!("answer {number}"))), fixed(new_user(number)));
        in_write!(store, tx => async {
            if tx.replay(&replay.scope, &replay.operation, &replay.key).await?.is_some() {
                return Err(Code::IdempotencyReused.into());
            }
            tx.save_user(change.clone(), at(0)).await?;
            if tx.insert_replay(replay).await? { Ok(()) } else { Err(Code::IdempotencyReused.into()) }
        })
    });
    assert_one_stands(results.await, Code::IdempotencyReused);
    assert_eq!(number(&fixture.store, "SELECT count(*) FROM users").await, 1);
}

async fn two_workers_never_get_the_same_job(fixture: Fixture) {
    let store = &fixture.store;
    for number in 0..100 {
        let job = fixed(job(number, 0));
        in_write!(store, tx => tx.insert_job(job)).unwrap();
    }
    let taken = together(store, |store, _| async move {
        let mut mine = Vec::new();
        loop {
            let taken = in_write!(store, tx => tx.claim_jobs(at(1), 60, 3)).unwrap();
            if taken.is_empty() {
                return mine;
            }
            mine.extend(taken.into_iter().map(|job| job.id));
        }
    });
    let mut taken: Vec<_> = taken.await.into_iter().flatten().collect();
    taken.sort_unstable();
    assert_eq!(taken, (0..100).map(|number| job(number, 0).id).collect::<Vec<_>>());
}

async fn every_wrong_guess_of_an_otp_is_counted(fixture: Fixture) {
    let store = &fixture.store;
    let sent = fixed(otp("code", 0));
    in_write!(store, tx => tx.save_otp(sent)).unwrap();
    let guesses = together(store, |store, _| async move {
        write(&store, |tx| {
            Box::pin(async move {
                let mut otp = tx.otp(user_id(1), "login").await?.unwrap();
                otp.tries += 1;
                tx.save_otp(&otp).await
            })
        })
        .await
        .unwrap();
    });
    guesses.await;
    let stored = in_read!(store, tx => tx.otp(user_id(1), "login")).unwrap().unwrap();
    assert_eq!(u128::from(stored.tries), MANY);
}

async fn events_of_many_transactions_have_numbers_without_gaps(fixture: Fixture) {
    save_user(&fixture.store, new_user(1)).await;
    let saved = together(&fixture.store, |store, number| async move {
        save_application(&store, new_application(number, 1)).await;
    });
    saved.await;
    let activity = in_read!(fixture.store, tx => tx.activity(user_id(1))).unwrap();
    assert_eq!(activity.len(), 1 + 2 * usize::try_from(MANY).unwrap());
    assert_eq!(number(&fixture.store, "SELECT max(seq) - count(*) FROM events").await, 0);
}

async fn counters_agree_with_the_rows_after_many_changes_at_once(fixture: Fixture) {
    let changed = together(&fixture.store, |store, number| async move {
        save_user(&store, new_user(number)).await;
        save_user(&store, load_user(&store, number).await.issue_token(None).unwrap()).await;
        if number % 2 == 0 {
            let user = load_user(&store, number).await;
            save_user(&store, user.update_profile(profile(), at(0).day()).unwrap()).await;
        }
    });
    changed.await;
    let counted = "SELECT sum(total) FROM counters WHERE status = ";
    let rows = "SELECT count(*) FROM users WHERE status = ";
    for status in ["'USER_CREATED'", "'USER_TOKEN_ISSUED'", "'USER_PROFILE_UPDATED'"] {
        let counted = number(&fixture.store, &format!("{counted}{status}")).await;
        assert_eq!(counted, number(&fixture.store, &format!("{rows}{status}")).await, "{status}");
    }
}

async fn the_first_data_key_of_a_tenant_is_made_once(fixture: Fixture) {
    let inserted = together(&fixture.store, |store, number| async move {
        let job = fixed(job(number, 0));
        in_write!(store, tx => tx.insert_job(job)).unwrap();
        in_read!(store, tx => tx.job(job.id)).unwrap().unwrap().payload == job.payload
    });
    assert!(inserted.await.into_iter().all(|opens| opens));
    assert_eq!(number(&fixture.store, "SELECT count(*) FROM data_keys").await, 1);
}
