//! The instalments to come, computed afresh from what is still owed.

use super::fact::{Basis, PrepaymentEffect};
use super::schedule::{Remaining, Row, too_large};
use super::{Loan, Position};
use crate::day::Day;
use crate::money::{MoneyError, Paise};
use crate::product::EmiMethod;
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

/// The instalments after a day, and the day from which the interest of the first of them runs.
pub(super) struct ToCome {
    pub rows: Vec<Row>,
    pub since: Day,
}

impl ToCome {
    /// Those that fall due after `day`.
    pub fn after(loan: &Loan, position: &Position, day: Day) -> ToCome {
        let passed = position.installments.partition_point(|one| one.row.due_day <= day);
        let since = passed.checked_sub(1).and_then(|last| position.installments.get(last));
        let start = loan.disbursed_day().unwrap_or(loan.quote.start);
        ToCome {
            rows: position.installments[passed..].iter().map(|one| one.row).collect(),
            since: since.map_or(start, |one| one.row.due_day),
        }
    }

    /// The principal that has not fallen due.
    pub fn owed(&self) -> Paise {
        self.rows.first().map_or(Paise::ZERO, |row| row.opening)
    }

    /// The principal that has gone out and has not fallen due.
    pub fn owed_of(&self, loan: &Loan, position: &Position) -> Paise {
        if loan.quote.parts.is_empty() {
            return self.owed();
        }
        self.rows.iter().map(|row| row.principal).chain([position.to_draw.negated()]).sum()
    }

    /// The share of the running instalment's interest that `day` has earned: by days, rounded like any interest of the loan.
    pub fn accrued(&self, loan: &Loan, day: Day) -> Result<Paise, MoneyError> {
        let Some(first) = self.rows.first() else { return Ok(Paise::ZERO) };
        if let Some(accrued) = loan.accrued_on_parts(self, day) {
            return accrued;
        }
        let terms = &loan.quote.terms;
        self.share(first, day).of(first.interest, terms.interest_unit, terms.interest_rounding)
    }

    fn share(&self, first: &Row, day: Day) -> Ratio {
        let (days, of) = (day.days_since(self.since).max(0), first.due_day.days_since(self.since).max(1));
        Ratio::new(i128::from(days), i128::from(of))
    }

    /// The instalments once `principal` of what is owed has been paid on `day`. What that part earned until then is paid with
    /// the next instalment, beside its interest on the rest.
    pub fn less_principal(
        &self,
        loan: &Loan,
        principal: Paise,
        day: Day,
        effect: PrepaymentEffect,
    ) -> Result<(Paise, Vec<Row>), Refusal> {
        let Some(first) = self.rows.first() else { return Err(Code::PrepaymentImpossible.into()) };
        let owed = self.owed().minus(principal).map_err(too_large)?;
        let basis = loan.basis(first.num, day);
        if effect == PrepaymentEffect::ShorterTenure && basis.terms.method == EmiMethod::Bullet {
            let why = "the principal of this loan is repaid at the end: choose smaller_emi";
            return Err(Refusal::because(Code::PrepaymentImpossible, why));
        }
        let (emi, mut rows) = self.replanned(&basis, owed, effect)?;
        let of_part = Ratio::new(principal.get().into(), self.owed().get().max(1).into());
        let terms = &loan.quote.terms;
        let earned = self.share(first, day).times(of_part).map_err(too_large)?;
        let earned = earned.of(first.interest, terms.interest_unit, terms.interest_rounding).map_err(too_large)?;
        if let Some(next) = rows.first_mut() {
            next.interest = next.interest.plus(earned).map_err(too_large)?;
            next.broken_interest = next.broken_interest.plus(earned).map_err(too_large)?;
        }
        Ok((emi, rows))
    }

    fn replanned(&self, basis: &Basis, owed: Paise, effect: PrepaymentEffect) -> Result<(Paise, Vec<Row>), Refusal> {
        if basis.terms.method == EmiMethod::FlatRate {
            return self.scaled(basis.emi, owed, effect).map_err(too_large);
        }
        let remaining = Remaining::of(basis, &self.rows)?;
        match effect {
            PrepaymentEffect::SmallerEmi => remaining.over_all(owed),
            PrepaymentEffect::ShorterTenure => remaining.at_emi(owed),
        }
    }

    /// Flat interest was promised on the first amount: what is still to come of it shrinks in the proportion of the principal.
    fn scaled(&self, emi: Paise, owed: Paise, effect: PrepaymentEffect) -> Result<(Paise, Vec<Row>), MoneyError> {
        use crate::money::{Rounding, RoundingUnit};
        let kept = Ratio::new(owed.get().into(), self.owed().get().max(1).into());
        let paisa = |amount: Paise| kept.of(amount, RoundingUnit::Paisa, Rounding::HalfUp);
        let mut opening = owed;
        let mut rows = Vec::with_capacity(self.rows.len());
        let last = self.rows.len().saturating_sub(1);
        for (index, row) in self.rows.iter().enumerate() {
            let interest = paisa(row.interest)?;
            let wanted = match effect {
                PrepaymentEffect::SmallerEmi => paisa(row.principal)?,
                PrepaymentEffect::ShorterTenure => emi.minus(interest)?,
            };
            let principal = if index == last { opening } else { wanted.min(opening) };
            rows.push(Row { opening, principal, interest, broken_interest: paisa(row.broken_interest)?, ..*row });
            opening = opening.minus(principal)?;
            if opening.is_zero() {
                break;
            }
        }
        let emi = match effect {
            PrepaymentEffect::SmallerEmi => rows.first().map_or(emi, Row::instalment),
            PrepaymentEffect::ShorterTenure => emi,
        };
        Ok((emi, rows))
    }
}
