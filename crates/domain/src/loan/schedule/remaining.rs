//! A schedule that has begun, computed again for what is still owed: the days stand, the amounts change.

use super::shares::{Share, again};
use super::timeline::Timeline;
use super::{Row, too_large, unpayable};
use crate::loan::fact::Basis;
use crate::money::{MoneyError, Paise};
use crate::product::{EmiMethod, Terms};
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

/// The instalments to come and what each period costs.
pub(in crate::loan) struct Remaining<'a> {
    terms: Terms,
    emi: Paise,
    rows: &'a [Row],
    factors: Vec<Ratio>,
}

impl<'a> Remaining<'a> {
    /// `rows` follow each other, all of them computed from `basis`.
    pub fn of(basis: &Basis, rows: &'a [Row]) -> Result<Remaining<'a>, Refusal> {
        let (first, last) = (rows.first().map_or(1, |row| row.num), rows.last().map_or(1, |row| row.num));
        let timeline = Timeline::new(&basis.terms, last.saturating_sub(basis.after_num), basis.start)?;
        let passed = first.saturating_sub(basis.after_num + 1);
        let mut terms = Terms { advance_emis: 0, ..basis.terms.clone() };
        terms.moratorium = terms.moratorium.and_then(|moratorium| {
            let periods = moratorium.periods.checked_sub(passed).filter(|left| *left > 0)?;
            Some(crate::product::Moratorium { periods, ..moratorium })
        });
        let skipped = usize::try_from(passed).unwrap_or(usize::MAX);
        let factors = timeline.factors.get(skipped..).unwrap_or_default().to_vec();
        if factors.len() != rows.len() {
            return Err(Refusal::because(Code::PrepaymentImpossible, "the broken period has not ended yet"));
        }
        Ok(Remaining { terms, emi: basis.emi, rows, factors })
    }

    /// Over all instalments to come, each smaller.
    pub fn over_all(&self, owed: Paise) -> Result<(Paise, Vec<Row>), Refusal> {
        let (emi, shares) = again(&self.terms, owed, &self.factors).map_err(unpayable)?;
        Ok((emi, self.dated(owed, &shares).map_err(too_large)?))
    }

    /// By instalments as large as before, fewer of them.
    pub fn at_emi(&self, owed: Paise) -> Result<(Paise, Vec<Row>), Refusal> {
        self.at_emi_checked(owed).map_err(too_large)
    }

    fn at_emi_checked(&self, owed: Paise) -> Result<(Paise, Vec<Row>), MoneyError> {
        let terms = &self.terms;
        let waiting = terms.moratorium.map_or(0, |moratorium| usize::try_from(moratorium.periods).unwrap_or(0));
        let mut left = owed;
        let mut shares = Vec::with_capacity(self.rows.len());
        let last = self.rows.len().saturating_sub(1);
        for (index, (row, factor)) in self.rows.iter().zip(&self.factors).enumerate() {
            let interest = factor.of(left, terms.interest_unit, terms.interest_rounding)?;
            let wanted = match terms.method {
                // The moratorium goes on as it was promised.
                _ if index < waiting && row.principal < Paise::ZERO => interest.negated(),
                _ if index < waiting => Paise::ZERO,
                EmiMethod::EqualPrincipal => self.emi,
                EmiMethod::ReducingBalance | EmiMethod::FlatRate | EmiMethod::Bullet => self.emi.minus(interest)?,
            };
            let principal = if index == last { left } else { wanted.min(left) };
            shares.push(Share { principal, interest });
            left = left.minus(principal)?;
            if left.is_zero() {
                break;
            }
        }
        Ok((self.emi, self.dated(owed, &shares)?))
    }

    fn dated(&self, owed: Paise, shares: &[Share]) -> Result<Vec<Row>, MoneyError> {
        let mut opening = owed;
        let mut rows = Vec::with_capacity(shares.len());
        for (row, share) in self.rows.iter().zip(shares) {
            let Share { principal, interest } = *share;
            rows.push(Row { opening, principal, interest, broken_interest: Paise::ZERO, ..*row });
            opening = opening.minus(principal)?;
        }
        Ok(rows)
    }
}
