//! From terms to instalments. Pure, exact, and refusing what cannot be repaid.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::product::{EmiMethod, TENURE_MONTHS_MAX, Terms, percent_of};
use crate::refusal::{Code, Refusal};

/// One instalment as promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// From 1 to the tenure.
    pub num: u32,
    pub due_day: Day,
    /// Principal owed before this instalment.
    pub opening: Paise,
    pub principal: Paise,
    pub interest: Paise,
}

impl Row {
    /// What is to be paid: principal and interest.
    #[must_use]
    pub fn instalment(&self) -> Paise {
        [self.principal, self.interest].into_iter().sum()
    }
}

/// Everything that a borrower is promised: the figures of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub amount: Paise,
    pub tenure_months: u32,
    pub terms: Terms,
    pub processing_fee: Paise,
    pub gst_amount: Paise,
    /// Instalments taken at disbursal.
    pub advance_emi: Paise,
    pub disbursal_amount: Paise,
    pub total_payable: Paise,
    pub rows: Vec<Row>,
}

impl Quote {
    /// The quote for `amount` over `tenure_months`, paid out on `start`.
    pub fn new(terms: &Terms, amount: Paise, tenure_months: u32, start: Day) -> Result<Quote, Refusal> {
        terms.check()?;
        if !amount.is_positive() {
            return Err(Refusal::invalid("amount", "must be more than zero"));
        }
        if !(1..=TENURE_MONTHS_MAX).contains(&tenure_months) {
            return Err(Refusal::invalid("tenureMonths", "must be from 1 to 360"));
        }
        let shares = match terms.method {
            EmiMethod::FlatRate => flat(terms, amount, tenure_months),
            EmiMethod::ReducingBalance => reducing(terms, amount, tenure_months),
        }
        .map_err(|error| {
            Refusal::because(
                Code::OfferImpossible,
                format!("these terms do not make a loan that can be repaid: {error}"),
            )
        })?;
        let processing_fee = terms.fee.on(amount).map_err(too_large)?;
        let gst_amount = percent_of(processing_fee, terms.gst).map_err(too_large)?;
        let disbursal_amount =
            amount.minus(processing_fee).and_then(|left| left.minus(gst_amount)).map_err(too_large)?;
        if !disbursal_amount.is_positive() {
            return Err(Refusal::because(
                Code::OfferImpossible,
                "the fee and its GST take the whole amount: lower the fee or raise the amount",
            ));
        }
        let rows = rows(terms, amount, &shares, start)?;
        let total_payable = Paise::total(rows.iter().map(Row::instalment)).map_err(too_large)?;
        Ok(Quote {
            amount,
            tenure_months,
            terms: terms.clone(),
            processing_fee,
            gst_amount,
            advance_emi: Paise::ZERO,
            disbursal_amount,
            total_payable,
            rows,
        })
    }

    #[must_use]
    pub fn total_interest(&self) -> Paise {
        self.rows.iter().map(|row| row.interest).sum()
    }
}

fn too_large(error: MoneyError) -> Refusal {
    Refusal::because(Code::OfferImpossible, format!("a figure {error}"))
}

/// Why terms do not amortise, and which setting would help.
#[derive(Debug, thiserror::Error)]
enum Unpayable {
    #[error("a figure {0}")]
    Money(#[from] MoneyError),
    #[error(
        "the EMI does not exceed the first month's interest: lower the rate, shorten the tenure or round the EMI to the paisa"
    )]
    NoPrincipal,
    #[error("rounding closes the loan before its last instalment: round the EMI to the paisa")]
    EarlyClose,
    #[error("rounding makes the last instalment more than twice the EMI: round the EMI to the paisa")]
    LargeLast,
}

/// Principal and interest of each instalment.
type Shares = Vec<(Paise, Paise)>;

/// Flat: interest on the whole amount, `P·r·n/12`; EMI = (P + interest) / n, rounded as the terms say. The borrower pays
/// n equal EMIs, so what rounding loses or gains is the lender's; the interest share falls evenly, cumulatively rounded.
fn flat(terms: &Terms, amount: Paise, tenure: u32) -> Result<Shares, Unpayable> {
    let out_of_range = MoneyError::OutOfRange;
    let months = Decimal::from(tenure);
    let interest = amount
        .rupees()
        .checked_mul(terms.annual_rate.fraction())
        .and_then(|yearly| yearly.checked_mul(months))
        .ok_or(out_of_range)?
        / Decimal::from(12);
    let emi = Paise::round_from((amount.rupees() + interest) / months, terms.emi_unit, terms.emi_rounding)?;
    // Rounding down may lose interest, never principal: then the last instalment makes good what is missing.
    let shortfall = amount.minus(emi.times(tenure)?)?.max(Paise::ZERO);
    let charged = emi.times(tenure)?.plus(shortfall)?.minus(amount)?;
    let mut booked = Paise::ZERO;
    let mut shares = Vec::new();
    for num in 1..=tenure {
        let until = charged.rupees().checked_mul(Decimal::from(num)).ok_or(out_of_range)? / months;
        let until = Paise::round_from(until, RoundingUnit::Paisa, Rounding::HalfUp)?;
        let interest = until.minus(booked)?;
        booked = until;
        let instalment = if num == tenure { emi.plus(shortfall)? } else { emi };
        shares.push((instalment.minus(interest)?, interest));
    }
    refuse_odd_shapes(&shares, emi)?;
    Ok(shares)
}

/// Reducing balance: EMI = P·i·(1+i)^n / ((1+i)^n − 1) with i = annual / 12, rounded as the terms say; each month's interest
/// is i times what is owed, rounded half up to the paisa; the last instalment pays exactly what is left.
fn reducing(terms: &Terms, amount: Paise, tenure: u32) -> Result<Shares, Unpayable> {
    let monthly = terms.annual_rate.fraction() / Decimal::from(12);
    let emi = Paise::round_from(annuity(amount.rupees(), monthly, tenure)?, terms.emi_unit, terms.emi_rounding)?;
    let mut balance = amount;
    let mut shares = Vec::new();
    for num in 1..=tenure {
        let exact = balance.rupees().checked_mul(monthly).ok_or(MoneyError::OutOfRange)?;
        let interest = Paise::round_from(exact, RoundingUnit::Paisa, Rounding::HalfUp)?;
        let principal = if num == tenure { balance } else { emi.minus(interest)? };
        if num < tenure && principal >= balance {
            return Err(Unpayable::EarlyClose);
        }
        balance = balance.minus(principal)?;
        shares.push((principal, interest));
    }
    refuse_odd_shapes(&shares, emi)?;
    Ok(shares)
}

fn refuse_odd_shapes(shares: &Shares, emi: Paise) -> Result<(), Unpayable> {
    if shares.iter().any(|(principal, _)| !principal.is_positive()) {
        return Err(Unpayable::NoPrincipal);
    }
    let last = shares.last().map_or(Ok(Paise::ZERO), |(principal, interest)| principal.plus(*interest))?;
    if last > emi.times(2)? { Err(Unpayable::LargeLast) } else { Ok(()) }
}

fn annuity(principal: Decimal, monthly: Decimal, tenure: u32) -> Result<Decimal, MoneyError> {
    let months = Decimal::from(tenure);
    if monthly.is_zero() {
        return Ok(principal / months);
    }
    let growth = (0..tenure)
        .try_fold(Decimal::ONE, |power, _| power.checked_mul(Decimal::ONE + monthly))
        .ok_or(MoneyError::OutOfRange)?;
    // P·i / (1 − 1/(1+i)^n): the same formula, without a product that could overflow.
    let discount = Decimal::ONE.checked_div(growth).ok_or(MoneyError::OutOfRange)?;
    principal
        .checked_mul(monthly)
        .and_then(|top| top.checked_div(Decimal::ONE - discount))
        .ok_or(MoneyError::OutOfRange)
}

/// Dates: the start's own day in each later month (its last day where it is shorter), rolled; the anchor never moves.
fn rows(terms: &Terms, amount: Paise, shares: &Shares, start: Day) -> Result<Vec<Row>, Refusal> {
    let mut opening = amount;
    let mut rows = Vec::with_capacity(shares.len());
    for (num, (principal, interest)) in (1..).zip(shares) {
        let unrolled = start.plus_months(terms.first_due_months + num - 1);
        rows.push(Row {
            num,
            due_day: terms.calendar.roll(unrolled, terms.roll),
            opening,
            principal: *principal,
            interest: *interest,
        });
        opening = opening.minus(*principal).map_err(too_large)?;
    }
    Ok(rows)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
pub(super) mod tests;
