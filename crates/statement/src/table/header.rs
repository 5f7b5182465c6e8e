//! The head of a table: which words stand over which columns. They give meaning, never edges.

use super::line::Line;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    Balance,
    ValueDate,
    Kind,
    Debit,
    Credit,
    Date,
    Reference,
    Note,
    Amount,
    Serial,
}

#[derive(Debug, Clone)]
pub struct Header {
    pub first_line: usize,
    pub last_line: usize,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub meaning: Meaning,
    pub x0: f32,
    pub x1: f32,
}

/// A head may have several lines, this far apart at most.
const WINDOW: f32 = 24.0;

impl Header {
    pub fn moved_up(&self, lines: usize) -> Header {
        Header { first_line: self.first_line - lines, last_line: self.last_line - lines, cells: self.cells.clone() }
    }

    /// The meaning of what stands most under or over these edges.
    pub fn over(&self, x0: f32, x1: f32) -> Option<Meaning> {
        let common = |cell: &&Cell| cell.x1.min(x1) - cell.x0.max(x0);
        let best = self.cells.iter().max_by(|a, b| common(a).total_cmp(&common(b)))?;
        (common(&best) > 0.0).then_some(best.meaning)
    }
}

/// Every head in the file: a date, a balance, and a narration or an amount, within a few lines without any figure.
pub fn all(lines: &[Line]) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        match header(lines, at) {
            Some(header) => {
                at = header.last_line + 1;
                headers.push(header);
            }
            None => at += 1,
        }
    }
    headers
}

fn header(lines: &[Line], first: usize) -> Option<Header> {
    let top = lines.get(first)?;
    let own = cells(top);
    if own.is_empty() || !top.figures.is_empty() {
        return None;
    }
    let (mut found, mut last, mut complete) = (Vec::new(), first, false);
    for (at, line) in lines.iter().enumerate().skip(first) {
        let far = line.page != top.page || line.y - top.y > WINDOW;
        // A whole head goes on only in the very next line: below it rows begin, and narrations have such words, too.
        let over = complete && line.y - lines[last].y > 1.5 * line.words.first().map_or(0.0, |word| word.size);
        if far || over || !line.figures.is_empty() || begins_with_digit(line) {
            break;
        }
        let more = cells(line);
        if more.is_empty() && at > first {
            continue;
        }
        found.extend(more);
        last = at;
        complete = complete || is_complete(&found);
    }
    complete.then(|| Header { first_line: first, last_line: last, cells: merged(found) })
}

fn begins_with_digit(line: &Line) -> bool {
    line.words.first().is_some_and(|word| word.text.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_complete(cells: &[Cell]) -> bool {
    let has = |meaning: Meaning| cells.iter().any(|cell| cell.meaning == meaning);
    let money = has(Meaning::Debit) || has(Meaning::Credit) || has(Meaning::Amount);
    has(Meaning::Balance)
        && (has(Meaning::Date) || has(Meaning::ValueDate))
        && (has(Meaning::Note) || money)
        && cells.len() > 3
}

/// Cells of several lines over one column are one; the stronger meaning stays.
fn merged(cells: Vec<Cell>) -> Vec<Cell> {
    let mut out: Vec<Cell> = Vec::new();
    for cell in cells {
        let over = out.iter_mut().find(|other| cell.x0.max(other.x0) < cell.x1.min(other.x1));
        match over {
            Some(other) => {
                if strength(cell.meaning) < strength(other.meaning) {
                    other.meaning = cell.meaning;
                }
                (other.x0, other.x1) = (other.x0.min(cell.x0), other.x1.max(cell.x1));
            }
            None => out.push(cell),
        }
    }
    out.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    out
}

const fn strength(meaning: Meaning) -> u8 {
    meaning as u8
}

/// The cells of one line. Words belong together until another meaning, or a word that only begins cells, comes.
fn cells(line: &Line) -> Vec<Cell> {
    struct Open {
        text: String,
        meaning: Option<Meaning>,
        x0: f32,
        x1: f32,
    }
    let mut open: Vec<Open> = Vec::new();
    for word in &line.words {
        let meaning = meaning(&word.text.to_lowercase());
        let begins = BEGIN.contains(&word.text.to_lowercase().as_str());
        let last = open.last_mut().filter(|last| {
            let near = word.x0 - last.x1 < 0.75 * word.size;
            let other = last
                .meaning
                .is_some_and(|own| own != Meaning::Serial && (begins || meaning.is_some_and(|new| new != own)));
            let adds = meaning == Some(Meaning::Amount)
                || last.meaning == Some(Meaning::Amount)
                || is_value(last.meaning, meaning, &last.text);
            near && (!other || adds)
        });
        match last {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(&word.text.to_lowercase());
                last.x1 = word.x1;
                last.meaning = self::meaning(&last.text).or(last.meaning);
            }
            None => open.push(Open { text: word.text.to_lowercase(), meaning, x0: word.x0, x1: word.x1 }),
        }
    }
    let cell = |open: Open| open.meaning.map(|meaning| Cell { meaning, x0: open.x0, x1: open.x1 });
    open.into_iter().filter_map(cell).collect()
}

fn is_value(last: Option<Meaning>, new: Option<Meaning>, text: &str) -> bool {
    last.is_none() && new == Some(Meaning::Date) && text == "value"
}

const BEGIN: &[&str] =
    &["closing", "running", "available", "value", "txn", "tran", "transaction", "posting", "post", "opening"];

/// What a cell with this text stands over: the first that fits.
fn meaning(text: &str) -> Option<Meaning> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '#').filter(|word| !word.is_empty()).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    let (debit, credit) = (
        has(&["debit", "debits", "dr", "withdrawal", "withdrawals", "withdrawn", "out"]),
        has(&["credit", "credits", "cr", "deposit", "deposits", "in"]),
    );
    let table: [(bool, Meaning); 10] = [
        (has(&["balance", "bal", "balances"]), Meaning::Balance),
        (has(&["value"]) && has(&["date", "dt"]), Meaning::ValueDate),
        ((debit && credit) || words == ["type"] || words == ["d", "c"], Meaning::Kind),
        (debit && !credit, Meaning::Debit),
        (credit && !debit, Meaning::Credit),
        (has(&["date", "dt"]), Meaning::Date),
        (has(&["chq", "cheque", "ref", "reference", "instrument", "instr", "utr", "id"]), Meaning::Reference),
        (has(&["narration", "particulars", "description", "remarks", "details", "particular"]), Meaning::Note),
        (has(&["amount", "amt"]), Meaning::Amount),
        (has(&["sl", "sr", "serial", "#"]) || words == ["s", "no"] || words == ["s"], Meaning::Serial),
    ];
    table.into_iter().find(|(fits, _)| *fits).map(|(_, meaning)| meaning)
}
