//! The annual percentage rate.

use super::disbursal::part_input;
use super::{Derivation, Explained, Figure, Input, Part, input, rupees, shown};
use crate::loan::schedule::too_large;
use crate::refusal::Refusal;

/// For a rate that needs more digits than can be kept: nobody asks for it by itself.
const BEYOND: &str = "too large to be shown";

impl Explained<'_> {
    pub(super) fn apr(&self) -> Result<Derivation, Refusal> {
        let quote = self.quote;
        let apr = quote.apr()?;
        let per_year = quote.terms.period.per_year().round_dp(6).normalize();
        let mut inputs = self.received()?;
        let worth = if quote.parts.is_empty() {
            "rate of one period at which Σ instalment / (1 + i)ᵏ = received"
        } else {
            "rate of one period at which Σ instalment / (1 + i)ᵏ is what the parts received are worth on the first day, each on its own"
        };
        inputs.extend([
            input("i", worth, apr.regulators.periodic),
            input("periods a year", quote.terms.period.label(), per_year),
            input(
                "effective",
                "the same rate compounded, percent a year",
                apr.regulators.effective_shown().unwrap_or_else(|| BEYOND.to_owned()),
            ),
            input(
                "XIRR",
                "from the very due days, percent a year",
                apr.xirr_shown().unwrap_or_else(|| BEYOND.to_owned()),
            ),
        ]);
        inputs.extend(quote.rows.iter().map(|row| {
            input(&format!("no. {}", row.num), format!("due {}", row.due_day), rupees(row.instalment()))
                .see(Figure::Installment(row.num, Part::Amount))
        }));
        Ok(Derivation {
            figure: Figure::Apr.name(),
            meaning: "What the loan costs a year, all fees and their GST included: percent, nominal (RBI/2024-25/18, Annex B)."
                .to_owned(),
            formula: "APR = i × periods a year × 100".to_owned(),
            inputs,
            conventions: vec![
                "Computed on the net amount disbursed with the IRR approach and the reducing balance method, not compounded."
                    .to_owned(),
                "A broken period, and a first one shorter than the others, count by their days at simple interest; so does the rest of a period in which a part of the money goes out."
                    .to_owned(),
            ],
            unrounded: shown(apr.regulators.nominal),
            rounding: "half away from zero to two decimals".to_owned(),
            result: apr.regulators.shown(),
        })
    }

    /// What the borrower gets, and what it consists of where a seller bears a part.
    fn received(&self) -> Result<Vec<Input>, Refusal> {
        let quote = self.quote;
        let received = rupees(quote.received().map_err(too_large)?);
        if !quote.subvention.is_positive() {
            let plain = input("received", "what the borrower gets at disbursal", received).see(Figure::DisbursalAmount);
            return Ok(std::iter::once(plain).chain(self.received_later()).collect());
        }
        let borne = [quote.subvention, quote.subvention_gst].into_iter().sum();
        let told = [
            input("received", "what the borrower gets at disbursal: paid out + subvention", received),
            input("paid out", "to the seller", rupees(quote.disbursal_amount)).see(Figure::DisbursalAmount),
            input("subvention", "what the seller bears for the borrower, with its GST", rupees(borne)),
        ];
        Ok(told.into_iter().chain(self.received_later()).collect())
    }

    /// Of what is received, the parts that go out after the first.
    fn received_later(&self) -> impl Iterator<Item = Input> {
        (1..).zip(&self.quote.parts).skip(1).map(|(num, part)| part_input(num, part))
    }
}
