//! Lines to rows: which lines belong to which balance, and what stands where in them.

use qist_domain::day::Day;
use qist_domain::money::Paise;

use super::amount::{self, Amount};
use super::columns::{self, Columns};
use super::header::Meaning;
use super::line::{Figure, Line};
use super::{Section, date};
use crate::pdf::Word;
use crate::reading::{Direction, Mark};

/// A row: the line with the balance, and the lines above and below that belong to it.
#[derive(Debug, Clone)]
pub struct Block {
    pub above: Vec<usize>,
    pub anchor: usize,
    pub below: Vec<usize>,
}

impl Block {
    pub fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        self.above.iter().copied().chain([self.anchor]).chain(self.below.iter().copied())
    }
}

/// A row as printed, before it is known which way the money went.
pub struct Raw {
    /// Whether the day is that of the row before.
    pub inherited: bool,
    pub day: Option<Day>,
    pub second: Option<u32>,
    /// Amounts that are not zero, with their column.
    pub amounts: Vec<(usize, Print)>,
    pub balance: Print,
    pub note: String,
    pub reference: Option<String>,
    pub kind: Option<Direction>,
    pub page: u32,
    pub line: u32,
    pub marks: Vec<Mark>,
}

/// A figure and how it is printed.
#[derive(Debug, Clone)]
pub struct Print {
    pub amount: Amount,
    pub text: String,
    pub font: u16,
    pub size: f32,
    pub bold: bool,
    /// Whether it stands in the column of the narration.
    pub in_note: bool,
}

/// Below nought where the account is overdrawn.
pub fn signed(amount: &Amount) -> i64 {
    let below = amount.minus || amount.kind == Some(Direction::Debit);
    if below { -amount.paise.get() } else { amount.paise.get() }
}

/// What ends the table for good, and what ends it on its page only.
const ENDS: &[&str] = &["statement summary", "end of statement", "account summary", "end of report"];
const PAGE_ENDS: &[&str] =
    &["computer generated", "system generated", "disclaimer", "registered office", "contents of this statement"];

/// The lines below the heads of the section's tables.
pub fn body(section: &Section<'_>) -> Vec<usize> {
    let mut body = Vec::new();
    let mut headers = section.headers.iter().peekable();
    let (mut inside, mut closed_page) = (false, None);
    let mut at = 0;
    while at < section.lines.len() {
        if let Some(header) = headers.next_if(|header| header.first_line == at) {
            (inside, closed_page) = (true, None);
            at = header.last_line + 1;
            continue;
        }
        let line = &section.lines[at];
        if inside && line.figures.is_empty() && !columns::has_day(line) {
            let text = line.text().to_lowercase();
            inside = !ENDS.iter().any(|end| text.contains(end));
            if PAGE_ENDS.iter().any(|end| text.contains(end)) {
                closed_page = Some(line.page);
            }
        }
        if inside && closed_page != Some(line.page) {
            body.push(at);
        }
        at += 1;
    }
    body
}

/// Where the figures of a row stand among the lines of its narration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alignment {
    First,
    Middle,
    Last,
}

type Orphans = Vec<(usize, Vec<usize>)>;

/// Rows, and lines at the top of a page that have no row: they may end the one before.
pub fn blocks(lines: &[Line], body: &[usize], anchored: &dyn Fn(usize) -> bool) -> (Vec<Block>, Orphans) {
    let runs = runs(lines, body, threshold(lines, body, anchored));
    let alignment = alignment(&runs, anchored);
    let (mut blocks, mut orphans) = (Vec::new(), Vec::new());
    let mut page = None;
    for run in &runs {
        let top = page != Some(lines[run[0]].page);
        page = Some(lines[run[0]].page);
        let anchors: Vec<usize> = (0..run.len()).filter(|at| anchored(run[*at])).collect();
        match anchors.as_slice() {
            [] if top && alignment == Alignment::First && run.len() <= 3 && !blocks.is_empty() => {
                orphans.push((blocks.len() - 1, run.clone()));
            }
            [] => {}
            [one] => {
                let (above, below) = (run[..*one].to_vec(), run[one + 1..].to_vec());
                blocks.push(Block { above, anchor: run[*one], below });
            }
            many => blocks.extend(shared(lines, run, many, alignment)),
        }
    }
    (blocks, orphans)
}

/// Several rows without a gap between them: each line goes to the row that the alignment says.
fn shared(lines: &[Line], run: &[usize], anchors: &[usize], alignment: Alignment) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        anchors.iter().map(|at| Block { above: Vec::new(), anchor: run[*at], below: Vec::new() }).collect();
    for (at, line) in run.iter().enumerate().filter(|(at, _)| !anchors.contains(at)) {
        let next = anchors.iter().position(|anchor| *anchor > at);
        let previous = next.map_or(Some(anchors.len() - 1), |next| next.checked_sub(1));
        let distance = |block: Option<usize>| {
            block.map_or(f32::MAX, |block| (lines[run[anchors[block]]].y - lines[*line].y).abs())
        };
        let down = match alignment {
            Alignment::First => false,
            Alignment::Last => true,
            Alignment::Middle => distance(next) < distance(previous),
        };
        match (down, previous, next) {
            (true, _, Some(next)) | (false, None, Some(next)) => blocks[next].above.push(*line),
            (_, Some(previous), _) => blocks[previous].below.push(*line),
            (_, None, None) => {}
        }
    }
    blocks
}

/// Lines of one page with no gap above the threshold between them.
fn runs(lines: &[Line], body: &[usize], threshold: f32) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for at in body {
        let goes_on = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            lines[*last].page == lines[*at].page && lines[*at].y - lines[*last].y <= threshold && last + 1 == *at
        });
        match runs.last_mut().filter(|_| goes_on) {
            Some(run) => run.push(*at),
            None => runs.push(vec![*at]),
        }
    }
    runs
}

/// How many lines the gap is learned from.
const SAMPLE: usize = 3000;

/// What a line that belongs to no row costs, in rows that stand by themselves. A foot near the last row of one page must
/// not decide for all.
const LOST: i64 = 3;

/// The gap that gives the most rows by themselves and leaves few lines without a row.
fn threshold(lines: &[Line], body: &[usize], anchored: &dyn Fn(usize) -> bool) -> f32 {
    let body = &body[..body.len().min(SAMPLE)];
    let mut sizes: Vec<f32> = body.iter().filter_map(|at| lines[*at].words.first()).map(|word| word.size).collect();
    sizes.sort_by(f32::total_cmp);
    let far = sizes.get(sizes.len() / 2).map_or(20.0, |size| size * 2.2);
    let gap =
        |pair: &[usize]| (lines[pair[0]].page == lines[pair[1]].page).then(|| lines[pair[1]].y - lines[pair[0]].y);
    let mut gaps: Vec<f32> = body.windows(2).filter_map(gap).filter(|gap| (0.0..=far).contains(gap)).collect();
    gaps.sort_by(f32::total_cmp);
    gaps.dedup_by(|a, b| (*a - *b).abs() < 0.4);
    let score = |threshold: f32| {
        let (mut lost, mut single) = (0_i64, 0_i64);
        for run in runs(lines, body, threshold) {
            match run.iter().filter(|at| anchored(**at)).count() {
                0 => lost += i64::try_from(run.len()).unwrap_or(i64::MAX),
                1 => single += 1,
                _ => {}
            }
        }
        single.saturating_sub(lost.saturating_mul(LOST))
    };
    gaps.into_iter().take(60).map(|gap| gap + 0.5).rev().max_by_key(|threshold| score(*threshold)).unwrap_or(far)
}

fn alignment(runs: &[Vec<usize>], anchored: &dyn Fn(usize) -> bool) -> Alignment {
    let (mut first, mut middle, mut last) = (0, 0, 0);
    for run in runs {
        let anchors: Vec<usize> = (0..run.len()).filter(|at| anchored(run[*at])).collect();
        let [anchor] = anchors.as_slice() else { continue };
        match (*anchor > 0, anchor + 1 < run.len()) {
            (false, true) => first += 1,
            (true, true) => middle += 1,
            (true, false) => last += 1,
            (false, false) => {}
        }
    }
    match (first, middle, last) {
        (0, 0, 0) => {
            let opens = runs.iter().find(|run| run.iter().any(|at| anchored(*at)));
            if opens.is_some_and(|run| anchored(run[0])) { Alignment::First } else { Alignment::Last }
        }
        _ if middle >= first && middle >= last => Alignment::Middle,
        _ if first >= last => Alignment::First,
        _ => Alignment::Last,
    }
}

pub fn raw(section: &Section<'_>, columns: &Columns, today: Day) -> Vec<Raw> {
    let mut rows: Vec<Raw> = Vec::with_capacity(columns.blocks.len());
    let (mut page, mut line) = (0, 0);
    for (at, block) in columns.blocks.iter().enumerate() {
        let on = u32::try_from(section.lines[block.anchor].page + 1).unwrap_or(u32::MAX);
        line = if on == page { line + 1 } else { 1 };
        page = on;
        let orphans =
            columns.orphans.iter().filter(|(after, _)| *after == at).flat_map(|(_, lines)| lines.iter().copied());
        let orphans: Vec<usize> = orphans.filter(|line| is_note_only(&section.lines[*line], columns)).collect();
        rows.extend(row(section.lines, columns, block, &orphans, today).map(|row| Raw { page, line, ..row }));
    }
    rows
}

fn is_note_only(line: &Line, columns: &Columns) -> bool {
    columns.note().is_some_and(|note| line.words.iter().all(|word| word.x0 > note.x0 - 2.0 && word.x1 < note.x1 + 2.0))
}

fn row(lines: &[Line], columns: &Columns, block: &Block, orphans: &[usize], today: Day) -> Option<Raw> {
    let anchor = &lines[block.anchor];
    let print = |figure: &Figure| {
        let word = &anchor.words[figure.first];
        let in_note = columns.note().is_some_and(|note| note.x0 < figure.x0 && figure.x1 < note.x1 + 1.0);
        let text = word.text.clone();
        Print { amount: figure.amount, text, font: word.font, size: word.size, bold: word.bold, in_note }
    };
    let figures =
        anchor.figures.iter().filter_map(|figure| columns.cluster_of(figure).map(|cluster| (cluster, figure)));
    let (balance, others): (Vec<_>, Vec<_>) = figures.partition(|(cluster, _)| *cluster == columns.balance);
    let (_, balance) = balance.last()?;
    let others: Vec<_> = others.into_iter().filter(|(_, figure)| !figure.amount.paise.is_zero()).collect();
    // A figure inside of a narration is an amount only where there is no other.
    let outside = others.iter().any(|(_, figure)| !print(figure).in_note);
    let amounts: Vec<_> = others.into_iter().filter(|(_, figure)| !(outside && print(figure).in_note)).collect();
    let taken = |word: usize| {
        let of = |figure: &Figure| (figure.first..=figure.last).contains(&word);
        of(balance)
            || anchor.figures.iter().any(|figure| of(figure) && figure.amount.paise.is_zero() && !print(figure).in_note)
            || amounts.iter().any(|(_, figure)| of(figure))
    };
    let mut cells = Cells::default();
    for line in block.lines().chain(orphans.iter().copied()) {
        for (at, word) in lines[line].words.iter().enumerate() {
            let own = line == block.anchor && taken(at);
            cells.add(word, (!own).then(|| columns.text_of(word)).flatten().and_then(|column| column.meaning), own);
        }
    }
    let (day, second) = cells.day(today);
    Some(Raw {
        inherited: false,
        day,
        second,
        amounts: amounts.iter().map(|(cluster, figure)| (*cluster, print(figure))).collect(),
        balance: print(balance),
        note: cells.note,
        reference: Some(cells.reference).filter(|text| text.bytes().any(|b| b.is_ascii_alphanumeric())),
        kind: amount::kind(&cells.kind),
        page: 0,
        line: 0,
        marks: cells.marks,
    })
}

/// The texts of one row by the column they stand in.
#[derive(Default)]
struct Cells {
    date: String,
    value_date: String,
    note: String,
    reference: String,
    kind: String,
    marks: Vec<Mark>,
}

impl Cells {
    fn add(&mut self, word: &Word, meaning: Option<Meaning>, figure: bool) {
        if let Some(hidden) = &word.hidden
            && (figure || meaning.is_some())
        {
            self.marks.push(Mark::OverlappingText { hidden: hidden.clone(), seen: word.text.clone() });
        }
        let cell = match meaning {
            Some(Meaning::Date) => &mut self.date,
            Some(Meaning::ValueDate) => &mut self.value_date,
            Some(Meaning::Note) => &mut self.note,
            Some(Meaning::Reference) => &mut self.reference,
            Some(Meaning::Kind) => &mut self.kind,
            _ => return,
        };
        // What stands for nothing is nothing.
        if word.text.chars().all(|c| c == '-') && meaning != Some(Meaning::Note) && meaning != Some(Meaning::Date) {
            return;
        }
        if !cell.is_empty() {
            cell.push(' ');
        }
        cell.push_str(&word.text);
    }

    fn day(&self, today: Day) -> (Option<Day>, Option<u32>) {
        let (day, rest) = match date::prefix(&self.date) {
            Some((day, rest)) => (Some(day), rest),
            None => (date::prefix(&self.value_date).map(|(day, _)| day), ""),
        };
        // Two digits of a year far ahead are those of the century before.
        let day =
            day.map(|day| if day > today.plus_months(12 * 50) { day.in_month(-1200, day.day_of_month()) } else { day });
        (day, date::time(rest))
    }
}

/// As a whole amount of paise.
pub fn paise(print: &Print) -> Paise {
    print.amount.paise
}
