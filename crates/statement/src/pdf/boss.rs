//! The engine: pdfboss, pinned to one version, behind [`Engine`].

use std::collections::HashMap;

use pdfboss_core::{Document, Error, Immediate, Page, block_on};
use pdfboss_text::{FontCache, ReadingOrder, TextSpan, extract_spans_reporting_cached_with};

use super::{Engine, Pages, Watch, Word, facts};
use crate::reading::{FileFacts, Limit, Limits, NotParsable, Unreadable};

/// A gap above this part of the size begins a word.
const WORD_GAP: f32 = 0.18;

/// What one page may say to draw itself; that of a full page of a statement is a hundredth of this.
const CONTENT_BYTES_MAX: usize = 4 * 1024 * 1024;

pub struct Pdfboss;

impl Engine for Pdfboss {
    fn pages(&self, bytes: &[u8], password: Option<&str>, limits: &Limits, watch: Watch) -> Result<Pages, Unreadable> {
        let document = open(bytes, password)?;
        watch.check()?;
        let count = document.page_count();
        if count > limits.pages_max {
            return Err(Unreadable::Limit(Limit::Pages));
        }
        let mut words = Words { fonts: Fonts::default(), sheets: Vec::with_capacity(count), count: 0 };
        let (cache, layers) = (FontCache::default(), document.oc_state());
        for index in 0..count {
            // A page that cannot be had is an empty one: the rest of the file may still add up, and the balances tell.
            let Ok(page) = document.page(index) else {
                words.sheets.push(Vec::new());
                continue;
            };
            // The engine makes of each drawing command many times its size.
            if page.content(&document).is_ok_and(|content| content.len() > CONTENT_BYTES_MAX) {
                return Err(Unreadable::Limit(Limit::Words));
            }
            words.add(spans(&document, &page, &cache, layers.as_ref()));
            if words.count > limits.words_max {
                return Err(Unreadable::Limit(Limit::Words));
            }
            watch.check()?;
        }
        let facts = FileFacts {
            pages: u32::try_from(count).unwrap_or(u32::MAX),
            encrypted: document.is_encrypted(),
            ..facts::of(bytes, &document)
        };
        Ok(Pages { sheets: words.sheets, fonts: words.fonts.names, facts })
    }
}

fn open(bytes: &[u8], password: Option<&str>) -> Result<Document, Unreadable> {
    let locked = |error: &Error| matches!(error, Error::Encrypted);
    // Without a password first: a file that needs none is opened whatever password came with it.
    let opened = match (Document::load(bytes.to_vec()), password) {
        (Err(error), Some(password)) if locked(&error) => Document::load_with_password(bytes.to_vec(), password),
        (opened, _) => opened,
    };
    match opened {
        Ok(document) if document.is_locked() => Err(Unreadable::PasswordIncorrect),
        Ok(document) if document.page_count() == 0 => Err(Unreadable::NotParsable(NotParsable::Corrupt)),
        Ok(document) => Ok(document),
        Err(error) if locked(&error) => Err(Unreadable::PasswordIncorrect),
        Err(_) => Err(Unreadable::NotParsable(NotParsable::Corrupt)),
    }
}

fn spans(document: &Document, page: &Page, cache: &FontCache, layers: Option<&pdfboss_core::OcState>) -> Vec<TextSpan> {
    let order = ReadingOrder::Content;
    let found = block_on(extract_spans_reporting_cached_with(Immediate(document), page, cache, layers, None, order));
    found.map(|(spans, _)| spans).unwrap_or_default()
}

#[derive(Default)]
struct Fonts {
    names: Vec<String>,
    known: HashMap<String, u16>,
}

impl Fonts {
    /// The font's number; a subset has the name of its whole.
    fn number(&mut self, span: &TextSpan) -> u16 {
        let name = match span.font_name.split_once('+') {
            Some((subset, name)) if subset.len() == 6 => name,
            _ => &span.font_name,
        };
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let number = u16::try_from(self.names.len()).unwrap_or(u16::MAX);
        self.names.push(name.to_owned());
        self.known.insert(name.to_owned(), number);
        number
    }
}

struct Words {
    fonts: Fonts,
    sheets: Vec<Vec<Word>>,
    count: usize,
}

impl Words {
    fn add(&mut self, spans: Vec<TextSpan>) {
        let turn = usual_turn(&spans);
        let mut sheet: Vec<Word> = Vec::new();
        let mut order = 0;
        // What is turned another way than most of the page is a watermark or a margin note; what paints nothing is unseen.
        for span in spans.iter().filter(|span| span.rotate == turn && !span.invisible && !span.text.is_empty()) {
            let placed = Placed::of(span, turn);
            if !placed.is_readable() {
                continue;
            }
            order += 1;
            let font = self.fonts.number(span);
            for (at, piece) in pieces(span, &placed).into_iter().enumerate() {
                let begins = span.text.starts_with(char::is_whitespace) || at > 0;
                let joined = !begins && sheet.last().is_some_and(|last| continues(last, &placed, font));
                match sheet.last_mut().filter(|_| joined) {
                    Some(last) => {
                        last.text.push_str(&piece.text);
                        last.x1 = last.x1.max(piece.x1);
                    }
                    None => sheet.push(Word {
                        x0: piece.x0,
                        x1: piece.x1,
                        y: placed.y,
                        size: span.size,
                        font,
                        bold: span.bold,
                        order,
                        text: piece.text,
                        hidden: None,
                    }),
                }
            }
        }
        self.count = self.count.saturating_add(sheet.len());
        self.sheets.push(sheet);
    }
}

/// The quarter turn of most of a page's characters.
fn usual_turn(spans: &[TextSpan]) -> i32 {
    let length = |turn: i32| spans.iter().filter(|span| span.rotate == turn).map(|span| span.text.len()).sum::<usize>();
    [0, 90, 180, 270].into_iter().rev().max_by_key(|turn| length(*turn)).unwrap_or(0)
}

/// A span in the turn in which it reads upright, y downwards.
struct Placed {
    x0: f32,
    x1: f32,
    y: f32,
}

impl Placed {
    fn of(span: &TextSpan, turn: i32) -> Placed {
        let (x, y, end_x, end_y) = (span.x, span.y, span.end_x, span.end_y);
        match turn {
            90 => Placed { x0: y, x1: end_y, y: x },
            180 => Placed { x0: -x, x1: -end_x, y },
            270 => Placed { x0: -y, x1: -end_y, y: -x },
            _ => Placed { x0: x, x1: end_x, y: -y },
        }
    }

    /// Somewhere on a page, and from left to right: mirrored text is none.
    fn is_readable(&self) -> bool {
        let near = [self.x0, self.x1, self.y].iter().all(|number| number.is_finite() && number.abs() < 100_000.0);
        near && self.x0 <= self.x1
    }
}

/// Whether a span goes on with the word before it: programs draw words in runs of a few glyphs.
fn continues(last: &Word, next: &Placed, font: u16) -> bool {
    let gap = next.x0 - last.x1;
    last.font == font
        && (last.y - next.y).abs() < 0.5
        && gap < WORD_GAP * last.size
        && gap > -0.3 * last.size
        && !last.text.ends_with(char::is_whitespace)
}

struct Piece {
    x0: f32,
    x1: f32,
    text: String,
}

/// The words of a span, each with its share of the width. A trailing blank stays, so that nothing is joined to it.
fn pieces(span: &TextSpan, placed: &Placed) -> Vec<Piece> {
    let text = &span.text;
    if !text.contains(char::is_whitespace) {
        return vec![Piece { x0: placed.x0, x1: placed.x1, text: text.clone() }];
    }
    let width = |c: char| if span.monospace || span.font_name.contains("Courier") { 1.0 } else { usual_width(c) };
    let whole: f32 = text.chars().map(width).sum();
    let unit = if whole > 0.0 { (placed.x1 - placed.x0) / whole } else { 0.0 };
    let mut out: Vec<Piece> = Vec::new();
    let (mut x, mut inside) = (placed.x0, false);
    for character in text.chars() {
        let next = x + width(character) * unit;
        if character.is_whitespace() {
            inside = false;
        } else if let Some(piece) = out.last_mut().filter(|_| inside) {
            piece.text.push(character);
            piece.x1 = next;
        } else {
            out.push(Piece { x0: x, x1: next, text: character.to_string() });
            inside = true;
        }
        x = next;
    }
    out
}

/// About how wide a character of a proportional font is, in thousandths of its size.
fn usual_width(c: char) -> f32 {
    match c {
        'i' | 'j' | 'l' | '\'' => 222.0,
        ' ' | '.' | ',' | ':' | ';' | '/' | '\\' | 'I' | 'f' | 't' | '!' | '[' | ']' | '|' => 278.0,
        '(' | ')' | '-' | 'r' | '*' | '`' => 333.0,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 500.0,
        'm' | 'M' => 833.0,
        'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 722.0,
        'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 667.0,
        'F' | 'T' | 'Z' => 611.0,
        'G' | 'O' | 'Q' => 778.0,
        'W' => 944.0,
        '@' => 1015.0,
        '%' => 889.0,
        '+' | '<' | '=' | '>' | '~' => 584.0,
        _ => 556.0,
    }
}
