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
