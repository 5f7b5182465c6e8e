//! Key Facts Statements: issued, read, printed.

use qist_domain::application::Offer;
use qist_domain::id::BlobId;
use qist_domain::kfs::{Acknowledgement, KeyFacts, Language, Statement};
use qist_domain::refusal::Code;
use qist_store::DbStore;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed};

on_both_engines! {
    a_statement_reads_back_as_the_very_text_that_was_hashed,
    versions_stand_one_after_the_other_and_each_once,
    the_first_acknowledgement_stays,
    the_first_file_of_a_language_stays,
}

/// The offer of application 1, stored.
async fn offered(store: &DbStore) -> Offer {
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let made = fixed([offer(1, 1)]);
    in_write!(store, tx => tx.insert_offers(made)).unwrap();
    made[0].clone()
}

async fn stored(store: &DbStore) -> Vec<Statement> {
    let all = in_read!(store, tx => tx.statements(application_id(1))).unwrap();
    all.into_iter().map(|(_, statement)| statement).collect()
}

/// The version after the offer's own.
fn second(offer: &Offer) -> Statement {
    let facts = KeyFacts { version: 2, issued_at: at(300), ..offer.statement.facts.clone() };
    Statement::issue(facts, |_| "2".repeat(64)).unwrap()
}

async fn a_statement_reads_back_as_the_very_text_that_was_hashed(fixture: Fixture) {
    let store = &fixture.store;
    let made = offered(store).await;
    assert_eq!(stored(store).await, std::slice::from_ref(&made.statement));
    let found = in_read!(store, tx => tx.find_any_statement("FB1-1", 1)).unwrap().unwrap();
    assert_eq!((found.offer, found.application, found.tenant), (made.id, application_id(1), TENANT));
    assert_eq!(found.statement, made.statement);
    for (number, version) in [("FB1-1", 2), ("FB1-2", 1), ("", 1)] {
        assert!(in_read!(store, tx => tx.find_any_statement(number, version)).unwrap().is_none());
    }
    assert!(in_read!(store, tx => tx.statements(application_id(2))).unwrap().is_empty());
}

async fn versions_stand_one_after_the_other_and_each_once(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed(offered(store).await);
    let later = fixed(second(made));
    in_write!(store, tx => tx.insert_statement(made.id, later)).unwrap();
    assert_eq!(stored(store).await, [made.statement.clone(), later.clone()]);
    assert_eq!(code_of(in_write!(store, tx => tx.insert_statement(made.id, later))), Code::VersionConflict);
    // An offer is its first version.
    let offers = in_read!(store, tx => tx.offers(application_id(1))).unwrap();
    assert_eq!((offers.len(), &offers[0].statement), (1, &made.statement));
}

async fn the_first_acknowledgement_stays(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed(offered(store).await);
    let read = |language, seconds| fixed(Acknowledgement { language, at: at(seconds), ip: "203.0.113.9".to_owned() });
    let (first, again) = (read(Language::Hindi, 110), read(Language::English, 111));
    in_write!(store, tx => tx.acknowledge_statement(&made.statement, first)).unwrap();
    in_write!(store, tx => tx.acknowledge_statement(&made.statement, again)).unwrap();
    assert_eq!(stored(store).await[0].acknowledged.as_ref(), Some(first));
    let offers = in_read!(store, tx => tx.offers(application_id(1))).unwrap();
    assert_eq!(offers[0].statement.acknowledged.as_ref(), Some(first));
}

async fn the_first_file_of_a_language_stays(fixture: Fixture) {
    let store = &fixture.store;
    offered(store).await;
    let file = |number: u128| BlobId(uuid(50 + number));
    let find = |language| async move { in_read!(store, tx => tx.statement_file("FB1-1", 1, language)).unwrap() };
    assert_eq!(find(Language::English).await, None);
    let keep = |language, number| async move {
        in_write!(store, tx => tx.keep_statement_file("FB1-1", 1, language, file(number))).unwrap()
    };
    assert!(keep(Language::English, 1).await);
    assert!(!keep(Language::English, 2).await);
    assert!(keep(Language::Hindi, 3).await);
    assert_eq!((find(Language::English).await, find(Language::Hindi).await), (Some(file(1)), Some(file(3))));
}
