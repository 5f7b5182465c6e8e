//! The later parts of a loan whose money goes out in parts.

use super::fact::{Fact, FactKind};
use super::replan::ToCome;
use super::schedule::{Part, weighted};
use super::{Loan, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, EventType};
use crate::id::FactId;
use crate::money::{MoneyError, Paise};
use crate::refusal::{Code, Refusal};

impl Loan {
    fn parts_out(&self) -> usize {
        self.facts.iter().filter(|fact| matches!(fact.kind, FactKind::Disbursed { .. })).count()
    }

    /// The part that goes out next, and its number from 1; `None` where all have gone out.
    #[must_use]
    pub fn next_part(&self) -> Option<(usize, &Part)> {
        let out = self.parts_out();
        self.quote.parts.get(out).map(|part| (out + 1, part))
    }

    /// A later part has gone out. The schedule that the borrower was told counts its interest from its day, and so it is booked on
    /// no other.
    pub fn disburse_part(self, id: FactId, utr: String, day: Day, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let (number, part) = self.next_part().ok_or(Code::LoanIllegalMove)?;
        let over = |fact: &Fact| matches!(fact.kind, FactKind::Accelerated { .. } | FactKind::WrittenOff { .. });
        if self.facts.iter().any(over) {
            return Err(Refusal::because(Code::LoanIllegalMove, "the loan was ended before all of it went out"));
        }
        if day != part.day {
            let message = format!(
                "must be {}, the day that the schedule has for the next part: money on another day needs other terms",
                part.day
            );
            return Err(Refusal::invalid("disbursedOn", message));
        }
        let today = now.day();
        self.refuse_day("disbursedOn", day, today)?;
        let event = self.event(EventType::LoanDisbursed, EntityType::Lender);
        let event = event.with_text(format!("{{\"part\":{number}}}"));
        let out = fact(id, day, now, FactKind::Disbursed { utr });
        Ok(self.add(out, today, EntityType::Lender)?.event(event))
    }

    /// Instalments are computed afresh only once all of the money is out and has been so for a whole period; `since` is when the
    /// running one began.
    pub(super) fn refuse_in_parts(&self, since: Day, code: Code) -> Result<(), Refusal> {
        match self.quote.parts.last() {
            Some(last) if last.day >= since || self.next_part().is_some() => {
                let why = format!(
                    "the last part of the money goes out on {}: ask again after the first instalment that is due after it",
                    last.day
                );
                Err(Refusal::because(code, why))
            }
            _ => Ok(()),
        }
    }

    /// Interest of the running period until `day`, where a part goes out within it: of each part by the days since it went out.
    pub(super) fn accrued_on_parts(&self, to_come: &ToCome, day: Day) -> Option<Result<Paise, MoneyError>> {
        let parts = &self.quote.parts;
        let since = to_come.since;
        parts.last().filter(|last| last.day > since)?;
        let terms = &self.quote.terms;
        let principal = to_come.rows.iter().map(|row| row.principal);
        let later = parts.iter().filter(|part| part.day > since).map(|part| part.amount.negated());
        let begun = (principal.chain(later).sum::<Paise>(), since);
        let out = parts.iter().take(self.parts_out()).filter(|part| part.day > since && part.day <= day);
        let pieces = std::iter::once(begun).chain(out.map(|part| (part.amount, part.day)));
        let costs: Result<Vec<_>, MoneyError> = pieces
            .map(|(amount, from)| Ok((amount, terms.annual_rate.ratio().times(terms.rate_basis.of_year(from, day))?)))
            .collect();
        let sum = costs.and_then(|costs| weighted(costs.into_iter()));
        Some(sum.and_then(|sum| sum.of(Paise::new(1), terms.interest_unit, terms.interest_rounding)))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{ApplicationId, InstallmentId, LenderId, SourcingEntityId, UserId};
    use crate::ledger::Account;
    use crate::loan::fact::{Acceleration, PrepaymentEffect};
    use crate::loan::schedule_tests::{parts, terms};
    use crate::loan::{Borrowed, Paid, Quote};
    use crate::product::{EmiMethod, RateBasis, Terms};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn noon(text: &str) -> Instant {
        day(text).start().plus_seconds(43_200)
    }

    fn fact_id(number: u128) -> FactId {
        FactId(Uuid::from_u128(number))
    }

    /// 4,000 on 1 January, less a fee of 590, and 6,000 on the 11th: 250 of interest on 1 February, 290 on 1 March with 10,000.
    fn loan() -> (Loan, Vec<(Account, Paise)>) {
        let disbursals = parts(&[("40", 0), ("", 10)]);
        let terms = Terms { disbursals, rate_basis: RateBasis::Actual365, ..terms(EmiMethod::Bullet, "36.5", 500) };
        let quote = Quote::new(&terms, Paise::from_rupees(10_000), 2, day("2024-01-01")).unwrap();
        let ids = quote.rows.iter().map(|row| InstallmentId(Uuid::from_u128(row.num.into()))).collect();
        let kind = FactKind::Disbursed { utr: "U1".to_owned() };
        let first = Fact { id: fact_id(1), value_day: quote.start, recorded_at: noon("2024-01-01"), kind };
        let id = Uuid::from_u128(7);
        let (tenant, user, lender) = (SourcingEntityId(id), UserId(id), LenderId(id));
        let change = Loan::disburse(
            Borrowed { application: ApplicationId(id), transaction: None, tenant, user, lender },
            quote,
            ids,
            first,
        )
        .unwrap();
        let (loan, _, _, entries) = change.into_parts();
        (loan, entries.iter().flat_map(|entries| entries.lines().to_vec()).collect())
    }

    fn second(loan: Loan) -> (Loan, Vec<(Account, Paise)>) {
        let change = loan.disburse_part(fact_id(2), "U2".to_owned(), day("2024-01-11"), noon("2024-01-12")).unwrap();
        let (loan, _, events, entries) = change.into_parts();
        let events: Vec<_> = events.iter().map(|event| (event.event_type, event.description.as_str())).collect();
        assert_eq!(events, [(EventType::LoanDisbursed, "{\"part\":2}")]);
        (loan, entries.iter().flat_map(|entries| entries.lines().to_vec()).collect())
    }

    #[test]
    fn only_what_has_gone_out_is_owed_and_booked() {
        let rupees = Paise::from_rupees;
        let (loan, booked) = loan();
        let bank = |lines: &[(Account, Paise)]| lines.iter().find(|(account, _)| *account == Account::Bank).unwrap().1;
        assert_eq!(
            (loan.position(day("2024-01-05")).principal_outstanding(), bank(&booked)),
            (rupees(4_000), rupees(-3_410))
        );
        let (loan, booked) = second(loan);
        assert_eq!(booked, [(Account::Bank, rupees(-6_000)), (Account::LoanPrincipal, rupees(6_000))]);
        assert_eq!(loan.position(day("2024-01-10")).principal_outstanding(), rupees(4_000), "a day before it went out");
        assert_eq!(loan.position(day("2024-01-11")).principal_outstanding(), rupees(10_000));
        assert!(loan.next_part().is_none());
        let again = loan.disburse_part(fact_id(3), "U3".to_owned(), day("2024-01-11"), noon("2024-01-12")).unwrap_err();
        assert_eq!(again.code, Code::LoanIllegalMove);
    }

    #[test]
    fn a_part_is_booked_on_the_day_that_the_borrower_was_told() {
        for (on, now, says) in [
            ("2024-01-12", "2024-01-12", "must be 2024-01-11"),
            ("2024-01-10", "2024-01-12", "must be 2024-01-11"),
            ("2024-01-11", "2024-01-10", "must not be in the future"),
        ] {
            let refusal = loan().0.disburse_part(fact_id(2), "U2".to_owned(), day(on), noon(now)).unwrap_err();
            assert!(refusal.field.as_deref() == Some("disbursedOn") && refusal.message.contains(says), "{refusal}");
        }
    }

    #[test]
    fn a_loan_ends_when_all_of_it_has_gone_out_and_come_back() {
        let pay = |loan: Loan, num: u32, rupees: i32, id: u128| {
            let paid = Paid {
                installment_num: num,
                amount: Paise::from_rupees(rupees),
                mode: "upi".to_owned(),
                reference: format!("T{id}"),
                by: EntityType::Customer,
            };
            loan.pay(fact_id(id), paid, day("2024-01-11"), noon("2024-01-12")).unwrap().into_parts().0
        };
        let repaid = pay(pay(loan().0, 1, 250, 10), 2, 10_290, 11);
        assert_eq!(repaid.closed_day, None, "a part is still to go out");
        assert_eq!(second(repaid).0.closed_day, Some(day("2024-01-12")));
        let open = second(loan().0).0;
        assert_eq!(open.closed_day, None);
        assert_eq!(pay(pay(open, 1, 250, 10), 2, 10_290, 11).closed_day, Some(day("2024-01-12")));
    }

    #[test]
    fn a_loan_may_be_left_before_all_of_it_has_gone_out() {
        let rupees = Paise::from_rupees;
        // 4,000 for five days at a tenth of a percent a day.
        let payoff = loan().0.payoff(Acceleration::CoolingOff, day("2024-01-06")).unwrap();
        assert_eq!((payoff.principal, payoff.interest, payoff.amount), (rupees(4_000), rupees(20), rupees(4_020)));
        let paid = Paid {
            installment_num: 1,
            amount: payoff.amount,
            mode: "upi".to_owned(),
            reference: "T".to_owned(),
            by: EntityType::Customer,
        };
        let ended =
            loan().0.pay_off([fact_id(20), fact_id(21)], &payoff, paid, noon("2024-01-06")).unwrap().into_parts().0;
        assert_eq!(ended.closed_day, Some(day("2024-01-06")));
        let position = ended.position(day("2024-01-06"));
        assert!(position.is_paid_off() && position.principal_outstanding().is_zero());
        assert_eq!(crate::ledger::Booked::of(&ended.quote, &position).balance(Account::LoanPrincipal), Paise::ZERO);
        let late = ended.disburse_part(fact_id(2), "U2".to_owned(), day("2024-01-11"), noon("2024-01-12")).unwrap_err();
        assert_eq!(late.code, Code::LoanClosed);
        // With the second part out: 4,000 for fourteen days and 6,000 for four.
        let payoff = second(loan().0).0.payoff(Acceleration::Foreclosure, day("2024-01-15")).unwrap();
        assert_eq!((payoff.principal, payoff.interest), (rupees(10_000), rupees(56 + 24)));
    }

    #[test]
    fn instalments_change_only_once_all_of_the_money_is_out() {
        let early = |loan: Loan, on| loan.prepayment(Paise::from_rupees(1_000), PrepaymentEffect::SmallerEmi, day(on));
        for loan in [loan().0, second(loan().0).0] {
            let refusal = early(loan, "2024-01-15").unwrap_err();
            assert!(refusal.code == Code::PrepaymentImpossible && refusal.message.contains("2024-01-11"), "{refusal}");
        }
        let paid = Paid {
            installment_num: 1,
            amount: Paise::from_rupees(250),
            mode: "upi".to_owned(),
            reference: "T".to_owned(),
            by: EntityType::Customer,
        };
        let open =
            second(loan().0).0.pay(fact_id(9), paid, day("2024-02-01"), noon("2024-02-01")).unwrap().into_parts().0;
        assert_eq!(early(open, "2024-02-02").unwrap().principal, Paise::from_rupees(1_000));
    }
}
