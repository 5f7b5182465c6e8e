//! Principal and interest of each instalment, by method. All amounts are paise; interest is rounded once in each row.

use rust_decimal::Decimal;

use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::product::{EmiMethod, MoratoriumInterest, Remainder, Terms};
use crate::ratio::Ratio;

use super::discount::{self, Discounts};
use super::parts::{self, Draw, Drawn};
use super::timeline::Timeline;

/// Why terms do not amortise, and which setting would help.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unpayable {
    #[error("a figure {0}")]
    Money(#[from] MoneyError),
    #[error(
        "the EMI does not exceed the first period's interest: lower the rate, shorten the tenure or round the EMI to the paisa"
    )]
    NoPrincipal,
    #[error("rounding closes the loan before its last instalment: round the EMI to the paisa")]
    EarlyClose,
    #[error("rounding makes the last instalment more than twice the EMI: round the EMI to the paisa")]
    LargeLast,
    #[error("the moratorium leaves no instalment to repay in: shorten it or lengthen the tenure")]
    NoRows,
    #[error("the advance EMIs are the whole loan: take fewer in advance")]
    AllInAdvance,
    #[error(
        "the parts of the money do not fit the instalments, of which one would repay more than has gone out by then or not even the \
         interest: pay the parts out sooner, wait for them with a moratorium, or round the EMI to the paisa"
    )]
    Parts,
}

/// Principal and interest of one instalment. Where interest is capitalised the principal is negative: what is owed grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub principal: Paise,
    pub interest: Paise,
}

impl Share {
    fn of_instalment(instalment: Paise, interest: Paise) -> Result<Share, MoneyError> {
        Ok(Share { principal: instalment.minus(interest)?, interest })
    }

    fn instalment(self) -> Result<Paise, MoneyError> {
        self.principal.plus(self.interest)
    }
}

/// A figure before it is rounded, in rupees.
#[derive(Debug, Clone, Copy)]
pub(in crate::loan) enum Unrounded {
    /// A share of an amount: exact.
    Share(Ratio, Paise),
    /// To 28 digits.
    Rupees(Decimal),
}

impl Unrounded {
    pub fn rupees(self) -> Result<Decimal, MoneyError> {
        match self {
            Unrounded::Share(share, of) => share.decimal()?.checked_mul(of.rupees()).ok_or(MoneyError::OutOfRange),
            Unrounded::Rupees(rupees) => Ok(rupees),
        }
    }
}

pub(super) struct Shares {
    /// The regular instalment; of equal principal, the regular part of the principal.
    pub emi: Paise,
    pub exact_emi: Unrounded,
    /// What the EMI repays: the amount, with what was capitalised before the first repaying row.
    pub repaid: Paise,
    /// What later parts are worth when the EMI begins, in rupees.
    pub later: Decimal,
    pub advance: Paise,
    pub rows: Vec<Share>,
}

/// The shares of a loan of `amount`, less what is paid in advance, over the timeline's rows; later parts come on top.
pub(super) fn shares(terms: &Terms, amount: Paise, timeline: &Timeline, drawn: &Drawn) -> Result<Shares, Unpayable> {
    let run = Run { terms, factors: &timeline.factors, draws: &drawn.later };
    let shares = match terms.method {
        EmiMethod::FlatRate => run.flat(amount, timeline.flat),
        EmiMethod::ReducingBalance => run.reducing(amount),
        EmiMethod::EqualPrincipal => run.equal_principal(amount),
        EmiMethod::Bullet => run.bullet(amount),
    };
    let shares = shares.and_then(|shares| run.refuse_odd_shapes(&shares).map(|()| shares));
    shares.map_err(|why| match why {
        Unpayable::NoPrincipal | Unpayable::EarlyClose | Unpayable::LargeLast if !run.draws.is_empty() => {
            Unpayable::Parts
        }
        other => other,
    })
}

/// The regular instalment and the shares of `owed` over periods that cost `factors`, of a loan that has begun.
pub(super) fn again(terms: &Terms, owed: Paise, factors: &[Ratio]) -> Result<(Paise, Vec<Share>), Unpayable> {
    let run = Run { terms, factors, draws: &[] };
    let shares = match terms.method {
        EmiMethod::FlatRate | EmiMethod::ReducingBalance => run.reducing(owed)?,
        EmiMethod::EqualPrincipal => run.equal_principal(owed)?,
        EmiMethod::Bullet => run.bullet(owed)?,
    };
    run.refuse_odd_shapes(&shares)?;
    Ok((shares.emi, shares.rows))
}

struct Run<'a> {
    terms: &'a Terms,
    factors: &'a [Ratio],
    draws: &'a [Draw],
}

impl Run<'_> {
    fn emi(&self, exact: Decimal) -> Result<Paise, MoneyError> {
        Paise::round_from(exact, self.terms.emi_unit, self.terms.emi_rounding)
    }

    /// Of a row, counted from 0, on what was owed when its period began and on what goes out within it.
    fn interest(&self, owed: Paise, row: usize) -> Result<Paise, MoneyError> {
        let factor = self.factor(row);
        if self.draws.is_empty() {
            return factor.of(owed, self.terms.interest_unit, self.terms.interest_rounding);
        }
        parts::interest(self.terms, owed, factor, self.draws.iter().copied().filter(|draw| draw.row == row))
    }

    fn factor(&self, row: usize) -> Ratio {
        self.factors.get(row).copied().unwrap_or(Ratio::ZERO)
    }

    /// What is owed with what goes out within a row's period.
    fn grown(&self, owed: Paise, row: usize) -> Result<Paise, MoneyError> {
        let within = self.draws.iter().filter(|draw| draw.row == row).map(|draw| draw.amount);
        Paise::total(within.chain([owed]))
    }

    /// What goes out from a row on.
    fn drawn_from(&self, row: usize) -> Result<Paise, MoneyError> {
        Paise::total(self.draws.iter().filter(|draw| draw.row >= row).map(|draw| draw.amount))
    }

    /// What the parts that go out from a row on are worth when its period begins, in rupees: Σ part × (1 + r) × Dₖ.
    fn worth_from(&self, row: usize) -> Result<Decimal, MoneyError> {
        let mut sum = Decimal::ZERO;
        for draw in self.draws.iter().filter(|draw| draw.row >= row) {
            let until = self.factors.get(row..=draw.row).unwrap_or_default();
            let grown = Decimal::ONE + draw.factor.decimal()?;
            let worth = draw.amount.rupees().checked_mul(grown).ok_or(MoneyError::OutOfRange)?;
            let worth = worth.checked_mul(discount::over(until)?).ok_or(MoneyError::OutOfRange)?;
            sum = sum.checked_add(worth).ok_or(MoneyError::OutOfRange)?;
        }
        Ok(sum)
    }

    /// Flat: interest ρ = rate × time on the principal; EMI = P·(1 + ρ) / n. With `a` instalments in advance interest runs on
    /// what they leave, so that EMI = P·(1 + ρ) / (n + a·ρ). Interest falls evenly on the rows, cumulatively rounded.
    fn flat(&self, amount: Paise, rho: Ratio) -> Result<Shares, Unpayable> {
        let terms = self.terms;
        let (rows, advance) = (self.count()?, terms.advance_emis);
        let tenure = rows + advance;
        let a = |count: u32| Ratio::new(i128::from(count), 1);
        let grown = a(1).plus(rho)?;
        let divisor = a(tenure).plus(a(advance).times(rho)?)?;
        let share = grown.over(divisor)?;
        let emi = share.of(amount, terms.emi_unit, terms.emi_rounding)?;
        let taken = emi.times(advance)?;
        let owed = amount.minus(taken)?;
        if !owed.is_positive() {
            return Err(Unpayable::AllInAdvance);
        }
        let equal = emi.times(rows)?;
        let total = match terms.remainder() {
            // Rounding down may lose interest, never principal.
            Remainder::Lender => equal.max(owed),
            Remainder::Last | Remainder::First | Remainder::Spread => {
                grown.of(owed, RoundingUnit::Paisa, Rounding::HalfUp)?
            }
        };
        let instalments = self.spread(emi, total.minus(equal)?, rows)?;
        let charged = total.minus(owed)?;
        let mut booked = Paise::ZERO;
        let mut shares = Vec::with_capacity(instalments.len());
        for (num, instalment) in (1..).zip(instalments) {
            let until = Ratio::new(num, i128::from(rows)).of(charged, RoundingUnit::Paisa, Rounding::HalfUp)?;
            shares.push(Share::of_instalment(instalment, until.minus(booked)?)?);
            booked = until;
        }
        let (exact_emi, later) = (Unrounded::Share(share, amount), Decimal::ZERO);
        Ok(Shares { emi, exact_emi, repaid: amount, later, advance: taken, rows: shares })
    }

    /// Equal instalments, with `difference` where the terms put it.
    fn spread(&self, emi: Paise, difference: Paise, rows: u32) -> Result<Vec<Paise>, MoneyError> {
        let mut instalments = vec![emi; usize::try_from(rows).unwrap_or_default()];
        let mut left = difference;
        if self.terms.remainder() == Remainder::Spread {
            let unit = Paise::new(self.terms.emi_unit.paise() * difference.get().signum());
            for instalment in &mut instalments {
                if left.get().abs() < unit.get().abs() || left.is_zero() {
                    break;
                }
                *instalment = instalment.plus(unit)?;
                left = left.minus(unit)?;
            }
        }
        let bearer = match self.terms.remainder() {
            Remainder::First => instalments.first_mut(),
            Remainder::Lender | Remainder::Last | Remainder::Spread => instalments.last_mut(),
        };
        if let Some(bearer) = bearer {
            *bearer = bearer.plus(left)?;
        }
        Ok(instalments)
    }

    /// Reducing balance: EMI = P / (a + Σ 1/((1+r₁)…(1+rₖ))), which for equal periods is the annuity formula
    /// P·r·(1+r)ⁿ / ((1+r)ⁿ − 1). The last instalment pays exactly what is left.
    fn reducing(&self, amount: Paise) -> Result<Shares, Unpayable> {
        let (mut rows, owed) = self.moratorium(amount)?;
        let from = rows.len();
        let factors = self.factors.get(from..).unwrap_or_default();
        let discounts = Discounts::of(factors)?;
        let advance = self.terms.advance_emis;
        let divisor = Decimal::from(advance) + discounts.sum;
        let later = self.worth_from(from)?;
        let exact = (owed.rupees() + later).checked_div(divisor).ok_or(MoneyError::OutOfRange)?;
        let (emi, repaid) = (self.emi(exact)?, owed);
        let taken = emi.times(advance)?;
        let owed = owed.minus(taken)?;
        if !owed.is_positive() {
            return Err(Unpayable::AllInAdvance);
        }
        let annuity = Annuity { run: self, from, rows: factors.len(), owed, emi };
        let adjusted = annuity.adjusted(&discounts)?;
        rows.extend(annuity.rows(|num| adjusted.instalment(emi, num))?);
        Ok(Shares { emi, exact_emi: Unrounded::Rupees(exact), repaid, later, advance: taken, rows })
    }

    /// The principal in equal parts, rounded like an EMI; interest on what is owed.
    fn equal_principal(&self, amount: Paise) -> Result<Shares, Unpayable> {
        let (mut rows, mut owed) = self.moratorium(amount)?;
        let from = rows.len();
        let count = u32::try_from(self.factors.len() - from).unwrap_or(u32::MAX);
        let repaid = owed.plus(self.drawn_from(from)?)?;
        let exact = repaid.rupees() / Decimal::from(count.max(1));
        let part = self.emi(exact)?;
        let parts = self.spread(part, repaid.minus(part.times(count)?)?, count)?;
        for (row, principal) in (from..).zip(parts) {
            rows.push(Share { principal, interest: self.interest(owed, row)? });
            owed = self.grown(owed, row)?.minus(principal)?;
            if row + 1 < self.factors.len() && !self.draws.is_empty() && !owed.is_positive() {
                return Err(Unpayable::Parts);
            }
        }
        let (exact_emi, later) = (Unrounded::Rupees(exact), Decimal::ZERO);
        Ok(Shares { emi: part, exact_emi, repaid, later, advance: Paise::ZERO, rows })
    }

    fn bullet(&self, amount: Paise) -> Result<Shares, Unpayable> {
        let (mut rows, mut owed) = self.moratorium(amount)?;
        let last = self.factors.len().saturating_sub(1);
        let mut before = owed;
        for row in rows.len()..self.factors.len() {
            rows.push(Share { principal: Paise::ZERO, interest: self.interest(owed, row)? });
            (before, owed) = (owed, self.grown(owed, row)?);
        }
        let emi = rows.last().map_or(Paise::ZERO, |row| row.interest);
        if let Some(last) = rows.last_mut() {
            last.principal = owed;
        }
        let exact_emi = if before == owed {
            Unrounded::Share(self.factor(last), owed)
        } else {
            let within = self.draws.iter().filter(|draw| draw.row == last).map(|draw| (draw.amount, draw.factor));
            Unrounded::Rupees(parts::weighted_rupees(within.chain([(before, self.factor(last))]))?)
        };
        Ok(Shares { emi, exact_emi, repaid: owed, later: Decimal::ZERO, advance: Paise::ZERO, rows })
    }

    /// The rows that repay nothing, and what is owed after them.
    fn moratorium(&self, amount: Paise) -> Result<(Vec<Share>, Paise), Unpayable> {
        let Some(moratorium) = self.terms.moratorium else { return Ok((Vec::new(), amount)) };
        let periods = usize::try_from(moratorium.periods).unwrap_or(usize::MAX);
        if periods >= self.factors.len() {
            return Err(Unpayable::NoRows);
        }
        let mut owed = amount;
        let mut rows = Vec::with_capacity(self.factors.len());
        for row in 0..periods {
            let interest = self.interest(owed, row)?;
            let principal = match moratorium.interest {
                MoratoriumInterest::Serviced => Paise::ZERO,
                MoratoriumInterest::Capitalised => interest.negated(),
            };
            owed = self.grown(owed, row)?.minus(principal)?;
            rows.push(Share { principal, interest });
        }
        Ok((rows, owed))
    }

    fn count(&self) -> Result<u32, Unpayable> {
        u32::try_from(self.factors.len()).map_err(|_| MoneyError::OutOfRange.into())
    }

    fn refuse_odd_shapes(&self, shares: &Shares) -> Result<(), Unpayable> {
        let waited = self.terms.moratorium.map_or(0, |moratorium| usize::try_from(moratorium.periods).unwrap_or(0));
        let repaying = shares.rows.get(waited..).unwrap_or_default();
        let Some((last, others)) = repaying.split_last() else { return Err(Unpayable::NoRows) };
        if !last.principal.is_positive() {
            return Err(Unpayable::EarlyClose);
        }
        if self.terms.method == EmiMethod::Bullet {
            return Ok(());
        }
        if others.iter().any(|share| !share.principal.is_positive()) {
            return Err(Unpayable::NoPrincipal);
        }
        let largest = match self.terms.method {
            EmiMethod::EqualPrincipal => last.principal,
            EmiMethod::FlatRate | EmiMethod::ReducingBalance | EmiMethod::Bullet => last.instalment()?,
        };
        if largest > shares.emi.times(2)? { Err(Unpayable::LargeLast) } else { Ok(()) }
    }
}

/// Equal instalments on what is owed.
struct Annuity<'a> {
    run: &'a Run<'a>,
    /// The first repaying row, counted from 0, and how many there are.
    from: usize,
    rows: usize,
    owed: Paise,
    emi: Paise,
}

/// How instalments differ from the EMI.
struct Adjusted {
    by: Paise,
    /// How many of the first.
    rows: usize,
}

impl Adjusted {
    fn instalment(&self, emi: Paise, num: usize) -> Result<Paise, MoneyError> {
        if num < self.rows { emi.plus(self.by) } else { Ok(emi) }
    }
}

impl Annuity<'_> {
    /// Takes the difference that rounding leaves at the end to where the terms want it.
    fn adjusted(&self, discounts: &Discounts) -> Result<Adjusted, Unpayable> {
        let none = Adjusted { by: Paise::ZERO, rows: 0 };
        let remainder = self.run.terms.remainder();
        if remainder == Remainder::Last || self.rows < 2 {
            return Ok(none);
        }
        let left = self.left_at_the_end(&none)?;
        if remainder == Remainder::First {
            // A rupee paid first is worth D₁/Dₙ at the end.
            let now = left.rupees().checked_mul(discounts.last_over_first()?).ok_or(MoneyError::OutOfRange)?;
            let by = Paise::round_from(now, RoundingUnit::Paisa, Rounding::HalfUp)?;
            return Ok(Adjusted { by, rows: 1 });
        }
        let sign = left.get().signum();
        let by = Paise::new(self.run.terms.emi_unit.paise() * sign);
        // The most rows that take a unit without turning the difference around: what is left falls as rows are added.
        let (mut fits, mut too_many) = (0, self.rows);
        while fits + 1 < too_many {
            let rows = fits.midpoint(too_many);
            let still = self.left_at_the_end(&Adjusted { by, rows })?;
            if still.get() * sign >= 0 { fits = rows } else { too_many = rows }
        }
        Ok(Adjusted { by, rows: fits })
    }

    /// By how much the last instalment would differ from the EMI.
    fn left_at_the_end(&self, adjusted: &Adjusted) -> Result<Paise, Unpayable> {
        let mut owed = self.owed;
        for num in 0..self.rows {
            let interest = self.run.interest(owed, self.from + num)?;
            let grown = self.run.grown(owed, self.from + num)?;
            owed = grown.plus(interest)?.minus(adjusted.instalment(self.emi, num)?)?;
        }
        Ok(owed)
    }

    fn rows(&self, instalment: impl Fn(usize) -> Result<Paise, MoneyError>) -> Result<Vec<Share>, Unpayable> {
        let mut owed = self.owed;
        let mut rows = Vec::with_capacity(self.rows);
        let last = self.rows.saturating_sub(1);
        for num in 0..self.rows {
            let interest = self.run.interest(owed, self.from + num)?;
            owed = self.run.grown(owed, self.from + num)?;
            let principal = if num == last { owed } else { instalment(num)?.minus(interest)? };
            if num < last && principal >= owed {
                return Err(Unpayable::EarlyClose);
            }
            owed = owed.minus(principal)?;
            rows.push(Share { principal, interest });
        }
        Ok(rows)
    }
}
