//! The only file that knows Typst: one template and one piece of data in, PDF bytes out.
//!
//! The world that a template sees has two files, itself and `data.json`, and four fonts. There is no
//! disk, no package, no network and no clock behind it.

use qist_domain::day::Day;
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::renderer::DocumentError;
use crate::text;

const FONTS: [&[u8]; 4] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
    include_bytes!("../fonts/NotoSansDevanagari-Bold.ttf"),
];

const IST_OFFSET_MINUTES: i32 = 330;

/// What a PDF says of itself.
pub(crate) struct Stamp {
    /// Names the document among all others, and is the same whenever it is made again.
    pub identity: String,
    /// Printed into the file as its creation date, at midnight in India.
    pub day: Day,
}

pub(crate) struct Typesetter {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    data_file: FileId,
    standards: PdfStandards,
}

impl Typesetter {
    pub fn new() -> Result<Self, DocumentError> {
        let parsed = FONTS.map(|bytes| Font::new(Bytes::new(bytes), 0));
        let fonts: Vec<Font> = parsed.into_iter().collect::<Option<_>>().ok_or(DocumentError::BuiltIn("font"))?;
        Ok(Typesetter {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            data_file: file("data.json")?,
            standards: PdfStandards::new(&[PdfStandard::A_2a])
                .map_err(|error| DocumentError::Typeset(error.message().to_string()))?,
        })
    }

    /// Lays `data` out by `template`, which reads it with `json("data.json")`.
    pub fn typeset(&self, template: &Source, data: &impl Serialize, stamp: &Stamp) -> Result<Vec<u8>, DocumentError> {
        let unreadable = |error: serde_json::Error| DocumentError::Data(error.to_string());
        let mut data = serde_json::to_value(data).map_err(unreadable)?;
        text::make_printable(&mut data, &|c| self.has_glyph(c));
        let data = Bytes::new(serde_json::to_vec(&data).map_err(unreadable)?);
        let pdf = Desk { typesetter: self, template, data }.pdf(stamp);
        // Typst remembers all that it has laid out, in memory of the whole process. Two documents have too little
        // in common for that to save time, and what borrowers said must not pile up in a server.
        typst::comemo::evict(0);
        pdf
    }

    fn has_glyph(&self, c: char) -> bool {
        self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)))
    }

    fn options(&self, stamp: &Stamp) -> PdfOptions {
        PdfOptions {
            ident: Smart::Custom(stamp.identity.clone()),
            creator: Smart::Custom(Some("Qist".to_owned())),
            timestamp: midnight(stamp.day).and_then(|midnight| Timestamp::new_local(midnight, IST_OFFSET_MINUTES)),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        }
    }
}

/// A template of this crate, parsed, after what all of them share.
pub(crate) fn template(name: &str, text: &'static str) -> Result<Source, DocumentError> {
    Ok(Source::new(file(name)?, [include_str!("common.typ"), text].concat()))
}

fn file(name: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(name).map_err(|_| DocumentError::BuiltIn("file name"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn midnight(day: Day) -> Option<Datetime> {
    let text = day.to_string();
    let mut parts = text.splitn(3, '-');
    let (year, month, date) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Datetime::from_ymd_hms(year, month, date, 0, 0, 0)
}

/// One document in the making: the typesetter with a template and data laid before it.
struct Desk<'a> {
    typesetter: &'a Typesetter,
    template: &'a Source,
    data: Bytes,
}

impl Desk<'_> {
    fn pdf(&self, stamp: &Stamp) -> Result<Vec<u8>, DocumentError> {
        let document = typst::compile::<PagedDocument>(self).output.map_err(|errors| refusal(&errors))?;
        typst_pdf::pdf(&document, &self.typesetter.options(stamp)).map_err(|errors| refusal(&errors))
    }
}

fn refusal(errors: &[SourceDiagnostic]) -> DocumentError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    DocumentError::Typeset(messages.join("; "))
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.typesetter.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.typesetter.data_file { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
