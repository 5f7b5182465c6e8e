//! The parts of one instalment.

use super::disbursal::draw_input;
use super::{Derivation, Explained, Figure, Input, NONE, Part, Told, input, rounding, rupees, shown, sum};
use crate::loan::schedule::{Row, weighted_rupees};
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::product::{BrokenPeriod, EmiMethod, MoratoriumInterest, RateBasis, Remainder};
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

/// What is left where a sum has been told.
fn less(whole: Paise, parts: &[Paise]) -> Result<Paise, MoneyError> {
    Paise::total(parts.iter().copied()).and_then(|parts| whole.minus(parts))
}

/// The interest of a row without that of a broken period.
struct Own {
    formula: String,
    inputs: Vec<Input>,
    unrounded: String,
    how: String,
}

impl Own {
    fn nothing() -> Own {
        Own { formula: String::new(), inputs: Vec::new(), unrounded: String::new(), how: NONE.to_owned() }
    }
}

impl Explained<'_> {
    pub(super) fn instalment(&self, num: u32, part: Part) -> Result<Told, Refusal> {
        let row = self.quote.row(num).ok_or(Code::InstallmentNotFound)?;
        Ok(match part {
            Part::Amount => self.amount(row),
            Part::Principal => self.principal(row),
            Part::Interest => self.interest(row),
            Part::Outstanding => Ok(self.outstanding(row)),
            Part::DueDate => Ok(self.due_date(row)),
        })
    }

    fn amount(&self, row: &Row) -> Told {
        let terms = &self.quote.terms;
        let equal = matches!(terms.method, EmiMethod::FlatRate | EmiMethod::ReducingBalance);
        let (formula, inputs) = if row.num == 0 {
            ("amount = interest".to_owned(), vec![self.interest_of(row)])
        } else if !equal || self.waits(row) {
            ("amount = principal + interest".to_owned(), vec![self.principal_of(row), self.interest_of(row)])
        } else if terms.method == EmiMethod::ReducingBalance && self.is_last(row) {
            let formula = "amount = outstanding + interest: the last instalment pays all that is left";
            (formula.to_owned(), vec![self.outstanding_of(row), self.interest_of(row)])
        } else {
            let broken =
                if terms.broken_period == BrokenPeriod::Capitalised { Paise::ZERO } else { row.broken_interest };
            let difference = less(row.instalment(), &[self.quote.emi, broken])?;
            let (mut formula, mut inputs) = ("amount = EMI".to_owned(), vec![self.emi_input()]);
            if !difference.is_zero() {
                formula.push_str(" + difference");
                inputs.push(input("difference", "what rounding the EMI leaves to this one", rupees(difference)));
            }
            if !broken.is_zero() {
                formula.push_str(" + broken");
                inputs.push(self.broken_of(row));
            }
            (formula, inputs)
        };
        let mut inputs: Vec<Input> = inputs;
        // What it consists of, to be asked for in turn.
        for part in [self.principal_of(row), self.interest_of(row)] {
            if inputs.iter().all(|input| input.symbol != part.symbol) {
                inputs.push(part);
            }
        }
        let conventions = vec![self.method(), self.remainder()];
        Ok(sum("What is to be paid on its due day.", &formula, inputs, conventions, row.instalment()))
    }

    fn principal(&self, row: &Row) -> Told {
        let terms = &self.quote.terms;
        let added = terms.broken_period == BrokenPeriod::Capitalised && !row.broken_interest.is_zero();
        let mut conventions = vec![self.method(), self.remainder()];
        if added {
            let why = "The interest of the broken period was added to what is owed and is paid with this one: that much less is repaid by it.";
            conventions.push(why.to_owned());
        }
        let serviced = terms.moratorium.is_none_or(|moratorium| moratorium.interest == MoratoriumInterest::Serviced);
        let (mut formula, mut inputs) = if self.waits(row) && !serviced {
            conventions.push("Its interest is added to what is owed.".to_owned());
            if added || row.broken_interest.is_zero() {
                ("principal = − interest".to_owned(), vec![self.interest_of(row)])
            } else {
                ("principal = broken − interest".to_owned(), vec![self.broken_of(row), self.interest_of(row)])
            }
        } else if self.is_last(row) && !self.waits(row) {
            let formula = "principal = outstanding: the last instalment pays all that is left";
            (formula.to_owned(), vec![self.outstanding_of(row)])
        } else if self.waits(row) || terms.method == EmiMethod::Bullet {
            ("principal = 0".to_owned(), Vec::new())
        } else if terms.method == EmiMethod::EqualPrincipal && row.num > 0 {
            let own = if added { row.broken_interest } else { Paise::ZERO };
            let difference = less(row.principal.plus(own)?, &[self.quote.emi])?;
            if difference.is_zero() {
                ("principal = part".to_owned(), vec![self.emi_input()])
            } else {
                let difference = input("difference", "what rounding leaves to this one", rupees(difference));
                ("principal = part + difference".to_owned(), vec![self.emi_input(), difference])
            }
        } else {
            let amount = input("amount", "of the instalment", rupees(row.instalment()));
            let amount = amount.see(Figure::Installment(row.num, Part::Amount));
            ("principal = amount − interest".to_owned(), vec![amount, self.interest_of(row)])
        };
        let of_interest = inputs.iter().any(|input| input.symbol == "interest" || input.symbol == "outstanding");
        if added && !of_interest {
            formula.push_str(" − broken");
            inputs.push(self.broken_of(row));
        }
        Ok(sum("What the instalment repays.", &formula, inputs, conventions, row.principal))
    }

    fn outstanding_of(&self, row: &Row) -> Input {
        input("outstanding", "owed before it", rupees(row.opening)).see(Figure::Installment(row.num, Part::Outstanding))
    }

    fn interest_of(&self, row: &Row) -> Input {
        input("interest", "of its period", rupees(row.interest)).see(Figure::Installment(row.num, Part::Interest))
    }

    fn principal_of(&self, row: &Row) -> Input {
        input("principal", "repaid by it", rupees(row.principal)).see(Figure::Installment(row.num, Part::Principal))
    }

    /// The part of the broken period's interest that is in an instalment.
    fn broken_of(&self, row: &Row) -> Input {
        let broken = |meaning: &str| input("broken", meaning, rupees(row.broken_interest));
        if row.broken_interest == self.quote.broken_interest {
            broken("interest of the days before the first whole period").see(Figure::BrokenInterest)
        } else {
            broken("its part of the interest of the days before the first whole period")
        }
    }

    fn is_last(&self, row: &Row) -> bool {
        self.quote.rows.last().is_some_and(|last| last.num == row.num)
    }

    /// Whether an instalment repays nothing because of a moratorium.
    fn waits(&self, row: &Row) -> bool {
        row.num > 0 && self.quote.terms.moratorium.is_some_and(|moratorium| row.num <= moratorium.periods)
    }

    fn outstanding(&self, row: &Row) -> Derivation {
        let before = self.quote.rows.iter().take_while(|one| one.num < row.num).last();
        let meaning = "What is owed before the instalment.";
        let (mut formula, mut inputs) = match before {
            None if !self.quote.parts.is_empty() => {
                let parts = self.first_parts();
                let names: Vec<&str> = parts.iter().map(|part| part.symbol.as_str()).collect();
                (format!("outstanding = {}", names.join(" + ")), parts)
            }
            None => {
                let advance =
                    input("advance", "instalments taken in advance, all principal", rupees(self.quote.advance_emi));
                let inputs = vec![input("amount", "lent", rupees(self.quote.amount)), advance.see(Figure::AdvanceEmi)];
                ("outstanding = amount − advance".to_owned(), inputs)
            }
            Some(before) => {
                let of = |part| Figure::Installment(before.num, part);
                let inputs = vec![
                    input("outstanding before", "before the instalment before", rupees(before.opening))
                        .see(of(Part::Outstanding)),
                    input("principal before", "repaid by it", rupees(before.principal)).see(of(Part::Principal)),
                ];
                ("outstanding = outstanding before − principal before".to_owned(), inputs)
            }
        };
        for (num, draw) in self.drawn_in(row.num) {
            formula.push_str(&format!(" + part {num}"));
            inputs.push(draw_input(num, draw));
        }
        sum(meaning, &formula, inputs, Vec::new(), row.opening)
    }

    fn interest(&self, row: &Row) -> Told {
        let own = row.interest.minus(row.broken_interest)?;
        let Own { mut formula, mut inputs, mut unrounded, mut how } = match (row.num, self.quote.terms.method) {
            (0, _) => Own::nothing(),
            (_, EmiMethod::FlatRate) => self.flat_interest(row)?,
            _ => self.interest_on_what_is_owed(row)?,
        };
        if !row.broken_interest.is_zero() {
            let broken = rupees(row.broken_interest);
            if row.num == 0 {
                (formula, unrounded) = ("broken".to_owned(), broken);
            } else {
                formula.push_str(" + broken");
                unrounded = format!("{unrounded} + {broken}");
                how = format!("the first part, {how}: {}", rupees(own));
            }
            if inputs.iter().all(|input| input.symbol != "broken") {
                inputs.push(self.broken_of(row));
            }
        }
        Ok(Derivation {
            figure: String::new(),
            meaning: "What the period before the due day costs.".to_owned(),
            formula: format!("interest = {formula}"),
            inputs,
            conventions: vec![self.method(), self.basis()],
            unrounded,
            rounding: how,
            result: rupees(row.interest),
        })
    }

    fn flat_interest(&self, row: &Row) -> Result<Own, MoneyError> {
        let of = |row: &Row| row.interest.minus(row.broken_interest).unwrap_or_default();
        let all: Paise = self.quote.rows.iter().map(of).sum();
        let count = self.working.timeline.factors.len();
        let meaning = match self.quote.terms.remainder() {
            Remainder::Lender => "interest of all instalments: n × EMI less what they repay",
            Remainder::Last | Remainder::First | Remainder::Spread => {
                "interest of all instalments: what they repay × annual rate × time, to the paisa"
            }
        };
        let until = |num: u32| Ratio::new(num.into(), i128::try_from(count).unwrap_or(1).max(1)).decimal();
        let exact = |num| Ok::<_, MoneyError>(until(num)? * all.rupees());
        Ok(Own {
            formula: "I × k / n − I × (k − 1) / n".to_owned(),
            inputs: vec![
                input("I", meaning, rupees(all)),
                input("k", "number of the instalment", row.num),
                input("n", "instalments", count),
            ],
            unrounded: format!("{} − {}", shown(exact(row.num)?), shown(exact(row.num - 1)?)),
            how: format!("each {}, so that the parts are the whole", rounding(RoundingUnit::Paisa, Rounding::HalfUp)),
        })
    }

    fn interest_on_what_is_owed(&self, row: &Row) -> Result<Own, MoneyError> {
        let terms = &self.quote.terms;
        let mut inputs = vec![self.outstanding_of(row)];
        let (mut base, mut parts) = ("outstanding".to_owned(), String::new());
        for (num, draw) in self.drawn_in(row.num) {
            base.push_str(&format!(" − part {num}"));
            parts.push_str(&format!(" + part {num} × rate {num}"));
            inputs.push(draw_input(num, draw));
            inputs.push(input(&format!("rate {num}"), "of the days from it", shown(draw.factor.decimal()?)));
        }
        if self.capitalised_into(row) {
            base.push_str(" + broken");
            inputs.push(self.broken_of(row));
        }
        let base = if base.contains(' ') { format!("({base})") } else { base };
        inputs.push(input(
            "rate of the period",
            "annual rate × share of a year",
            shown(self.factor(row.num).decimal()?),
        ));
        inputs.push(input("annual rate", "percent a year", terms.annual_rate));
        let unrounded = shown(weighted_rupees(self.costs(row)?.into_iter())?);
        let how = rounding(terms.interest_unit, terms.interest_rounding);
        Ok(Own { formula: format!("{base} × rate of the period{parts}"), inputs, unrounded, how })
    }

    /// What the interest of a row's own period runs on, and what it costs: what was owed when the period began, with what was
    /// capitalised then, and what goes out within it.
    pub(super) fn costs(&self, row: &Row) -> Result<Vec<(Paise, Ratio)>, MoneyError> {
        let within = self.drawn_in(row.num);
        let owed = less(row.opening, &within.iter().map(|(_, draw)| draw.amount).collect::<Vec<_>>())?;
        let owed = if self.capitalised_into(row) { owed.plus(row.broken_interest)? } else { owed };
        let parts = within.iter().map(|(_, draw)| (draw.amount, draw.factor));
        Ok(std::iter::once((owed, self.factor(row.num))).chain(parts).collect())
    }

    fn capitalised_into(&self, row: &Row) -> bool {
        let capitalised = self.quote.terms.broken_period == BrokenPeriod::Capitalised && row.num == 1;
        capitalised && !row.broken_interest.is_zero()
    }

    fn factor(&self, num: u32) -> Ratio {
        let at = usize::try_from(num).unwrap_or(usize::MAX).saturating_sub(1);
        self.working.timeline.factors.get(at).copied().unwrap_or(Ratio::ZERO)
    }

    /// How the method parts an instalment.
    pub(super) fn method(&self) -> String {
        match self.quote.terms.method {
            EmiMethod::FlatRate => {
                "Equal instalments, interest on all that was lent for the whole term, in equal parts (flat_rate)."
            }
            EmiMethod::ReducingBalance => "Equal instalments, interest on what is still owed (reducing_balance).",
            EmiMethod::EqualPrincipal => {
                "Equal parts of the principal, interest on what is still owed (equal_principal)."
            }
            EmiMethod::Bullet => "Interest each period, the principal with the last instalment (bullet).",
        }
        .to_owned()
    }

    pub(super) fn basis(&self) -> String {
        match self.quote.terms.rate_basis {
            RateBasis::PerPeriod => {
                "Each period costs the same share of the annual rate, however many days it has; a first one that is shorter costs the share of its days (per_period)."
            }
            RateBasis::Actual365 => "Interest is counted by days over 365 (actual_365).",
            RateBasis::ActualActual => "Interest is counted by days over 365, in leap years over 366 (actual_actual).",
            RateBasis::Actual360 => "Interest is counted by days over 360 (actual_360).",
            RateBasis::Thirty360 => "Interest is counted in months of thirty days over 360 (thirty_360).",
        }
        .to_owned()
    }

    pub(super) fn remainder(&self) -> String {
        match self.quote.terms.remainder() {
            Remainder::Lender => "What rounding the EMI gains or loses is the lender's: all instalments are equal.",
            Remainder::Last => "What rounding the EMI leaves falls to the last instalment.",
            Remainder::First => "What rounding the EMI leaves falls to the first instalment.",
            Remainder::Spread => "What rounding the EMI leaves is spread over the first instalments, one unit each.",
        }
        .to_owned()
    }
}
