//! Whole lives stored at once are as if they had been lived one step after the other.

use qist_app::ports::store::{LoanFilter, UserFilter};
use qist_domain::day::Instant;
use qist_domain::event::Event;
use qist_domain::user::PartnerData;
use qist_store::{ApplicationLife, Life};

use crate::samples::*;
use crate::support::{Fixture, at, fixed, number, scan};

on_both_engines! {
    lives_read_back_are_listed_and_are_counted,
    a_life_that_exists_fails_its_batch_and_keeps_those_before,
}

/// A customer with a PAN, an application, two offers and a loan.
fn life(number: u128) -> Life {
    let (created, _, mut announced, _) = new_user(number).into_parts();
    let pan = Some("ABCPE1234F".to_owned().try_into().unwrap());
    let (user, _, pushed, _) = created.push(PartnerData { pan, ..PartnerData::default() }).unwrap().into_parts();
    let (application, _, applied, _) = new_application(number, number).into_parts();
    let (loan, _, disbursed, entries) = new_loan(number, number).into_parts();
    announced.extend(pushed.into_iter().chain(applied).chain(disbursed));
    let events: Vec<(Event, Instant)> = announced.into_iter().map(|event| (event, at(7))).collect();
    let offers = vec![offer(number * 10, number), offer(number * 10 + 1, number)];
    let application = ApplicationLife { application, offers, restated: None, loan: Some((loan, entries)) };
    Life { user, applications: vec![application], events }
}

const MANY: u128 = 700;

async fn lives_read_back_are_listed_and_are_counted(fixture: Fixture) {
    let store = &fixture.store;
    store.insert_lives((1..=MANY).map(life).collect(), at(0)).await.unwrap();
    for number in [1, 512, 513, MANY] {
        let expected = life(number);
        let user = load_user(store, number).await;
        assert_eq!(user.personal, expected.user.personal);
        assert_eq!(user.version, expected.user.version);
        let application = load_application(store, number).await;
        assert_eq!(format!("{application:?}"), format!("{:?}", expected.applications[0].application));
        let loan = load_loan(store, number).await;
        assert_eq!(loan.facts, expected.applications[0].loan.as_ref().unwrap().0.facts);
        let activity = in_read!(store, tx => tx.activity(user_id(number))).unwrap();
        assert_eq!(activity.len(), expected.events.len());
        assert_eq!(activity[3].event_type, expected.events[3].0.event_type);
        assert_eq!(in_read!(store, tx => tx.offers(application_id(number))).unwrap().len(), 2);
        assert_eq!(in_read!(store, tx => tx.stored_installments(application_id(number).into())).unwrap().len(), 6);
    }
    let everybody = i64::try_from(MANY).unwrap();
    for (customer_id, total) in [(None, everybody), (Some("cust-69"), 11), (Some("-7"), 12)] {
        let customer_id = customer_id.map(str::to_owned);
        let users = fixed(UserFilter { customer_id: customer_id.clone(), limit: 1, ..UserFilter::default() });
        let loans = fixed(LoanFilter { customer_id, limit: 1, ..LoanFilter::default() });
        assert_eq!(scan(store, |tx| Box::pin(tx.list_users(TENANT, users))).await.unwrap().total, total);
        assert_eq!(scan(store, |tx| Box::pin(tx.list_loans(TENANT, loans))).await.unwrap().total, total);
        assert_eq!(scan(store, |tx| Box::pin(tx.list_loans_of_lender(LENDER, loans))).await.unwrap().total, total);
    }
    assert_eq!(number(store, "SELECT sum(amount_paise) FROM ledger_entries").await, 0);
    // Life goes on.
    save_user(store, load_user(store, 1).await.issue_token(None).unwrap()).await;
    save_application(store, new_application(MANY + 1, 1)).await;
    assert_eq!(in_read!(store, tx => tx.activity(user_id(1))).unwrap().len(), life(1).events.len() + 2);
}

async fn a_life_that_exists_fails_its_batch_and_keeps_those_before(fixture: Fixture) {
    let store = &fixture.store;
    let lives = (1..=600).chain([600]).map(life).collect();
    assert!(store.insert_lives(lives, at(0)).await.is_err());
    assert_eq!(number(store, "SELECT count(*) FROM users").await, 512);
    assert_eq!(number(store, "SELECT sum(total) FROM counters WHERE list = 'users'").await, 512);
}
