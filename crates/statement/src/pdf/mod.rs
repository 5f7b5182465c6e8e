//! Words with their places out of a PDF, whatever engine finds them.

mod boss;
mod facts;

use std::time::{Duration, Instant};

use crate::reading::{FileFacts, Limit, Limits, Unreadable};

pub use boss::Pdfboss;

/// A word as a reader sees it: x to the right and y downwards, in points.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub x0: f32,
    pub x1: f32,
    /// Of the baseline.
    pub y: f32,
    pub size: f32,
    /// Place in [`Pages::fonts`].
    pub font: u16,
    pub bold: bool,
    /// What is drawn later covers what was drawn before.
    pub order: u32,
    pub text: String,
    /// What this word was drawn over.
    pub hidden: Option<String>,
}

pub struct Pages {
    /// Words of each page, in the order in which they are drawn.
    pub sheets: Vec<Vec<Word>>,
    pub fonts: Vec<String>,
    pub facts: FileFacts,
}

/// What finds the words. There is one engine; another has to give this and nothing else.
pub trait Engine {
    fn pages(&self, bytes: &[u8], password: Option<&str>, limits: &Limits, watch: Watch) -> Result<Pages, Unreadable>;
}

/// How long one file may still take.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    began: Instant,
    time_max: Duration,
}

impl Watch {
    pub fn start(limits: &Limits) -> Watch {
        Watch { began: Instant::now(), time_max: limits.time_max }
    }

    pub fn check(self) -> Result<(), Unreadable> {
        if self.began.elapsed() > self.time_max { Err(Unreadable::Limit(Limit::Time)) } else { Ok(()) }
    }
}
