//! Lives of loans: whatever happens, in whatever order, the books are what the facts say.

use proptest::prelude::*;
use uuid::Uuid;

use super::schedule::tests::{any_terms, terms};
use super::*;
use crate::ledger::{Account, Entries};
use crate::money::Paise;
use crate::product::{
    ChargeRule, ContingentCharge, ContingentKind, DailyRule, EmiMethod, Fee, MoratoriumInterest, Part, Terms,
};

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn noon(day: Day) -> Instant {
    day.start().plus_seconds(43_200)
}

pub(super) fn borrowed(id: Uuid) -> Borrowed {
    let (tenant, user, lender) = (SourcingEntityId(id), UserId(id), LenderId(id));
    Borrowed { application: ApplicationId(id), transaction: None, tenant, user, lender }
}

pub(super) fn rupees(rupees: i32) -> Paise {
    Paise::from_rupees(rupees)
}

/// A loan, what has been booked of it, and the names of what it announced.
pub(super) struct Life {
    pub(super) loan: Loan,
    booked: Booked,
    events: Vec<String>,
    ids: u128,
}

impl Life {
    fn of(terms: &Terms, amount: Paise, tenure: u32, start: Day) -> Result<Life, Refusal> {
        let quote = Quote::new(terms, amount, tenure, start)?;
        let ids = (0..quote.rows.len()).map(|n| InstallmentId(Uuid::from_u128(100 + n as u128))).collect();
        let fact = fact(FactId(Uuid::from_u128(1)), start, noon(start), FactKind::Disbursed { utr: "UTR".into() });
        let id = Uuid::from_u128(7);
        let change = Loan::disburse(borrowed(id), quote, ids, fact)?;
        let mut life = Life { loan: change.state().clone(), booked: Booked::NOTHING, events: Vec::new(), ids: 1_000 };
        life.save(change);
        Ok(life)
    }

    pub(super) fn id(&mut self) -> FactId {
        self.ids += 1;
        FactId(Uuid::from_u128(self.ids))
    }

    pub(super) fn save(&mut self, change: Change<Loan>) {
        let (loan, _, events, entries) = change.into_parts();
        for (account, amount) in entries.iter().flat_map(Entries::lines) {
            let slot = Account::ALL.iter().position(|other| other == account).unwrap();
            self.booked.0[slot] = [self.booked.0[slot], *amount].into_iter().sum();
        }
        self.events.extend(events.iter().map(|event| format!("{} {}", event.event_type.name(), event.description)));
        self.loan = loan;
        self.loan.new_facts_from = self.loan.facts.len();
        self.check();
    }

    /// What is booked is what the rules say of the position, and the position says the same as its parts.
    fn check(&self) {
        let position = self.loan.position(self.loan.booked_day);
        assert_eq!(self.booked, Booked::of(&self.loan.quote, &position));
        assert_eq!(self.booked.0.into_iter().sum::<Paise>(), Paise::ZERO);
        if position.written_off.is_none() {
            assert_eq!(self.booked.balance(Account::LoanPrincipal), position.principal_outstanding());
            assert_eq!(
                self.booked.balance(Account::ChargeReceivable),
                position.sum(|one| one.due(Part::Charge)),
                "{position:#?}"
            );
            let receivable = position.interest_receivable_on(self.loan.booked_day);
            assert_eq!(self.booked.balance(Account::InterestReceivable), receivable);
        } else {
            for account in [Account::LoanPrincipal, Account::ChargeReceivable, Account::InterestReceivable] {
                assert_eq!(self.booked.balance(account), Paise::ZERO, "{account:?}");
            }
        }
        assert_eq!(self.booked.balance(Account::CustomerExcess), position.excess.negated());
        assert!(position.excess >= Paise::ZERO && position.refunded >= Paise::ZERO);
        for (one, next) in position.installments.iter().zip(position.installments.iter().skip(1)) {
            assert_eq!(one.row.num + 1, next.row.num);
            assert!(one.row.due_day <= next.row.due_day);
            let begins = |fact: &Fact| {
                fact.kind.new_rows().is_some_and(|rows| rows.first().is_some_and(|row| row.num == next.row.num))
            };
            let follows = one.row.opening.minus(one.row.principal) == Ok(next.row.opening);
            // A part of the money that goes out later is owed from then on.
            let grows = self.loan.quote.terms.disbursals.len() > 1
                && next.row.opening > one.row.opening.minus(one.row.principal).unwrap();
            assert!(follows || grows || self.loan.facts.iter().any(begins), "{position:#?}");
        }
        if let Some(last) = position.installments.last() {
            assert_eq!(last.row.opening, last.row.principal);
            assert!(self.loan.installment_id(last.row.num).is_some());
        }
    }

    pub(super) fn paid(&mut self, num: u32, amount: Paise) -> Paid {
        self.ids += 1;
        let reference = format!("T{}", self.ids);
        Paid { installment_num: num, amount, mode: "upi".into(), reference, by: EntityType::Customer }
    }

    pub(super) fn pay(&mut self, num: u32, amount: Paise, on: Day) {
        let (id, paid) = (self.id(), self.paid(num, amount));
        let change = self.loan.clone().pay(id, paid, on, noon(on)).unwrap();
        self.save(change);
    }

    /// All day-ends up to `until`, in order, each day of its own; what they want done is returned.
    pub(super) fn live_until(&mut self, until: Day) -> Vec<Doing> {
        let mut doings = Vec::new();
        while let Some(next) = self.loan.next_day.filter(|next| *next <= until) {
            let mut ids = self.ids + 1;
            let id = || {
                ids += 1;
                FactId(Uuid::from_u128(ids))
            };
            let done = self.loan.clone().day_end(next, id, noon(next)).unwrap().unwrap();
            self.ids += 1_000;
            doings.extend(done.doings);
            self.save(done.change);
            assert!(self.loan.next_day.is_none_or(|after| after > next), "the next day is a later one");
        }
        doings
    }
}

fn contingent() -> Vec<ContingentCharge> {
    let charge = |kind, rule, gst: &str| ContingentCharge { kind, name: None, rule, gst: gst.parse().unwrap() };
    let fixed = |amount| ChargeRule::Once(Fee::Fixed { amount_paise: rupees(amount) });
    let percent = |percent: &str| {
        let (min_paise, max_paise) = (Paise::ZERO, rupees(1_000_000));
        ChargeRule::Once(Fee::Percent { percent: percent.parse().unwrap(), min_paise, max_paise })
    };
    let daily =
        ChargeRule::Daily(DailyRule::PerDay { amount_paise: rupees(10), grace_days: 2, max_paise: rupees(100) });
    vec![
        charge(ContingentKind::LatePayment, daily, "0"),
        charge(ContingentKind::Bounce, fixed(300), "0"),
        charge(ContingentKind::Foreclosure, percent("2"), "18"),
        charge(ContingentKind::PartPrepayment, percent("1"), "18"),
    ]
}

/// 6,500 over six EMIs of 1,161 from 2021-02-03.
pub(super) fn example() -> Life {
    let terms = Terms { contingent: contingent(), ..terms(EmiMethod::FlatRate, "14.4", 700) };
    Life::of(&terms, rupees(6500), 6, day("2021-01-03")).unwrap()
}

/// 1,00,000 at 12 % over twelve months: 8,885 each.
fn reducing() -> Life {
    let terms = terms(EmiMethod::ReducingBalance, "12", 0);
    Life::of(&terms, rupees(100_000), 12, day("2024-01-01")).unwrap()
}

#[test]
fn days_bring_reminders_dues_and_charges_each_once_and_in_order() {
    let mut life = example();
    let doings = life.live_until(day("2021-02-10"));
    assert_eq!(
        life.events,
        [
            "loan_disbursed ",
            r#"emi_due_in_7_days {"installmentNum":1}"#,
            r#"emi_due_in_3_days {"installmentNum":1}"#,
            r#"emi_due_in_tomorrow {"installmentNum":1}"#,
            r#"emi_overdue {"installmentNum":1}"#,
            // Two days of grace, then all days count, up to 100.
            r#"late_fee_added {"installmentNum":1,"lateCharge":30.00}"#,
            r#"late_fee_updated {"installmentNum":1,"lateCharge":40.00}"#,
            r#"late_fee_updated {"installmentNum":1,"lateCharge":50.00}"#,
            r#"late_fee_updated {"installmentNum":1,"lateCharge":60.00}"#,
            r#"late_fee_updated {"installmentNum":1,"lateCharge":70.00}"#,
        ]
    );
    let presented: Vec<_> = doings.iter().filter(|doing| matches!(doing, Doing::Present { .. })).collect();
    assert_eq!(presented, [&Doing::Present { installment_num: 1, amount: rupees(1161) }]);
    // Interest of the first instalment is earned on its due day, paid or not.
    assert_eq!(life.booked.balance(Account::InterestReceivable), Paise::new(7767));
    life.live_until(day("2021-02-20"));
    assert_eq!(life.loan.position(day("2021-02-20")).installments[0].charge, rupees(100), "the bound of the rule");
}

#[test]
fn a_bounce_above_the_bound_of_the_late_charge_does_not_end_it() {
    let mut life = example();
    life.live_until(day("2021-02-03"));
    let id = life.id();
    let bounced = life.loan.clone().charge(id, 1, ContingentKind::Bounce, noon(day("2021-02-03"))).unwrap();
    life.save(bounced);
    life.live_until(day("2021-02-10"));
    // 300 for the bounce, and 10 for each of seven days.
    assert_eq!(life.loan.position(day("2021-02-10")).installments[0].charge, rupees(370));
}

#[test]
fn a_day_is_done_once_however_often_it_is_asked_for() {
    let mut life = example();
    life.live_until(day("2021-02-04"));
    let before = life.events.len();
    for on in ["2021-02-04", "2021-02-03", "2021-01-27"] {
        let again = life.loan.clone().day_end(day(on), || FactId(Uuid::nil()), noon(day("2021-02-04"))).unwrap();
        assert!(again.is_none(), "{on}");
    }
    assert_eq!(life.events.len(), before);
}

#[test]
fn excess_pays_an_instalment_on_its_due_day_and_that_is_announced_once() {
    let mut life = example();
    life.pay(1, rupees(2 * 1161), day("2021-01-20"));
    life.live_until(day("2021-03-10"));
    let paid: Vec<_> = life.events.iter().filter(|event| event.starts_with("emi_paid")).collect();
    assert_eq!(paid, [r#"emi_paid {"installmentNum":1}"#, r#"emi_paid {"installmentNum":2}"#]);
    assert!(!life.events.iter().any(|event| event.starts_with("emi_overdue")));
}

#[test]
fn the_classes_are_those_of_the_regulators_own_example() {
    // Due on 31 March: SMA-1 on 30 April, SMA-2 on 30 May, NPA on 29 June (RBI/2021-22/125).
    let terms = Terms { roll: crate::calendar::Roll::None, ..terms(EmiMethod::ReducingBalance, "12", 0) };
    let life = Life::of(&terms, rupees(10_000), 12, day("2021-02-28")).unwrap();
    let mut loan = life.loan;
    for row in &mut loan.quote.rows {
        row.due_day = if row.num == 1 { day("2021-03-31") } else { row.due_day.plus_days(1_000) };
    }
    for (on, class) in [
        ("2021-03-30", Class::Standard),
        ("2021-03-31", Class::Sma0),
        ("2021-04-29", Class::Sma0),
        ("2021-04-30", Class::Sma1),
        ("2021-05-29", Class::Sma1),
        ("2021-05-30", Class::Sma2),
        ("2021-06-28", Class::Sma2),
        ("2021-06-29", Class::Npa),
    ] {
        assert_eq!(Class::of(&loan.position(day(on)), day(on)), class, "{on}");
    }
}

#[test]
fn interest_of_a_non_performing_account_is_no_income_until_it_is_paid() {
    let mut life = example();
    life.live_until(day("2021-05-10"));
    let on = day("2021-05-10");
    let id = life.id();
    let change = life.loan.clone().classify(id, true, noon(on)).unwrap().unwrap();
    life.save(change);
    assert_eq!(life.booked.balance(Account::InterestIncome), Paise::ZERO);
    assert!(life.booked.balance(Account::InterestSuspense) < Paise::ZERO);
    assert!(life.loan.clone().classify(FactId(Uuid::nil()), true, noon(on)).unwrap().is_none());
    life.pay(1, rupees(1300), on);
    assert_eq!(life.booked.balance(Account::InterestIncome), Paise::new(-7767), "the first instalment's");
}

#[test]
fn a_reversed_payment_was_never_made_and_cannot_be_reversed_again() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    let (payment, _) = life.loan.payment("T1002").map(|(fact, paid)| (fact.id, paid.clone())).unwrap();
    life.live_until(day("2021-02-08"));
    assert_eq!(life.loan.position(day("2021-02-08")).dpd(day("2021-02-08")), 0);
    let (id, now) = (life.id(), noon(day("2021-02-08")));
    let change = life.loan.clone().reverse(id, payment, "cheque returned".into(), now).unwrap();
    life.save(change);
    assert_eq!(life.loan.position(day("2021-02-08")).dpd(day("2021-02-08")), 6, "counted from the due day");
    assert_eq!(life.events.last().unwrap(), r#"emi_overdue {"installmentNum":1}"#);
    for (which, code) in [
        (payment, Code::PaymentReversed),
        (id, Code::ReversalImpossible),
        (FactId(Uuid::from_u128(99)), Code::PaymentNotFound),
    ] {
        let refusal = life.loan.clone().reverse(FactId(Uuid::nil()), which, String::new(), now).unwrap_err();
        assert_eq!(refusal.code, code);
    }
}

#[test]
fn what_was_paid_and_did_not_stand_was_late_all_the_while() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    let (payment, _) = life.loan.payment("T1002").map(|(fact, paid)| (fact.id, paid.clone())).unwrap();
    life.live_until(day("2021-02-08"));
    let id = life.id();
    let change = life.loan.clone().reverse(id, payment, "returned".into(), noon(day("2021-02-08"))).unwrap();
    life.save(change);
    life.live_until(day("2021-02-09"));
    // Six days at 10, counted from the due day like the days past due.
    assert_eq!(life.loan.position(day("2021-02-09")).installments[0].charge, rupees(60));
}

#[test]
fn a_refund_takes_what_is_held_and_no_more() {
    let mut life = example();
    life.pay(1, rupees(1500), day("2021-01-20"));
    let now = noon(day("2021-01-21"));
    let too_much = life.loan.clone().refund(FactId(Uuid::nil()), rupees(340), "R1".into(), now).unwrap_err();
    assert_eq!(too_much.code, Code::InvalidField);
    let id = life.id();
    let change = life.loan.clone().refund(id, rupees(339), "R1".into(), now).unwrap();
    life.save(change);
    assert_eq!(life.booked.balance(Account::CustomerExcess), Paise::ZERO);
}

#[test]
fn a_part_prepayment_shortens_the_loan_or_makes_its_instalments_smaller() {
    let mut life = reducing();
    for (num, on) in [(1, "2024-02-01"), (2, "2024-03-01"), (3, "2024-04-01")] {
        let due = life.loan.quote.row(num).unwrap().instalment();
        life.pay(num, due, day(on));
    }
    // After three instalments 76,107.66 are owed; 20,000 paid on 16 April, half-way to 1 May by days: 15 of 30.
    let on = day("2024-04-16");
    let owed = life.loan.position(on).principal_outstanding();
    assert_eq!(owed, Paise::new(7_610_766));
    let shorter = life.loan.prepayment(rupees(20_000), PrepaymentEffect::ShorterTenure, on).unwrap();
    let smaller = life.loan.prepayment(rupees(20_000), PrepaymentEffect::SmallerEmi, on).unwrap();
    assert_eq!((shorter.principal, shorter.charge), (rupees(20_000), Paise::ZERO));
    assert_eq!((shorter.emi, smaller.emi), (rupees(8885), rupees(6550)));
    assert_eq!((shorter.rows.len(), smaller.rows.len()), (7, 9));
    // 1 % of 56,107.66, and 20,000 × 1 % × 15 / 30 for the days until the prepayment.
    assert_eq!(shorter.rows[0].interest, Paise::new(56_108 + 10_000));
    assert_eq!(shorter.rows[0].broken_interest, rupees(100));
    assert_eq!(shorter.rows[1].interest, Paise::new(47_784));
    let (id, paid) = (life.id(), life.paid(4, rupees(20_000)));
    let change = life.loan.clone().prepay(id, paid, PrepaymentEffect::ShorterTenure, on, noon(on)).unwrap();
    life.save(change);
    assert_eq!(life.booked.balance(Account::LoanPrincipal), Paise::new(5_610_766));
    assert_eq!(life.loan.position(on).installments.len(), 10);
    // What is left is paid as it falls due, and the loan is over.
    for one in life.loan.position(on).installments.into_iter().skip(3) {
        life.pay(one.row.num, one.row.instalment(), one.row.due_day);
    }
    assert!(life.loan.closed_day.is_some());
}

#[test]
fn paying_a_payoff_closes_the_loan_to_the_paisa() {
    let mut life = example();
    life.pay(1, rupees(1161), day("2021-02-03"));
    life.pay(3, rupees(500), day("2021-02-10"));
    life.live_until(day("2021-03-07"));
    let on = day("2021-03-07");
    let payoff = life.loan.payoff(Acceleration::Foreclosure, on).unwrap();
    let ids = [life.id(), life.id()];
    let paid = life.paid(3, payoff.amount);
    let less = Paid { amount: payoff.amount.minus(Paise::new(1)).unwrap(), ..paid.clone() };
    let refusal = life.loan.clone().pay_off(ids, &payoff, less, noon(on)).unwrap_err();
    assert_eq!(refusal.code, Code::PayoffStale);
    let change = life.loan.clone().pay_off(ids, &payoff, paid, noon(on)).unwrap();
    life.save(change);
    assert_eq!(life.loan.closed_day, Some(on));
    assert_eq!(life.loan.next_day, None);
    assert_eq!(life.booked.balance(Account::LoanPrincipal), Paise::ZERO);
    assert_eq!(life.loan.position(on).excess, Paise::ZERO);
}

#[test]
fn leaving_within_the_cooling_off_period_costs_the_interest_of_the_days_alone() {
    let life = reducing();
    let payoff = life.loan.payoff(Acceleration::CoolingOff, day("2024-01-03")).unwrap();
    // 1,000 for the 31 days of the first instalment, two of which have passed.
    assert_eq!((payoff.interest, payoff.charge), (Paise::new(6452), Paise::ZERO));
    assert_eq!(payoff.amount, Paise::new(10_006_452));
}

#[test]
fn a_settlement_lets_the_borrower_off_the_rest() {
    let mut life = example();
    life.live_until(day("2021-04-20"));
    let mut ids = 50_000;
    let paid = life.paid(1, rupees(3000));
    let id = || {
        ids += 1;
        FactId(Uuid::from_u128(ids))
    };
    let change = life.loan.clone().settle(id, paid, "hardship", noon(day("2021-04-20"))).unwrap();
    life.save(change);
    assert!(life.loan.closed_day.is_some());
    assert!(life.booked.balance(Account::Waiver).is_positive());
}

#[test]
fn what_comes_in_after_a_write_off_is_a_recovery() {
    let mut life = example();
    life.live_until(day("2021-06-20"));
    let (id, now) = (life.id(), noon(day("2021-06-20")));
    let change = life.loan.clone().write_off(id, "no trace".into(), now).unwrap();
    life.save(change);
    let lost = life.booked.balance(Account::WriteOff);
    assert!(lost.is_positive());
    life.pay(1, rupees(1000), day("2021-06-25"));
    assert_eq!(life.booked.balance(Account::RecoveryIncome), rupees(-1000));
    assert_eq!(life.booked.balance(Account::WriteOff), lost);
    assert_eq!(Class::of(&life.loan.position(day("2021-06-25")), day("2021-06-25")), Class::WrittenOff);
}

#[test]
fn a_lender_moves_due_days_pauses_and_lowers_the_rate_from_then_on() {
    let today = day("2024-04-10");
    let with = |why, new: NewTerms| {
        let mut life = reducing();
        for (num, on) in [(1, "2024-02-01"), (2, "2024-03-01"), (3, "2024-04-01")] {
            let due = life.loan.quote.row(num).unwrap().instalment();
            life.pay(num, due, day(on));
        }
        let planned = life.loan.rescheduled(why, &new, "asked for".into(), today).unwrap();
        let id = life.id();
        let change = life.loan.clone().reschedule(id, planned, || InstallmentId(Uuid::from_u128(9)), noon(today));
        life.save(change.unwrap());
        life.loan.position(today)
    };
    let moved = with(Rescheduling::DueDateChange, NewTerms { anchor_day: Some(10), ..NewTerms::default() });
    assert_eq!(moved.installments[3].row.due_day, day("2024-05-10"));
    assert_eq!(moved.installments.len(), 12);
    let pause = NewTerms { moratorium_periods: Some(2), ..NewTerms::default() };
    let paused = with(Rescheduling::Moratorium, pause);
    assert_eq!(paused.installments.len(), 14);
    assert_eq!(paused.installments[3].row.instalment(), Paise::ZERO);
    let cheaper = NewTerms { annual_rate: Some("6".parse().unwrap()), ..NewTerms::default() };
    let cheaper = with(Rescheduling::RateChange, cheaper);
    // The running instalment stands; the next one's interest is half of what it was.
    assert_eq!(cheaper.installments[3].row.instalment(), rupees(8885));
    let fifth = cheaper.installments[4].row;
    // 76,107.66 less 8,123.92 of the fourth: 67,983.74 at half a percent.
    assert_eq!((fifth.opening, fifth.interest), (Paise::new(6_798_374), Paise::new(33_992)));
}

#[test]
fn a_loan_is_not_paid_off_while_instalments_are_due_on_money_that_never_went_out() {
    let disbursals = super::schedule::tests::parts(&[("34", 0), ("", 1)]);
    let (period, roll) =
        (crate::product::Period { every: 1, unit: crate::product::PeriodUnit::Days }, crate::calendar::Roll::None);
    let terms =
        Terms { disbursals, period, roll, first_due_gap_days: Some(2), ..terms(EmiMethod::ReducingBalance, "0", 0) };
    // 3,400 went out; 5,000 fall due on the 3rd, and the 6,600 of the 2nd are not booked.
    let mut life = Life::of(&terms, rupees(10_000), 2, day("2024-01-01")).unwrap();
    let payoff = |life: &Life| life.loan.payoff(Acceleration::Foreclosure, day("2024-01-03"));
    let refusal = payoff(&life).unwrap_err();
    assert!(refusal.code == Code::LoanIllegalMove && refusal.message.contains("2024-01-02"), "{refusal}");
    let id = life.id();
    let second = life.loan.clone().disburse_part(id, "U2".into(), day("2024-01-02"), noon(day("2024-01-03"))).unwrap();
    life.save(second);
    assert_eq!(payoff(&life).unwrap().amount, rupees(10_000));
}

/// What may happen next, drawn at random; what is refused changes nothing.
#[derive(Debug, Clone)]
enum Move {
    Pay(u32, i64),
    Live,
    Reverse(usize),
    Waive(u32, i64),
    Refund(i64),
    Prepay(i64, bool),
    Reschedule(Option<u8>, Option<u32>),
    WriteOff,
    Classify(bool),
    PayOff,
    Settle(i64),
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        6 => (0u32..=30, 1i64..=3_000_000).prop_map(|(num, paise)| Move::Pay(num, paise)),
        8 => Just(Move::Live),
        1 => (0usize..20).prop_map(Move::Reverse),
        1 => (0u32..=30, 1i64..=20_000).prop_map(|(num, paise)| Move::Waive(num, paise)),
        1 => (1i64..=200_000).prop_map(Move::Refund),
        2 => (1i64..=3_000_000, any::<bool>()).prop_map(|(paise, shorter)| Move::Prepay(paise, shorter)),
        1 => (prop::option::of(1u8..=28), prop::option::of(1u32..=3)).prop_map(|(d, p)| Move::Reschedule(d, p)),
        1 => any::<bool>().prop_map(Move::Classify),
        1 => Just(Move::WriteOff),
        1 => Just(Move::PayOff),
        1 => (1i64..=1_000_000).prop_map(Move::Settle),
    ]
}

impl Life {
    fn happen(&mut self, what: &Move, today: Day) -> Result<(), Refusal> {
        let (loan, id, now) = (self.loan.clone(), self.id(), noon(today));
        let mut ids = self.ids * 1_000;
        let mut fact_id = || {
            ids += 1;
            FactId(Uuid::from_u128(ids))
        };
        let change = match what {
            Move::Live => {
                self.live_until(today);
                return Ok(());
            }
            Move::Pay(num, paise) => {
                let paid = self.paid(*num, Paise::new(*paise));
                loan.pay(id, paid, today, now)?
            }
            Move::Reverse(which) => {
                let fact = loan.facts[which % loan.facts.len()].id;
                loan.reverse(id, fact, "returned".into(), now)?
            }
            Move::Waive(installment_num, paise) => {
                let (charge, principal) = (Paise::ZERO, Paise::ZERO);
                let interest = Paise::new(*paise);
                let reason = "kindness".to_owned();
                let waived = Waived { installment_num: *installment_num, charge, interest, principal, reason };
                loan.waive(id, waived, today, now)?
            }
            Move::Refund(paise) => loan.refund(id, Paise::new(*paise), "R".into(), now)?,
            Move::Prepay(paise, shorter) => {
                let effect = if *shorter { PrepaymentEffect::ShorterTenure } else { PrepaymentEffect::SmallerEmi };
                let paid = self.paid(1, Paise::new(*paise));
                loan.prepay(id, paid, effect, today, now)?
            }
            Move::Reschedule(anchor_day, moratorium_periods) => {
                let anchor_day = *anchor_day;
                let moratorium_interest = Some(MoratoriumInterest::Capitalised);
                let moratorium_periods = *moratorium_periods;
                let new = NewTerms { anchor_day, moratorium_periods, moratorium_interest, ..NewTerms::default() };
                let planned = loan.rescheduled(Rescheduling::Restructure, &new, "asked".into(), today)?;
                loan.reschedule(id, planned, || InstallmentId(Uuid::from_u128(9)), now)?
            }
            Move::WriteOff => loan.write_off(id, "lost".into(), now)?,
            Move::Classify(npa) => match loan.classify(id, *npa, now)? {
                Some(change) => change,
                None => return Ok(()),
            },
            Move::PayOff => {
                let payoff = loan.payoff(Acceleration::Foreclosure, today)?;
                let paid = self.paid(1, payoff.amount);
                let change = loan.pay_off([id, fact_id()], &payoff, paid, now)?;
                assert!(change.state().closed_day.is_some(), "a pay-off closes: {payoff:?}");
                change
            }
            Move::Settle(paise) => {
                let paid = self.paid(1, Paise::new(*paise));
                let change = loan.settle(fact_id, paid, "hardship", now)?;
                assert!(change.state().closed_day.is_some(), "a settlement closes");
                change
            }
        };
        self.ids += 1_000;
        self.save(change);
        Ok(())
    }
}

proptest! {
    // Each case is a whole life.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_the_books_are_what_the_facts_say(
        terms in any_terms(), paise in 1_000_000i64..=10_000_000, tenure in 2u32..=24, start in 0i64..=700,
        moves in prop::collection::vec((any_move(), 0i64..=40), 1..25),
    ) {
        let terms = Terms { contingent: contingent(), ..terms };
        let start = day("2024-01-01").plus_days(start);
        let Ok(mut life) = Life::of(&terms, Paise::new(paise), tenure, start) else { return Ok(()) };
        let mut today = start;
        for (what, days) in moves {
            today = today.plus_days(days);
            let before = (life.loan.version, life.loan.facts.len());
            if life.happen(&what, today).is_err() {
                prop_assert_eq!(before, (life.loan.version, life.loan.facts.len()));
            }
        }
        super::account::tests::check(&life.loan, today);
    }
}
