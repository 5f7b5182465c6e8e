//! Which way the money went, proved by the running balance.

use std::collections::BTreeMap;

use qist_domain::money::Paise;

use super::Section;
use super::columns::Columns;
use super::header::Meaning;
use super::rows::{Print, Raw, signed};
use crate::reading::{Direction, Row};

pub struct Settled {
    /// Oldest first.
    pub rows: Vec<Printed>,
    /// The balance of a row that says that it carries one in, or out.
    pub brought: Option<Paise>,
    pub carried: Option<Paise>,
    /// Which way each column of amounts goes, where it goes one.
    pub sides: BTreeMap<usize, Direction>,
    /// Rows whose balance is that of the row before and the amount.
    agreeing: usize,
}

pub struct Printed {
    pub row: Row,
    pub amount: Print,
    pub balance: Print,
}

impl Settled {
    /// Whether the figures are those of a running account: otherwise columns were mistaken, and a guess is worse than nothing.
    pub fn is_credible(&self) -> bool {
        self.rows.len() < 4 || self.agreeing * 2 >= self.rows.len() - 1
    }
}

pub fn settle(mut raw: Vec<Raw>, columns: &Columns, section: &Section<'_>) -> Option<Settled> {
    inherit_days(&mut raw);
    if is_newest_first(&raw) {
        raw.reverse();
    }
    let sides = sides(&raw, columns);
    let mut settled = Settled { rows: Vec::new(), brought: None, carried: None, sides, agreeing: 0 };
    let opening = super::totals::opening(section);
    let mut before: Option<i64> = None;
    for row in raw {
        let balance = signed(&row.balance.amount);
        if row.amounts.is_empty() || is_carrying(&row.note) && row.amounts.len() != 1 {
            if settled.rows.is_empty() && is_opening(&row.note) {
                settled.brought = Some(Paise::new(balance));
                before = Some(balance);
            } else if is_closing(&row.note) {
                settled.carried = Some(Paise::new(balance));
            }
            continue;
        }
        let first = settled.rows.is_empty();
        let known = before.or_else(|| opening.filter(|_| first).map(Paise::get));
        let difference = known.map(|known| balance.saturating_sub(known));
        let agreeing = difference.and_then(|difference| agrees(&row, difference));
        let Some(day) = row.day else { continue };
        // A row without a day of its own has to prove itself: totals stand in the same columns.
        if (row.is_undated() || is_total(&row.note)) && agreeing.is_none() {
            continue;
        }
        settled.agreeing += usize::from(before.is_some() && agreeing.is_some());
        let (cluster, amount) = agreeing.unwrap_or_else(|| row.usual_amount()).clone();
        let direction = direction(&row, cluster, &amount, &settled.sides, columns, difference);
        before = Some(balance);
        let Raw { second, note, reference, page, line, marks, balance: printed, .. } = row;
        let row = Row {
            day,
            second,
            direction,
            amount: super::rows::paise(&amount),
            balance: Paise::new(balance),
            note,
            reference,
            page,
            line,
            marks,
        };
        settled.rows.push(Printed { row, amount, balance: printed });
    }
    (!settled.rows.is_empty()).then_some(settled)
}

impl Raw {
    fn is_undated(&self) -> bool {
        self.inherited
    }

    /// The amount of a row where no balance proves one: the last, because narrations come first.
    fn usual_amount(&self) -> &(usize, Print) {
        // Rows without amounts were left out before.
        &self.amounts[self.amounts.len() - 1]
    }
}

fn inherit_days(raw: &mut [Raw]) {
    let mut last = None;
    for row in raw {
        match row.day {
            Some(day) => last = Some(day),
            None => {
                row.day = last;
                row.inherited = true;
            }
        }
    }
}

fn agrees(row: &Raw, difference: i64) -> Option<&(usize, Print)> {
    row.amounts.iter().find(|(_, print)| print.amount.paise.get() == difference.saturating_abs())
}

fn is_newest_first(raw: &[Raw]) -> bool {
    let run = |pair: &[Raw], row: usize| {
        let difference = signed(&pair[1].balance.amount).saturating_sub(signed(&pair[0].balance.amount));
        difference != 0 && agrees(&pair[row], difference).is_some()
    };
    let forward = raw.windows(2).filter(|pair| run(pair, 1)).count();
    let backward = raw.windows(2).filter(|pair| run(pair, 0)).count();
    if forward == backward {
        return matches!((raw.first().and_then(|row| row.day), raw.last().and_then(|row| row.day)), (Some(first), Some(last)) if first > last);
    }
    backward > forward
}

/// Which way the money of each column goes, by the majority of rows that the balance proves. A column that goes both ways
/// has no side.
fn sides(raw: &[Raw], columns: &Columns) -> BTreeMap<usize, Direction> {
    let mut votes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for pair in raw.windows(2) {
        let difference = signed(&pair[1].balance.amount).saturating_sub(signed(&pair[0].balance.amount));
        if difference == 0 {
            continue;
        }
        if let Some((cluster, print)) = agrees(&pair[1], difference) {
            let (credit, debit) = votes.entry(*cluster).or_default();
            if (difference > 0) == print.amount.minus { *debit += 1 } else { *credit += 1 }
        }
    }
    let mut sides = BTreeMap::new();
    for (at, cluster) in columns.clusters.iter().enumerate() {
        let headed = match cluster.meaning {
            Some(Meaning::Debit) => Some(Direction::Debit),
            Some(Meaning::Credit) => Some(Direction::Credit),
            _ => None,
        };
        let side = match votes.get(&at).copied().unwrap_or_default() {
            (credit, debit) if credit > debit * 4 => Some(Direction::Credit),
            (credit, debit) if debit > credit * 4 => Some(Direction::Debit),
            _ => headed,
        };
        sides.extend(side.map(|side| (at, side)));
    }
    sides
}

fn direction(
    row: &Raw,
    cluster: usize,
    print: &Print,
    sides: &BTreeMap<usize, Direction>,
    columns: &Columns,
    difference: Option<i64>,
) -> Direction {
    let flipped = |side: Direction| match (side, print.amount.minus) {
        (side, false) => side,
        (Direction::Credit, true) => Direction::Debit,
        (Direction::Debit, true) => Direction::Credit,
    };
    let by_balance = difference.map(|difference| if difference < 0 { Direction::Debit } else { Direction::Credit });
    let headed = columns.clusters[cluster].meaning == Some(Meaning::Debit);
    row.kind
        .or(print.amount.kind)
        .or_else(|| sides.get(&cluster).copied().map(flipped))
        .or(by_balance)
        .unwrap_or(if headed || print.amount.minus { Direction::Debit } else { Direction::Credit })
}

fn begins(note: &str, with: &[&str]) -> bool {
    let note = note.to_lowercase();
    let letters = note.trim_start_matches(|c: char| !c.is_alphanumeric());
    with.iter().any(|words| letters.starts_with(words))
}

fn is_opening(note: &str) -> bool {
    begins(note, &["opening", "b/f", "brought", "balance b/f", "balance brought", "balance forward", "bal b/f"])
}

fn is_closing(note: &str) -> bool {
    begins(note, &["closing", "c/f", "carried", "balance c/f", "balance carried", "bal c/f"])
}

fn is_carrying(note: &str) -> bool {
    is_opening(note) || is_closing(note)
}

fn is_total(note: &str) -> bool {
    begins(note, &["total", "page total", "grand total", "sub total", "sub-total", "subtotal"])
}
