//! The EMI.

use super::disbursal::draw_input;
use super::{Derivation, Explained, Figure, Told, input, rounding, rupees, shown};
use crate::money::MoneyError;
use crate::product::{EmiMethod, MoratoriumInterest};
use crate::ratio::Ratio;

/// A formula and what stands in it.
type Stated = (&'static str, Vec<super::Input>);

impl Explained<'_> {
    pub(super) fn emi(&self) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        let (formula, mut inputs) = match terms.method {
            EmiMethod::FlatRate => self.flat_emi()?,
            EmiMethod::ReducingBalance => self.annuity()?,
            EmiMethod::EqualPrincipal => ("EMI = P / n", vec![self.repaid(), self.repaying_count()]),
            EmiMethod::Bullet => {
                let last = self.repaying().last().copied().unwrap_or(Ratio::ZERO).decimal()?;
                let mut inputs = vec![self.repaid(), self.rate(), input("r", "rate of the last period", shown(last))];
                let within = self.drawn_in(quote.rows.last().map_or(0, |last| last.num));
                for (num, draw) in &within {
                    inputs.push(draw_input(*num, draw));
                    inputs.push(input(&format!("rate {num}"), "of the days from it", shown(draw.factor.decimal()?)));
                }
                let plain = within.is_empty();
                (if plain { "EMI = P × r" } else { "EMI = (P − parts of the period) × r + Σ part × its rate" }, inputs)
            }
        };
        if terms.advance_emis > 0 {
            inputs.push(input("a", "instalments taken in advance", terms.advance_emis));
        }
        let (unit, how) = match terms.method {
            EmiMethod::Bullet => (terms.interest_unit, terms.interest_rounding),
            _ => (terms.emi_unit, terms.emi_rounding),
        };
        let meaning = match terms.method {
            EmiMethod::FlatRate | EmiMethod::ReducingBalance => "The regular instalment.",
            EmiMethod::EqualPrincipal => "The regular part of the principal; each instalment has its interest besides.",
            EmiMethod::Bullet => {
                "The interest of the last period: what an instalment is before the principal falls due."
            }
        };
        Ok(Derivation {
            figure: String::new(),
            meaning: meaning.to_owned(),
            formula: formula.to_owned(),
            inputs,
            conventions: vec![self.method(), self.basis(), self.remainder()],
            unrounded: shown(self.working.exact_emi.rupees()?),
            rounding: rounding(unit, how),
            result: rupees(quote.emi),
        })
    }

    fn flat_emi(&self) -> Result<Stated, MoneyError> {
        let meaning = "interest for the whole term: annual rate × time";
        let rho = input("ρ", meaning, shown(self.working.timeline.flat.decimal()?));
        let formula = match self.quote.terms.advance_emis {
            0 => "EMI = P × (1 + ρ) / n",
            _ => "EMI = P × (1 + ρ) / (n + a + a × ρ)",
        };
        Ok((formula, vec![self.repaid(), self.rate(), rho, self.repaying_count()]))
    }

    fn annuity(&self) -> Result<Stated, MoneyError> {
        let factors = self.repaying();
        let one = factors.last().copied().unwrap_or(Ratio::ZERO).decimal()?;
        let equal = factors.windows(2).all(|pair| pair[0] == pair[1]);
        let mut inputs = vec![self.repaid(), self.rate(), self.repaying_count()];
        if equal {
            inputs.push(input("r", "rate of one period", shown(one)));
        } else {
            let rates: Vec<_> = factors.iter().map(|factor| factor.decimal()).collect::<Result<_, _>>()?;
            let (least, most) = (rates.iter().min().copied(), rates.iter().max().copied());
            let range = format!("{} to {}", shown(least.unwrap_or(one)), shown(most.unwrap_or(one)));
            inputs.push(input("rₖ", "rate of the period before instalment k, from the least to the most", range));
        }
        if !self.working.later.is_zero() {
            let meaning =
                "later parts, each with the interest of its first days, at what they are worth when the EMI begins";
            inputs.push(input("L", meaning, shown(self.working.later)));
            let waited = self.working.timeline.factors.len() - factors.len();
            let later = self.working.drawn.later.iter().filter(|draw| draw.row >= waited);
            inputs.extend(later.map(|draw| draw_input(self.number_of(draw), draw)));
            return Ok(("EMI = (P + L) / Σ 1 / ((1 + r₁) … (1 + rₖ))", inputs));
        }
        Ok(match (equal, one.is_zero(), self.quote.terms.advance_emis) {
            (true, true, 0) => ("EMI = P / n", inputs),
            (true, false, 0) => ("EMI = P × r × (1 + r)ⁿ / ((1 + r)ⁿ − 1)", inputs),
            (true, _, _) => ("EMI = P / (a + Σ 1 / (1 + r)ᵏ)", inputs),
            (false, _, 0) => ("EMI = P / Σ 1 / ((1 + r₁) … (1 + rₖ))", inputs),
            (false, _, _) => ("EMI = P / (a + Σ 1 / ((1 + r₁) … (1 + rₖ)))", inputs),
        })
    }

    fn repaid(&self) -> super::Input {
        let added = self.quote.terms.moratorium.is_some_and(|one| one.interest == MoratoriumInterest::Capitalised);
        let reducing = self.quote.terms.method == EmiMethod::ReducingBalance;
        let drawn_later = reducing && !self.working.drawn.later.is_empty();
        let meaning = match self.quote.amount == self.working.repaid {
            true => "the amount lent",
            false if drawn_later => "what is owed when the first of them begins",
            false if added => "the amount lent, with the interest that is added to it before the first of them",
            false => "the amount lent, with the interest of the broken period",
        };
        input("P", meaning, rupees(self.working.repaid))
    }

    fn repaying_count(&self) -> super::Input {
        input("n", "instalments after the disbursal that repay it", self.repaying().len())
    }

    fn rate(&self) -> super::Input {
        input("annual rate", "percent a year", self.quote.terms.annual_rate)
    }

    /// What the periods cost whose instalments repay.
    fn repaying(&self) -> &[Ratio] {
        let factors = &self.working.timeline.factors;
        let waited = self.quote.terms.moratorium.map_or(0, |one| usize::try_from(one.periods).unwrap_or(usize::MAX));
        factors.get(waited..).unwrap_or_default()
    }

    /// The regular instalment, for a figure that follows from it.
    pub(super) fn emi_input(&self) -> super::Input {
        let symbol = if self.quote.terms.method == EmiMethod::EqualPrincipal { "part" } else { "EMI" };
        let meaning = match self.quote.terms.method {
            EmiMethod::EqualPrincipal => "the regular part of the principal",
            _ => "the regular instalment",
        };
        input(symbol, meaning, rupees(self.quote.emi)).see(Figure::Emi)
    }
}
