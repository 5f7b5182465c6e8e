//! Totals that a statement prints, to be compared with its rows.

use std::collections::HashSet;

use qist_domain::money::Paise;

use super::Section;
use super::columns::Columns;
use super::line::Line;
use super::rows::{Block, signed};
use super::signs::Settled;
use crate::reading::{Direction, Totals};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Opening,
    Closing,
    Credit,
    Debit,
    CreditCount,
    DebitCount,
}

/// What is printed before a figure, or over it. The longest that fits counts.
const LABELS: &[(&[&str], Label)] = &[
    (&["opening", "balance"], Label::Opening),
    (&["opening", "bal"], Label::Opening),
    (&["closing", "balance"], Label::Closing),
    (&["closing", "bal"], Label::Closing),
    (&["debits"], Label::Debit),
    (&["total", "debit"], Label::Debit),
    (&["total", "debits"], Label::Debit),
    (&["total", "withdrawal"], Label::Debit),
    (&["total", "withdrawals"], Label::Debit),
    (&["credits"], Label::Credit),
    (&["total", "credit"], Label::Credit),
    (&["total", "credits"], Label::Credit),
    (&["total", "deposit"], Label::Credit),
    (&["total", "deposits"], Label::Credit),
    (&["dr", "count"], Label::DebitCount),
    (&["debit", "count"], Label::DebitCount),
    (&["no", "of", "debits"], Label::DebitCount),
    (&["cr", "count"], Label::CreditCount),
    (&["credit", "count"], Label::CreditCount),
    (&["no", "of", "credits"], Label::CreditCount),
];

/// The opening balance that the head of the section states.
pub fn opening(section: &Section<'_>) -> Option<Paise> {
    let above = section.headers.first().map_or(0, |header| header.first_line);
    let mut totals = Totals::default();
    for at in 0..above {
        collect(section.lines, at, &mut totals);
    }
    totals.opening
}

pub fn find(section: &Section<'_>, columns: &Columns, settled: &Settled) -> Totals {
    let of_rows: HashSet<usize> = columns.blocks.iter().flat_map(Block::lines).collect();
    let of_heads =
        |at: usize| section.headers.iter().any(|header| (header.first_line..=header.last_line).contains(&at));
    let mut totals = Totals::default();
    for at in (0..section.lines.len()).filter(|at| !of_rows.contains(at) && !of_heads(*at)) {
        collect(section.lines, at, &mut totals);
    }
    totals.opening = totals.opening.or(settled.brought);
    totals.closing = totals.closing.or(settled.carried);
    total_row(section.lines, columns, settled, &mut totals);
    totals
}

/// The last line that is called total, with its figures in the columns that they sum up.
fn total_row(lines: &[Line], columns: &Columns, settled: &Settled, totals: &mut Totals) {
    let is_total = |line: &&Line| {
        let text = line.text().to_lowercase();
        (text.starts_with("total") || text.starts_with("grand total")) && !line.figures.is_empty()
    };
    let Some(line) = lines.iter().rev().find(is_total) else { return };
    for figure in &line.figures {
        let side = columns.cluster_of(figure).and_then(|cluster| settled.sides.get(&cluster));
        match side {
            Some(Direction::Credit) if totals.credit.is_none() => totals.credit = Some(figure.amount.paise),
            Some(Direction::Debit) if totals.debit.is_none() => totals.debit = Some(figure.amount.paise),
            _ => {}
        }
    }
}

fn collect(lines: &[Line], at: usize, totals: &mut Totals) {
    let line = &lines[at];
    let words: Vec<String> = line.words.iter().map(|word| plain(&word.text)).collect();
    let mut next = 0;
    while next < words.len() {
        let fits = |(label, _): &&(&[&str], Label)| {
            words
                .get(next..next + label.len())
                .is_some_and(|words| words.iter().zip(label.iter()).all(|(word, part)| word == part))
        };
        let Some((label, what)) = LABELS.iter().filter(fits).max_by_key(|(label, _)| label.len()) else {
            next += 1;
            continue;
        };
        let end = next + label.len();
        value(lines, at, next, end, *what, totals);
        next = end;
    }
}

fn plain(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// The figure behind the label, or the one below it.
fn value(lines: &[Line], at: usize, start: usize, end: usize, label: Label, totals: &mut Totals) {
    let line = &lines[at];
    let counted = matches!(label, Label::CreditCount | Label::DebitCount);
    let behind = (end..line.words.len().min(end + 4)).find(|word| {
        (end..*word).all(|between| {
            !line.words[between].text.chars().any(char::is_alphabetic) || is_currency(&line.words[between].text)
        }) && (line.figures.iter().any(|figure| figure.first == *word)
            || counted && count(&line.words[*word].text).is_some())
    });
    if let Some(word) = behind {
        return set(line, word, label, totals);
    }
    let (x0, x1) = (line.words[start].x0, line.words[end - 1].x1);
    let size = line.words[start].size;
    for below in lines[at + 1..].iter().take(3) {
        if below.page != line.page || below.y - line.y > size * 3.0 {
            return;
        }
        let under = below.words.iter().position(|word| word.x0 < x1 + size && word.x1 > x0 - size * 0.5);
        if let Some(word) = under {
            return set(below, word, label, totals);
        }
    }
}

fn is_currency(text: &str) -> bool {
    matches!(plain(text).as_str(), "rs" | "inr" | "amount" | "")
}

fn count(text: &str) -> Option<u32> {
    text.trim_matches(':').parse().ok()
}

fn set(line: &Line, word: usize, label: Label, totals: &mut Totals) {
    let figure = line.figures.iter().find(|figure| figure.first == word).map(|figure| &figure.amount);
    let balance = figure.map(|amount| Paise::new(signed(amount)));
    let sum = figure.map(|amount| amount.paise);
    let number = count(&line.words[word].text);
    match label {
        Label::Opening => totals.opening = totals.opening.or(balance),
        // What is printed last is the end of the whole.
        Label::Closing => totals.closing = balance.or(totals.closing),
        Label::Credit => totals.credit = sum.or(totals.credit),
        Label::Debit => totals.debit = sum.or(totals.debit),
        Label::CreditCount => totals.credit_count = number.or(totals.credit_count),
        Label::DebitCount => totals.debit_count = number.or(totals.debit_count),
    }
}
