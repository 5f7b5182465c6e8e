//! What is personal is sealed, opens where it belongs and nowhere else, and survives every change of keys.

use qist_app::error::{Error, Result};
use qist_app::ports::store::MessageRow;
use qist_domain::id::MessageId;
use qist_domain::refusal::Code;
use qist_domain::user::PartnerData;
use qist_store::{DbStore, MasterKeys, Reseal, ResealCursor};

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed, internal_text, masters, number, script};
use crate::work::{job, replay};

on_both_engines! {
    personal_data_are_not_in_the_database_in_clear,
    a_ciphertext_that_was_moved_names_its_table_column_and_row,
    a_stored_value_that_cannot_be_read_names_its_table_column_and_row,
    a_key_that_was_rolled_back_seals_nothing,
    a_rotated_key_opens_what_it_sealed_and_seals_no_more,
    everything_is_sealed_again_in_batches,
    data_keys_are_wrapped_again_under_a_new_master_key,
    a_missing_master_key_is_found_at_start_and_named,
    tenants_have_keys_of_their_own,
}

const PAN: &str = "ABCPE1234F";

async fn save_pan(store: &DbStore, number: u128) {
    save_user(store, new_user(number)).await;
    let pan = Some(PAN.to_owned().try_into().unwrap());
    let pushed = load_user(store, number).await.push(PartnerData { pan, ..PartnerData::default() }).unwrap();
    save_user(store, pushed).await;
}

async fn load_pan(store: &DbStore, number: u128) -> Option<String> {
    load_user(store, number).await.personal.pan.map(|pan| pan.as_str().to_owned())
}

/// One sealed value in each table that has any but applications and decisions.
async fn seal_something_everywhere(store: &DbStore) {
    save_pan(store, 1).await;
    let (job, replay) = (fixed(job(1, 0)), fixed(replay("key", "{\"token\":\"opensesame\"}")));
    let message = fixed(MessageRow {
        id: MessageId(uuid(1)),
        tenant: TENANT,
        user: user_id(1),
        channel: "email".into(),
        to: "asha@example.in".into(),
        subject: "subjectline".into(),
        text: "messagetext".into(),
        sent_at: None,
        created_at: at(0),
    });
    in_write!(store, tx => tx.insert_job(job)).unwrap();
    in_write!(store, tx => tx.insert_replay(replay)).unwrap();
    in_write!(store, tx => tx.insert_message(message)).unwrap();
}

async fn personal_data_are_not_in_the_database_in_clear(fixture: Fixture) {
    seal_something_everywhere(&fixture.store).await;
    for secret in [PAN, "opensesame", "asha@example.in", "subjectline", "messagetext"] {
        match fixture.bytes_on_disk() {
            Some(bytes) => {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{secret}");
            }
            None => {
                let found = "SELECT (SELECT count(*) FROM users u WHERE u::text LIKE '%X%')
                    + (SELECT count(*) FROM jobs j WHERE j::text LIKE '%X%')
                    + (SELECT count(*) FROM messages m WHERE m::text LIKE '%X%')
                    + (SELECT count(*) FROM idempotency i WHERE i::text LIKE '%X%')";
                let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
                for spelling in [secret, &hex] {
                    assert_eq!(number(&fixture.store, &found.replace('X', spelling)).await, 0, "{secret}");
                }
            }
        }
    }
}

async fn a_ciphertext_that_was_moved_names_its_table_column_and_row(fixture: Fixture) {
    let store = &fixture.store;
    save_pan(store, 1).await;
    save_pan(store, 2).await;
    let (one, two) = (user_id(1), user_id(2));
    let moved = "UPDATE users SET personal = (SELECT personal FROM users WHERE id = '1') WHERE id = '2'";
    script(store, moved.replace("'1'", &format!("'{one}'")).replace("'2'", &format!("'{two}'"))).await;
    let text = internal_text(in_read!(store, tx => tx.user(TENANT, two)));
    assert!(text.contains(&format!("table users, column personal, row {two}")), "{text}");
    assert_eq!(load_pan(store, 1).await.as_deref(), Some(PAN));
}

async fn a_stored_value_that_cannot_be_read_names_its_table_column_and_row(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    let (user, application) = (user_id(1), application_id(1));
    for (broken, table, column, row) in [
        (
            format!("UPDATE users SET bureau = '{{\"status\":\"odd\"}}' WHERE id = '{user}'"),
            "users",
            "bureau",
            user.to_string(),
        ),
        (
            format!("UPDATE users SET bureau = NULL, mobile = 'PAN{PAN}' WHERE id = '{user}'"),
            "users",
            "mobile",
            user.to_string(),
        ),
        ("UPDATE events SET event_type = 'unheard_of'".to_owned(), "events", "event_type", user.to_string()),
        ("UPDATE applications SET documents = '['".to_owned(), "applications", "documents", application.to_string()),
        (
            "UPDATE applications SET documents = '[]', lender_id = 'x'".to_owned(),
            "applications",
            "lender_id",
            application.to_string(),
        ),
        (
            "UPDATE loan_facts SET value_day = '2026-02-30'".to_owned(),
            "loan_facts",
            "value_day",
            fact_id(100).to_string(),
        ),
        ("UPDATE loans SET quote = '{}'".to_owned(), "loans", "quote", application.to_string()),
        (
            "UPDATE ledger_entries SET account = 'x' WHERE account = 'bank'".to_owned(),
            "ledger_entries",
            "account",
            application.to_string(),
        ),
    ] {
        script(store, broken).await;
        let read: Result<()> = in_read!(store, tx => async {
            match table {
                "users" => tx.user(TENANT, user).await.map(drop),
                "events" => tx.activity(user).await.map(drop),
                "applications" => tx.application(TENANT, application).await.map(drop),
                "ledger_entries" => tx.ledger_balances(application.into()).await.map(drop),
                _ => tx.loan(application.into()).await.map(drop),
            }
        });
        let text = internal_text(read);
        assert!(text.contains(&format!("table {table}, column {column}, row {row}")), "{text}");
        assert!(!text.contains(PAN), "{text}");
    }
}

async fn a_key_that_was_rolled_back_seals_nothing(fixture: Fixture) {
    let store = &fixture.store;
    let (first, second) = (fixed(job(1, 0)), fixed(job(2, 0)));
    let refused: Result<()> = in_write!(store, tx => async {
        tx.insert_job(first).await?;
        Err(Code::NotEligible.into())
    });
    assert_eq!(code_of(refused), Code::NotEligible);
    assert_eq!(number(store, "SELECT count(*) FROM data_keys").await, 0);
    in_write!(store, tx => tx.insert_job(second)).unwrap();
    assert_eq!(number(store, "SELECT count(*) FROM data_keys").await, 1);
    assert_eq!(in_read!(store, tx => tx.job(second.id)).unwrap().unwrap().payload, second.payload);
}

async fn a_rotated_key_opens_what_it_sealed_and_seals_no_more(mut fixture: Fixture) {
    save_pan(&fixture.store, 1).await;
    fixture.store.rotate_data_key(Some(TENANT), at(10)).await.unwrap();
    save_pan(&fixture.store, 2).await;
    fixture.store.rotate_data_key(Some(TENANT), at(20)).await.unwrap();
    save_pan(&fixture.store, 3).await;
    fixture.reopen(masters()).await;
    let store = &fixture.store;
    for number in 1..=3 {
        assert_eq!(load_pan(store, number).await.as_deref(), Some(PAN));
    }
    assert_eq!(number(store, "SELECT count(*) FROM data_keys WHERE retired_at IS NULL").await, 1);
    assert_eq!(number(store, "SELECT max(key_id) FROM data_keys WHERE retired_at IS NULL").await, 3);
    let reseal = reseal_all(store).await;
    assert_eq!(reseal, 2);
}

async fn reseal_all(store: &DbStore) -> u64 {
    let (mut resealed, mut from) = (0, ResealCursor::default());
    loop {
        let Reseal { resealed: batch, next } = store.reseal(from, 2, at(30)).await.unwrap();
        resealed += batch;
        match next {
            Some(next) => from = next,
            None => return resealed,
        }
    }
}

async fn everything_is_sealed_again_in_batches(mut fixture: Fixture) {
    seal_something_everywhere(&fixture.store).await;
    for number in 2..=6 {
        save_pan(&fixture.store, number).await;
    }
    let (second, third) = (fixed(replay("other|key", "1")), fixed(replay("key|", "2")));
    for replay in [second, third] {
        in_write!(fixture.store, tx => tx.insert_replay(replay)).unwrap();
    }
    let store = &fixture.store;
    assert_eq!(reseal_all(store).await, 0);
    store.rotate_data_key(Some(TENANT), at(10)).await.unwrap();
    store.rotate_data_key(None, at(10)).await.unwrap();
    // Six users, a job and a message of the tenant; three answers of nobody in particular.
    assert_eq!(reseal_all(store).await, 11);
    assert_eq!(reseal_all(store).await, 0);
    script(store, "DELETE FROM data_keys WHERE retired_at IS NOT NULL").await;
    fixture.reopen(masters()).await;
    let store = &fixture.store;
    for number in 1..=6 {
        assert_eq!(load_pan(store, number).await.as_deref(), Some(PAN));
    }
    let answer = in_read!(store, tx => tx.replay(&third.scope, &third.operation, &third.key)).unwrap().unwrap();
    assert_eq!(answer.response, "2");
    assert_eq!(in_read!(store, tx => tx.find_any_messages(1)).unwrap()[0].text, "messagetext");
}

async fn data_keys_are_wrapped_again_under_a_new_master_key(mut fixture: Fixture) {
    save_pan(&fixture.store, 1).await;
    let replay = fixed(replay("key", "answer"));
    in_write!(fixture.store, tx => tx.insert_replay(replay)).unwrap();
    fixture.reopen(MasterKeys::new("second", &[2; 32]).with_older("first", &[1; 32])).await;
    assert_eq!(fixture.store.check_keys().await.unwrap(), 2);
    assert_eq!(load_pan(&fixture.store, 1).await.as_deref(), Some(PAN));
    assert_eq!(fixture.store.rewrap_data_keys().await.unwrap(), 2);
    assert_eq!(fixture.store.rewrap_data_keys().await.unwrap(), 0);
    fixture.reopen(MasterKeys::new("second", &[2; 32])).await;
    assert_eq!(load_pan(&fixture.store, 1).await.as_deref(), Some(PAN));
    assert_eq!(fixture.store.check_keys().await.unwrap(), 2);
}

async fn a_missing_master_key_is_found_at_start_and_named(mut fixture: Fixture) {
    save_pan(&fixture.store, 1).await;
    fixture.reopen(MasterKeys::new("second", &[2; 32])).await;
    let error = fixture.store.check_keys().await.unwrap_err();
    assert!(matches!(&error, Error::Internal(text) if text.contains("\"first\"")), "{error:?}");
    fixture.reopen(MasterKeys::new("first", &[2; 32])).await;
    let text = internal_text(fixture.store.check_keys().await);
    assert!(text.contains("table data_keys, column wrapped"), "{text}");
}

async fn tenants_have_keys_of_their_own(fixture: Fixture) {
    let store = &fixture.store;
    let (ours, theirs) = (fixed(job(1, 0)), fixed(qist_app::ports::store::Job { tenant: OTHER_TENANT, ..job(2, 0) }));
    for job in [ours, theirs] {
        in_write!(store, tx => tx.insert_job(job)).unwrap();
    }
    assert_eq!(number(store, "SELECT count(*) FROM data_keys").await, 2);
    let swap = format!("UPDATE jobs SET tenant_id = '{TENANT}' WHERE id = '{}'", theirs.id);
    script(store, swap).await;
    let text = internal_text(in_read!(store, tx => tx.job(theirs.id)));
    assert!(text.contains("column payload"), "{text}");
}
