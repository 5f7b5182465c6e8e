//! From terms to instalments. Pure, exact, and refusing what cannot be repaid.
//!
//! | file | what is in it |
//! |---|---|
//! | `timeline.rs` | due days, and what each stretch between them costs |
//! | `parts.rs` | the money, where it goes out in parts |
//! | `shares.rs` | principal and interest by method |
//! | `discount.rs` | what a rupee paid later is worth |
//! | `apr.rs` | the annual percentage rate, the regulator's way and others |
//! | `zero.rs` | how a rate is looked for |
//! | `remaining.rs` | the instalments to come, for what is still owed |
//! | `fit.rs` | the way back: from a schedule to its settings |

mod apr;
mod discount;
mod fit;
mod parts;
mod remaining;
mod shares;
mod timeline;
mod zero;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::apr::{Apr, NominalApr};
pub use self::fit::{Difference, Fit, Known, Observed, fit};
pub use self::parts::Part;
pub(super) use self::parts::{Draw, Drawn, weighted, weighted_rupees};
pub(in crate::loan) use self::remaining::Remaining;
pub(super) use self::shares::Unrounded;
use self::shares::{Share, Shares, Unpayable, shares};
use self::timeline::Timeline;
use crate::day::Day;
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::product::{BrokenPeriod, EmiMethod, Fee, TENURE_MAX, TakenCharge, Terms, with_gst};
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

/// One instalment as promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// From 1 to the number of instalments; 0 for the interest of a broken period that is paid by itself.
    pub num: u32,
    pub due_day: Day,
    /// Principal owed before this instalment.
    pub opening: Paise,
    /// Negative where unpaid interest is added to what is owed.
    pub principal: Paise,
    /// With that of a broken period.
    pub interest: Paise,
    /// The part of the interest that is for a broken period.
    pub broken_interest: Paise,
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
    /// The number of instalments, those taken in advance among them.
    pub tenure: u32,
    pub terms: Terms,
    /// The day on which the money is paid out and interest begins.
    pub start: Day,
    /// The regular instalment; of equal principal, the regular part of the principal.
    pub emi: Paise,
    /// Without GST, like the subvention.
    pub processing_fee: Paise,
    pub gst_amount: Paise,
    pub subvention: Paise,
    pub subvention_gst: Paise,
    /// What else is taken at disbursal.
    #[serde(default)]
    pub charges: Vec<TakenCharge>,
    /// Instalments taken at disbursal.
    pub advance_emi: Paise,
    /// Interest from the disbursal to the first whole period, and how many days that is.
    pub broken_interest: Paise,
    pub broken_days: i64,
    /// Interest taken at disbursal.
    pub upfront_interest: Paise,
    /// All parts together.
    pub disbursal_amount: Paise,
    /// What goes out when, of a loan that is not paid out at once.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// All instalments, those taken in advance among them.
    pub total_payable: Paise,
    pub rows: Vec<Row>,
}

/// What a run leaves besides its quote, for whoever wants to know why a figure is what it is.
pub struct Working {
    pub(in crate::loan) timeline: Timeline,
    pub(in crate::loan) drawn: Drawn,
    pub(in crate::loan) exact_emi: Unrounded,
    pub(in crate::loan) repaid: Paise,
    /// What later parts are worth when the EMI begins, in rupees.
    pub(in crate::loan) later: Decimal,
}

impl Quote {
    /// The quote for `amount` over `tenure` instalments, paid out on `start`.
    pub fn new(terms: &Terms, amount: Paise, tenure: u32, start: Day) -> Result<Quote, Refusal> {
        Quote::worked(terms, amount, tenure, start).map(|(quote, _)| quote)
    }

    /// As [`new`](Self::new), with what the figures were before they were rounded.
    pub fn worked(terms: &Terms, amount: Paise, tenure: u32, start: Day) -> Result<(Quote, Working), Refusal> {
        terms.check()?;
        if !amount.is_positive() || Paise::within_range(amount.get()).is_err() {
            return Err(Refusal::invalid("amount", "must be more than zero and at most 1000000000000 rupees"));
        }
        if !(1..=TENURE_MAX).contains(&tenure) {
            return Err(Refusal::invalid("tenure", "must be from 1 to 1200 instalments"));
        }
        if terms.advance_emis >= tenure {
            return Err(Refusal::invalid("advanceEmis", "must be fewer than the instalments"));
        }
        let timeline = Timeline::new(terms, tenure - terms.advance_emis, start)?;
        let mut parts = parts::parts(terms, amount, start)?;
        let drawn = Drawn::of(terms, &timeline, &parts, start)?;
        let broken_after = |advance: Paise| match terms.broken_period {
            BrokenPeriod::Waived => Ok(Paise::ZERO),
            _ => drawn.broken_interest(terms, advance).map_err(too_large),
        };
        let capitalised = match terms.broken_period {
            BrokenPeriod::Capitalised => broken_after(Paise::ZERO)?,
            _ => Paise::ZERO,
        };
        let owed = drawn.at_first.plus(capitalised).map_err(too_large)?;
        let shares = shares(terms, owed, &timeline, &drawn).map_err(unpayable)?;
        let Shares { emi, exact_emi, repaid, later, advance, rows } = shares;
        // On what is left after the instalments in advance, which carry no interest.
        let broken_interest = broken_after(advance)?;
        let taxed = |named: &Fee| with_gst(named.on(amount)?, terms.gst, terms.gst_mode);
        let fee = taxed(&terms.fee).map_err(too_large)?;
        let subvention = taxed(&terms.subvention).map_err(too_large)?;
        let upfront_interest = if terms.broken_period == BrokenPeriod::Upfront { broken_interest } else { Paise::ZERO };
        let charges: Vec<TakenCharge> =
            terms.charges.iter().map(|charge| charge.on(amount)).collect::<Result<_, _>>().map_err(too_large)?;
        let taken = [fee.base, fee.gst, subvention.base, subvention.gst, advance, upfront_interest];
        let taken = taken.into_iter().chain(charges.iter().flat_map(|charge| [charge.amount, charge.gst]));
        let taken = Paise::total(taken).map_err(too_large)?;
        let disbursal_amount = amount.minus(taken).map_err(too_large)?;
        take_from_the_first(&mut parts, taken)?;
        let rows = dated(terms, &timeline, &drawn, advance, &rows, broken_interest).map_err(too_large)?;
        let total_payable = Paise::total(rows.iter().map(Row::instalment).chain([advance])).map_err(too_large)?;
        let quote = Quote {
            amount,
            tenure,
            terms: terms.clone(),
            start,
            emi,
            processing_fee: fee.base,
            gst_amount: fee.gst,
            subvention: subvention.base,
            subvention_gst: subvention.gst,
            charges,
            advance_emi: advance,
            broken_interest,
            broken_days: timeline.begins.days_since(start),
            upfront_interest,
            disbursal_amount,
            parts: if terms.disbursals.is_empty() { Vec::new() } else { parts },
            total_payable,
            rows,
        };
        Ok((quote, Working { timeline, drawn, exact_emi, repaid, later }))
    }

    /// What still has to go out when so many parts have gone out. Nothing is taken from a later part, so that this is what is
    /// lent as well as what is paid.
    #[must_use]
    pub fn undrawn(&self, parts_out: usize) -> Paise {
        self.parts.iter().skip(parts_out.max(1)).map(|part| part.amount).sum()
    }

    /// The same terms for money that is paid out on another day.
    pub fn beginning_on(&self, start: Day) -> Result<Quote, Refusal> {
        Quote::new(&self.terms, self.amount, self.tenure, start)
    }

    /// What the borrower pays for the money: interest in instalments and interest taken at disbursal.
    #[must_use]
    pub fn total_interest(&self) -> Paise {
        self.rows.iter().map(|row| row.interest).chain([self.upfront_interest]).sum()
    }

    /// The instalment that a borrower pays most of the time: the EMI, or of equal principal the first, which is the largest. One
    /// that is the only one is what it is.
    #[must_use]
    pub fn regular_instalment(&self) -> Paise {
        let mut repaying = self.repaying_rows();
        if let (Some(only), None) = (repaying.next(), repaying.next()) {
            return only.instalment();
        }
        match self.terms.method {
            EmiMethod::EqualPrincipal => self.rows.iter().map(Row::instalment).max().unwrap_or(self.emi),
            EmiMethod::FlatRate | EmiMethod::ReducingBalance | EmiMethod::Bullet => self.emi,
        }
    }

    /// The instalments that are paid: neither one whose interest is only added to what is owed, nor that of a broken period.
    pub fn paying_rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.num > 0 && row.instalment().is_positive())
    }

    /// Those of them that repay: the instalments of a moratorium come before them.
    pub fn repaying_rows(&self) -> impl Iterator<Item = &Row> {
        let waited = self.terms.moratorium.map_or(0, |moratorium| moratorium.periods);
        self.paying_rows().filter(move |row| row.num > waited)
    }

    /// When the borrower pays for the first time after the disbursal.
    #[must_use]
    pub fn first_payment_day(&self) -> Day {
        self.rows.iter().find(|row| row.instalment().is_positive()).map_or(self.start, |row| row.due_day)
    }

    #[must_use]
    pub fn row(&self, num: u32) -> Option<&Row> {
        self.rows.iter().find(|row| row.num == num)
    }

    /// The tenure in months, for those who count in nothing else: begun months count whole.
    #[must_use]
    pub fn tenure_months(&self) -> u32 {
        let year = self.terms.period.of_year();
        let months = Ratio::new(i128::from(self.tenure) * 12, 1).times(year).unwrap_or(Ratio::ZERO);
        u32::try_from(months.ceiling()).unwrap_or(u32::MAX)
    }
}

/// What is taken at disbursal is taken when the money begins to go out.
fn take_from_the_first(parts: &mut [Part], taken: Paise) -> Result<(), Refusal> {
    let in_parts = parts.len() > 1;
    let Some(first) = parts.first_mut() else { return Ok(()) };
    first.net = first.amount.minus(taken).map_err(too_large)?;
    if first.net.is_positive() {
        return Ok(());
    }
    let what = if in_parts { "first part" } else { "amount" };
    let message = format!(
        "the fee and its GST, with what else is taken at disbursal, take the whole {what}: lower the fee or raise the {what}"
    );
    Err(Refusal::because(Code::OfferImpossible, message))
}

pub(in crate::loan) fn too_large(error: MoneyError) -> Refusal {
    Refusal::because(Code::OfferImpossible, format!("a figure {error}"))
}

fn unpayable(error: Unpayable) -> Refusal {
    Refusal::because(Code::OfferImpossible, format!("these terms do not make a loan that can be repaid: {error}"))
}

/// Shares become rows: with their days, with what is owed before each, and with the interest of the broken period where the
/// terms put it.
fn dated(
    terms: &Terms,
    timeline: &Timeline,
    drawn: &Drawn,
    advance: Paise,
    shares: &[Share],
    broken_interest: Paise,
) -> Result<Vec<Row>, MoneyError> {
    let count = i128::try_from(shares.len()).unwrap_or(1);
    let mut rows = Vec::with_capacity(shares.len() + 1);
    let mut opening = drawn.at_first.minus(advance)?;
    if let Some(due_day) = timeline.pre_emi.filter(|_| !broken_interest.is_zero()) {
        let (principal, interest) = (Paise::ZERO, broken_interest);
        rows.push(Row { num: 0, due_day, opening, principal, interest, broken_interest });
    }
    let from = rows.len();
    let mut spread = Paise::ZERO;
    for (num, (share, due_day)) in (1u32..).zip(shares.iter().zip(&timeline.due_days)) {
        let broken = match terms.broken_period {
            BrokenPeriod::Waived | BrokenPeriod::Upfront | BrokenPeriod::PreEmi => Paise::ZERO,
            BrokenPeriod::FirstEmi | BrokenPeriod::Capitalised if num == 1 => broken_interest,
            BrokenPeriod::FirstEmi | BrokenPeriod::Capitalised => Paise::ZERO,
            // Cumulatively rounded, so that the parts are the whole.
            BrokenPeriod::Spread => {
                let part = Ratio::new(num.into(), count);
                let until = part.of(broken_interest, RoundingUnit::Paisa, Rounding::HalfUp)?;
                let now = until.minus(spread)?;
                spread = until;
                now
            }
        };
        // What is capitalised is paid with the instalments that were made for it: it is interest here, and less principal.
        let unpaid = if terms.broken_period == BrokenPeriod::Capitalised { broken } else { Paise::ZERO };
        let principal = share.principal.minus(unpaid)?;
        let interest = share.interest.plus(broken)?;
        opening = opening.plus(drawn.in_row(rows.len() - from)?)?;
        rows.push(Row { num, due_day: *due_day, opening, principal, interest, broken_interest: broken });
        opening = opening.minus(principal)?;
    }
    Ok(rows)
}

#[cfg(test)]
pub(crate) mod tests;
