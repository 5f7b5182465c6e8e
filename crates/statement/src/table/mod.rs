//! Accounts with their rows out of words with places. Nothing here knows a bank's layout.

mod amount;
mod columns;
mod date;
mod fonts;
mod head;
mod header;
mod line;
mod rows;
mod signs;
mod totals;

use qist_domain::day::Day;

use crate::bank::Bank;
use crate::pdf::{Pages, Watch};
use crate::reading::{AccountReading, Limit, Limits, NotParsable, Unreadable};
use header::Header;
use line::Line;

/// The part of a file that is about one account.
struct Section<'a> {
    lines: &'a [Line],
    /// The heads of its tables, by the line that they begin at in `lines`.
    headers: Vec<Header>,
}

pub struct Found {
    pub bank: Option<Bank>,
    lines: Vec<Line>,
    headers: Vec<Header>,
}

/// Puts the words into lines and looks for the bank, which is asked about before the table.
pub fn look(pages: &mut Pages) -> Found {
    let lines = line::lines(std::mem::take(&mut pages.sheets));
    let headers = header::all(&lines);
    let bank = head::bank(&lines, headers.first().map(|header| header.first_line));
    Found { bank, lines, headers }
}

pub fn accounts(
    found: &Found,
    fonts: &[String],
    today: Day,
    limits: &Limits,
    watch: Watch,
) -> Result<Vec<AccountReading>, Unreadable> {
    if found.headers.is_empty() {
        return Err(Unreadable::NotParsable(NotParsable::NoTable));
    }
    let (mut accounts, mut left) = (Vec::new(), limits.rows_max);
    let mut worst = NotParsable::NoTransactions;
    for section in sections(found) {
        watch.check()?;
        match account(&section, fonts, today, left)? {
            Ok(account) => {
                left -= account.rows.len();
                accounts.push(account);
            }
            Err(reason) => worst = reason,
        }
    }
    if accounts.is_empty() { Err(Unreadable::NotParsable(worst)) } else { Ok(accounts) }
}

/// A new account begins where, before the head of a table, another account number is printed than before.
fn sections(found: &Found) -> Vec<Section<'_>> {
    let mut starts: Vec<(usize, Option<String>)> = vec![(0, None)];
    let mut from = 0;
    for header in &found.headers {
        let above = &found.lines[from..header.first_line];
        if let Some((at, number)) = head::account_number(above) {
            match starts.last_mut() {
                Some((_, known)) if known.is_none() => *known = Some(number),
                Some((_, known)) if known.as_ref() != Some(&number) => {
                    starts.push((head::top_of(&found.lines, from, from + at), Some(number)));
                }
                _ => {}
            }
        }
        from = header.last_line + 1;
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([found.lines.len()]);
    let section = |(start, end): (usize, usize)| {
        let within = found.headers.iter().filter(|header| (start..end).contains(&header.first_line));
        let headers = within.map(|header| header.moved_up(start)).collect();
        Section { lines: &found.lines[start..end], headers }
    };
    starts.iter().map(|(at, _)| *at).zip(ends).map(section).collect()
}

fn account(
    section: &Section<'_>,
    fonts: &[String],
    today: Day,
    rows_max: usize,
) -> Result<Result<AccountReading, NotParsable>, Unreadable> {
    let Some(columns) = columns::find(section) else { return Ok(Err(NotParsable::NoTransactions)) };
    let raw = rows::raw(section, &columns, today);
    if raw.len() > rows_max {
        return Err(Unreadable::Limit(Limit::Rows));
    }
    let Some(signed) = signs::settle(raw, &columns, section) else { return Ok(Err(NotParsable::NoTransactions)) };
    if !signed.is_credible() {
        return Ok(Err(NotParsable::Doubtful));
    }
    let above = section.headers.first().map_or(0, |header| header.first_line);
    let mut account = head::identity(&section.lines[..above], today);
    account.totals = totals::find(section, &columns, &signed);
    account.rows = fonts::marked(signed.rows, fonts);
    if account.from.is_none() || account.to.is_none() {
        account.from = account.rows.iter().map(|row| row.day).min();
        account.to = account.rows.iter().map(|row| row.day).max();
    }
    Ok(Ok(account))
}
