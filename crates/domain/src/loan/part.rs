//! The later parts of a loan whose money goes out in parts.

use super::fact::{Fact, FactKind};
use super::schedule::Part;
use super::{Loan, unbalanced};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::FactId;
use crate::ledger::{Booked, rebook};
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

impl Loan {
    /// The days on which parts of the money have gone out.
    fn parts_out(&self) -> impl Iterator<Item = Day> {
        let out = |fact: &Fact| matches!(fact.kind, FactKind::Disbursed { .. }).then_some(fact.value_day);
        self.facts.iter().filter_map(out)
    }

    /// What is promised and had not gone out by a day.
    pub(super) fn undrawn(&self, as_of: Day) -> Paise {
        self.quote.undrawn(self.parts_out().filter(|day| *day <= as_of).count())
    }

    /// The part that goes out next, and its number from 1; `None` where all have gone out.
    #[must_use]
    pub fn next_part(&self) -> Option<(usize, &Part)> {
        let out = self.parts_out().count();
        self.quote.parts.get(out).map(|part| (out + 1, part))
    }

    /// A later part has gone out. The schedule that the borrower was told counts its interest from its day, and so it is booked on
    /// no other.
    pub fn disburse_part(mut self, id: FactId, utr: String, day: Day, now: Instant) -> Result<Change<Loan>, Refusal> {
        let (number, part) = self.next_part().ok_or(Code::LoanIllegalMove)?;
        if day != part.day {
            let message = format!(
                "must be {}, the day that the schedule has for the next part: money on another day needs other terms",
                part.day
            );
            return Err(Refusal::invalid("disbursedOn", message));
        }
        let today = now.day();
        if day > today {
            return Err(Refusal::invalid("disbursedOn", "must not be in the future"));
        }
        let was = self.version;
        let before = Booked::of(&self.quote, &self.position(today));
        self.new_facts_from = self.facts.len();
        self.facts.push(Fact { id, value_day: day, recorded_at: now, kind: FactKind::Disbursed { utr } });
        let after = self.position(today);
        let entries = rebook(id, day, before, Booked::of(&self.quote, &after)).map_err(unbalanced)?;
        self.closed_day = after.is_paid_off().then_some(today);
        self.version = was + 1;
        let event = Event::new(EventType::LoanDisbursed, EntityType::Lender).of(self.id);
        let event = event.with_text(format!("{{\"part\":{number}}}"));
        Ok(Change::updated(self, was).event(event).book(entries))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{ApplicationId, InstallmentId, LenderId, SourcingEntityId, UserId};
    use crate::ledger::Account;
    use crate::loan::schedule_tests::{parts, terms};
    use crate::loan::{Paid, Quote};
    use crate::product::{EmiMethod, RateBasis, Terms};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn noon(text: &str) -> Instant {
        day(text).start().plus_seconds(43_200)
    }

    fn fact(number: u128) -> FactId {
        FactId(Uuid::from_u128(number))
    }

    /// 4,000 on 1 January, less a fee of 590, and 6,000 on the 11th: 250 of interest on 1 February, 290 on 1 March with 10,000.
    fn loan() -> (Loan, Vec<(Account, Paise)>) {
        let disbursals = parts(&[("40", 0), ("", 10)]);
        let terms = Terms { disbursals, rate_basis: RateBasis::Actual365, ..terms(EmiMethod::Bullet, "36.5", 500) };
        let quote = Quote::new(&terms, Paise::from_rupees(10_000), 2, day("2024-01-01")).unwrap();
        let ids = quote.rows.iter().map(|row| InstallmentId(Uuid::from_u128(row.num.into()))).collect();
        let kind = FactKind::Disbursed { utr: "U1".to_owned() };
        let first = Fact { id: fact(1), value_day: quote.start, recorded_at: noon("2024-01-01"), kind };
        let id = Uuid::from_u128(7);
        let (tenant, user, lender) = (SourcingEntityId(id), UserId(id), LenderId(id));
        let change = Loan::disburse(ApplicationId(id), tenant, user, lender, quote, ids, first).unwrap();
        let (loan, _, _, entries) = change.into_parts();
        (loan, entries.iter().flat_map(|entries| entries.lines().to_vec()).collect())
    }

    fn second(loan: Loan) -> (Loan, Vec<(Account, Paise)>) {
        let change = loan.disburse_part(fact(2), "U2".to_owned(), day("2024-01-11"), noon("2024-01-12")).unwrap();
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
        let again = loan.disburse_part(fact(3), "U3".to_owned(), day("2024-01-11"), noon("2024-01-12")).unwrap_err();
        assert_eq!(again.code, Code::LoanIllegalMove);
    }

    #[test]
    fn a_part_is_booked_on_the_day_that_the_borrower_was_told() {
        for (on, now, says) in [
            ("2024-01-12", "2024-01-12", "must be 2024-01-11"),
            ("2024-01-10", "2024-01-12", "must be 2024-01-11"),
            ("2024-01-11", "2024-01-10", "must not be in the future"),
        ] {
            let refusal = loan().0.disburse_part(fact(2), "U2".to_owned(), day(on), noon(now)).unwrap_err();
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
            loan.pay(fact(id), paid, day("2024-01-11"), noon("2024-01-12")).unwrap().into_parts().0
        };
        let repaid = pay(pay(loan().0, 1, 250, 10), 2, 10_290, 11);
        assert_eq!(repaid.closed_day, None, "a part is still to go out");
        assert_eq!(second(repaid).0.closed_day, Some(day("2024-01-12")));
        let open = second(loan().0).0;
        assert_eq!(open.closed_day, None);
        assert_eq!(pay(pay(open, 1, 250, 10), 2, 10_290, 11).closed_day, Some(day("2024-01-12")));
    }
}
