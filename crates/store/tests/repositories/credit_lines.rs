//! Credit lines and the drawdowns on them.

use qist_app::ports::store::{LimitRequest, SessionRecord};
use qist_domain::application::Offer;
use qist_domain::credit_line::{
    CreditLine, Delivery, Drawdown, LineTerms, NewCreditLine, NewTransaction, Plan, Transaction, TransactionStatus,
};
use qist_domain::id::{BlobId, CreditLineId, LimitRequestId, SessionId, TransactionId};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use qist_store::DbStore;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed};

on_both_engines! {
    a_line_and_its_drawdowns_read_back_after_every_change,
    an_id_of_the_sourcing_entity_is_drawn_once_and_shared_by_parts_alone,
    an_old_version_of_a_line_is_refused,
    a_limit_request_is_answered_once,
    a_drawdown_finds_the_session_that_was_opened_for_it,
}

const LINE: CreditLineId = CreditLineId(uuid(70));

fn txn_id(number: u128) -> TransactionId {
    TransactionId(uuid(7_000_000 + number))
}

fn line_terms() -> LineTerms {
    let (amount_min, amount_max) = (Paise::from_rupees(1), Paise::from_rupees(100_000));
    let plan = Plan { code: "one".into(), name: "One".into(), amount_min, amount_max, tenure: 6, terms: terms() };
    LineTerms { validity_months: 12, reservation_hours: 72, kyc_days: Some(30), plans: vec![plan] }
}

fn drawdown_offer(number: u32) -> Offer {
    let drawdown = Drawdown { partner_txn_id: format!("P{number}"), plan: "one".into() };
    Offer { drawdown: Some(drawdown), ..offer(u128::from(100 + number), 1) }
}

async fn opened(store: &DbStore) -> CreditLine {
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let new = NewCreditLine {
        id: LINE,
        tenant: TENANT,
        user: user_id(1),
        lender: LENDER,
        application: application_id(1),
        terms: line_terms(),
        limit_max: Paise::from_rupees(50_000),
    };
    let change = fixed(CreditLine::open(new, at(0)));
    in_write!(store, tx => tx.save_credit_line(change.clone(), at(0))).unwrap();
    in_read!(store, tx => tx.credit_line(TENANT, LINE)).unwrap().unwrap()
}

fn new_transaction(number: u32) -> NewTransaction {
    NewTransaction {
        id: txn_id(number.into()),
        line: LINE,
        application: application_id(1),
        tenant: TENANT,
        user: user_id(1),
        lender: LENDER,
        partner_txn_id: format!("P{number}"),
        amount: Paise::from_rupees(1_200),
        plan: "one".into(),
        offer: drawdown_offer(number).id,
        part_of: None,
        reserved_until: at(1_000),
    }
}

async fn drawn(store: &DbStore, number: u32) -> Transaction {
    let offer = fixed(drawdown_offer(number));
    in_write!(store, tx => tx.insert_drawdown_offer(&offer.clone(), number)).unwrap();
    let change = fixed(Transaction::withdraw(new_transaction(number), at(10)));
    in_write!(store, tx => tx.save_transaction(change.clone(), at(10))).unwrap();
    let id = txn_id(number.into());
    in_read!(store, tx => tx.transaction(TENANT, id)).unwrap().unwrap()
}

async fn a_line_and_its_drawdowns_read_back_after_every_change(fixture: Fixture) {
    let store = &fixture.store;
    let line = opened(store).await;
    let reserved = line.clone().reserve(Paise::from_rupees(1_200), at(5).day()).unwrap();
    let expected = reserved.state().clone();
    let change = fixed(reserved);
    in_write!(store, tx => tx.save_credit_line(change.clone(), at(5))).unwrap();
    for found in [
        in_read!(store, tx => tx.credit_line(TENANT, LINE)).unwrap(),
        in_read!(store, tx => tx.credit_line_of(TENANT, user_id(1))).unwrap(),
        in_read!(store, tx => tx.credit_line_of_lender(LENDER, LINE)).unwrap(),
        in_read!(store, tx => tx.any_credit_lines(None, 5)).unwrap().pop(),
    ] {
        assert_eq!(format!("{:?}", found.unwrap()), format!("{expected:?}"));
    }
    assert!(in_read!(store, tx => tx.credit_line(OTHER_TENANT, LINE)).unwrap().is_none());
    assert!(in_read!(store, tx => tx.credit_line_of_lender(OTHER_LENDER, LINE)).unwrap().is_none());

    let transaction = drawn(store, 1).await;
    let made = Transaction::withdraw(new_transaction(1), at(10));
    assert_eq!(format!("{transaction:?}"), format!("{:?}", made.state()));
    let delivery = Delivery { invoice_no: "9".into(), awb: "A".into(), proofs: vec![BlobId(uuid(9))] };
    let confirmed = transaction.confirm(delivery, at(20)).unwrap();
    let expected = format!("{:?}", confirmed.state());
    let change = fixed(confirmed);
    in_write!(store, tx => tx.save_transaction(change.clone(), at(20))).unwrap();
    for found in [
        in_read!(store, tx => tx.transaction(TENANT, txn_id(1))).unwrap(),
        in_read!(store, tx => tx.transaction_of_lender(LENDER, txn_id(1))).unwrap(),
        in_read!(store, tx => tx.find_any_transaction(txn_id(1))).unwrap(),
        in_read!(store, tx => tx.transactions_of(LINE)).unwrap().pop(),
        in_read!(store, tx => tx.list_transactions(LENDER, TransactionStatus::Confirmed, 5, 0)).unwrap().pop(),
    ] {
        assert_eq!(format!("{:?}", found.unwrap()), expected);
    }
    assert!(in_read!(store, tx => tx.transaction(OTHER_TENANT, txn_id(1))).unwrap().is_none());
    assert!(in_read!(store, tx => tx.transaction_of_lender(OTHER_LENDER, txn_id(1))).unwrap().is_none());
    let sums = in_read!(store, tx => tx.line_sums(LINE)).unwrap();
    assert_eq!((sums.reserved, sums.outstanding, sums.overdue), (Paise::from_rupees(1_200), Paise::ZERO, 0));

    let id = drawdown_offer(1).id;
    let proposal = drawdown_offer(1).statement.facts.proposal_number;
    let offered = in_read!(store, tx => tx.drawdown_offer(id)).unwrap().unwrap();
    assert_eq!(offered.drawdown, drawdown_offer(1).drawdown);
    let found = fixed(proposal);
    assert_eq!(in_read!(store, tx => tx.drawdown_offer_by_proposal(&found.clone())).unwrap().unwrap().id, id);
    assert_eq!(in_read!(store, tx => tx.statements_of_offer(id)).unwrap().len(), 1);
    assert!(in_read!(store, tx => tx.offers(application_id(1))).unwrap().is_empty(), "an application's own are others");
}

async fn an_id_of_the_sourcing_entity_is_drawn_once_and_shared_by_parts_alone(fixture: Fixture) {
    let store = &fixture.store;
    opened(store).await;
    drawn(store, 1).await;
    let offer = fixed(drawdown_offer(2));
    in_write!(store, tx => tx.insert_drawdown_offer(&offer.clone(), 2)).unwrap();
    let again = NewTransaction { partner_txn_id: "P1".into(), ..new_transaction(2) };
    let change = fixed(Transaction::withdraw(again.clone(), at(11)));
    let refused = in_write!(store, tx => tx.save_transaction(change.clone(), at(11)));
    assert_eq!(code_of(refused), Code::SessionTransactionExists);
    let part = NewTransaction { part_of: Some(txn_id(1)), ..again };
    let change = fixed(Transaction::in_place_of_others(part, Delivery::default(), at(11)));
    in_write!(store, tx => tx.save_transaction(change.clone(), at(11))).unwrap();
    assert_eq!(in_read!(store, tx => tx.transactions_named(TENANT, "P1")).unwrap().len(), 2);
    assert_eq!(in_read!(store, tx => tx.run_out(user_id(1), at(999))).unwrap(), []);
    assert_eq!(in_read!(store, tx => tx.run_out(user_id(1), at(1_000))).unwrap(), [txn_id(1), txn_id(2)]);
}

async fn an_old_version_of_a_line_is_refused(fixture: Fixture) {
    let store = &fixture.store;
    let line = opened(store).await;
    let change = fixed(line.clone().hold(Some("review".into())).unwrap());
    in_write!(store, tx => tx.save_credit_line(change.clone(), at(1))).unwrap();
    let late = fixed(line.reserve(Paise::from_rupees(1), at(1).day()).unwrap());
    let refused = in_write!(store, tx => tx.save_credit_line(late.clone(), at(1)));
    assert_eq!(code_of(refused), Code::VersionConflict);
}

async fn a_limit_request_is_answered_once(fixture: Fixture) {
    let store = &fixture.store;
    opened(store).await;
    let request = LimitRequest {
        id: LimitRequestId(uuid(71)),
        line: LINE,
        limit: Paise::from_rupees(90_000),
        consent: "I ask".into(),
        ip: "127.0.0.1".into(),
        asked_at: at(3),
        granted: None,
        answered_at: None,
    };
    let asked = fixed(request.clone());
    in_write!(store, tx => tx.insert_limit_request(&asked.clone())).unwrap();
    assert_eq!(in_read!(store, tx => tx.limit_requests(LINE)).unwrap(), vec![request.clone()]);
    let granted = Paise::from_rupees(80_000);
    for first in [true, false] {
        assert_eq!(in_write!(store, tx => tx.grant_limit_request(request.id, granted, at(4))).unwrap(), first);
    }
    assert_eq!(in_read!(store, tx => tx.limit_requests(LINE)).unwrap()[0].granted, Some(granted));
}

async fn a_drawdown_finds_the_session_that_was_opened_for_it(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let session = fixed(SessionRecord {
        id: SessionId(uuid(72)),
        code_hash: "hash".into(),
        tenant: TENANT,
        user: user_id(1),
        redirect_url: "https://shop.example/".into(),
        hide_close: false,
        transaction_id: Some("P1".into()),
        withdraw_amount_paise: Some(120_000),
        created_at: at(0),
        expires_at: at(600),
        redeemed_at: None,
    });
    in_write!(store, tx => tx.insert_session(&session.clone())).unwrap();
    let found = in_read!(store, tx => tx.withdrawal_session(TENANT, user_id(1), "P1")).unwrap();
    assert_eq!(found.unwrap().withdraw_amount_paise, Some(120_000));
    assert!(in_read!(store, tx => tx.withdrawal_session(TENANT, user_id(2), "P1")).unwrap().is_none());
    assert!(in_read!(store, tx => tx.withdrawal_session(OTHER_TENANT, user_id(1), "P1")).unwrap().is_none());
}
