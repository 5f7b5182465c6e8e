//! Why a figure is what it is: inputs, formula, convention, the value before rounding, the rounding, the result. It is told by a
//! run of the engine that makes the figure, and refused where that run makes another than the one that was promised.

mod apr;
mod disbursal;
mod due_date;
mod emi;
mod instalment;
mod late_charge;
mod sums;

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::Loan;
use super::schedule::{Quote, Working};
use crate::day::Day;
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::refusal::{Code, Refusal};

/// A part of an instalment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Amount,
    Principal,
    Interest,
    Outstanding,
    DueDate,
}

/// A figure that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Emi,
    Apr,
    DisbursalAmount,
    TotalPayable,
    TotalInterest,
    ProcessingFee,
    Gst,
    BrokenInterest,
    AdvanceEmi,
    /// A part of the money, from 1.
    Disbursal(u32),
    Installment(u32, Part),
    LateCharge(u32),
}

const PARTS: [(&str, Part); 5] = [
    ("amount", Part::Amount),
    ("principal", Part::Principal),
    ("interest", Part::Interest),
    ("outstanding", Part::Outstanding),
    ("dueDate", Part::DueDate),
];

const PLAIN: [(&str, Figure); 9] = [
    ("emi", Figure::Emi),
    ("apr", Figure::Apr),
    ("disbursalAmount", Figure::DisbursalAmount),
    ("totalPayable", Figure::TotalPayable),
    ("totalInterest", Figure::TotalInterest),
    ("processingFee", Figure::ProcessingFee),
    ("gst", Figure::Gst),
    ("brokenInterest", Figure::BrokenInterest),
    ("advanceEmi", Figure::AdvanceEmi),
];

/// How figures are named, for whoever has asked for another.
pub const FIGURES: &str = "emi, apr, disbursalAmount, totalPayable, totalInterest, processingFee, gst, brokenInterest, \
    advanceEmi, disbursal/{number}, installment/{number}/{amount, principal, interest, outstanding or dueDate}, lateCharge/{number}";

impl Figure {
    #[must_use]
    pub fn from_name(name: &str) -> Option<Figure> {
        if let Some((_, figure)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return Some(*figure);
        }
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
        match name.split('/').collect::<Vec<_>>()[..] {
            ["installment", num, part] => {
                let (_, part) = PARTS.iter().find(|(name, _)| *name == part)?;
                Some(Figure::Installment(number(num)?, *part))
            }
            ["disbursal", num] => Some(Figure::Disbursal(number(num)?)),
            ["lateCharge", num] => Some(Figure::LateCharge(number(num)?)),
            _ => None,
        }
    }

    #[must_use]
    pub fn name(self) -> String {
        match self {
            Figure::Installment(num, part) => {
                let name = PARTS.iter().find(|(_, one)| *one == part).map_or("", |(name, _)| name);
                format!("installment/{num}/{name}")
            }
            Figure::Disbursal(num) => format!("disbursal/{num}"),
            Figure::LateCharge(num) => format!("lateCharge/{num}"),
            plain => PLAIN.iter().find(|(_, one)| *one == plain).map_or("", |(name, _)| name).to_owned(),
        }
    }
}

/// What a figure follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As the formula names it.
    pub symbol: String,
    pub meaning: String,
    pub value: String,
    /// The name under which this can be explained in turn.
    pub figure: Option<String>,
}

/// Amounts are rupees, rates fractions of one; both as exact text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    pub figure: String,
    pub meaning: String,
    pub formula: String,
    pub inputs: Vec<Input>,
    /// The settings and rules that chose this formula, each in a sentence.
    pub conventions: Vec<String>,
    pub unrounded: String,
    pub rounding: String,
    pub result: String,
}

impl Derivation {
    /// For people: a line for each thing.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{} = {}\n{}\n\n{}\n", self.figure, self.result, self.meaning, self.formula);
        for input in &self.inputs {
            let more = input.figure.as_ref().map(|figure| format!("  [{figure}]")).unwrap_or_default();
            let _ = writeln!(out, "  {} = {}  ({}){more}", input.symbol, input.value, input.meaning);
        }
        for convention in &self.conventions {
            let _ = writeln!(out, "- {convention}");
        }
        let _ =
            writeln!(out, "before rounding: {}\nrounding: {}\nresult: {}", self.unrounded, self.rounding, self.result);
        out
    }
}

/// Explains a figure of an offer or, with `loan`, of a loan as of a day.
pub fn explain(quote: &Quote, figure: Figure, loan: Option<(&Loan, Day)>) -> Result<Derivation, Refusal> {
    let (again, working) = Quote::worked(&quote.terms, quote.amount, quote.tenure, quote.start)?;
    if again != *quote {
        let message = "this was promised by another version of the engine, which this one does not repeat";
        return Err(Refusal::because(Code::FigureNotExplained, message));
    }
    let at = Explained { quote, working: &working };
    let told = match figure {
        Figure::Emi => at.emi(),
        Figure::Apr => return at.apr(),
        Figure::DisbursalAmount => at.disbursal_amount(),
        Figure::TotalPayable => at.total_payable(),
        Figure::TotalInterest => at.total_interest(),
        Figure::ProcessingFee => at.processing_fee(),
        Figure::Gst => at.gst(),
        Figure::BrokenInterest => at.broken_interest(),
        Figure::AdvanceEmi => at.advance_emi(),
        Figure::Disbursal(num) => at.disbursal(num)?,
        Figure::Installment(num, part) => at.instalment(num, part)?,
        Figure::LateCharge(num) => return late_charge::late_charge(quote, num, loan),
    };
    let mut told = told.map_err(|why| Refusal::because(Code::FigureNotExplained, format!("a figure {why}")))?;
    told.figure = figure.name();
    Ok(told)
}

/// A quote beside the run that made it.
struct Explained<'a> {
    quote: &'a Quote,
    working: &'a Working,
}

type Told = Result<Derivation, MoneyError>;

fn input(symbol: &str, meaning: impl Into<String>, value: impl ToString) -> Input {
    Input { symbol: symbol.to_owned(), meaning: meaning.into(), value: value.to_string(), figure: None }
}

impl Input {
    /// Which can be explained itself.
    fn see(self, figure: Figure) -> Input {
        Input { figure: Some(figure.name()), ..self }
    }
}

fn rupees(amount: Paise) -> String {
    amount.with_paise()
}

/// At most twelve decimals: enough to see how a rounding fell.
fn shown(value: Decimal) -> String {
    value.round_dp(12).normalize().to_string()
}

fn rounding(unit: RoundingUnit, rounding: Rounding) -> String {
    let unit = match unit {
        RoundingUnit::Paisa => "the paisa".to_owned(),
        RoundingUnit::Rupee => "the rupee".to_owned(),
        RoundingUnit::Rupees(rupees) => format!("{rupees} rupees"),
    };
    let how = match rounding {
        Rounding::HalfUp => "half up (a half away from zero)",
        Rounding::HalfEven => "half to even",
        Rounding::Up => "up (away from zero)",
    };
    format!("{how} to {unit}")
}

const NONE: &str = "none: a sum of amounts that are rounded already";

/// A sum of what is exact already.
fn sum(meaning: &str, formula: &str, inputs: Vec<Input>, conventions: Vec<String>, result: Paise) -> Derivation {
    Derivation {
        figure: String::new(),
        meaning: meaning.to_owned(),
        formula: formula.to_owned(),
        inputs,
        conventions,
        unrounded: rupees(result),
        rounding: NONE.to_owned(),
        result: rupees(result),
    }
}

#[cfg(test)]
mod tests;
