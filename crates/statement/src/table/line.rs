//! Words that stand on one line.

use crate::pdf::Word;
use crate::reading::Direction;

use super::amount::{self, Amount};

/// Baselines nearer than this are one line.
const SAME_LINE: f32 = 2.2;

#[derive(Debug)]
pub struct Line {
    /// From 0.
    pub page: usize,
    pub y: f32,
    /// From left to right.
    pub words: Vec<Word>,
    pub figures: Vec<Figure>,
}

/// An amount among the words of a line.
#[derive(Debug, Clone)]
pub struct Figure {
    pub amount: Amount,
    pub x0: f32,
    pub x1: f32,
    /// Its words: the amount itself and, where that stands apart, its sign.
    pub first: usize,
    pub last: usize,
}

impl Line {
    pub fn text(&self) -> String {
        joined(self.words.iter())
    }
}

pub fn joined<'a>(words: impl Iterator<Item = &'a Word>) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&word.text);
    }
    text
}

/// The lines of all pages, from the top of the first to the bottom of the last.
pub fn lines(sheets: Vec<Vec<Word>>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (page, mut words) in sheets.into_iter().enumerate() {
        words.retain(|word| !word.text.trim().is_empty());
        words.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
        let mut current: Vec<Word> = Vec::new();
        for word in words {
            if current.first().is_some_and(|first| word.y - first.y > SAME_LINE) {
                lines.push(line(page, std::mem::take(&mut current)));
            }
            current.push(word);
        }
        if !current.is_empty() {
            lines.push(line(page, current));
        }
    }
    lines
}

fn line(page: usize, mut words: Vec<Word>) -> Line {
    words.sort_by(|a, b| a.x0.total_cmp(&b.x0).then(a.order.cmp(&b.order)));
    let words = seen(words);
    let y = words.first().map_or(0.0, |word| word.y);
    let figures = figures(&words);
    Line { page, y, words, figures }
}

/// Of words that lie on each other, the one that was drawn last: that is what a reader sees.
fn seen(words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    for mut word in words {
        let Some(last) = out.last_mut() else {
            out.push(word);
            continue;
        };
        let common = last.x1.min(word.x1) - last.x0.max(word.x0);
        let narrower = (last.x1 - last.x0).min(word.x1 - word.x0);
        if narrower <= 0.0 || common <= narrower / 2.0 {
            out.push(word);
            continue;
        }
        // Drawn twice, as some programs make a text bold.
        if last.text == word.text {
            continue;
        }
        if word.order >= last.order {
            word.hidden = Some(last.text.clone());
            *last = word;
        } else {
            last.hidden = Some(word.text);
        }
    }
    out
}

fn figures(words: &[Word]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(mut amount) = amount::parse(&word.text) else { continue };
        let mut last = at;
        if amount.kind.is_none()
            && let Some(kind) = words.get(at + 1).and_then(|next| sign_behind(word, next))
        {
            amount.kind = Some(kind);
            last = at + 1;
        }
        figures.push(Figure { amount, x0: word.x0, x1: word.x1, first: at, last });
    }
    figures
}

/// `Dr` or `Cr` that stands a blank behind the amount; farther away it is a column of its own.
fn sign_behind(word: &Word, next: &Word) -> Option<Direction> {
    let near = next.x0 - word.x1 < 0.9 * word.size;
    amount::kind(&next.text).filter(|_| near && next.text.len() <= 5)
}
