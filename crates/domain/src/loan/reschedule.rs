//! The lender changes the instalments to come: other days, another rate, another tenure, a pause.

use super::fact::{Basis, FactKind, Rescheduled, Rescheduling};
use super::replan::ToCome;
use super::{Loan, Quote, Row, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::EntityType;
use crate::id::{FactId, InstallmentId};
use crate::product::{BrokenPeriod, Fee, Moratorium, MoratoriumInterest, Terms};
use crate::rate::Percent;
use crate::refusal::{Code, Refusal};

/// What a lender wants to be different; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewTerms {
    pub annual_rate: Option<Percent>,
    /// How many instalments are to come from then on.
    pub tenure: Option<u32>,
    /// The day of the month or week on which instalments fall due.
    pub anchor_day: Option<u8>,
    /// For so many periods nothing is repaid.
    pub moratorium_periods: Option<u32>,
    pub moratorium_interest: Option<MoratoriumInterest>,
}

impl Loan {
    /// The instalments as they would be. A new rate counts from the next due day, so that no day is charged afresh; the rest
    /// counts from the last one.
    pub fn rescheduled(
        &self,
        why: Rescheduling,
        new: &NewTerms,
        reason: String,
        today: Day,
    ) -> Result<Rescheduled, Refusal> {
        self.refuse_closed()?;
        let refuse = |why: &str| Err(Refusal::because(Code::RescheduleImpossible, why));
        let position = self.position(today);
        if position.written_off.is_some() {
            return refuse("the loan is written off");
        }
        let mut to_come = ToCome::after(self, &position, today);
        self.refuse_in_parts(to_come.since, Code::RescheduleImpossible)?;
        if new.annual_rate.is_some() && !to_come.rows.is_empty() {
            to_come.since = to_come.rows.remove(0).due_day;
        }
        let Some(first) = to_come.rows.first().copied() else { return refuse("no instalment is to come") };
        let old = self.basis(first.num, today);
        let moratorium = new.moratorium_periods.map(|periods| Moratorium {
            periods,
            interest: new.moratorium_interest.unwrap_or(MoratoriumInterest::Capitalised),
        });
        let terms = Terms {
            annual_rate: new.annual_rate.unwrap_or(old.terms.annual_rate),
            anchor_day: new.anchor_day.or(old.terms.anchor_day).or_else(|| anchor(&old)),
            moratorium,
            fee: Fee::NONE,
            subvention: Fee::NONE,
            charges: Vec::new(),
            disbursals: Vec::new(),
            advance_emis: 0,
            first_due_periods: 1,
            first_due_gap_days: new.anchor_day.map(|_| 15),
            broken_period: BrokenPeriod::FirstEmi,
            ..old.terms.clone()
        };
        let count = u32::try_from(to_come.rows.len()).unwrap_or(u32::MAX);
        let tenure = new.tenure.unwrap_or(count.saturating_add(moratorium.map_or(0, |pause| pause.periods)));
        let quote = Quote::new(&terms, to_come.owed(), tenure, to_come.since)?;
        if quote.rows.first().is_none_or(|row| row.due_day <= today) {
            return refuse("the first new instalment would not be in the future");
        }
        let after_num = first.num.saturating_sub(1);
        let rows = quote.rows.iter().map(|row| Row { num: row.num + after_num, ..*row }).collect();
        let basis = Basis { terms, start: to_come.since, after_num, emi: quote.emi };
        Ok(Rescheduled { why, reason, basis, rows })
    }

    /// `new_id` names the instalments that are added.
    pub fn reschedule(
        mut self,
        id: FactId,
        rescheduled: Rescheduled,
        mut new_id: impl FnMut() -> InstallmentId,
        now: Instant,
    ) -> Result<Change<Loan>, Refusal> {
        let today = now.day();
        let last = rescheduled.rows.last().map_or(0, |row| row.num);
        while self.installment_id(last).is_none() {
            self.installment_ids.push(new_id());
        }
        self.add(fact(id, today, now, FactKind::Rescheduled(Box::new(rescheduled))), today, EntityType::Lender)
    }
}

/// The day on which instalments have fallen due so far, where the terms leave it to the day of the disbursal.
fn anchor(basis: &Basis) -> Option<u8> {
    use crate::product::PeriodUnit;
    match basis.terms.period.unit {
        PeriodUnit::Months => Some(basis.start.day_of_month()),
        PeriodUnit::Weeks => Some(basis.start.weekday_number()),
        PeriodUnit::Days => None,
    }
}
