//! The annual percentage rate.

use super::{Derivation, Explained, Figure, Part, input, rupees, shown};
use crate::refusal::Refusal;

impl Explained<'_> {
    pub(super) fn apr(&self) -> Result<Derivation, Refusal> {
        let quote = self.quote;
        let apr = quote.apr()?;
        let per_year = quote.terms.period.per_year().round_dp(6).normalize();
        let received = quote.received().map_err(crate::loan::schedule::too_large)?;
        let mut inputs = vec![
            input("received", "what the borrower gets at disbursal", rupees(received)).see(Figure::DisbursalAmount),
            input("i", "rate of one period at which Σ instalment / (1 + i)ᵏ = received", apr.regulators.periodic),
            input("periods a year", quote.terms.period.label(), per_year),
            input("effective", "the same rate compounded, percent a year", apr.regulators.effective_shown()),
            input("XIRR", "from the very due days, percent a year", apr.xirr_shown()),
        ];
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
                "A broken period, and a first one shorter than the others, count by their days at simple interest.".to_owned(),
            ],
            unrounded: shown(apr.regulators.nominal),
            rounding: "half away from zero to two decimals".to_owned(),
            result: apr.regulators.shown(),
        })
    }
}
