//! Which columns a table has, found from where its words and figures stand.

use super::header::{Header, Meaning};
use super::line::{Figure, Line};
use super::rows::{self, Block};
use super::{Section, amount, date};
use crate::pdf::Word;

/// A column of amounts: everything whose edges meet.
#[derive(Debug, Clone)]
pub struct Cluster {
    pub x0: f32,
    pub x1: f32,
    pub meaning: Option<Meaning>,
}

#[derive(Debug, Clone)]
pub struct TextColumn {
    pub x0: f32,
    pub x1: f32,
    /// `None` for what is neither asked for nor understood.
    pub meaning: Option<Meaning>,
}

pub struct Columns {
    pub clusters: Vec<Cluster>,
    /// Place of the balance in `clusters`.
    pub balance: usize,
    pub texts: Vec<TextColumn>,
    pub blocks: Vec<Block>,
    /// Lines at the top of a page that may end the row before them.
    pub orphans: Vec<(usize, Vec<usize>)>,
}

impl Columns {
    pub fn cluster_of(&self, figure: &Figure) -> Option<usize> {
        self.clusters.iter().position(|cluster| cluster.x0 < figure.x1 && figure.x0 < cluster.x1)
    }

    /// The text column that a word stands in, or nearest to.
    pub fn text_of(&self, word: &Word) -> Option<&TextColumn> {
        let middle = (word.x0 + word.x1) / 2.0;
        let distance = |column: &&TextColumn| (column.x0 - middle).max(middle - column.x1).max(0.0);
        self.texts.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    pub fn note(&self) -> Option<&TextColumn> {
        self.texts.iter().find(|column| column.meaning == Some(Meaning::Note))
    }
}

pub fn find(section: &Section<'_>) -> Option<Columns> {
    let lines = section.lines;
    let body = rows::body(section);
    let core = core(lines, &body);
    let header = section.headers.first()?;
    let clusters = clusters(lines, &core, header);
    let balance = balance(lines, &core, &clusters)?;
    let anchored = |line: usize| {
        let within = |figure: &Figure| clusters[balance].x0 < figure.x1 && figure.x0 < clusters[balance].x1;
        lines[line].figures.iter().any(within)
    };
    let (blocks, orphans) = rows::blocks(lines, &body, &anchored);
    let mut columns = Columns { clusters, balance, texts: Vec::new(), blocks, orphans };
    columns.texts = texts(lines, &columns, header);
    Some(columns)
}

/// The lines that columns are learned from: those with a day and two figures, or with two figures where days stand apart.
fn core(lines: &[Line], body: &[usize]) -> Vec<usize> {
    let figured: Vec<usize> = body.iter().copied().filter(|at| lines[*at].figures.len() > 1).collect();
    let dated: Vec<usize> = figured.iter().copied().filter(|at| has_day(&lines[*at])).collect();
    if dated.len() * 2 >= figured.len() { dated } else { figured }
}

pub fn has_day(line: &Line) -> bool {
    let words: Vec<&str> = line.words.iter().take(8).map(|word| word.text.as_str()).collect();
    (0..words.len()).any(|at| {
        (1..=3).any(|count| words.get(at..at + count).is_some_and(|words| date::parse(&words.join(" ")).is_some()))
    })
}

fn clusters(lines: &[Line], core: &[usize], header: &Header) -> Vec<Cluster> {
    let mut edges: Vec<(f32, f32)> =
        core.iter().flat_map(|at| lines[*at].figures.iter().map(|figure| (figure.x0, figure.x1))).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut clusters: Vec<Cluster> = Vec::new();
    for (x0, x1) in edges {
        match clusters.last_mut().filter(|last| x0 < last.x1 - 1.0) {
            Some(last) => last.x1 = last.x1.max(x1),
            None => clusters.push(Cluster { x0, x1, meaning: None }),
        }
    }
    for cluster in &mut clusters {
        cluster.meaning = header.over(cluster.x0, cluster.x1);
    }
    clusters
}

/// The column in which each row is the one before it and an amount more or less; by its head where rows are too few.
fn balance(lines: &[Line], core: &[usize], clusters: &[Cluster]) -> Option<usize> {
    let within = |line: usize, cluster: &Cluster| {
        lines[line].figures.iter().find(|figure| cluster.x0 < figure.x1 && figure.x0 < cluster.x1)
    };
    let score = |cluster: &Cluster| {
        let found: Vec<(usize, i64)> = core
            .iter()
            .filter_map(|at| within(*at, cluster).map(|figure| (*at, rows::signed(&figure.amount))))
            .collect();
        if found.len() * 2 < core.len() {
            return None;
        }
        let other = |line: usize, difference: i64| {
            let other = |figure: &&Figure| !(cluster.x0 < figure.x1 && figure.x0 < cluster.x1);
            lines[line].figures.iter().filter(other).any(|figure| figure.amount.paise.get() == difference)
        };
        let runs = found.windows(2).filter(|pair| {
            let difference = (pair[1].1.saturating_sub(pair[0].1)).saturating_abs();
            difference != 0 && (other(pair[1].0, difference) || other(pair[0].0, difference))
        });
        Some((runs.count(), cluster.meaning == Some(Meaning::Balance)))
    };
    let scored = clusters.iter().enumerate().filter_map(|(at, cluster)| score(cluster).map(|score| (score, at)));
    scored.max().map(|(_, at)| at)
}

/// Columns of text are what stands between the strips that no row writes into.
fn texts(lines: &[Line], columns: &Columns, header: &Header) -> Vec<TextColumn> {
    let strips = strips(lines, columns);
    let cells: Vec<Vec<String>> = strips.iter().map(|strip| column_texts(lines, columns, *strip)).collect();
    let rows = columns.blocks.len();
    let mut texts: Vec<TextColumn> = Vec::new();
    let mut samples: Vec<&[String]> = Vec::new();
    let mut at = 0;
    while at < strips.len() {
        // A day may be printed with strips between its parts.
        let wide = (1..=3).find(|count| at + count <= strips.len() && are_days(&cells[at..at + count], rows));
        let (count, meaning) = match wide {
            Some(count) => (count, Some(Meaning::Date)),
            None => (1, None),
        };
        let (x0, x1) = (strips[at].0, strips[at + count - 1].1);
        texts.push(TextColumn { x0, x1, meaning });
        samples.push(&cells[at]);
        at += count;
    }
    name(&mut texts, &samples, header, &columns.clusters);
    texts
}

fn are_days(cells: &[Vec<String>], rows: usize) -> bool {
    let joined = |row: usize| cells.iter().map(|column| column[row].as_str()).collect::<Vec<_>>().join(" ");
    let is_day = |row: &usize| date::prefix(joined(*row).trim()).is_some_and(|(_, rest)| rest.trim().len() <= 11);
    // Each strip has a part of the day: an empty one beside a column of days is another column.
    let filled = |column: &Vec<String>| column.iter().filter(|text| !text.is_empty()).count() * 2 >= rows;
    rows > 0 && cells.iter().all(filled) && (0..rows).filter(is_day).count() * 2 >= rows
}

fn name(texts: &mut [TextColumn], samples: &[&[String]], header: &Header, clusters: &[Cluster]) {
    let over: Vec<Option<Meaning>> = texts.iter().map(|column| header.over(column.x0, column.x1)).collect();
    let days: Vec<usize> = (0..texts.len()).filter(|at| texts[*at].meaning == Some(Meaning::Date)).collect();
    // Of two columns of days, the one that does not say that it is of value; else the first.
    let first = days.iter().copied().find(|at| over[*at] != Some(Meaning::ValueDate)).or(days.first().copied());
    for at in days {
        texts[at].meaning = Some(if Some(at) == first { Meaning::Date } else { Meaning::ValueDate });
    }
    let length = |at: usize| {
        samples[at].iter().map(String::len).sum::<usize>() * if over[at] == Some(Meaning::Note) { 3 } else { 1 }
    };
    for at in 0..texts.len() {
        if texts[at].meaning.is_none() && are_kinds(samples[at]) {
            texts[at].meaning = Some(Meaning::Kind);
        }
    }
    let note = (0..texts.len()).filter(|at| texts[*at].meaning.is_none()).max_by_key(|at| length(*at));
    let Some(note) = note else { return };
    texts[note].meaning = Some(Meaning::Note);
    for at in 0..texts.len() {
        if texts[at].meaning.is_none() && matches!(over[at], Some(Meaning::Reference | Meaning::Serial)) {
            texts[at].meaning = over[at];
        }
    }
    // What no other head stands over, beside the narration, is narration: few rows leave strips free between their words.
    let is_note = |texts: &[TextColumn], at: usize| {
        texts[at].meaning == Some(Meaning::Note)
            || (texts[at].meaning.is_none() && matches!(over[at], None | Some(Meaning::Note)))
    };
    // Beyond an amount, a branch or a teller follows.
    let amounts =
        clusters.iter().filter(|cluster| cluster.meaning.is_some_and(is_amount) && cluster.x0 > texts[note].x1);
    let end = amounts.map(|cluster| cluster.x0).fold(f32::MAX, f32::min);
    let beside = |texts: &[TextColumn], at: usize| texts[at].x0 < end && is_note(texts, at);
    let right = (note..texts.len()).take_while(|at| beside(texts, *at)).last().unwrap_or(note);
    let left = (0..=note).rev().take_while(|at| is_note(texts, *at)).last().unwrap_or(note);
    for column in &mut texts[left..=right] {
        column.meaning = Some(Meaning::Note);
    }
}

const fn is_amount(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Amount | Meaning::Balance | Meaning::Credit | Meaning::Debit)
}

fn are_kinds(samples: &[String]) -> bool {
    let filled: Vec<&String> = samples.iter().filter(|text| !text.is_empty()).collect();
    let kinds = filled.iter().filter(|text| amount::kind(text).is_some()).count();
    kinds > 0 && kinds * 5 >= filled.len() * 4
}

/// What each row has between two edges.
fn column_texts(lines: &[Line], columns: &Columns, strip: (f32, f32)) -> Vec<String> {
    let of_block = |block: &Block| {
        let within = |word: &&Word| {
            let middle = (word.x0 + word.x1) / 2.0;
            strip.0 <= middle && middle <= strip.1
        };
        super::line::joined(block.lines().flat_map(|line| free_words(&lines[line], columns)).filter(within))
    };
    columns.blocks.iter().map(of_block).collect()
}

/// The words of a line that are not in a column of amounts.
fn free_words<'a>(line: &'a Line, columns: &'a Columns) -> impl Iterator<Item = &'a Word> {
    let taken = move |at: usize| {
        line.figures
            .iter()
            .any(|figure| (figure.first..=figure.last).contains(&at) && columns.cluster_of(figure).is_some())
    };
    line.words.iter().enumerate().filter(move |(at, _)| !taken(*at)).map(|(_, word)| word)
}

/// No statement has so many columns.
const STRIPS_MAX: usize = 60;
/// The widest page that columns are looked for on, in points.
const WIDTH: usize = 3000;

fn strips(lines: &[Line], columns: &Columns) -> Vec<(f32, f32)> {
    // Half points, moved so that a page whose left edge is below nought fits too.
    let least = columns.blocks.iter().flat_map(Block::lines).flat_map(|line| &lines[line].words).map(|word| word.x0);
    let origin = least.fold(f32::MAX, f32::min).max(-50_000.0).floor();
    let cell = |x: f32| to_cell((x - origin) * 2.0);
    // How many words begin and end at each place, so that a wide word costs no more than a narrow one.
    let mut edges = vec![(0_usize, 0_usize); WIDTH * 2 + 1];
    let mut count = 0;
    for line in columns.blocks.iter().flat_map(Block::lines) {
        count += 1;
        for word in free_words(&lines[line], columns) {
            edges[cell(word.x0)].0 += 1;
            edges[cell(word.x1) + 1].1 += 1;
        }
    }
    let rare = count / 100;
    let mut strips: Vec<(usize, usize)> = Vec::new();
    let mut open = 0;
    for (at, (begin, end)) in edges.iter().enumerate() {
        open = open + begin - end;
        if open <= rare {
            continue;
        }
        match strips.last_mut().filter(|(_, end)| at - *end <= 3) {
            Some((_, end)) => *end = at,
            None => strips.push((at, at)),
        }
    }
    strips.truncate(STRIPS_MAX);
    let point = |cell: usize| f32::from(u16::try_from(cell).unwrap_or(u16::MAX)) / 2.0 + origin;
    strips.into_iter().map(|(start, end)| (point(start), point(end) + 0.5)).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is clamped before")]
fn to_cell(x: f32) -> usize {
    x.clamp(0.0, 5_999.0) as usize
}
