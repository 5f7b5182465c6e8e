//! Charges on instalments, by the rules of the Key Facts Statement and by nothing else.

use super::fact::{Fact, FactKind};
use super::{Loan, fact, late, schedule};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::FactId;
use crate::money::Paise;
use crate::product::{ContingentCharge, ContingentKind, Overdue};
use crate::refusal::{Code, Refusal};

impl Loan {
    /// Charges an instalment by the rule of the Key Facts Statement: what the rule comes to today, less what it has charged
    /// already. What the statement does not have is not charged.
    pub fn charge(self, id: FactId, num: u32, kind: ContingentKind, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let today = now.day();
        if self.position(today).installment(num).is_none() {
            return Err(Code::InstallmentNotFound.into());
        }
        let rule = self.rule(kind).ok_or(Code::ChargeNotInKfs)?;
        if !kind.is_penal() {
            return Err(Refusal::invalid("kind", "is not charged on an instalment: use late_payment or bounce"));
        }
        let amount = self.to_charge(rule, num, today)?.ok_or(Code::ChargeNotDue)?;
        let told = self.told(num, amount);
        let charged = FactKind::Charged { installment_num: num, charge: kind, amount, gst: Paise::ZERO };
        Ok(self.add(fact(id, today, now, charged), today, EntityType::System)?.event(told))
    }

    #[must_use]
    pub(super) fn rule(&self, kind: ContingentKind) -> Option<&ContingentCharge> {
        self.quote.terms.contingent.iter().find(|charge| charge.kind == kind)
    }

    /// What a penal charge comes to on `today`, beyond what it has charged already.
    pub(super) fn to_charge(&self, rule: &ContingentCharge, num: u32, today: Day) -> Result<Option<Paise>, Refusal> {
        let kind = rule.kind;
        // A mandate is presented once a day, so that a call that is sent again charges nothing.
        let today_already = |fact: &Fact| fact.value_day == today && charges(fact, num, kind).is_some();
        if kind != ContingentKind::LatePayment && self.facts.iter().any(today_already) {
            return Ok(None);
        }
        // A mandate that was not honoured has failed by the end of the due day; being late begins with the day after it.
        let (measured, charged) = if kind == ContingentKind::LatePayment {
            (late::overdue(&self.quote, &self.facts, num, today), self.charged(num, kind))
        } else {
            // Each one is an event of its own.
            let unpaid = self.unpaid_on(num, today).map(|amount| Overdue { amount, days: 1 });
            (unpaid.into_iter().collect(), Paise::ZERO)
        };
        if measured.is_empty() {
            return Ok(None);
        }
        let come_to = rule.rule.on(&measured).map_err(schedule::too_large)?;
        let amount = come_to.minus(charged).map_err(schedule::too_large)?;
        Ok(Some(amount).filter(|amount| amount.is_positive()))
    }

    /// The event that tells of a charge: the first on an instalment adds, a further one updates.
    pub(super) fn told(&self, num: u32, amount: Paise) -> Event {
        let before: Paise = self
            .facts
            .iter()
            .filter_map(|fact| match &fact.kind {
                FactKind::Charged { installment_num, amount, .. } if *installment_num == num => Some(*amount),
                _ => None,
            })
            .sum();
        let event_type = if before.is_zero() { EventType::LateFeeAdded } else { EventType::LateFeeUpdated };
        let total = [before, amount].into_iter().sum();
        self.event(event_type, EntityType::System).with_late_charge(num, total)
    }

    /// What a kind of charge has come to on an instalment so far.
    pub(super) fn charged(&self, num: u32, kind: ContingentKind) -> Paise {
        self.facts.iter().filter_map(|fact| charges(fact, num, kind)).sum()
    }

    /// What an instalment that has fallen due lacks, charges aside.
    fn unpaid_on(&self, num: u32, day: Day) -> Option<Paise> {
        let position = self.position(day);
        let one = position.installment(num).filter(|one| one.row.due_day <= day)?;
        Some(one.unpaid()).filter(|unpaid| unpaid.is_positive())
    }
}

fn charges(fact: &Fact, num: u32, kind: ContingentKind) -> Option<Paise> {
    match &fact.kind {
        FactKind::Charged { installment_num, charge, amount, .. } if *installment_num == num && *charge == kind => {
            Some(*amount)
        }
        _ => None,
    }
}
