use proptest::prelude::*;
use uuid::Uuid;

use super::schedule::tests::terms;
use super::*;
use crate::ledger::Account;
use crate::money::Paise;
use crate::product::{
    ChargeRule, ContingentCharge, ContingentKind, DailyRule, EmiMethod, Fee, Moratorium, MoratoriumInterest, Terms,
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn noon(day: Day) -> Instant {
    day.start().plus_seconds(43_200)
}

/// 6,500 over six EMIs of 1,161 from 2021-02-03, paid out on 2021-01-03.
fn loan() -> Loan {
    let quote =
        Quote::new(&terms(EmiMethod::FlatRate, "14.4", 700), Paise::from_rupees(6500), 6, day("2021-01-03")).unwrap();
    let fact = Fact {
        id: FactId(Uuid::from_u128(1)),
        value_day: day("2021-01-03"),
        recorded_at: noon(day("2021-01-03")),
        kind: FactKind::Disbursed { utr: "UTR1".into() },
    };
    let ids = (0..6).map(|n| InstallmentId(Uuid::from_u128(100 + n))).collect();
    let id = Uuid::from_u128(7);
    Loan::disburse(super::life_tests::borrowed(id), quote, ids, fact).unwrap().into_parts().0
}

fn paid(installment_num: u32, rupees: i32, reference: &str) -> Paid {
    Paid {
        installment_num,
        amount: Paise::from_rupees(rupees),
        mode: "upi".into(),
        reference: reference.into(),
        by: EntityType::SourcingEntity,
    }
}

fn pay(loan: Loan, num: u32, rupees: i32, on: &str) -> (Loan, Vec<String>) {
    let count = loan.facts.len();
    let id = FactId(Uuid::from_u128(50 + count as u128));
    let change = loan.pay(id, paid(num, rupees, &format!("T{count}")), day(on), noon(day(on))).unwrap();
    let (loan, _, events, _) = change.into_parts();
    (loan, events.into_iter().map(|event| format!("{} {}", event.event_type.name(), event.description)).collect())
}

#[test]
fn a_part_payment_leaves_the_instalment_unpaid_with_its_amount_recorded() {
    let (loan, events) = pay(loan(), 1, 1000, "2021-02-03");
    let position = loan.position(day("2021-02-03"));
    assert_eq!(position.installments[0].received(), Paise::from_rupees(1000));
    assert_eq!(position.installments[0].paid_day, None);
    assert!(events.is_empty());
    let (_, events) = pay(loan, 1, 161, "2021-02-05");
    assert_eq!(events, [r#"emi_paid {"installmentNum":1}"#]);
}

#[test]
fn excess_pays_what_fell_due_and_waits_for_the_rest() {
    let (loan, events) = pay(loan(), 2, 1161 * 2 + 500, "2021-03-03");
    assert_eq!(events.len(), 2, "the named second and the older first are paid");
    assert_eq!(loan.position(day("2021-03-03")).excess, Paise::from_rupees(500));
    let later = loan.position(day("2021-04-05"));
    assert_eq!(later.excess, Paise::ZERO);
    assert_eq!(later.installments[2].received(), Paise::from_rupees(500));
}

#[test]
fn excess_that_covers_a_later_due_pays_it_on_its_due_day() {
    let (loan, _) = pay(loan(), 1, 1161 * 3, "2021-01-20");
    let position = loan.position(day("2021-03-04"));
    let days: Vec<_> =
        position.installments.iter().map(|installment| installment.paid_day.map(|day| day.to_string())).collect();
    assert_eq!(
        days[..4],
        [
            Some("2021-01-20".into()),
            Some("2021-02-03".into()).filter(|_| false).or(Some("2021-03-03".into())),
            None,
            None
        ]
    );
}

#[test]
fn dpd_counts_the_due_day_itself_from_the_oldest_unpaid() {
    let (loan, _) = pay(loan(), 2, 1161, "2021-03-03");
    let position = loan.position(day("2021-03-04"));
    assert_eq!(position.dpd(day("2021-03-04")), 30);
    assert_eq!(position.oldest_overdue(day("2021-03-04")).unwrap().row.num, 1);
    assert_eq!(self::loan().position(day("2021-02-02")).dpd(day("2021-02-02")), 0);
}

#[test]
fn paying_the_last_due_closes_the_loan_and_empties_its_principal() {
    let mut loan = loan();
    for num in 1..=6 {
        loan = pay(loan, num, 1161, "2021-07-06").0;
    }
    assert_eq!(loan.closed_day, Some(day("2021-07-06")));
    let booked = Booked::of(&loan.quote, &loan.position(day("2021-07-06")));
    let of = |account: Account| booked.0[Account::ALL.iter().position(|other| *other == account).unwrap()];
    assert_eq!(of(Account::LoanPrincipal), Paise::ZERO);
    assert_eq!(of(Account::Bank), Paise::from_rupees(6966 - 5674));
    assert_eq!(of(Account::InterestIncome), Paise::from_rupees(-466));
    let refusal =
        loan.pay(FactId(Uuid::nil()), paid(6, 1, "late"), day("2021-07-06"), noon(day("2021-07-06"))).unwrap_err();
    assert_eq!(refusal.code, Code::LoanClosed);
}

#[test]
fn a_payment_outside_the_loans_life_is_refused() {
    for (num, on, now, code) in [
        (7, "2021-02-03", "2021-02-03", Code::InstallmentNotFound),
        (0, "2021-02-03", "2021-02-03", Code::InstallmentNotFound),
        (1, "2021-01-02", "2021-02-03", Code::InvalidField),
        (1, "2021-02-04", "2021-02-03", Code::InvalidField),
    ] {
        let refusal = loan().pay(FactId(Uuid::nil()), paid(num, 100, "x"), day(on), noon(day(now))).unwrap_err();
        assert_eq!(refusal.code, code, "{num} {on}");
    }
}

/// 10,000 at 12 % over six months, of which the first two are capitalised: 201 are added to what is owed.
fn postponed() -> Loan {
    let moratorium = Some(Moratorium { periods: 2, interest: MoratoriumInterest::Capitalised });
    let terms = Terms { moratorium, ..terms(EmiMethod::ReducingBalance, "12", 0) };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2021-01-03")).unwrap();
    Loan { quote, ..loan() }
}

#[test]
fn capitalised_interest_is_earned_and_owed_on_its_due_day_without_money() {
    let loan = postponed();
    for (on, owed) in [("2021-02-02", 10_000), ("2021-02-03", 10_100), ("2021-03-03", 10_201)] {
        let position = loan.position(day(on));
        assert_eq!(position.principal_outstanding(), Paise::from_rupees(owed), "{on}");
        assert_eq!((position.received, position.dpd(day(on))), (Paise::ZERO, 0));
    }
    let position = loan.position(day("2021-03-03"));
    assert_eq!(position.installments[1].paid_day, Some(day("2021-03-03")));
    let mut loan = loan;
    for num in 3..=6 {
        let row = *loan.quote.row(num).unwrap();
        let money = Paid { amount: row.instalment(), ..paid(num, 1, &num.to_string()) };
        let id = FactId(Uuid::from_u128(500 + u128::from(num)));
        loan.facts.push(Fact {
            id,
            value_day: row.due_day,
            recorded_at: noon(row.due_day),
            kind: FactKind::Paid(money),
        });
    }
    let position = loan.position(day("2021-08-01"));
    assert!(position.is_paid_off() && position.principal_outstanding().is_zero());
    assert_eq!(position.sum(|installment| installment.paid_interest), loan.quote.total_interest());
}

#[test]
fn a_charge_in_a_moratorium_takes_itself_and_no_more() {
    let mut loan = postponed();
    let charge = FactKind::Charged {
        installment_num: 1,
        charge: ContingentKind::Bounce,
        amount: Paise::from_rupees(50),
        gst: Paise::ZERO,
    };
    for (id, kind) in [(500, charge), (501, FactKind::Paid(paid(1, 80, "T")))] {
        let value_day = day("2021-02-10");
        loan.facts.push(Fact { id: FactId(Uuid::from_u128(id)), value_day, recorded_at: noon(value_day), kind });
    }
    let position = loan.position(day("2021-02-10"));
    assert_eq!(
        (position.installments[0].received(), position.excess),
        (Paise::from_rupees(50), Paise::from_rupees(30))
    );
}

/// The contract's loan with a penal charge of 24 % a year after three days of grace, and 300 for a bounce.
fn charged_when_late() -> Loan {
    let late = ChargeRule::Daily(DailyRule::PerAnnum {
        percent: "24".parse().unwrap(),
        grace_days: 3,
        max_paise: Paise::from_rupees(20),
    });
    let bounce = ChargeRule::Once(Fee::Fixed { amount_paise: Paise::from_rupees(300) });
    let charge = |kind, rule| ContingentCharge { kind, name: None, rule, gst: "0".parse().unwrap() };
    let mut loan = loan();
    let contingent = vec![charge(ContingentKind::LatePayment, late), charge(ContingentKind::Bounce, bounce)];
    let terms = Terms { contingent, ..loan.quote.terms.clone() };
    loan.quote = Quote::new(&terms, loan.quote.amount, loan.quote.tenure, loan.quote.start).unwrap();
    loan
}

fn charge(loan: Loan, id: u128, num: u32, kind: ContingentKind, on: &str) -> Result<Loan, Code> {
    let change = loan.charge(FactId(Uuid::from_u128(id)), num, kind, noon(day(on)));
    change.map(|change| change.into_parts().0).map_err(|refusal| refusal.code)
}

#[test]
fn what_is_overdue_is_charged_by_the_day_and_never_twice() {
    let late = ContingentKind::LatePayment;
    let on = |loan: &Loan, day_of: &str| loan.position(day(day_of)).installments[0].charge;
    // Due on 3 February: nothing within three days.
    for early in ["2021-02-03", "2021-02-06"] {
        assert_eq!(charge(charged_when_late(), 900, 1, late, early).unwrap_err(), Code::ChargeNotDue, "{early}");
    }
    // 1,161 × 24 % × 10 / 365 = 7.634.
    let loan = charge(charged_when_late(), 900, 1, late, "2021-02-13").unwrap();
    assert_eq!(on(&loan, "2021-02-13"), Paise::new(763));
    assert_eq!(charge(loan.clone(), 901, 1, late, "2021-02-13").unwrap_err(), Code::ChargeNotDue);
    // 661 are paid on the 13th, the charge first; 500 are overdue for five days more, as if there were no charge: 1.644 on top of
    // 7.634.
    let (id, now) = (FactId(Uuid::from_u128(902)), noon(day("2021-02-13")));
    let loan = loan.pay(id, paid(1, 661, "T"), day("2021-02-13"), now).unwrap().into_parts().0;
    let loan = charge(loan, 903, 1, late, "2021-02-18").unwrap();
    assert_eq!(on(&loan, "2021-02-18"), Paise::new(928));
    // The rule's bound.
    let loan = charge(loan, 904, 1, late, "2021-07-01").unwrap();
    assert_eq!(on(&loan, "2021-07-01"), Paise::from_rupees(20));
    assert_eq!(charge(loan, 905, 1, late, "2021-12-01").unwrap_err(), Code::ChargeNotDue);
}

#[test]
fn a_bounce_is_charged_each_time_and_what_the_statement_lacks_never() {
    let bounce = ContingentKind::Bounce;
    assert_eq!(charge(charged_when_late(), 900, 1, bounce, "2021-02-02").unwrap_err(), Code::ChargeNotDue);
    let loan = charge(charged_when_late(), 900, 1, bounce, "2021-02-03").unwrap();
    assert_eq!(
        charge(loan.clone(), 906, 1, bounce, "2021-02-03").unwrap_err(),
        Code::ChargeNotDue,
        "a call sent again"
    );
    let loan = charge(loan, 901, 1, bounce, "2021-02-05").unwrap();
    assert_eq!(loan.position(day("2021-02-05")).installments[0].charge, Paise::from_rupees(600));
    for (kind, num, code) in [
        (ContingentKind::Foreclosure, 1, Code::ChargeNotInKfs),
        (ContingentKind::Other, 1, Code::ChargeNotInKfs),
        (bounce, 7, Code::InstallmentNotFound),
    ] {
        assert_eq!(charge(charged_when_late(), 902, num, kind, "2021-03-03").unwrap_err(), code);
    }
    assert_eq!(charge(super::tests::loan(), 903, 1, bounce, "2021-03-03").unwrap_err(), Code::ChargeNotInKfs);
}

proptest! {
    #[test]
    fn the_order_in_which_facts_are_learned_never_matters(told in prop::collection::vec((1u32..=6, 1i64..=400_000, 0i64..=200, any::<bool>()), 1..12), shift in any::<prop::sample::Index>()) {
        let loan = loan();
        let mut facts = loan.facts.clone();
        for (index, (num, paise, offset, is_charge)) in told.iter().enumerate() {
            let value_day = day("2021-01-03").plus_days(*offset);
            let amount = Paise::new(*paise);
            let kind = if *is_charge {
                FactKind::Charged { installment_num: *num, charge: ContingentKind::LatePayment, amount, gst: Paise::ZERO }
            } else {
                FactKind::Paid(Paid { amount, ..paid(*num, 1, &index.to_string()) })
            };
            facts.push(Fact { id: FactId(Uuid::from_u128(1000 + index as u128)), value_day, recorded_at: noon(value_day), kind });
        }
        let as_of = day("2021-08-01");
        let position = Position::of(&loan.quote, &facts, as_of);
        let shift = shift.index(facts.len());
        facts.rotate_left(shift);
        facts.reverse();
        prop_assert_eq!(&Position::of(&loan.quote, &facts, as_of), &position);
        let allocated: Paise = position.installments.iter().map(InstallmentPosition::received).sum();
        prop_assert_eq!(allocated.plus(position.excess), Ok(position.received));
        prop_assert!(rebook(FactId(Uuid::nil()), as_of, Booked::NOTHING, Booked::of(&loan.quote, &position)).is_ok());
    }
}
