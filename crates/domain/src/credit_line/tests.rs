use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{OfferId, TransactionId};
use crate::loan::schedule_tests::terms;
use crate::loan::{Borrowed, Fact, FactKind, Loan, Paid, Quote};
use crate::product::{EmiMethod, Fee, Terms};

fn rupees(rupees: i32) -> Paise {
    Paise::from_rupees(rupees)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn noon(text: &str) -> Instant {
    day(text).start().plus_seconds(43_200)
}

/// One bullet instalment after two days, which the seller pays for with 2 % and 18 % GST on that: the seed's example.
fn bullet() -> Plan {
    let percent = Fee::Percent { percent: "2".parse().unwrap(), min_paise: Paise::ZERO, max_paise: rupees(10_000) };
    let period = crate::product::Period { every: 2, unit: crate::product::PeriodUnit::Days };
    let roll = crate::calendar::Roll::None;
    let terms = Terms { subvention: percent, period, roll, ..terms(EmiMethod::Bullet, "0", 0) };
    let (amount_min, amount_max) = (rupees(1), rupees(100_000));
    Plan { code: "pay_later".into(), name: "Pay later".into(), amount_min, amount_max, tenure: 1, terms }
}

fn line_terms() -> LineTerms {
    LineTerms { validity_months: 12, reservation_hours: 72, kyc_days: Some(180), plans: vec![bullet()] }
}

fn line(limit: Paise) -> CreditLine {
    let id = Uuid::from_u128(7);
    let new = NewCreditLine {
        id: CreditLineId(id),
        tenant: SourcingEntityId(id),
        user: UserId(id),
        lender: LenderId(id),
        application: ApplicationId(id),
        terms: line_terms(),
        limit_max: limit,
    };
    let (line, was, events, entries) = CreditLine::open(new, noon("2020-02-01")).into_parts();
    assert_eq!(
        (was, entries.len(), told(&events)),
        (None, 0, vec![r#"credit_line_created {"limit":100000.00}"#.into()])
    );
    line
}

fn told(events: &[Event]) -> Vec<String> {
    assert!(events.iter().all(|event| event.told_application().is_none() && event.application.is_some()));
    events.iter().map(|event| format!("{} {}", event.event_type.name(), event.description)).collect()
}

fn transaction(amount: Paise) -> Transaction {
    let id = Uuid::from_u128(9);
    let new = NewTransaction {
        id: TransactionId(id),
        line: CreditLineId(id),
        application: ApplicationId(id),
        tenant: SourcingEntityId(id),
        user: UserId(id),
        lender: LenderId(id),
        partner_txn_id: "1234\"OD".into(),
        amount,
        plan: "pay_later".into(),
        offer: OfferId(id),
        part_of: None,
        reserved_until: noon("2020-02-15"),
    };
    let (transaction, _, events, _) = Transaction::withdraw(new, noon("2020-02-12")).into_parts();
    let withdrew =
        r#"credit_line_withdrew {"amount":1200.00,"txnID":"00000000-0000-0000-0000-000000000009","refID":"1234\"OD"}"#;
    assert_eq!(told(&events), [withdrew]);
    transaction
}

#[test]
fn the_seeds_transaction_comes_out() {
    let quote = Quote::new(&bullet().terms, rupees(1200), 1, day("2020-02-12")).unwrap();
    assert_eq!((quote.subvention, quote.subvention_gst), (rupees(24), Paise::new(432)));
    assert_eq!(quote.disbursal_amount, Paise::new(117_168), "1200 - 24 - 4.32");
    let [row] = quote.rows[..] else { panic!("{:?}", quote.rows) };
    assert_eq!((row.instalment(), row.due_day), (rupees(1200), day("2020-02-14")));
}

#[test]
fn every_action_in_every_status_is_accepted_or_refused() {
    use TransactionAction as A;
    use TransactionStatus as S;
    let accepted: Vec<_> = S::ALL
        .iter()
        .flat_map(|status| {
            A::ALL.iter().filter_map(move |action| status.after(*action).map(|to| (*status, *action, to)))
        })
        .collect();
    assert_eq!(accepted.len(), 12);
    // No money goes out for what was not confirmed, and none comes back to what was given up.
    assert!(accepted.iter().all(|(from, action, _)| *action != A::Disburse || *from == S::Confirmed));
    for ended in [S::Cancelled, S::Split, S::Merged] {
        assert!(accepted.iter().all(|(from, ..)| *from != ended), "{ended:?}");
    }
    for status in S::ALL {
        assert_eq!(S::from_name(status.name()), Some(*status));
    }
}

#[test]
fn a_line_refuses_what_it_cannot_give_and_says_why() {
    let line = line(rupees(100_000));
    let refused = |line: &CreditLine, amount, on| line.clone().reserve(amount, day(on)).map(drop).unwrap_err();
    assert_eq!(refused(&line, Paise::new(10_000_001), "2020-03-01").code, Code::LimitExceeded);
    assert_eq!(refused(&line, Paise::ZERO, "2020-03-01").code, Code::InvalidField);
    assert_eq!(refused(&line, Paise::new(-5), "2020-03-01").code, Code::InvalidField);
    for (on, why) in [("2020-07-30", None), ("2020-07-31", Some("KYC lapsed")), ("2021-02-02", Some("expired"))] {
        assert_eq!(line.inactive(day(on)).as_ref().map(Inactive::reason), why, "{on}");
        assert_eq!(line.clone().reserve(rupees(1), day(on)).is_ok(), why.is_none(), "{on}");
    }
    let held = line.hold(Some("a complaint is open".into())).unwrap().into_parts().0;
    let refusal = refused(&held, rupees(1), "2020-03-01");
    assert!(refusal.code == Code::CreditLineInactive && refusal.message.contains("a complaint"), "{refusal}");
    assert!(held.clone().hold(Some("a complaint is open".into())).is_err());
    assert!(held.hold(None).unwrap().state().inactive(day("2020-03-01")).is_none());
}

#[test]
fn a_limit_grows_only_by_the_borrowers_own_request_and_never_below_what_is_used() {
    let line = line(rupees(100_000)).reserve(rupees(60_000), day("2020-02-02")).unwrap().into_parts().0;
    let request = |limit| LimitAsked::ByBorrower { request: LimitRequestId(Uuid::nil()), limit };
    let code = |limit, asked| line.clone().set_limit(limit, asked).map(drop).unwrap_err().code;
    assert_eq!(code(rupees(120_000), LimitAsked::ByNobody), Code::LimitNotAskedFor);
    assert_eq!(code(rupees(120_000), request(rupees(110_000))), Code::LimitNotAskedFor);
    assert_eq!(code(rupees(59_999), LimitAsked::ByNobody), Code::LimitBelowUsed);
    let grown = line.clone().set_limit(rupees(110_000), request(rupees(120_000))).unwrap().into_parts();
    assert_eq!(
        (grown.0.available(), told(&grown.2)),
        (rupees(50_000), vec![r#"credit_line_limit_updated {"availableLimit":50000.00}"#.into()])
    );
    assert_eq!(line.set_limit(rupees(60_000), LimitAsked::ByNobody).unwrap().state().available(), Paise::ZERO);
}

#[test]
fn a_drawdown_is_confirmed_or_given_up_and_not_both() {
    let at = noon("2020-02-13");
    let confirmed = transaction(rupees(1200)).confirm(Delivery::default(), at).unwrap().into_parts().0;
    assert_eq!(
        confirmed.clone().cancel("changed my mind".into()).map(drop).unwrap_err().code,
        Code::TransactionIllegalMove
    );
    assert!(confirmed.clone().expire(noon("2020-03-01")).unwrap().is_none());
    let cancelled = transaction(rupees(1200)).cancel("out of stock".into()).unwrap().into_parts().0;
    let again = cancelled.confirm(Delivery::default(), at).map(drop).unwrap_err();
    assert_eq!(again.code, Code::TransactionIllegalMove);
    // From its last moment on the reservation is gone, whether or not anybody has written that down.
    let late = transaction(rupees(1200)).confirm(Delivery::default(), noon("2020-02-15")).map(drop).unwrap_err();
    assert_eq!(late.code, Code::ReservationExpired);
    assert!(transaction(rupees(1200)).expire(noon("2020-02-14")).unwrap().is_none());
    let (expired, _, events, _) = transaction(rupees(1200)).expire(noon("2020-02-15")).unwrap().unwrap().into_parts();
    assert_eq!(expired.status, TransactionStatus::Cancelled);
    assert!(told(&events)[0].starts_with("credit_line_txn_cancelled"));
}

#[test]
fn parts_of_a_drawdown_come_to_the_whole() {
    let whole = transaction(rupees(1200));
    let part = |number: &str, amount| Part { invoice_no: number.into(), amount };
    let parts = split(&whole, &[part("A", rupees(500)), part("B", rupees(300))]).unwrap();
    assert_eq!(parts, [part("A", rupees(500)), part("B", rupees(300)), part("", rupees(400))]);
    assert_eq!(split(&whole, &[part("A", rupees(700)), part("B", rupees(500))]).unwrap().len(), 2);
    for (parts, code) in [
        (vec![part("A", Paise::new(120_001))], Code::SplitImpossible),
        (vec![part("A", rupees(1200))], Code::SplitImpossible),
        (vec![part("A", Paise::ZERO)], Code::InvalidField),
        (vec![part("A", rupees(-1)), part("B", rupees(1201))], Code::InvalidField),
        (vec![], Code::InvalidField),
        (vec![part("A", rupees(1)); 51], Code::InvalidField),
    ] {
        assert_eq!(split(&whole, &parts).unwrap_err().code, code, "{parts:?}");
    }
}

/// A line, its drawdowns and their loans.
struct World {
    line: CreditLine,
    drawn: Vec<(Transaction, Option<Loan>)>,
    ids: u128,
    today: Day,
}

#[derive(Debug, Clone)]
enum Move {
    Draw(i64),
    Confirm(usize),
    Cancel(usize),
    Disburse(usize),
    Pay(usize, i64),
    Reverse(usize),
    Limit(i64, Option<i64>),
    Wait(i64),
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (1i64..=4_000_000).prop_map(Move::Draw),
        3 => (0usize..40).prop_map(Move::Confirm),
        1 => (0usize..40).prop_map(Move::Cancel),
        3 => (0usize..40).prop_map(Move::Disburse),
        3 => (0usize..40, 1i64..=5_000_000).prop_map(|(which, paise)| Move::Pay(which, paise)),
        2 => (0usize..40).prop_map(Move::Reverse),
        1 => (1i64..=20_000_000, prop::option::of(1i64..=20_000_000)).prop_map(|(limit, asked)| Move::Limit(limit, asked)),
        2 => (0i64..=3).prop_map(Move::Wait),
    ]
}

impl World {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn happen(&mut self, what: &Move) -> Result<(), Refusal> {
        let now = self.today.start().plus_seconds(43_200);
        let count = self.drawn.len().max(1);
        match *what {
            Move::Wait(days) => {
                self.today = self.today.plus_days(days);
                for which in 0..self.drawn.len() {
                    let Some(loan) = self.drawn[which].1.clone() else { continue };
                    let mut ids = self.ids;
                    let end = loan.day_end(
                        self.today,
                        || {
                            ids += 1;
                            crate::id::FactId(Uuid::from_u128(ids))
                        },
                        now,
                    )?;
                    self.ids += 100;
                    if let Some(end) = end {
                        self.loan_moved(which, end.change.into_parts().0)?;
                    }
                }
                return Ok(());
            }
            Move::Draw(paise) => {
                self.line = self.line.clone().reserve(Paise::new(paise), self.today)?.into_parts().0;
                let id = TransactionId(self.id());
                let new = NewTransaction {
                    id,
                    amount: Paise::new(paise),
                    reserved_until: now.plus_seconds(1_000_000_000),
                    ..sample(&self.line)
                };
                self.drawn.push((Transaction::withdraw(new, now).into_parts().0, None));
            }
            Move::Limit(limit, asked) => {
                let request = LimitRequestId(Uuid::nil());
                let by = |limit| LimitAsked::ByBorrower { request, limit: Paise::new(limit) };
                let asked = asked.map_or(LimitAsked::ByNobody, by);
                self.line = self.line.clone().set_limit(Paise::new(limit), asked)?.into_parts().0;
            }
            Move::Confirm(which) => {
                let Some((one, _)) = self.drawn.get_mut(which % count) else { return Ok(()) };
                *one = one.clone().confirm(Delivery::default(), now)?.into_parts().0;
            }
            Move::Cancel(which) => {
                let Some((one, _)) = self.drawn.get_mut(which % count) else { return Ok(()) };
                let cancelled = one.clone().cancel("no".into())?.into_parts().0;
                self.line = self.line.clone().release(cancelled.amount)?.into_parts().0;
                *one = cancelled;
            }
            Move::Disburse(which) => {
                let fact = crate::id::FactId(self.id());
                let installment = crate::id::InstallmentId(self.id());
                let Some((one, loan)) = self.drawn.get_mut(which % count) else { return Ok(()) };
                let disbursed = one.clone().disburse()?.into_parts().0;
                self.line = self.line.clone().draw(one.amount)?.into_parts().0;
                let quote = Quote::new(&bullet().terms, one.amount, 1, self.today)?;
                let kind = FactKind::Disbursed { utr: "U".into() };
                let fact = Fact { id: fact, value_day: self.today, recorded_at: now, kind };
                let of = Borrowed {
                    application: one.application,
                    transaction: Some(one.id),
                    tenant: one.tenant,
                    user: one.user,
                    lender: one.lender,
                };
                *loan = Some(Loan::disburse(of, quote, vec![installment], fact)?.into_parts().0);
                *one = disbursed;
            }
            Move::Pay(which, paise) => {
                let id = crate::id::FactId(self.id());
                let Some((_, Some(loan))) = self.drawn.get(which % count) else { return Ok(()) };
                let (mode, reference) = ("upi".to_owned(), format!("T{}", self.ids));
                let paid =
                    Paid { installment_num: 1, amount: Paise::new(paise), mode, reference, by: EntityType::Customer };
                let paid = loan.clone().pay(id, paid, self.today, now)?.into_parts().0;
                self.loan_moved(which % count, paid)?;
            }
            Move::Reverse(which) => {
                let id = crate::id::FactId(self.id());
                let Some((_, Some(loan))) = self.drawn.get(which % count) else { return Ok(()) };
                let paid = loan.facts.iter().find(|fact| matches!(fact.kind, FactKind::Paid(_))).map(|fact| fact.id);
                let Some(paid) = paid else { return Ok(()) };
                let reversed = loan.clone().reverse(id, paid, "returned".into(), now)?.into_parts().0;
                self.loan_moved(which % count, reversed)?;
            }
        }
        Ok(())
    }

    fn loan_moved(&mut self, which: usize, loan: Loan) -> Result<(), Refusal> {
        let before = self.drawn[which].0.clone();
        if let Some(change) = before.clone().follow(&loan, self.today)? {
            let after = change.into_parts().0;
            if let Some(change) = self.line.clone().follow(&before, &after)? {
                self.line = change.into_parts().0;
            }
            self.drawn[which].0 = after;
        }
        self.drawn[which].1 = Some(loan);
        Ok(())
    }

    fn check(&self) {
        let line = &self.line;
        let sum = |of: &dyn Fn(&Transaction) -> Paise| self.drawn.iter().map(|(one, _)| of(one)).sum::<Paise>();
        let reserved = sum(&|one| if one.status.reserves() { one.amount } else { Paise::ZERO });
        assert_eq!(line.reserved, reserved);
        assert_eq!([line.drawn, line.over_limit].into_iter().sum::<Paise>(), sum(&|one| one.outstanding));
        assert!([line.drawn, line.reserved].into_iter().sum::<Paise>() <= line.limit_max);
        assert!(line.over_limit.is_zero() || line.available().is_zero());
        assert_eq!(line.available(), line.limit_max.minus([line.drawn, line.reserved].into_iter().sum()).unwrap());
        let late = self.drawn.iter().filter(|(one, _)| one.status == TransactionStatus::Overdue).count();
        assert_eq!(usize::try_from(line.overdue).unwrap(), late);
        for (one, loan) in &self.drawn {
            let Some(loan) = loan else { continue };
            assert!(one.status.is_drawn() && loan.transaction() == Some(one.id));
            assert_eq!(one.status == TransactionStatus::Paid, loan.closed_day.is_some());
            assert_eq!(one.outstanding, loan.position(loan.booked_day).principal_outstanding());
        }
    }
}

fn sample(line: &CreditLine) -> NewTransaction {
    NewTransaction {
        id: TransactionId(Uuid::nil()),
        line: line.id,
        application: line.application,
        tenant: line.tenant,
        user: line.user,
        lender: line.lender,
        partner_txn_id: "P".into(),
        amount: Paise::ZERO,
        plan: "pay_later".into(),
        offer: OfferId(Uuid::nil()),
        part_of: None,
        reserved_until: Instant::from_micros(0),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_the_limit_holds_and_is_what_the_drawdowns_leave(moves in prop::collection::vec(any_move(), 1..60)) {
        let mut world = World { line: line(rupees(100_000)), drawn: Vec::new(), ids: 100, today: day("2020-02-03") };
        for what in moves {
            let _ = world.happen(&what);
            world.check();
        }
    }
}
