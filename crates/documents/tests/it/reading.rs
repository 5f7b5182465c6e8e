//! Reads a PDF back, with a library that has nothing in common with the one that wrote it.

use pdfboss_core::Document;
use pdfboss_text::{ReadingOrder, TextSpan, extract_spans};

pub struct Reading {
    pub title: String,
    pub creation_date: String,
    pub pages: Vec<Page>,
}

pub struct Page {
    pub spans: Vec<TextSpan>,
    /// All text without its blanks, because a reader only guesses where a blank was drawn.
    text: String,
}

pub fn read(pdf: &[u8]) -> Reading {
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let document = Document::load(pdf.to_vec()).unwrap();
    let metadata = document.metadata();
    let pages = (0..document.page_count()).map(|index| {
        let spans = extract_spans(&document, &document.page(index).unwrap(), ReadingOrder::Content).unwrap();
        let text = spans.iter().map(|span| squeezed(&span.text)).collect();
        Page { spans, text }
    });
    Reading { title: metadata.title.unwrap(), creation_date: metadata.creation_date.unwrap(), pages: pages.collect() }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Page {
    pub fn says(&self, text: &str) -> bool {
        self.text.contains(&squeezed(text))
    }
}

impl Reading {
    pub fn says(&self, text: &str) -> bool {
        self.pages.iter().map(|page| page.text.as_str()).collect::<String>().contains(&squeezed(text))
    }

    pub fn last_page(&self) -> &Page {
        self.pages.last().unwrap()
    }
}
