//! Jobs, inbox, messages, one-time passwords, idempotency.

use qist_app::ports::connector::ProviderKind;
use qist_app::ports::store::{InboxRow, Job, JobState, MessageRow, OtpRecord, Replay};
use qist_domain::id::{InboxId, JobId, MessageId};
use qist_store::DbStore;

use crate::samples::*;
use crate::support::{Fixture, at, fixed};

on_both_engines! {
    a_job_reads_back_as_it_was_inserted,
    due_jobs_are_taken_oldest_first_and_up_to_the_limit,
    a_taken_job_comes_back_when_its_lease_ends,
    what_a_worker_says_counts_until_another_has_taken_the_job,
    a_finished_job_is_never_asked_again,
    equal_answers_are_one_row_and_are_applied_once,
    messages_are_found_newest_first,
    an_otp_is_replaced,
    an_answer_is_kept_under_its_key,
}

pub fn job(number: u128, run_at: i64) -> Job {
    Job {
        id: JobId(uuid(8_000_000 + number)),
        kind: "ask:bureau".into(),
        tenant: TENANT,
        user: user_id(1),
        application: Some(application_id(1)),
        subject: "subject".into(),
        payload: format!("{{\"pan\":\"ABCPE1234F\",\"n\":{number}}}"),
        state: JobState::Ready,
        attempts: 0,
        run_at: at(run_at),
        last_error: None,
        created_at: at(0),
    }
}

async fn insert_jobs(store: &DbStore, jobs: impl IntoIterator<Item = Job>) {
    for job in jobs {
        let job = fixed(job);
        in_write!(store, tx => tx.insert_job(job)).unwrap();
    }
}

fn ids(jobs: &[Job]) -> Vec<u128> {
    jobs.iter().map(|job| job.id.0.as_u128() - uuid(8_000_000).as_u128()).collect()
}

async fn a_job_reads_back_as_it_was_inserted(fixture: Fixture) {
    let store = &fixture.store;
    let waiting = Job { state: JobState::Waiting, attempts: 3, last_error: Some("time-out".into()), ..job(1, 5) };
    let free = Job { application: None, ..job(2, 6) };
    insert_jobs(store, [waiting.clone(), free.clone()]).await;
    for job in [waiting, free] {
        let id = job.id;
        let stored = in_read!(store, tx => tx.job(id)).unwrap().unwrap();
        assert_eq!(format!("{stored:?}"), format!("{job:?}"));
    }
    assert!(in_read!(store, tx => tx.job(JobId(uuid(1)))).unwrap().is_none());
    assert_eq!(ids(&in_read!(store, tx => tx.jobs_of(application_id(1))).unwrap()), [1]);
}

async fn due_jobs_are_taken_oldest_first_and_up_to_the_limit(fixture: Fixture) {
    let store = &fixture.store;
    let waiting = Job { state: JobState::Waiting, ..job(9, 1) };
    insert_jobs(store, [job(1, 30), job(2, 10), job(3, 20), job(4, 99), waiting]).await;
    let taken = in_write!(store, tx => tx.claim_jobs(at(50), 60, 2)).unwrap();
    assert_eq!(ids(&taken), [2, 3]);
    assert!(taken.iter().all(|job| job.attempts == 1 && job.payload.contains("ABCPE1234F")));
    assert_eq!(ids(&in_write!(store, tx => tx.claim_jobs(at(50), 60, 9)).unwrap()), [1]);
    assert!(in_write!(store, tx => tx.claim_jobs(at(50), 60, 9)).unwrap().is_empty());
}

async fn a_taken_job_comes_back_when_its_lease_ends(fixture: Fixture) {
    let store = &fixture.store;
    insert_jobs(store, [job(1, 0)]).await;
    for (now, attempts) in [(0, 1), (60, 2), (120, 3)] {
        let taken = in_write!(store, tx => tx.claim_jobs(at(now), 60, 9)).unwrap();
        assert_eq!(taken[0].attempts, attempts);
        assert!(in_write!(store, tx => tx.claim_jobs(at(now + 59), 60, 9)).unwrap().is_empty());
    }
}

async fn what_a_worker_says_counts_until_another_has_taken_the_job(fixture: Fixture) {
    let store = &fixture.store;
    insert_jobs(store, [job(1, 0)]).await;
    let id = job(1, 0).id;
    in_write!(store, tx => tx.claim_jobs(at(0), 60, 1)).unwrap();
    in_write!(store, tx => tx.claim_jobs(at(60), 60, 1)).unwrap();
    let late = in_write!(store, tx => tx.settle_job(id, 1, JobState::Done, at(61), None)).unwrap();
    assert!(!late);
    let retry = in_write!(store, tx => tx.settle_job(id, 2, JobState::Ready, at(90), Some("busy"))).unwrap();
    assert!(retry);
    let stored = in_read!(store, tx => tx.job(id)).unwrap().unwrap();
    assert_eq!((stored.state, stored.run_at, stored.last_error.as_deref()), (JobState::Ready, at(90), Some("busy")));
    assert!(!in_read!(store, tx => tx.jobs_due(at(89))).unwrap());
    assert!(in_write!(store, tx => tx.claim_jobs(at(89), 60, 1)).unwrap().is_empty());
    assert!(in_read!(store, tx => tx.jobs_due(at(90))).unwrap());
    assert_eq!(in_write!(store, tx => tx.claim_jobs(at(90), 60, 1)).unwrap()[0].attempts, 3);
}

async fn a_finished_job_is_never_asked_again(fixture: Fixture) {
    let store = &fixture.store;
    insert_jobs(store, [job(1, 0)]).await;
    let id = job(1, 0).id;
    in_write!(store, tx => tx.claim_jobs(at(0), 60, 1)).unwrap();
    in_write!(store, tx => tx.finish_job(id, JobState::Done)).unwrap();
    // The asker comes back after the answer has been applied.
    assert!(!in_write!(store, tx => tx.settle_job(id, 1, JobState::Waiting, at(9), None)).unwrap());
    in_write!(store, tx => tx.finish_job(id, JobState::Done)).unwrap();
    assert_eq!(in_read!(store, tx => tx.job(id)).unwrap().unwrap().state, JobState::Done);
    assert!(in_write!(store, tx => tx.claim_jobs(at(9_999), 60, 1)).unwrap().is_empty());
    assert!(!in_read!(store, tx => tx.jobs_due(at(9_999))).unwrap());
}

fn answer(number: u128, reference: &str, digest: &str, received_at: i64) -> &'static InboxRow {
    fixed(InboxRow {
        id: InboxId(uuid(9_000_000 + number)),
        provider: ProviderKind::PennyDrop,
        reference: reference.into(),
        body: format!("{{\"name\":\"ASHA {number}\"}}"),
        digest: digest.into(),
        received_at: at(received_at),
    })
}

async fn equal_answers_are_one_row_and_are_applied_once(fixture: Fixture) {
    let store = &fixture.store;
    let rows =
        [answer(1, "r1", "d1", 9), answer(2, "r1", "d1", 10), answer(3, "r1", "d2", 3), answer(4, "r2", "d1", 5)];
    for (row, is_new) in rows.into_iter().zip([true, false, true, true]) {
        assert_eq!(in_write!(store, tx => tx.insert_inbox(row)).unwrap(), is_new);
    }
    let pending = in_read!(store, tx => tx.pending_inbox(2)).unwrap();
    assert_eq!(format!("{pending:?}"), format!("{:?}", [rows[2], rows[3]]));
    let id = rows[2].id;
    assert!(in_write!(store, tx => tx.mark_inbox(id, at(20), "applied")).unwrap());
    assert!(!in_write!(store, tx => tx.mark_inbox(id, at(21), "applied")).unwrap());
    let pending = in_read!(store, tx => tx.pending_inbox(9)).unwrap();
    assert_eq!(pending.iter().map(|row| row.id).collect::<Vec<_>>(), [rows[3].id, rows[0].id]);
}

async fn messages_are_found_newest_first(fixture: Fixture) {
    let store = &fixture.store;
    let message = |number: u128, seconds: i64| MessageRow {
        id: MessageId(uuid(10_000_000 + number)),
        tenant: if number == 2 { OTHER_TENANT } else { TENANT },
        user: user_id(1),
        channel: "sms".into(),
        to: "9812345678".into(),
        subject: String::new(),
        text: format!("OTP 12345{number} ₹"),
        sent_at: None,
        created_at: at(seconds),
    };
    let made = fixed([message(1, 1), message(2, 5), message(3, 3)]);
    for message in made {
        in_write!(store, tx => tx.insert_message(message)).unwrap();
    }
    let id = made[2].id;
    in_write!(store, tx => tx.mark_message_sent(id, at(8))).unwrap();
    in_write!(store, tx => tx.mark_message_sent(id, at(9))).unwrap();
    let newest = in_read!(store, tx => tx.find_any_messages(2)).unwrap();
    let sent = MessageRow { sent_at: Some(at(8)), ..made[2].clone() };
    assert_eq!(format!("{newest:?}"), format!("{:?}", [made[1].clone(), sent]));
}

pub fn otp(code_hash: &str, tries: u32) -> OtpRecord {
    OtpRecord {
        user: user_id(1),
        purpose: "login".into(),
        code_hash: code_hash.into(),
        expires_at: at(300),
        tries,
        sent_count: 1,
        window_started_at: at(0),
        used: tries > 2,
    }
}

async fn an_otp_is_replaced(fixture: Fixture) {
    let store = &fixture.store;
    for otp in fixed([otp("one", 0), otp("two", 3)]) {
        in_write!(store, tx => tx.save_otp(otp)).unwrap();
        for stored in [
            in_read!(store, tx => tx.otp(user_id(1), "login")).unwrap(),
            in_write!(store, tx => tx.otp(user_id(1), "login")).unwrap(),
        ] {
            assert_eq!(format!("{:?}", stored.unwrap()), format!("{otp:?}"));
        }
    }
    assert!(in_read!(store, tx => tx.otp(user_id(1), "sign")).unwrap().is_none());
}

pub fn replay(key: &str, response: &str) -> Replay {
    Replay {
        scope: format!("partner:{TENANT}"),
        operation: "create_user".into(),
        key: key.into(),
        request_hash: "hash".into(),
        response: response.into(),
        created_at: at(1),
    }
}

async fn an_answer_is_kept_under_its_key(fixture: Fixture) {
    let store = &fixture.store;
    let (one, two) = (fixed(replay("k|1", "{\"token\":\"secret\"}")), fixed(replay("k|1", "other")));
    assert!(in_write!(store, tx => tx.insert_replay(one)).unwrap());
    assert!(!in_write!(store, tx => tx.insert_replay(two)).unwrap());
    let stored = in_read!(store, tx => tx.replay(&one.scope, "create_user", "k|1")).unwrap().unwrap();
    assert_eq!(format!("{stored:?}"), format!("{one:?}"));
    for (operation, key) in [("create_user", "k"), ("other", "k|1")] {
        assert!(in_read!(store, tx => tx.replay(&one.scope, operation, key)).unwrap().is_none());
    }
}
