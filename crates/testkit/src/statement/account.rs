//! What is planted: an account with its entries, and what each of them is in truth.

use qist_domain::day::Day;
use qist_domain::money::Paise;

#[derive(Debug, Clone)]
pub struct Account {
    /// As the bank calls itself on paper.
    pub bank: &'static str,
    pub ifsc: &'static str,
    pub micr: &'static str,
    pub number: String,
    pub holder: String,
    pub address: Vec<String>,
    pub from: Day,
    pub to: Day,
    pub opening: Paise,
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// What the bank printed as totals, where the entries were changed since.
    pub stated: Option<Stated>,
}

/// Printed totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated {
    pub credit: Paise,
    pub debit: Paise,
    pub credits: usize,
    pub debits: usize,
    pub closing: Paise,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub day: Day,
    pub credit: bool,
    pub amount: Paise,
    /// After this entry.
    pub balance: Paise,
    pub note: String,
    pub reference: Option<String>,
    pub truth: Truth,
    pub looks: Looks,
}

/// What the analysis should say of an entry, in the contract's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Truth {
    pub channel: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub salary: bool,
    /// Entries with the same number form a recurring set; 0 for none.
    pub set: u32,
}

/// How an entry's amount is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Looks {
    #[default]
    Clean,
    /// Over this other amount, which stays in the file.
    Over(Paise),
    /// In a font that the rest of the statement does not have.
    OtherFont,
}

impl Account {
    /// What is printed as totals: those of the entries, unless others are stated.
    #[must_use]
    pub fn totals(&self) -> Stated {
        let of = |credit: bool| self.entries.iter().filter(move |entry| entry.credit == credit);
        let sum = |credit: bool| of(credit).map(|entry| entry.amount).sum::<Paise>();
        let closing = self.entries.last().map_or(self.opening, |entry| entry.balance);
        let (credits, debits) = (of(true).count(), of(false).count());
        self.stated.unwrap_or(Stated { credit: sum(true), debit: sum(false), credits, debits, closing })
    }

    #[must_use]
    pub fn closing(&self) -> Paise {
        self.totals().closing
    }

    /// Computes every balance afresh, from `at` on.
    pub fn carry_forward(&mut self, at: usize) {
        let mut balance = if at == 0 { self.opening } else { self.entries[at - 1].balance };
        for entry in &mut self.entries[at..] {
            let signed = if entry.credit { entry.amount } else { entry.amount.negated() };
            balance = Paise::new(balance.get() + signed.get());
            entry.balance = balance;
        }
    }

    /// The same account at another bank.
    #[must_use]
    pub fn at(mut self, bank: &'static str, ifsc: &'static str) -> Account {
        (self.bank, self.ifsc) = (bank, ifsc);
        self
    }
}
