//! Pages with text at places, as PDF.

use pdf_writer::{Content, Date, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

/// Widths of the characters from blank to tilde in thousandths, as the metrics of the standard fonts give them.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];
const COURIER: [u16; 95] = [600; 95];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Helvetica,
    Times,
    Courier,
    /// Set as wide as the regular one, which is near enough for words that nothing is measured against.
    Bold,
}

const FACES: [Face; 4] = [Face::Helvetica, Face::Times, Face::Courier, Face::Bold];

impl Face {
    const fn widths(self) -> &'static [u16; 95] {
        match self {
            Face::Helvetica | Face::Bold => &HELVETICA,
            Face::Times => &TIMES,
            Face::Courier => &COURIER,
        }
    }

    const fn name(self) -> &'static [u8] {
        match self {
            Face::Helvetica => b"Helvetica",
            Face::Times => b"Times-Roman",
            Face::Courier => b"Courier",
            Face::Bold => b"Helvetica-Bold",
        }
    }

    const fn resource(self) -> Name<'static> {
        match self {
            Face::Helvetica => Name(b"F1"),
            Face::Times => Name(b"F2"),
            Face::Courier => Name(b"F3"),
            Face::Bold => Name(b"F4"),
        }
    }

    pub fn width(self, text: &str, size: f32) -> f32 {
        let of = |c: char| (c as usize).checked_sub(32).and_then(|at| self.widths().get(at)).copied().unwrap_or(500);
        text.chars().map(|c| f32::from(of(c))).sum::<f32>() * size / 1000.0
    }
}

pub struct Ink {
    pub face: Face,
    pub size: f32,
}

/// One page as it is seen: x to the right, y upwards.
pub struct Page {
    content: Content,
    width: f32,
    rotated: bool,
    /// Draws each word by itself instead of each text.
    word_by_word: bool,
}

impl Page {
    pub fn text(&mut self, x: f32, y: f32, text: &str, ink: &Ink) {
        if !self.word_by_word {
            return self.show(x, y, text, ink);
        }
        let mut at = x;
        for word in text.split_inclusive(' ') {
            self.show(at, y, word.trim_end(), ink);
            at += ink.face.width(word, ink.size);
        }
    }

    fn show(&mut self, x: f32, y: f32, text: &str, ink: &Ink) {
        // A page that is turned clockwise to be read shows its point (x, y) at (y, width - x).
        let matrix = if self.rotated { [0.0, 1.0, -1.0, 0.0, self.width - y, x] } else { [1.0, 0.0, 0.0, 1.0, x, y] };
        self.content.begin_text().set_font(ink.face.resource(), ink.size).set_text_matrix(matrix);
        self.content.show(Str(text.as_bytes())).end_text();
    }

    pub fn text_to(&mut self, right: f32, y: f32, text: &str, ink: &Ink) {
        self.text(right - ink.face.width(text, ink.size), y, text, ink);
    }

    pub fn line(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        let turn = |x: f32, y: f32| if self.rotated { (self.width - y, x) } else { (x, y) };
        let ((x0, y0), (x1, y1)) = (turn(x0, y0), turn(x1, y1));
        self.content.set_line_width(0.4).move_to(x0, y0).line_to(x1, y1).stroke();
    }

    /// Covers what is there in white.
    pub fn cover(&mut self, x: f32, y: f32, width: f32, height: f32) {
        let (x, y, width, height) =
            if self.rotated { (self.width - y - height, x, height, width) } else { (x, y, width, height) };
        self.content.save_state().set_fill_gray(1.0).rect(x, y, width, height).fill_nonzero().restore_state();
    }
}

pub struct Paper {
    /// As it is seen.
    pub width: f32,
    pub height: f32,
    pub rotated: bool,
    pub word_by_word: bool,
    pages: Vec<Page>,
}

impl Paper {
    pub fn new(width: f32, height: f32, rotated: bool, word_by_word: bool) -> Paper {
        Paper { width, height, rotated, word_by_word, pages: Vec::new() }
    }

    pub fn page(&mut self) -> &mut Page {
        // The unrotated width of a turned page is the height that is seen.
        let width = if self.rotated { self.height } else { self.width };
        let page = Page { content: Content::new(), width, rotated: self.rotated, word_by_word: self.word_by_word };
        self.pages.push(page);
        self.pages.last_mut().unwrap()
    }

    pub fn last(&mut self) -> &mut Page {
        self.pages.last_mut().unwrap()
    }

    pub fn finish(self, creator: &str, producer: &str) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut next = 1;
        let mut id = || {
            next += 1;
            Ref::new(next - 1)
        };
        let (catalog, tree, info) = (id(), id(), id());
        let fonts: Vec<Ref> = FACES.iter().map(|_| id()).collect();
        let pages: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (id(), id())).collect();
        pdf.catalog(catalog).pages(tree);
        let count = i32::try_from(pages.len()).unwrap();
        pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(count);
        let mut about = pdf.document_info(info);
        about.creator(TextStr(creator)).producer(TextStr(producer));
        about.creation_date(Date::new(2024).month(1).day(5));
        about.finish();
        for (face, font) in FACES.iter().zip(&fonts) {
            let mut written = pdf.type1_font(*font);
            written.base_font(Name(face.name())).first_char(32).last_char(126);
            written.widths(face.widths().iter().map(|width| f32::from(*width)));
            written.encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let (width, height) = if self.rotated { (self.height, self.width) } else { (self.width, self.height) };
        for (page, (page_id, content_id)) in self.pages.into_iter().zip(pages) {
            let mut written = pdf.page(page_id);
            written.media_box(Rect::new(0.0, 0.0, width, height)).parent(tree).contents(content_id);
            if self.rotated {
                written.rotate(90);
            }
            let mut resources = written.resources();
            let mut named = resources.fonts();
            for (face, font) in FACES.iter().zip(&fonts) {
                named.pair(face.resource(), *font);
            }
            named.finish();
            resources.finish();
            written.finish();
            let squeezed = miniz_oxide::deflate::compress_to_vec_zlib(page.content.finish().as_slice(), 6);
            pdf.stream(content_id, &squeezed).filter(pdf_writer::Filter::FlateDecode);
        }
        pdf.finish()
    }
}
