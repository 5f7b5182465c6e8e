//! The EMI, and the parts of one instalment.

use super::{Derivation, Explained, Figure, NONE, Part, Told, input, rounding, rupees, shown, sum};
use crate::calendar::Roll;
use crate::loan::schedule::Row;
use crate::money::{Paise, Rounding, RoundingUnit};
use crate::product::{BrokenPeriod, EmiMethod, RateBasis, Remainder};
use crate::ratio::Ratio;
use crate::refusal::{Code, Refusal};

impl Explained<'_> {
    pub(super) fn emi(&self) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        let factors = &self.working.timeline.factors;
        let repaying = factors.len() - self.waited().min(factors.len());
        let principal = input("P", "what the instalments repay", rupees(self.working.repaid));
        let count = input("n", "instalments after the disbursal that repay it", repaying);
        let advance = terms.advance_emis;
        let taken = input("a", "instalments taken in advance", advance);
        let rate = input("annual rate", "percent a year", terms.annual_rate);
        let equal = factors.windows(2).all(|pair| pair[0] == pair[1]);
        let (formula, mut inputs) = match terms.method {
            EmiMethod::FlatRate => {
                let rho = input(
                    "ρ",
                    "interest for the whole term: annual rate × time",
                    shown(self.working.timeline.flat.decimal()?),
                );
                let formula =
                    if advance == 0 { "EMI = P × (1 + ρ) / n" } else { "EMI = P × (1 + ρ) / (n + a + a × ρ)" };
                (formula, vec![principal, rate, rho, count])
            }
            EmiMethod::ReducingBalance => {
                let first = factors.last().copied().unwrap_or(Ratio::ZERO).decimal()?;
                let periodic = input("r", "rate of one period", shown(first));
                match (equal, first.is_zero(), advance) {
                    (true, true, 0) => ("EMI = P / n", vec![principal, count]),
                    (true, false, 0) => {
                        ("EMI = P × r × (1 + r)ⁿ / ((1 + r)ⁿ − 1)", vec![principal, rate, periodic, count])
                    }
                    _ => ("EMI = P / (a + Σ 1 / ((1 + r₁) … (1 + rₖ)))", vec![principal, rate, periodic, count]),
                }
            }
            EmiMethod::EqualPrincipal => ("principal of each instalment = P / n", vec![principal, count]),
            EmiMethod::Bullet => {
                let last = factors.last().copied().unwrap_or(Ratio::ZERO).decimal()?;
                (
                    "interest of each period = P × r",
                    vec![principal, rate, input("r", "rate of one period", shown(last))],
                )
            }
        };
        if advance > 0 {
            inputs.push(taken);
        }
        let (unit, how) = match terms.method {
            EmiMethod::Bullet => (terms.interest_unit, terms.interest_rounding),
            _ => (terms.emi_unit, terms.emi_rounding),
        };
        Ok(Derivation {
            figure: String::new(),
            meaning: "The regular instalment.".to_owned(),
            formula: formula.to_owned(),
            inputs,
            conventions: vec![self.basis(), self.remainder()],
            unrounded: shown(self.working.exact_emi.rupees()?),
            rounding: rounding(unit, how),
            result: rupees(quote.emi),
        })
    }

    pub(super) fn instalment(&self, num: u32, part: Part) -> Result<Told, Refusal> {
        let row = self.quote.row(num).ok_or(Code::InstallmentNotFound)?;
        Ok(match part {
            Part::Amount => Ok(self.amount(row)),
            Part::Principal => Ok(self.principal(row)),
            Part::Interest => self.interest(row),
            Part::Outstanding => Ok(self.outstanding(row)),
            Part::DueDate => Ok(self.due_date(row)),
        })
    }

    fn amount(&self, row: &Row) -> Derivation {
        let of = |part| Figure::Installment(row.num, part);
        let inputs = vec![
            input("principal", "repaid by it", rupees(row.principal)).see(of(Part::Principal)),
            input("interest", "of its period", rupees(row.interest)).see(of(Part::Interest)),
        ];
        sum(
            "What is to be paid on its due day.",
            "amount = principal + interest",
            inputs,
            vec![self.remainder()],
            row.instalment(),
        )
    }

    fn principal(&self, row: &Row) -> Derivation {
        let of = |part| Figure::Installment(row.num, part);
        let last = self.quote.rows.last().is_some_and(|last| last.num == row.num);
        let outstanding = input("outstanding", "owed before it", rupees(row.opening)).see(of(Part::Outstanding));
        let interest = input("interest", "of its period", rupees(row.interest)).see(of(Part::Interest));
        let (formula, inputs) = if row.principal < Paise::ZERO {
            ("principal = − interest that is added to what is owed", vec![interest])
        } else if last {
            ("principal = outstanding: the last instalment pays all that is left", vec![outstanding])
        } else {
            let amount = input("amount", "of the instalment", rupees(row.instalment())).see(of(Part::Amount));
            ("principal = amount − interest", vec![amount, interest])
        };
        sum("What the instalment repays.", formula, inputs, vec![self.remainder()], row.principal)
    }

    fn outstanding(&self, row: &Row) -> Derivation {
        let before = self.quote.rows.iter().take_while(|one| one.num < row.num).last();
        let meaning = "What is owed before the instalment.";
        match before {
            None => {
                let inputs = vec![
                    input("amount", "lent", rupees(self.quote.amount)),
                    input("advance", "instalments taken in advance, all principal", rupees(self.quote.advance_emi))
                        .see(Figure::AdvanceEmi),
                ];
                sum(meaning, "outstanding = amount − advance", inputs, Vec::new(), row.opening)
            }
            Some(before) => {
                let of = |part| Figure::Installment(before.num, part);
                let inputs = vec![
                    input("outstanding before", "before the instalment before", rupees(before.opening))
                        .see(of(Part::Outstanding)),
                    input("principal before", "repaid by it", rupees(before.principal)).see(of(Part::Principal)),
                ];
                sum(meaning, "outstanding = outstanding before − principal before", inputs, Vec::new(), row.opening)
            }
        }
    }

    fn interest(&self, row: &Row) -> Told {
        let (quote, terms) = (self.quote, &self.quote.terms);
        let mut inputs = Vec::new();
        let (meaning, mut formula) = ("What the period before the due day costs.", String::new());
        let own = row.interest.minus(row.broken_interest)?;
        let (mut unrounded, mut how) = (String::from("0"), NONE.to_owned());
        if row.num > 0 && terms.method == EmiMethod::FlatRate {
            let all: Paise =
                quote.rows.iter().map(|row| row.interest.minus(row.broken_interest).unwrap_or_default()).sum();
            let count = self.working.timeline.factors.len();
            formula.push_str("interest = I × k / n − I × (k − 1) / n, each rounded, so that the parts are the whole");
            inputs.push(input("I", "interest of all instalments", rupees(all)));
            inputs.push(input("k", "number of the instalment", row.num));
            inputs.push(input("n", "instalments", count));
            let until = |num: u32| Ratio::new(num.into(), i128::try_from(count).unwrap_or(1).max(1)).decimal();
            let exact = |num| Ok::<_, crate::money::MoneyError>(until(num)? * all.rupees());
            unrounded = format!("{} − {}", shown(exact(row.num)?), shown(exact(row.num - 1)?));
            how = rounding(RoundingUnit::Paisa, Rounding::HalfUp);
        } else if row.num > 0 {
            let base = self.base(row)?;
            let factor = self.factor(row.num);
            formula.push_str("interest = outstanding × rate of the period");
            inputs.push(
                input("outstanding", "what interest runs on", rupees(base))
                    .see(Figure::Installment(row.num, Part::Outstanding)),
            );
            inputs.push(input("rate of the period", "annual rate × share of a year", shown(factor.decimal()?)));
            inputs.push(input("annual rate", "percent a year", terms.annual_rate));
            unrounded = shown(factor.decimal()? * base.rupees());
            how = rounding(terms.interest_unit, terms.interest_rounding);
        }
        if !row.broken_interest.is_zero() {
            formula.push_str(if formula.is_empty() { "interest = broken" } else { " + broken" });
            let broken =
                input("broken", "interest of the days before the first whole period", rupees(row.broken_interest));
            inputs.push(broken.see(Figure::BrokenInterest));
            if row.num > 0 {
                inputs.push(input("rounded", "the first part", rupees(own)));
                unrounded = format!("{unrounded} + {}", rupees(row.broken_interest));
            } else {
                unrounded = rupees(row.broken_interest);
            }
        }
        Ok(Derivation {
            figure: String::new(),
            meaning: meaning.to_owned(),
            formula,
            inputs,
            conventions: vec![self.basis()],
            unrounded,
            rounding: how,
            result: rupees(row.interest),
        })
    }

    /// What interest runs on in a row: with what was capitalised when the first whole period began.
    pub(super) fn base(&self, row: &Row) -> Result<Paise, crate::money::MoneyError> {
        let capitalised = self.quote.terms.broken_period == BrokenPeriod::Capitalised && row.num == 1;
        if capitalised { row.opening.plus(row.broken_interest) } else { Ok(row.opening) }
    }

    pub(super) fn factor(&self, num: u32) -> Ratio {
        let at = usize::try_from(num).unwrap_or(usize::MAX).saturating_sub(1);
        self.working.timeline.factors.get(at).copied().unwrap_or(Ratio::ZERO)
    }

    fn due_date(&self, row: &Row) -> Derivation {
        let terms = &self.quote.terms;
        let timeline = &self.working.timeline;
        let at = usize::try_from(row.num).unwrap_or(usize::MAX);
        let unrolled = match at {
            0 => timeline.begins,
            _ => timeline.unrolled.get(at - 1).copied().unwrap_or(row.due_day),
        };
        let anchor = match terms.anchor_day {
            Some(day) => format!(
                "The anchor is day {day}; the first instalment is due on the first such day that is far enough from the disbursal."
            ),
            None => "The anchor is the day of the disbursal.".to_owned(),
        };
        let roll = match terms.roll {
            Roll::None => "Due days are not moved.",
            Roll::Following => {
                "A due day that is no business day moves to the next one; the days after it do not move with it."
            }
            Roll::Preceding => {
                "A due day that is no business day moves to the one before; the days after it do not move with it."
            }
            Roll::ModifiedFollowing => {
                "A due day that is no business day moves to the next one, or to the one before where that is in another month."
            }
        };
        let calendar = format!(
            "The calendar has the weekend {:?} and {} other holidays.",
            terms.calendar.weekend,
            terms.calendar.holidays.len()
        );
        let inputs = vec![
            input("disbursal", "the day of the money", self.quote.start),
            input("period", "between instalments", terms.period.label()),
            input("k", "number of the instalment", row.num),
            input("anchor day", "before any rolling", unrolled),
        ];
        Derivation {
            figure: String::new(),
            meaning: "When the instalment is to be paid.".to_owned(),
            formula: "due day = anchor + k periods, moved to a business day".to_owned(),
            inputs,
            conventions: vec![anchor, roll.to_owned(), calendar],
            unrounded: unrolled.to_string(),
            rounding: "moved to a business day".to_owned(),
            result: row.due_day.to_string(),
        }
    }

    fn waited(&self) -> usize {
        self.quote.terms.moratorium.map_or(0, |moratorium| usize::try_from(moratorium.periods).unwrap_or(0))
    }

    fn basis(&self) -> String {
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

    fn remainder(&self) -> String {
        match self.quote.terms.remainder() {
            Remainder::Lender => "What rounding the EMI gains or loses is the lender's: all instalments are equal.",
            Remainder::Last => "What rounding the EMI leaves falls to the last instalment.",
            Remainder::First => "What rounding the EMI leaves falls to the first instalment.",
            Remainder::Spread => "What rounding the EMI leaves is spread over the first instalments, one unit each.",
        }
        .to_owned()
    }
}
