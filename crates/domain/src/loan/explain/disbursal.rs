//! A part of the money, where it goes out in parts.

use super::{Derivation, Explained, Figure, Input, Told, input, rounding, rupees, shown, sum};
use crate::loan::schedule::{Draw, Part as Money};
use crate::money::{Rounding, RoundingUnit};
use crate::product::{PartDay, PartShare};
use crate::refusal::Refusal;

impl Explained<'_> {
    pub(super) fn disbursal(&self, num: u32) -> Result<Told, Refusal> {
        let at = usize::try_from(num).unwrap_or(usize::MAX).saturating_sub(1);
        let part = (num > 0).then(|| self.quote.parts.get(at)).flatten();
        let setting = self.quote.terms.disbursals.get(at);
        let Some((part, setting)) = part.zip(setting) else {
            let count = self.quote.parts.len();
            let why = if count == 0 { "the money goes out at once" } else { "there is no such part of the money" };
            return Err(Refusal::invalid("figure", why));
        };
        Ok(Ok(self.part(num, part, setting.share, setting.after)))
    }

    fn part(&self, num: u32, part: &Money, share: PartShare, after: PartDay) -> Derivation {
        let meaning = format!("What goes out of the loan on {}.", part.day);
        let day = match after {
            PartDay::Days(0) | PartDay::Periods(0) => "It goes out at once.".to_owned(),
            PartDay::Days(days) => format!("It goes out {days} days after the first."),
            PartDay::Periods(periods) => format!("It goes out {periods} periods after the first."),
        };
        let mut conventions = vec![day, "Interest runs on it from its day.".to_owned()];
        if part.net != part.amount {
            conventions.push(format!("What is taken at disbursal is taken from it: {} is paid out.", rupees(part.net)));
        }
        match share {
            PartShare::Percent(percent) => Derivation {
                figure: String::new(),
                meaning,
                formula: "part = amount × percent / 100".to_owned(),
                inputs: vec![
                    input("amount", "lent", rupees(self.quote.amount)),
                    input("percent", "of the amount", percent),
                ],
                conventions,
                unrounded: shown(self.quote.amount.rupees() * percent.fraction()),
                rounding: rounding(RoundingUnit::Paisa, Rounding::HalfUp),
                result: rupees(part.amount),
            },
            PartShare::Paise(amount) => {
                let fixed = input("fixed", "whatever is lent", rupees(amount));
                sum(&meaning, "part = fixed", vec![fixed], conventions, part.amount)
            }
            PartShare::Rest => {
                let mut inputs = vec![input("amount", "lent", rupees(self.quote.amount))];
                let mut formula = "part = amount".to_owned();
                for (other, one) in (1..num).zip(&self.quote.parts) {
                    formula.push_str(&format!(" − part {other}"));
                    inputs.push(part_input(other, one));
                }
                sum(&meaning, &formula, inputs, conventions, part.amount)
            }
        }
    }

    /// The parts that go out within the period of a row, with their numbers.
    pub(super) fn drawn_in(&self, num: u32) -> Vec<(u32, &Draw)> {
        let row = usize::try_from(num).unwrap_or(usize::MAX);
        let within = self.working.drawn.later.iter().filter(|draw| draw.row + 1 == row);
        within.map(|draw| (self.number_of(draw), draw)).collect()
    }

    pub(super) fn number_of(&self, draw: &Draw) -> u32 {
        let before = self.quote.parts.iter().take_while(|part| part.day < draw.day).count();
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The parts that have gone out when the first whole period begins; none of a loan that is paid out at once.
    pub(super) fn first_parts(&self) -> Vec<Input> {
        let begun = self.working.drawn.broken.len();
        (1..).zip(&self.quote.parts).take(begun).map(|(num, part)| part_input(num, part)).collect()
    }
}

pub(super) fn part_input(num: u32, part: &Money) -> Input {
    input(&format!("part {num}"), format!("goes out on {}", part.day), rupees(part.amount)).see(Figure::Disbursal(num))
}

pub(super) fn draw_input(num: u32, draw: &Draw) -> Input {
    input(&format!("part {num}"), format!("goes out on {}", draw.day), rupees(draw.amount)).see(Figure::Disbursal(num))
}
