//! The statement as it is laid out, on paper or on a screen: every figure is text already.

use qist_app::ports::documents::StatementToPrint;
use qist_domain::kfs::{Figures, KeyFacts};
use qist_domain::product::EmiMethod;
use serde::Serialize;

use super::{annex_a, annex_bc};
use crate::rupees::figure;
use crate::words::Words;

#[derive(Debug, Serialize)]
pub(crate) struct View {
    pub language: &'static str,
    pub title: String,
    pub lender: String,
    pub platform: String,
    pub proposal_number: String,
    pub version: u32,
    /// Label and text.
    pub identity: Vec<[String; 2]>,
    /// The figures that a borrower looks for first.
    pub tiles: Vec<[String; 2]>,
    /// What is special about this version.
    pub notice: String,
    pub sections: Vec<Section>,
    pub hash_label: String,
    pub sha256: String,
    pub page_label: [String; 2],
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Section {
    pub heading: String,
    pub subheading: String,
    pub rows: Vec<Fact>,
    pub table: Option<Table>,
    pub notes: Vec<String>,
}

/// A numbered fact; where `table` is there, it stands under the label in place of the text.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub number: &'static str,
    pub label: String,
    pub lines: Vec<String>,
    pub table: Option<Table>,
    pub strong: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub heads: Vec<String>,
    /// How many columns, from the left, hold words; the others hold figures.
    pub words: usize,
    pub rows: Vec<Vec<String>>,
    pub total: Vec<String>,
}

impl Fact {
    pub fn new(number: &'static str, label: String, text: impl Into<String>) -> Fact {
        Fact { number, label, lines: vec![text.into()], table: None, strong: false }
    }

    pub fn strong(self) -> Fact {
        Fact { strong: true, ..self }
    }

    pub fn lines(number: &'static str, label: String, lines: Vec<String>) -> Fact {
        Fact { number, label, lines, table: None, strong: false }
    }

    pub fn table(number: &'static str, label: String, table: Table) -> Fact {
        Fact { number, label, lines: Vec::new(), table: Some(table), strong: false }
    }
}

pub(crate) fn of(print: &StatementToPrint) -> View {
    let StatementToPrint { facts, sha256, language } = print;
    let words = Words(*language);
    let figures = Figures::of(&facts.quote);
    View {
        language: language.code(),
        title: words.say("Key Facts Statement", "मुख्य तथ्य विवरण"),
        lender: facts.lender.name.clone(),
        platform: facts.platform.name.clone(),
        proposal_number: facts.proposal_number.clone(),
        version: facts.version,
        identity: identity(facts, words),
        tiles: vec![
            [words.say("Loan amount", "ऋण राशि"), figure(figures.sanctioned)],
            [receive_label(facts, &figures, words), figure(figures.net_disbursed)],
            [instalment_label(facts, words), figure(facts.quote.regular_instalment())],
            [words.say("APR, all costs", "एपीआर, सभी लागत सहित"), format!("{}%", facts.apr.nominal)],
        ],
        notice: notice(facts, words),
        sections: vec![
            annex_a::rates_and_fees(facts, &figures, words),
            annex_a::other_information(facts, words),
            annex_bc::apr(facts, &figures, words),
            annex_bc::schedule(facts, words),
        ],
        hash_label: words.say("SHA-256 of this statement's data", "इस विवरण के डेटा का SHA-256"),
        sha256: sha256.clone(),
        page_label: [words.say("Page", "पृष्ठ"), words.say("of", "/")],
    }
}

/// With a subvention the borrower gets more than is paid out, as goods of the seller.
fn receive_label(facts: &KeyFacts, figures: &Figures, words: Words) -> String {
    let label = match facts.quote.parts.len() {
        0 => words.say("You receive", "आपको मिलेंगे"),
        count => words.pick(format!("You receive, in {count} parts"), format!("आपको मिलेंगे, {count} भागों में")),
    };
    if !figures.subvention.is_positive() {
        return label;
    }
    let paid = figure(figures.paid_out);
    label + &words.pick(format!("; the seller is paid {paid}"), format!("; विक्रेता को {paid} दिए जाएँगे"))
}

fn instalment_label(facts: &KeyFacts, words: Words) -> String {
    match facts.quote.terms.method {
        EmiMethod::EqualPrincipal => words.say("Largest instalment", "सबसे बड़ी किस्त"),
        EmiMethod::Bullet if facts.quote.repaying_rows().count() > 1 => {
            words.say("Each instalment but the last", "अंतिम को छोड़कर हर किस्त")
        }
        _ => words.say("Each instalment", "हर किस्त"),
    }
}

fn identity(facts: &KeyFacts, words: Words) -> Vec<[String; 2]> {
    let at = |instant: qist_domain::day::Instant| {
        let text = instant.ist_text();
        format!("{}, {} IST", words.day(instant.day()), text.get(11..16).unwrap_or_default())
    };
    let until = words.pick("before", "से पहले");
    let until = words.pick(format!("{until} {}", at(facts.valid_until)), format!("{} {until}", at(facts.valid_until)));
    vec![
        [words.say("Lender", "ऋणदाता"), facts.lender.name.clone()],
        [words.say("Offered through", "माध्यम"), facts.platform.name.clone()],
        [words.say("Application", "आवेदन"), facts.application_number.clone()],
        [words.say("Proposal", "प्रस्ताव संख्या"), format!("{} · v{}", facts.proposal_number, facts.version)],
        [words.say("Issued", "जारी"), at(facts.issued_at)],
        [words.say("Can be accepted", "स्वीकार करें"), until],
    ]
}

fn notice(facts: &KeyFacts, words: Words) -> String {
    let start = words.day(facts.quote.start);
    if facts.version > 1 {
        return words.pick(
            format!(
                "This replaces version {}: the money was paid out on {start}. The terms are the same; the due days, and what is \
                 counted by days, follow from the day of the money.",
                facts.version - 1
            ),
            format!(
                "यह संस्करण {} का स्थान लेता है: राशि {start} को दी गई। शर्तें वही हैं; देय तिथियाँ और दिनों के हिसाब से गिनी जाने वाली राशियाँ \
                 भुगतान के दिन से तय होती हैं।",
                facts.version - 1
            ),
        );
    }
    words.pick(
        format!(
            "The days below are for money that is paid out on {start}. If it is paid out on another day, the due days move with it and \
             what is counted by days is counted from that day, so that interest, instalments, what you receive and the APR may \
             differ a little; you are then given this statement again. The terms do not change."
        ),
        format!(
            "नीचे दी गई तिथियाँ {start} को राशि मिलने पर लागू हैं। यदि राशि किसी और दिन दी जाती है, तो देय तिथियाँ उसी के अनुसार बदलती हैं और दिनों के \
             हिसाब से गिनी जाने वाली राशियाँ उस दिन से गिनी जाती हैं; इसलिए ब्याज, किस्तें, मिलने वाली राशि और एपीआर में थोड़ा अंतर हो सकता है, और तब आपको \
             यह विवरण दोबारा दिया जाता है। शर्तें नहीं बदलतीं।"
        ),
    )
}

/// How many instalments, how often, and when the last.
pub(super) fn term(facts: &KeyFacts, words: Words) -> String {
    let quote = &facts.quote;
    let (tenure, period) = (quote.tenure, words.period(quote.terms.period));
    let last = quote.rows.last().map(|row| words.day(row.due_day)).unwrap_or_default();
    words.pick(
        format!("{tenure} instalments, {}; the last on {last}", period.to_lowercase()),
        format!("{tenure} किस्तें, {period}; अंतिम {last} को"),
    )
}
