//! A paper as it is laid out: every figure is text already.

use qist_app::ports::documents::{PaperHead, PaperSays, PaperToPrint};
use qist_domain::loan::{NoDues, YearOfLoan};
use serde::Serialize;

use super::account;
use crate::rupees::{figure, in_words};

#[derive(Debug, Serialize)]
pub(crate) struct View {
    pub title: String,
    pub lender: String,
    /// Address and corporate identity number.
    pub letterhead: String,
    pub number: String,
    /// Label and text.
    pub identity: Vec<[String; 2]>,
    /// The figures that a reader looks for first.
    pub tiles: Vec<[String; 2]>,
    pub paragraphs: Vec<String>,
    pub sections: Vec<Section>,
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Section {
    pub heading: String,
    pub heads: Vec<&'static str>,
    /// Shares of the width.
    pub widths: Vec<u32>,
    /// How many columns, from the left, hold words; the others hold figures.
    pub words: usize,
    pub rows: Vec<Vec<String>>,
    pub total: Vec<String>,
}

/// What a paper says itself, below its head.
pub(super) struct Body {
    pub title: String,
    pub tiles: Vec<[String; 2]>,
    pub paragraphs: Vec<String>,
    pub sections: Vec<Section>,
    pub notes: Vec<String>,
}

pub(crate) fn of(print: &PaperToPrint) -> View {
    let head = &print.head;
    let body = match &print.says {
        PaperSays::Statement(account) => account::body(account),
        PaperSays::Interest(year) => interest(head, year),
        PaperSays::NoDues(no_dues) => closed(head, no_dues),
    };
    let cin = if head.lender_cin.is_empty() { String::new() } else { format!("CIN {}", head.lender_cin) };
    let address = head.lender_address.lines().map(str::trim).map(str::to_owned);
    let letterhead: Vec<String> = address.chain([cin]).filter(|line| !line.is_empty()).collect();
    let mut notes = body.notes;
    notes.extend(complaints(head));
    notes.push("This paper is made by a computer and needs no signature.".to_owned());
    View {
        title: body.title,
        lender: head.lender.clone(),
        letterhead: letterhead.join(" · "),
        number: head.application_number.clone(),
        identity: identity(head),
        tiles: body.tiles,
        paragraphs: body.paragraphs,
        sections: body.sections,
        notes,
    }
}

fn identity(head: &PaperHead) -> Vec<[String; 2]> {
    let pairs = [
        ("Borrower", head.borrower.clone()),
        ("Loan number", head.application_number.clone()),
        ("Customer", head.customer_id.clone()),
        ("Loan amount", figure(head.lent)),
        ("Obtained through", head.platform.clone()),
        ("Paid out", head.disbursed_day.long_text()),
        ("Issued", head.issued_day.long_text()),
        ("Interest rate", format!("{}% a year", head.annual_rate_percent)),
    ];
    pairs.into_iter().filter(|(_, text)| !text.is_empty()).map(|(label, text)| [label.to_owned(), text]).collect()
}

fn complaints(head: &PaperHead) -> Option<String> {
    let officer = &head.officer;
    let ways: Vec<&str> = [&officer.name, &officer.phone, &officer.email]
        .into_iter()
        .map(String::as_str)
        .filter(|way| !way.is_empty())
        .collect();
    (!ways.is_empty())
        .then(|| format!("If something here is not as you know it, tell our grievance officer: {}.", ways.join(", ")))
}

fn interest(head: &PaperHead, year: &YearOfLoan) -> Body {
    let (from, until) = (year.year.first_day(), year.until.long_text());
    let from = from.map(qist_domain::day::Day::long_text).unwrap_or_default();
    let total = |one, other| figure([one, other].into_iter().sum());
    let row = |label: &str, due, paid| vec![label.to_owned(), figure(due), figure(paid)];
    Body {
        title: format!("Interest certificate {}", year.year),
        tiles: vec![
            ["Interest paid".to_owned(), figure(year.interest_paid)],
            ["Principal paid".to_owned(), figure(year.principal_paid)],
        ],
        paragraphs: vec![format!(
            "{} certifies what fell due and what {} paid on loan {} from {from} to {until}, in the financial year {}.",
            head.lender, head.borrower, head.application_number, year.year
        )],
        sections: vec![Section {
            heading: format!("Financial year {}", year.year),
            heads: vec!["", "Fell due", "Paid"],
            widths: vec![2, 1, 1],
            words: 1,
            rows: vec![
                row("Principal", year.principal_due, year.principal_paid),
                row("Interest", year.interest_due, year.interest_paid),
            ],
            total: vec![
                "Together".to_owned(),
                total(year.principal_due, year.interest_due),
                total(year.principal_paid, year.interest_paid),
            ],
        }],
        notes: vec![
            "Charges are not among these figures. Interest that was added to what is owed counts as principal from then on."
                .to_owned(),
        ],
    }
}

fn closed(head: &PaperHead, no_dues: &NoDues) -> Body {
    let closed = no_dues.closed_day.long_text();
    let mut paragraphs = vec![
        format!(
            "{} certifies that loan {} of {} over {}, paid out on {}, was closed on {closed}.",
            head.lender,
            head.application_number,
            head.borrower,
            figure(no_dues.lent),
            head.disbursed_day.long_text()
        ),
        "Nothing is owed on this loan any more: no principal, no interest and no charge.".to_owned(),
    ];
    if no_dues.waived.is_positive() {
        paragraphs.push(format!(
            "Of what was owed, the lender waived {} ({}).",
            figure(no_dues.waived),
            in_words(no_dues.waived)
        ));
    }
    if no_dues.excess.is_positive() {
        paragraphs
            .push(format!("{} were paid too much and are to be paid back to the borrower.", figure(no_dues.excess)));
    }
    Body {
        title: "No-dues certificate".to_owned(),
        tiles: vec![
            ["Closed on".to_owned(), closed],
            ["Owed".to_owned(), figure(qist_domain::money::Paise::ZERO)],
            ["Paid in all".to_owned(), figure(no_dues.paid)],
        ],
        paragraphs,
        sections: Vec::new(),
        notes: Vec::new(),
    }
}
