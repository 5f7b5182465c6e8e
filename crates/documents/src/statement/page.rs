//! The statement as a page: without scripts, without anything from elsewhere, readable on a phone.

use askama::Template;
use qist_app::ports::documents::StatementToPrint;
use qist_domain::kfs::Language;

use super::view::{self, View};
use crate::renderer::DocumentError;

#[derive(Template)]
#[template(path = "statement.html")]
struct Page {
    view: View,
    links: Links,
}

struct Links {
    label: &'static str,
    languages: Vec<LanguageLink>,
    pdf: String,
}

struct LanguageLink {
    code: &'static str,
    name: &'static str,
    href: String,
    current: bool,
}

/// `query` is the signature of the page's link, without the language: `expires=…&signature=…`.
pub fn page(statement: &StatementToPrint, query: &str) -> Result<String, DocumentError> {
    let link = |language: Language| LanguageLink {
        code: language.code(),
        name: match language {
            Language::English => "English",
            Language::Hindi => "हिन्दी",
        },
        href: format!("?language={}&{query}", language.code()),
        current: language == statement.language,
    };
    let facts = &statement.facts;
    let links = Links {
        label: match statement.language {
            Language::English => "Language and download",
            Language::Hindi => "भाषा और डाउनलोड",
        },
        languages: Language::ALL.map(link).into(),
        // Relative to /kfs/{proposal}/{version}.
        pdf: format!("{}/pdf?language={}&{query}", facts.version, statement.language.code()),
    };
    let page = Page { view: view::of(statement), links };
    page.render().map_err(|why| DocumentError::Data(why.to_string()))
}
