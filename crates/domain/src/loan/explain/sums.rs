//! What is paid out, what is taken, and what all of it comes to.

use super::{Derivation, Explained, Figure, Input, Part, Told, input, rounding, rupees, shown, sum};
use crate::loan::schedule::{Row, weighted_rupees};
use crate::money::{Paise, Rounding, RoundingUnit};
use crate::product::{BrokenPeriod, Fee, GstMode, percent_of};

const BROKEN: &str = "Interest from the disbursal to the beginning of the first whole period.";

impl Explained<'_> {
    pub(super) fn disbursal_amount(&self) -> Told {
        let quote = self.quote;
        let mut inputs = vec![
            input("amount", "lent", rupees(quote.amount)),
            input("fee", "for processing, without GST", rupees(quote.processing_fee)).see(Figure::ProcessingFee),
            input("GST", "on the fee", rupees(quote.gst_amount)).see(Figure::Gst),
        ];
        let mut formula = "disbursalAmount = amount − fee − GST".to_owned();
        let mut take = |symbol: &str, one: Input| {
            formula.push_str(&format!(" − {symbol}"));
            inputs.push(one);
        };
        for charge in &quote.charges {
            let what = charge.name.clone().unwrap_or_else(|| charge.kind.label().to_owned());
            take(&what, input(&what, "with its GST", rupees(charge.total())));
        }
        if quote.subvention.is_positive() {
            let total = [quote.subvention, quote.subvention_gst].into_iter().sum();
            take("subvention", input("subvention", "borne by the seller, with its GST", rupees(total)));
        }
        if quote.advance_emi.is_positive() {
            let advance = input("advance", "instalments taken in advance", rupees(quote.advance_emi));
            take("advance", advance.see(Figure::AdvanceEmi));
        }
        if quote.upfront_interest.is_positive() {
            let broken = input("broken", "interest until the first whole period", rupees(quote.upfront_interest));
            take("broken", broken.see(Figure::BrokenInterest));
        }
        let meaning = if quote.subvention.is_positive() {
            "What is paid out to the seller; the borrower gets the subvention as well."
        } else {
            "What reaches the account."
        };
        let parts = match quote.parts.len() {
            0 => Vec::new(),
            count => vec![format!("It goes out in {count} parts; what is taken is taken from the first.")],
        };
        Ok(sum(meaning, &formula, inputs, parts, quote.disbursal_amount))
    }

    pub(super) fn total_payable(&self) -> Told {
        let mut inputs = self.each(Part::Amount, Row::instalment);
        inputs.push(
            input("advance", "instalments taken in advance", rupees(self.quote.advance_emi)).see(Figure::AdvanceEmi),
        );
        let formula = "totalPayable = Σ instalments + advance";
        Ok(sum("All instalments.", formula, inputs, Vec::new(), self.quote.total_payable))
    }

    pub(super) fn total_interest(&self) -> Told {
        let mut inputs = self.each(Part::Interest, |row| row.interest);
        inputs.push(input("upfront", "interest taken at disbursal", rupees(self.quote.upfront_interest)));
        let formula = "totalInterest = Σ interest of the instalments + upfront";
        Ok(sum(
            "All that is paid for the money besides fees.",
            formula,
            inputs,
            Vec::new(),
            self.quote.total_interest(),
        ))
    }

    fn each(&self, part: Part, of: fn(&Row) -> Paise) -> Vec<Input> {
        let one = |row: &Row| {
            let figure = Figure::Installment(row.num, part);
            input(&format!("no. {}", row.num), format!("due {}", row.due_day), rupees(of(row))).see(figure)
        };
        self.quote.rows.iter().map(one).collect()
    }

    pub(super) fn processing_fee(&self) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        let mut inputs = vec![input("amount", "lent", rupees(quote.amount))];
        let mut conventions = Vec::new();
        let mut exact = terms.fee.exact(quote.amount)?;
        let mut formula = match &terms.fee {
            Fee::Fixed { amount_paise } => {
                inputs.push(input("fixed", "whatever is lent", rupees(*amount_paise)));
                "fee = fixed".to_owned()
            }
            Fee::Percent { percent, min_paise, max_paise } => {
                inputs.push(input("percent", "of the amount", percent));
                inputs.push(input("min", "at least", rupees(*min_paise)));
                inputs.push(input("max", "at most", rupees(*max_paise)));
                let plain = quote.amount.rupees() * percent.fraction();
                let held = |bound: &str| format!("The {bound} holds: the percentage alone would be {}.", shown(plain));
                if plain < exact {
                    conventions.push(held("minimum"));
                } else if plain > exact {
                    conventions.push(held("maximum"));
                }
                "fee = amount × percent / 100, at least min, at most max".to_owned()
            }
            Fee::Slabs { slabs } => {
                let slab = slabs.iter().find(|slab| quote.amount <= slab.up_to_paise).or(slabs.last());
                let (up_to, fee) =
                    slab.map_or((Paise::ZERO, Paise::ZERO), |slab| (slab.up_to_paise, slab.amount_paise));
                inputs.push(input("slab", "up to and including", rupees(up_to)));
                inputs.push(input("that of the slab", "whatever is lent within it", rupees(fee)));
                "fee = that of the slab".to_owned()
            }
        };
        if terms.gst_mode == GstMode::Inclusive {
            formula.push_str(", then × 100 / (100 + GST rate)");
            inputs.push(input("GST rate", "percent", terms.gst));
            conventions.push("The fee is named with the GST in it (inclusive).".to_owned());
            exact = terms.fee.on(quote.amount)?.rupees() / (rust_decimal::Decimal::ONE + terms.gst.fraction());
        } else {
            conventions.push("The GST comes on top (exclusive).".to_owned());
        }
        Ok(Derivation {
            figure: String::new(),
            meaning: "The fee for processing, without GST.".to_owned(),
            formula,
            inputs,
            conventions,
            unrounded: shown(exact),
            rounding: rounding(RoundingUnit::Paisa, Rounding::HalfUp),
            result: rupees(quote.processing_fee),
        })
    }

    pub(super) fn gst(&self) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        let fee = input("fee", "without GST", rupees(quote.processing_fee)).see(Figure::ProcessingFee);
        let rate = input("GST rate", "percent", terms.gst);
        let meaning = "GST on the processing fee. Interest carries none (Notification 12/2017-CT(R), serial 27).";
        if terms.gst_mode == GstMode::Inclusive {
            let named = input("named", "the fee with the GST in it", rupees(terms.fee.on(quote.amount)?));
            return Ok(sum(meaning, "GST = named − fee", vec![named, fee, rate], Vec::new(), quote.gst_amount));
        }
        debug_assert_eq!(percent_of(quote.processing_fee, terms.gst), Ok(quote.gst_amount));
        Ok(Derivation {
            figure: String::new(),
            meaning: meaning.to_owned(),
            formula: "GST = fee × GST rate / 100".to_owned(),
            inputs: vec![fee, rate],
            conventions: Vec::new(),
            unrounded: shown(quote.processing_fee.rupees() * terms.gst.fraction()),
            rounding: rounding(RoundingUnit::Paisa, Rounding::HalfUp),
            result: rupees(quote.gst_amount),
        })
    }

    pub(super) fn broken_interest(&self) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        if terms.broken_period == BrokenPeriod::Waived {
            let days = input("days", "from the disbursal to the first whole period", quote.broken_days);
            let told =
                sum(BROKEN, "broken = 0", vec![days], vec!["It is not charged (waived).".to_owned()], Paise::ZERO);
            return Ok(told);
        }
        let share = self.working.timeline.broken.decimal()?;
        let base = quote.amount.minus(quote.advance_emi)?;
        let place = match terms.broken_period {
            BrokenPeriod::Waived => "It is not charged.",
            BrokenPeriod::Upfront => "It is taken from what is paid out (upfront).",
            BrokenPeriod::FirstEmi => "It is added to the first instalment (first_emi).",
            BrokenPeriod::Spread => "It is added in equal parts to all instalments (spread).",
            BrokenPeriod::Capitalised => {
                "It is added to what is owed when the first whole period begins (capitalised)."
            }
            BrokenPeriod::PreEmi => "It is an instalment of its own, number 0 (pre_emi).",
        };
        if let broken @ [_, _, ..] = &self.working.drawn.broken[..] {
            let exact = weighted_rupees(broken.iter().copied())?;
            let mut inputs = self.first_parts();
            for (num, (_, cost)) in (1..).zip(broken) {
                inputs.push(input(
                    &format!("rate {num}"),
                    "annual rate × share of a year from its day",
                    shown(cost.decimal()?),
                ));
            }
            inputs.push(input("annual rate", "percent a year", terms.annual_rate));
            return Ok(Derivation {
                figure: String::new(),
                meaning: BROKEN.to_owned(),
                formula: "broken = Σ part × its rate".to_owned(),
                inputs,
                conventions: vec![place.to_owned()],
                unrounded: shown(exact),
                rounding: rounding(terms.interest_unit, terms.interest_rounding),
                result: rupees(quote.broken_interest),
            });
        }
        let base = if quote.parts.is_empty() { base } else { self.working.drawn.at_first };
        Ok(Derivation {
            figure: String::new(),
            meaning: BROKEN.to_owned(),
            formula: "broken = outstanding × annual rate × share of a year".to_owned(),
            inputs: vec![
                input("outstanding", "what has gone out, less what is taken in advance", rupees(base)),
                input("annual rate", "percent a year", terms.annual_rate),
                input("days", "from the disbursal to the first whole period", quote.broken_days),
                input("annual rate × share", "by the day count of the terms", shown(share)),
            ],
            conventions: vec![place.to_owned()],
            unrounded: shown(share * base.rupees()),
            rounding: rounding(terms.interest_unit, terms.interest_rounding),
            result: rupees(quote.broken_interest),
        })
    }

    pub(super) fn advance_emi(&self) -> Told {
        let inputs = vec![
            input("EMI", "the regular instalment", rupees(self.quote.emi)).see(Figure::Emi),
            input("a", "instalments taken in advance", self.quote.terms.advance_emis),
        ];
        let rule = "No interest runs on them (RBI/2024-25/30).".to_owned();
        Ok(sum("Instalments taken at disbursal.", "advanceEmi = EMI × a", inputs, vec![rule], self.quote.advance_emi))
    }
}
