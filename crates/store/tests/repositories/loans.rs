//! Loans, their facts and projection, the ledger, references, payments.

use qist_app::ports::store::{PaymentRecord, PaymentState, Reference};
use qist_domain::event::EventType;
use qist_domain::id::{LoanId, PaymentId};
use qist_domain::ledger::Account;
use qist_domain::loan::{Loan, Paid};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use qist_store::DbStore;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed, number};

on_both_engines! {
    a_loan_reads_back_after_every_payment,
    the_stored_instalments_are_the_position_on_the_day_of_the_change,
    an_excess_that_falls_due_later_reaches_the_stored_instalments,
    only_new_facts_are_written_and_none_is_ever_changed,
    the_ledger_of_a_loan_sums_to_zero_after_every_change,
    paying_the_last_due_closes_the_loan,
    a_loan_is_paid_out_once,
    a_late_payment_on_an_old_version_is_refused_and_books_nothing,
    a_long_loan_is_stored_whole,
    a_reference_stands_for_one_movement_for_ever,
    a_payment_is_settled_once,
    loans_are_walked_in_the_order_of_their_ids,
}

const DAY: i64 = 86_400;

async fn pay(store: &DbStore, fact: u128, paid: Paid, seconds: i64) -> Loan {
    let loan = load_loan(store, 1).await;
    let change = fixed(loan.pay(fact_id(fact), paid, at(seconds).day(), at(seconds)).unwrap());
    in_write!(store, tx => tx.save_loan(change.clone(), at(seconds))).unwrap();
    let mut expected = change.state().clone();
    expected.new_facts_from = expected.facts.len();
    let stored = load_loan(store, 1).await;
    assert_eq!(format!("{stored:?}"), format!("{expected:?}"));
    stored
}

async fn a_loan_reads_back_after_every_payment(fixture: Fixture) {
    let store = &fixture.store;
    let loan = disbursed(store, 1).await;
    let mut expected = new_loan(1, 1).state().clone();
    expected.new_facts_from = expected.facts.len();
    assert_eq!(format!("{loan:?}"), format!("{expected:?}"));
    pay(store, 1, paid(1, 500, "one"), 3 * DAY).await;
    pay(store, 2, paid(1, 700, "two"), 40 * DAY).await;
    let started = fixed(load_loan(store, 1).await.payment_started(2).unwrap());
    in_write!(store, tx => tx.save_loan(started.clone(), at(41 * DAY))).unwrap();
    assert_eq!(load_loan(store, 1).await.version, 3);
    let events = in_read!(store, tx => tx.activity(user_id(1))).unwrap();
    let types: Vec<EventType> = events.iter().skip(3).map(|event| event.event_type).collect();
    assert_eq!(types, [EventType::LoanDisbursed, EventType::EmiPaid, EventType::EmiPaymentInitiated]);
    assert_eq!(events[5].description, r#"{"installmentNum":2}"#);
    assert!(in_read!(store, tx => tx.loan(application_id(2).into())).unwrap().is_none());
}

async fn assert_projected(store: &DbStore, loan: &Loan, seconds: i64) {
    let id = loan.id;
    let stored = in_read!(store, tx => tx.stored_installments(id)).unwrap();
    let position = loan.position(at(seconds).day());
    let expected: Vec<(u32, Paise, bool)> = position
        .installments
        .iter()
        .map(|installment| (installment.row.num, installment.received(), installment.paid_day.is_some()))
        .collect();
    assert_eq!(stored, expected);
}

async fn the_stored_instalments_are_the_position_on_the_day_of_the_change(fixture: Fixture) {
    let store = &fixture.store;
    let loan = disbursed(store, 1).await;
    assert_projected(store, &loan, 0).await;
    for (fact, (num, rupees, days)) in (1..).zip([(1, 500, 3), (1, 661, 30), (3, 1_161, 35), (2, 3_000, 62)]) {
        let loan = pay(store, fact, paid(num, rupees, &format!("p{fact}")), days * DAY).await;
        assert_projected(store, &loan, days * DAY).await;
    }
}

async fn an_excess_that_falls_due_later_reaches_the_stored_instalments(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    let loan = pay(store, 1, paid(1, 2_000, "much"), 2 * DAY).await;
    assert_eq!(loan.position(at(2 * DAY).day()).excess, Paise::from_rupees(839));
    let mut ids = 9_000..;
    let id = || fact_id(ids.next().unwrap());
    let ended = loan.day_end(at(70 * DAY).day(), id, at(70 * DAY)).unwrap().unwrap();
    let ended = fixed(ended.change);
    in_write!(store, tx => tx.save_loan(ended.clone(), at(70 * DAY))).unwrap();
    assert_projected(store, ended.state(), 70 * DAY).await;
}

async fn only_new_facts_are_written_and_none_is_ever_changed(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    for fact in 1..=3 {
        pay(store, fact, paid(1, 100, &format!("p{fact}")), DAY).await;
        assert_eq!(number(store, "SELECT count(*) FROM loan_facts").await, i64::try_from(fact + 1).unwrap());
    }
}

async fn the_ledger_of_a_loan_sums_to_zero_after_every_change(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    let id = application_id(1);
    let balances = in_read!(store, tx => tx.ledger_balances(id.into())).unwrap();
    assert!(balances.contains(&(Account::LoanPrincipal, Paise::from_rupees(6_500))));
    assert!(balances.contains(&(Account::Bank, Paise::from_rupees(-5_674))));
    for fact in 1..=4 {
        pay(store, fact, paid(1, 900, &format!("p{fact}")), 35 * DAY).await;
        let balances = in_read!(store, tx => tx.ledger_balances(id.into())).unwrap();
        assert_eq!(balances.iter().map(|(_, amount)| amount.get()).sum::<i64>(), 0);
    }
    let excess = in_read!(store, tx => tx.ledger_balances(id.into())).unwrap();
    let excess = excess.iter().find(|(account, _)| *account == Account::CustomerExcess).unwrap().1;
    assert_eq!(excess, Paise::from_rupees(-(3_600 - 1_161)));
}

async fn paying_the_last_due_closes_the_loan(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    for num in 1..=6 {
        pay(store, num.into(), paid(num, 1_161, &format!("p{num}")), 200 * DAY).await;
    }
    let loan = load_loan(store, 1).await;
    assert_eq!(loan.closed_day, Some(at(200 * DAY).day()));
    assert!(in_read!(store, tx => tx.stored_installments(loan.id)).unwrap().iter().all(|(_, _, is_paid)| *is_paid));
}

async fn a_loan_is_paid_out_once(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    let again = fixed(new_loan(1, 1));
    assert_eq!(code_of(in_write!(store, tx => tx.save_loan(again.clone(), at(1)))), Code::VersionConflict);
}

async fn a_late_payment_on_an_old_version_is_refused_and_books_nothing(fixture: Fixture) {
    let store = &fixture.store;
    let read = disbursed(store, 1).await;
    pay(store, 1, paid(1, 500, "one"), DAY).await;
    let booked = number(store, "SELECT count(*) FROM ledger_entries").await;
    let late = fixed(read.pay(fact_id(2), paid(1, 500, "two"), at(DAY).day(), at(DAY)).unwrap());
    assert_eq!(code_of(in_write!(store, tx => tx.save_loan(late.clone(), at(DAY)))), Code::VersionConflict);
    assert_eq!(number(store, "SELECT count(*) FROM ledger_entries").await, booked);
    assert_eq!(load_loan(store, 1).await.facts.len(), 2);
}

async fn a_long_loan_is_stored_whole(fixture: Fixture) {
    use qist_domain::id::InstallmentId;
    use qist_domain::loan::{Fact, FactKind, Quote};
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let quote = Quote::new(&terms(), Paise::from_rupees(1_000_000), 360, day("2026-11-20")).unwrap();
    let ids: Vec<InstallmentId> = (0..360).map(|num| InstallmentId(uuid(5_000_000 + num))).collect();
    let kind = FactKind::Disbursed { utr: "UTR".to_owned() };
    let fact = Fact { id: fact_id(1), value_day: at(0).day(), recorded_at: at(0), kind };
    let change = Loan::disburse(borrowed(1, 1), quote, ids, fact).unwrap();
    let change = fixed(change);
    in_write!(store, tx => tx.save_loan(change.clone(), at(0))).unwrap();
    assert_projected(store, &load_loan(store, 1).await, 0).await;
}

async fn a_reference_stands_for_one_movement_for_ever(fixture: Fixture) {
    let store = &fixture.store;
    let reference = |fact: u128| {
        fixed(Reference {
            scope: TENANT.to_string(),
            reference: "TXN-1".into(),
            loan: application_id(1).into(),
            fact: fact_id(fact),
            digest: format!("digest {fact}"),
        })
    };
    let (one, two) = (reference(1), reference(2));
    assert_eq!(in_read!(store, tx => tx.reference(&one.scope, &one.reference)).unwrap(), None);
    assert!(in_write!(store, tx => tx.claim_reference(one)).unwrap());
    assert!(!in_write!(store, tx => tx.claim_reference(two)).unwrap());
    assert_eq!(in_read!(store, tx => tx.reference(&two.scope, &two.reference)).unwrap().as_ref(), Some(one));
    let elsewhere = fixed(Reference { scope: LENDER.to_string(), ..two.clone() });
    assert!(in_write!(store, tx => tx.claim_reference(elsewhere)).unwrap());
}

async fn a_payment_is_settled_once(fixture: Fixture) {
    let store = &fixture.store;
    disbursed(store, 1).await;
    let payment = |number: u128, seconds: i64| PaymentRecord {
        id: PaymentId(uuid(6_000_000 + number)),
        loan: application_id(1).into(),
        installment_num: 2,
        amount: Paise::from_rupees(1_161),
        method: "upi".into(),
        state: PaymentState::Pending,
        failure: None,
        created_at: at(seconds),
    };
    let made = fixed([payment(1, 5), payment(2, 9)]);
    for payment in made {
        in_write!(store, tx => tx.insert_payment(payment)).unwrap();
    }
    let (settled, failed) = (made[0].id, made[1].id);
    assert!(in_write!(store, tx => tx.settle_payment(settled, PaymentState::Settled, None)).unwrap());
    assert!(!in_write!(store, tx => tx.settle_payment(settled, PaymentState::Failed, Some("late"))).unwrap());
    assert!(in_write!(store, tx => tx.settle_payment(failed, PaymentState::Failed, Some("declined"))).unwrap());
    let stored = in_read!(store, tx => tx.payments_of(application_id(1).into())).unwrap();
    assert_eq!(stored.iter().map(|payment| payment.id).collect::<Vec<_>>(), [failed, settled]);
    assert_eq!((stored[0].state, stored[0].failure.as_deref()), (PaymentState::Failed, Some("declined")));
    let stored = in_read!(store, tx => tx.payment(settled)).unwrap().unwrap();
    let expected = PaymentRecord { state: PaymentState::Settled, ..made[0].clone() };
    assert_eq!(format!("{stored:?}"), format!("{expected:?}"));
}

async fn loans_are_walked_in_the_order_of_their_ids(fixture: Fixture) {
    let store = &fixture.store;
    for number in [3, 1, 2] {
        disbursed(store, number).await;
    }
    let ids = [1, 2, 3].map(|number| LoanId::from(application_id(number)));
    assert_eq!(in_read!(store, tx => tx.loan_ids(None, 2)).unwrap(), &ids[..2]);
    assert_eq!(in_read!(store, tx => tx.loan_ids(Some(ids[1]), 2)).unwrap(), &ids[2..]);
    assert!(in_read!(store, tx => tx.loan_ids(Some(ids[2]), 2)).unwrap().is_empty());
}
