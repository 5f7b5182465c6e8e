//! A loan's account with its lender: all that happened, line by line, with what is owed after each.
//!
//! Each line is the difference of two positions, so that the last balance is that of the position, whatever happened: what a
//! fact does not say by itself is interest.

mod certificate;
#[cfg(test)]
pub(super) mod tests;

pub use certificate::{NoDues, YearOfLoan};

use super::fact::{Fact, FactKind};
use super::{Loan, Position};
use crate::day::{Day, Instant};
use crate::financial_year::FinancialYear;
use crate::money::Paise;
use crate::product::Part;

/// What a line of an account is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    Lent,
    /// Instalments that were taken from the money when it went out.
    TakenInAdvance,
    /// Interest falls due, or is taken back where what was due has changed.
    Interest,
    Charge,
    Paid,
    Prepaid,
    Reversed,
    Waived,
    Refunded,
    /// The instalments to come were changed.
    Rescheduled,
    /// Everything fell due.
    Ended,
    WrittenOff,
}

impl Entered {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Entered::Lent => "lent",
            Entered::TakenInAdvance => "taken_in_advance",
            Entered::Interest => "interest",
            Entered::Charge => "charge",
            Entered::Paid => "paid",
            Entered::Prepaid => "prepaid",
            Entered::Reversed => "reversed",
            Entered::Waived => "waived",
            Entered::Refunded => "refunded",
            Entered::Rescheduled => "rescheduled",
            Entered::Ended => "ended",
            Entered::WrittenOff => "written_off",
        }
    }
}

/// One line. A debit is owed by the borrower, a credit is for the borrower.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub value_day: Day,
    /// When it became known; absent where the day itself brought it.
    pub recorded_at: Option<Instant>,
    pub what: Entered,
    /// More about it, in a word of the product's own: the kind of charge, the mode of payment, the reason.
    pub detail: String,
    pub installment_num: Option<u32>,
    /// The bank's, where money moved.
    pub reference: String,
    pub debit: Paise,
    pub credit: Paise,
    /// What is owed after it, less what is held; negative where more is held than is owed.
    pub balance: Paise,
}

/// The sums of lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub debit: Paise,
    pub credit: Paise,
    pub lent: Paise,
    pub interest: Paise,
    pub charges: Paise,
    /// Payments and prepayments, less those that did not stand.
    pub paid: Paise,
    pub waived: Paise,
    pub refunded: Paise,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub as_of: Day,
    pub entries: Vec<Entry>,
    pub position: Position,
}

/// The lines of one financial year, summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearTotals {
    pub year: FinancialYear,
    pub totals: Totals,
    pub closing_balance: Paise,
}

impl Loan {
    /// The account as it is known now, up to the end of `as_of`.
    #[must_use]
    pub fn account(&self, as_of: Day) -> Account {
        let mut facts: Vec<&Fact> = self.facts.iter().filter(|fact| fact.value_day <= as_of).collect();
        facts.sort_by_key(|fact| fact.rank());
        let mut walk = Walk { loan: self, counted: Vec::new(), position: None, entries: Vec::new() };
        for fact in facts {
            walk.fall_due(fact.value_day);
            walk.count(fact);
        }
        walk.fall_due(as_of);
        Account { as_of, entries: walk.entries, position: self.position(as_of) }
    }
}

impl Account {
    /// What is owed at the end, less what is held.
    #[must_use]
    pub fn balance(&self) -> Paise {
        self.entries.last().map_or(Paise::ZERO, |entry| entry.balance)
    }

    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(self.entries.iter())
    }

    /// Each financial year from the first line to the last day, those without a line among them.
    #[must_use]
    pub fn years(&self) -> Vec<YearTotals> {
        let Some(first) = self.entries.first() else { return Vec::new() };
        let (mut year, last) = (FinancialYear::of(first.value_day), FinancialYear::of(self.as_of));
        let (mut years, mut closing_balance) = (Vec::new(), Paise::ZERO);
        while year <= last {
            let of_year = || self.entries.iter().filter(|entry| FinancialYear::of(entry.value_day) == year);
            closing_balance = of_year().next_back().map_or(closing_balance, |entry| entry.balance);
            years.push(YearTotals { year, totals: Totals::of(of_year()), closing_balance });
            year = year.next();
        }
        years
    }
}

impl Totals {
    fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Totals {
        let mut totals = Totals::default();
        for entry in entries {
            let owed = less(entry.debit, entry.credit);
            totals.debit = plus(totals.debit, entry.debit);
            totals.credit = plus(totals.credit, entry.credit);
            let (sum, amount) = match entry.what {
                Entered::Lent => (&mut totals.lent, owed),
                Entered::Interest => (&mut totals.interest, owed),
                Entered::Charge => (&mut totals.charges, owed),
                Entered::Waived => (&mut totals.waived, owed.negated()),
                Entered::Refunded => (&mut totals.refunded, owed),
                Entered::TakenInAdvance | Entered::Paid | Entered::Prepaid | Entered::Reversed => {
                    (&mut totals.paid, owed.negated())
                }
                Entered::Rescheduled | Entered::Ended | Entered::WrittenOff => continue,
            };
            *sum = plus(*sum, amount);
        }
        totals
    }
}

/// What the borrower owes at the end of `position`'s day, less what is held.
fn owed(position: &Position) -> Paise {
    let due = plus(position.interest_receivable_on(position.as_of), position.sum(|one| one.due(Part::Charge)));
    less(plus(position.principal_outstanding(), due), position.excess)
}

/// Goes through the loan's life, day by day and fact by fact.
struct Walk<'a> {
    loan: &'a Loan,
    counted: Vec<Fact>,
    /// After all that has been counted; none before the first of it.
    position: Option<Position>,
    entries: Vec<Entry>,
}

impl Walk<'_> {
    fn balance(&self) -> Paise {
        self.entries.last().map_or(Paise::ZERO, |entry| entry.balance)
    }

    /// Enters a line, where there is something to tell; `owed` is negative where it is for the borrower.
    fn enter(&mut self, entry: Entry, owed: Paise) {
        let balance = plus(self.balance(), owed);
        let (debit, credit) = (owed.max(Paise::ZERO), owed.negated().max(Paise::ZERO));
        self.entries.push(Entry { debit, credit, balance, ..entry });
    }

    /// Instalments fall due, one due day after the other, up to `until`: their interest is owed from then on.
    fn fall_due(&mut self, until: Day) {
        while let Some(before) = &self.position {
            let due = before.installments.iter().map(|one| one.row);
            let Some(row) =
                due.filter(|row| row.due_day > before.as_of && row.due_day <= until).min_by_key(|row| row.due_day)
            else {
                return;
            };
            self.pass(row.due_day, row.num);
        }
    }

    fn pass(&mut self, day: Day, num: u32) {
        let position = Position::of(&self.loan.quote, &self.counted, day);
        let interest = less(owed(&position), self.balance());
        self.position = Some(position);
        if !interest.is_zero() {
            self.enter(line(day, None, Entered::Interest, Some(num)), interest);
        }
    }

    fn count(&mut self, fact: &Fact) {
        self.counted.push(fact.clone());
        let position = Position::of(&self.loan.quote, &self.counted, fact.value_day);
        let before = self.position.replace(position.clone());
        let told = self.told(fact, before.as_ref(), &position);
        let said: Paise = told.iter().map(|(_, owed)| *owed).sum();
        let rest = less(less(owed(&position), self.balance()), said);
        if !rest.is_zero() {
            // Interest for the days, or for an instalment that is paid before its day; or interest that is not owed after all.
            let num = match &fact.kind {
                FactKind::Paid(paid) => Some(paid.installment_num),
                FactKind::Waived(waived) => Some(waived.installment_num),
                _ => None,
            };
            self.enter(line(fact.value_day, Some(fact.recorded_at), Entered::Interest, num), rest);
        }
        for (entry, owed) in told {
            self.enter(entry, owed);
        }
    }

    /// What a fact says by itself: its lines, and what each adds to what is owed.
    fn told(&self, fact: &Fact, before: Option<&Position>, after: &Position) -> Vec<(Entry, Paise)> {
        let of = |what, num: Option<u32>| line(fact.value_day, Some(fact.recorded_at), what, num);
        let charged = |amount: Paise| (of(Entered::Charge, None), amount);
        match &fact.kind {
            FactKind::Disbursed { utr } => {
                self.lent(Entry { reference: utr.clone(), ..of(Entered::Lent, None) }, before, after)
            }
            FactKind::Charged { installment_num, charge, .. } => {
                let amount =
                    less(after.sum(|one| one.charge), before.map_or(Paise::ZERO, |one| one.sum(|one| one.charge)));
                let entry = of(Entered::Charge, Some(*installment_num));
                vec![(Entry { detail: charge.name().to_owned(), ..entry }, amount)]
            }
            FactKind::Paid(paid) => {
                let entry = of(Entered::Paid, Some(paid.installment_num));
                let (detail, reference) = (paid.mode.clone(), paid.reference.clone());
                vec![(Entry { detail, reference, ..entry }, paid.amount.negated())]
            }
            FactKind::Prepaid(paid) => {
                let (detail, reference) = (paid.mode.clone(), paid.reference.clone());
                let mut told = vec![(Entry { detail, reference, ..of(Entered::Prepaid, None) }, paid.amount.negated())];
                let charge = plus(paid.charge, paid.gst);
                if charge.is_positive() {
                    let (entry, amount) = charged(charge);
                    told.insert(0, (Entry { detail: "part_prepayment".to_owned(), ..entry }, amount));
                }
                told
            }
            FactKind::Reversed { fact: reversed, reason } => {
                self.taken_back(*reversed, of(Entered::Reversed, None), reason)
            }
            FactKind::Waived(waived) => {
                let amount = less(before.map_or(Paise::ZERO, all_waived), all_waived(after));
                vec![(
                    Entry { detail: waived.reason.clone(), ..of(Entered::Waived, Some(waived.installment_num)) },
                    amount,
                )]
            }
            FactKind::Refunded { amount, reference } => {
                vec![(Entry { reference: reference.clone(), ..of(Entered::Refunded, None) }, *amount)]
            }
            FactKind::Rescheduled(rescheduled) => {
                let detail = rescheduled.why.name().to_owned();
                vec![(Entry { detail, ..of(Entered::Rescheduled, None) }, Paise::ZERO)]
            }
            FactKind::Accelerated { why, charge, .. } => {
                let mut told = vec![(Entry { detail: why.name().to_owned(), ..of(Entered::Ended, None) }, Paise::ZERO)];
                if charge.is_positive() {
                    let (entry, amount) = charged(*charge);
                    told.push((Entry { detail: "foreclosure".to_owned(), ..entry }, amount));
                }
                told
            }
            // How the lender classes the account changes nothing between it and the borrower.
            FactKind::Classified { .. } => Vec::new(),
            FactKind::WrittenOff { .. } => vec![(of(Entered::WrittenOff, None), Paise::ZERO)],
        }
    }

    fn lent(&self, entry: Entry, before: Option<&Position>, after: &Position) -> Vec<(Entry, Paise)> {
        let quote = &self.loan.quote;
        match before {
            Some(before) => vec![(entry, less(before.undrawn, after.undrawn))],
            None => {
                let advance = quote.advance_emi;
                let taken = line(entry.value_day, entry.recorded_at, Entered::TakenInAdvance, None);
                let mut told = vec![(entry, less(quote.amount, after.undrawn))];
                if advance.is_positive() {
                    told.push((taken, advance.negated()));
                }
                told
            }
        }
    }

    fn taken_back(&self, reversed: crate::id::FactId, entry: Entry, reason: &str) -> Vec<(Entry, Paise)> {
        let found = self.counted.iter().find(|fact| fact.id == reversed).map(|fact| &fact.kind);
        let detail = reason.to_owned();
        match found {
            Some(FactKind::Paid(paid)) => {
                let reference = paid.reference.clone();
                vec![(Entry { detail, reference, installment_num: Some(paid.installment_num), ..entry }, paid.amount)]
            }
            Some(FactKind::Prepaid(paid)) => {
                let charge = plus(paid.charge, paid.gst);
                let back = Entry { what: Entered::Charge, detail: "part_prepayment".to_owned(), ..entry.clone() };
                let mut told = vec![(Entry { detail, reference: paid.reference.clone(), ..entry }, paid.amount)];
                if charge.is_positive() {
                    told.push((back, charge.negated()));
                }
                told
            }
            _ => vec![(Entry { detail, ..entry }, Paise::ZERO)],
        }
    }
}

fn all_waived(position: &Position) -> Paise {
    position.sum(super::InstallmentPosition::waived)
}

fn line(value_day: Day, recorded_at: Option<Instant>, what: Entered, installment_num: Option<u32>) -> Entry {
    Entry {
        value_day,
        recorded_at,
        what,
        detail: String::new(),
        installment_num,
        reference: String::new(),
        debit: Paise::ZERO,
        credit: Paise::ZERO,
        balance: Paise::ZERO,
    }
}

/// Amounts of one loan: sums and differences of them are within the range of all money.
fn plus(amount: Paise, other: Paise) -> Paise {
    [amount, other].into_iter().sum()
}

fn less(amount: Paise, by: Paise) -> Paise {
    plus(amount, by.negated())
}
