//! What a file tells of how it was made.

use pdfboss_core::{Document, Metadata};

use crate::reading::{FileFacts, FileFinding};
use crate::words::Fraud;

/// Programs that people change PDFs with. Banks print with none of them.
const EDITORS: &[&str] = &[
    "photoshop",
    "illustrator",
    "acrobat pro",
    "acrobat dc",
    "pdfescape",
    "sejda",
    "smallpdf",
    "ilovepdf",
    "pdffiller",
    "foxit phantom",
    "foxit editor",
    "foxit pdf editor",
    "nitro pro",
    "pdfelement",
    "wondershare",
    "pdf-xchange",
    "pdf xchange",
    "infix",
    "canva",
    "coreldraw",
    "inkscape",
    "gimp",
    "libreoffice",
    "openoffice",
    "microsoft word",
    "microsoft® word",
    "microsoft excel",
    "microsoft® excel",
    "microsoft powerpoint",
    "wps office",
    "wps writer",
    "google docs",
    "pages quartz",
    "pdf architect",
    "soda pdf",
    "dochub",
    "pdfsam",
    "able2extract",
    "master pdf",
    "xodo",
    "pdf candy",
    "pdf2go",
    "pdf24",
    "phantompdf",
    "scribus",
    "figma",
];

pub fn of(bytes: &[u8], document: &Document) -> FileFacts {
    let metadata = document.metadata();
    let mut findings = Vec::new();
    if let Some((field, value)) = editor(&metadata, bytes) {
        let reason = format!("the {field} of the file is \"{value}\", a program that changes documents");
        findings.push(FileFinding { fraud: Fraud::AuthorFraud, reason });
    }
    if let Some(reason) = changed_later(&metadata, bytes) {
        findings.push(FileFinding { fraud: Fraud::IncrementalUpdate, reason });
    }
    let short = |text: Option<String>| text.map(|text| text.chars().take(200).collect());
    FileFacts { creator: short(metadata.creator), producer: short(metadata.producer), findings, ..FileFacts::default() }
}

/// Which entry names an editor, and what it says.
fn editor(metadata: &Metadata, bytes: &[u8]) -> Option<(&'static str, String)> {
    let named = |value: &str| EDITORS.iter().any(|editor| value.to_lowercase().contains(editor));
    let entries = [("creator", &metadata.creator), ("producer", &metadata.producer), ("author", &metadata.author)];
    let entry = entries.into_iter().find_map(|(field, value)| {
        let value = value.as_deref().filter(|value| named(value))?;
        Some((field, value.chars().take(100).collect()))
    });
    entry.or_else(|| {
        let value = xmp_values(bytes).into_iter().find(|value| named(value))?;
        Some(("XMP metadata", value.chars().take(100).collect()))
    })
}

/// The values of the two XMP entries that name programs, where the packet stands uncompressed.
fn xmp_values(bytes: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    for tag in ["xmp:CreatorTool", "pdf:Producer"] {
        for (open, close) in [(format!("<{tag}>"), "<"), (format!("{tag}=\""), "\"")] {
            let Some(at) = find(bytes, open.as_bytes()) else { continue };
            let rest = &bytes[at + open.len()..bytes.len().min(at + open.len() + 200)];
            let value = String::from_utf8_lossy(rest);
            values.extend(value.split(close).next().map(str::to_owned));
        }
    }
    values
}

fn changed_later(metadata: &Metadata, bytes: &[u8]) -> Option<String> {
    let ends = count(bytes, b"%%EOF");
    let linearized = find(&bytes[..bytes.len().min(2048)], b"/Linearized").is_some();
    let extra = ends > if linearized { 2 } else { 1 };
    let (made, changed) = (metadata.creation_date.as_deref(), metadata.mod_date.as_deref());
    let later = matches!((digits(made), digits(changed)), (Some(made), Some(changed)) if changed > made);
    match (extra, later) {
        (true, _) => Some(format!("the file was written {ends} times: later parts replace earlier ones")),
        (false, true) => Some("the file says that it was changed after it was made".to_owned()),
        (false, false) => None,
    }
}

/// The fourteen digits of `D:YYYYMMDDHHmmSS`.
fn digits(date: Option<&str>) -> Option<String> {
    let digits: String = date?.chars().filter(char::is_ascii_digit).take(14).collect();
    (digits.len() == 14).then_some(digits)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}
