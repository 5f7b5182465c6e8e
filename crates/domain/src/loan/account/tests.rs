use uuid::Uuid;

use super::super::life_tests::{Life, day, example, rupees};
use super::*;
use crate::refusal::Code;

fn lines(account: &Account) -> Vec<String> {
    let line = |entry: &Entry| {
        let num = entry.installment_num.map(|num| format!(" {num}")).unwrap_or_default();
        format!("{} {}{num} +{} -{} ={}", entry.value_day, entry.what.name(), entry.debit, entry.credit, entry.balance)
    };
    account.entries.iter().map(line).collect()
}

/// Whatever has happened, an account ends where the position is, and its parts are the whole.
pub(in crate::loan) fn check(loan: &Loan, today: Day) {
    let account = loan.account(today);
    let position = loan.position(today);
    assert_eq!(account.balance(), owed(&position), "{account:#?}");
    let mut balance = Paise::ZERO;
    for entry in &account.entries {
        balance = less(plus(balance, entry.debit), entry.credit);
        assert_eq!(balance, entry.balance);
        assert!(entry.debit >= Paise::ZERO && entry.credit >= Paise::ZERO);
    }
    assert!(account.entries.windows(2).all(|pair| pair[0].value_day <= pair[1].value_day));
    let totals = account.totals();
    assert_eq!(totals.paid, plus(position.received, loan.quote.advance_emi));
    assert_eq!(totals.refunded, position.refunded);
    let years = account.years();
    let parts =
        |totals: Totals| [totals.debit, totals.credit, totals.interest, totals.paid, totals.charges, totals.waived];
    for (at, whole) in parts(totals).into_iter().enumerate() {
        assert_eq!(years.iter().map(|year| parts(year.totals)[at]).sum::<Paise>(), whole);
    }
    assert_eq!(years.last().map(|year| year.closing_balance), Some(account.balance()));
    check_certificates(loan, &years, &position, today);
}

fn check_certificates(loan: &Loan, years: &[YearTotals], position: &Position, today: Day) {
    let lived = years.iter().filter_map(|year| loan.year(year.year, today).ok());
    let (mut principal, mut interest, mut principal_due) = (Paise::ZERO, Paise::ZERO, Paise::ZERO);
    for year in lived {
        principal = plus(principal, year.principal_paid);
        interest = plus(interest, year.interest_paid);
        principal_due = plus(principal_due, year.principal_due);
    }
    let charges = position.sum(|one| one.paid_charge);
    let kept = less(less(less(position.received, position.refunded), position.excess), charges);
    let taken = plus(loan.quote.advance_emi, loan.quote.upfront_interest);
    assert_eq!(plus(principal, interest), plus(kept, taken), "what was kept is principal, interest and charges");
    assert_eq!(loan.no_dues(today).is_ok(), loan.closed_day.is_some());
    if loan.closed_day.is_some() {
        let waived = position.sum(|one| one.waived_principal);
        assert!(principal_due >= plus(loan.quote.amount, position.undrawn.negated()).min(principal), "{waived}");
    }
}

#[test]
fn an_account_tells_what_was_lent_fell_due_was_charged_and_was_paid() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    life.live_until(day("2021-03-07"));
    life.pay(2, rupees(1200), day("2021-03-07"));
    let account = life.loan.account(day("2021-03-07"));
    assert_eq!(
        lines(&account),
        [
            "2021-01-03 lent +6500 -0 =6500",
            "2021-02-03 interest 1 +77.67 -0 =6577.67",
            "2021-02-03 paid 1 +0 -1161 =5416.67",
            "2021-03-03 interest 2 +77.66 -0 =5494.33",
            "2021-03-06 charge 2 +30 -0 =5524.33",
            "2021-03-07 charge 2 +10 -0 =5534.33",
            "2021-03-07 paid 2 +0 -1200 =4334.33",
        ]
    );
    check(&life.loan, day("2021-03-07"));
}

#[test]
fn a_payment_that_did_not_stand_is_there_twice_and_was_never_made_for_the_certificate() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    let payment = life.loan.facts.last().map(|fact| fact.id).unwrap();
    let now = day("2021-04-20").start().plus_seconds(43_200);
    life.live_until(day("2021-04-20"));
    let id = life.id();
    let change = life.loan.clone().reverse(id, payment, "cheque returned".into(), now).unwrap();
    life.save(change);
    let today = day("2021-04-20");
    let account = life.loan.account(today);
    assert_eq!(account.totals().paid, Paise::ZERO);
    let [paid, reversed] = [Entered::Paid, Entered::Reversed]
        .map(|what| account.entries.iter().find(|entry| entry.what == what).unwrap().clone());
    assert_eq!((paid.credit, reversed.debit), (rupees(1161), rupees(1161)));
    assert_eq!((reversed.reference, reversed.detail.as_str()), (paid.reference, "cheque returned"));
    let year = life.loan.year("2020".parse().unwrap(), today).unwrap();
    assert_eq!((year.principal_paid, year.interest_paid), (Paise::ZERO, Paise::ZERO));
    assert_eq!(year.interest_due, Paise::new(7767 + 7766), "two instalments fell due by 31 March");
}

#[test]
fn a_certificate_is_of_a_year_of_the_loans_life() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    let today = day("2021-02-10");
    let year = life.loan.year("2020-21".parse().unwrap(), today).unwrap();
    assert_eq!((year.interest_due, year.interest_paid), (Paise::new(7767), Paise::new(7767)));
    assert_eq!(
        (year.principal_due, year.principal_paid, year.until),
        (Paise::new(108_333), Paise::new(108_333), today)
    );
    for other in ["2019", "2021", "2030"] {
        let refusal = life.loan.year(other.parse().unwrap(), today).unwrap_err();
        assert_eq!(refusal.code, Code::YearNotOfLoan, "{other}");
    }
}

#[test]
fn nothing_is_owed_only_once_the_loan_is_closed_and_what_was_waived_is_said() {
    let mut life = example();
    let today = day("2021-01-20");
    assert_eq!(life.loan.no_dues(today).unwrap_err().code, Code::LoanNotClosed);
    let paid = life.paid(1, rupees(6000));
    let mut ids = 9_000;
    let id = || {
        ids += 1;
        crate::id::FactId(Uuid::from_u128(ids))
    };
    let change = life.loan.clone().settle(id, paid, "hardship", today.start().plus_seconds(43_200)).unwrap();
    life.save(change);
    let no_dues = life.loan.no_dues(today).unwrap();
    assert_eq!((no_dues.closed_day, no_dues.lent, no_dues.paid), (today, rupees(6500), rupees(6000)));
    let interest = life.loan.account(today).totals().interest;
    assert_eq!(no_dues.waived, plus(rupees(500), interest));
    assert_eq!(life.loan.no_dues(day("2021-01-19")).unwrap_err().code, Code::LoanNotClosed);
}

#[test]
fn an_account_of_another_day_leaves_out_what_came_after_it() {
    let mut life: Life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    assert_eq!(lines(&life.loan.account(day("2021-02-02"))), ["2021-01-03 lent +6500 -0 =6500"]);
    assert!(life.loan.account(day("2021-01-02")).entries.is_empty());
}
