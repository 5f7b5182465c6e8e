//! Documents that are printed from the code's own lists. Each test compares one with the file that is checked in;
//! `cargo xtask bless` sets `QIST_BLESS`, and then it is written instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use qist_domain::application::LoanStatus;
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::journey::Step;
use qist_domain::refusal::{Code, Kind};
use qist_domain::user::consent::CONSENT_TEXTS;
use qist_domain::user::{UserAction, UserStatus};
use qist_domain::webhook::{Body, example, is_for_lenders};

/// `path` is relative to the workspace.
fn golden(path: &str, fresh: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("QIST_BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, fresh).unwrap();
        return;
    }
    let checked_in = fs::read_to_string(&file).unwrap_or_default();
    let differs = fresh.lines().zip(checked_in.lines()).position(|(fresh, checked_in)| fresh != checked_in);
    let line = differs.unwrap_or_else(|| fresh.lines().count().min(checked_in.lines().count())) + 1;
    assert!(
        fresh == checked_in,
        "{path} is not as the code has it, from line {line} on: look at what `cargo xtask bless` makes of it"
    );
}

/// A page below `docs/generated/`.
fn page(name: &str, title: &str, about: &str, body: &str) {
    let note = "Printed from the code by `cargo xtask bless`; a test fails where it differs.";
    golden(&format!("docs/generated/{name}.md"), &format!("# {title}\n\n{about}\n\n{note}\n\n{body}"));
}

fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(header.len()));
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

#[test]
fn statuses_are_as_documented() {
    let actions: Vec<String> = UserAction::ALL.iter().map(|action| format!("{action:?}")).collect();
    let header: Vec<&str> = std::iter::once("status").chain(actions.iter().map(String::as_str)).collect();
    let rows = UserStatus::ALL.iter().map(|status| {
        let after = |action: &UserAction| status.after(*action).map_or("", UserStatus::name).to_owned();
        std::iter::once(code(status.name())).chain(UserAction::ALL.iter().map(after)).collect()
    });
    let customers = table(&header, rows);
    let about = "A row is where something stands, a column is what is done to it, and the cell is where it stands \
                 afterwards. An empty cell refuses.";
    let body = format!("## Customers\n\n{customers}\n## Loan applications\n\n{}", LoanStatus::table());
    page("statuses", "Statuses and their moves", about, &body);
}

#[test]
fn refusals_are_as_documented() {
    let status = |kind: Kind| match kind {
        Kind::Invalid => "400",
        Kind::NotFound => "404",
        Kind::Conflict => "409",
        Kind::Forbidden => "403",
        Kind::Limited => "429",
    };
    let rows = Code::ALL
        .iter()
        .map(|refused| vec![code(refused.name()), status(refused.kind()).to_owned(), refused.meaning().to_owned()]);
    let about = "Every refusal has a stable `code`; program against it, not against the message. The HTTP status is that \
                 of the borrower's and the lender's API. The sourcing entity's API states its own for some cases: see \
                 each call in [openapi.json](../../openapi.json).";
    page("errors", "Refusals", about, &table(&["code", "HTTP", "meaning"], rows));
}

#[test]
fn activities_are_as_documented() {
    let at = Instant::from_micros(1_600_207_111_000_000);
    let rows = EventType::ALL.iter().map(|event_type| {
        let event = example(*event_type);
        let body = serde_json::to_string(&Body::of("some_customer_id", &event, at)).unwrap();
        let lender = if is_for_lenders(&event) { "yes" } else { "" };
        vec![code(event_type.name()), lender.to_owned(), code(&body)]
    });
    let about = "What happens to a customer is logged under one of these names, and read with User Activity History. A \
                 name, once announced, never changes. [Webhooks](../webhooks.md) are sent with bodies like these; a lender \
                 hears of those that are of an application which is assigned to it.";
    page("events", "Activities", about, &table(&["eventType", "for lenders", "body of an example"], rows));
}

#[test]
fn consents_are_as_documented() {
    let rows = CONSENT_TEXTS
        .iter()
        .map(|consent| vec![code(consent.purpose.name()), consent.version.to_string(), consent.text.to_owned()]);
    let about = "Each consent is for one purpose and to the text of one version. A new text is a new version, and a \
                 consent to an older one no longer counts.";
    page("consents", "Consents", about, &table(&["purpose", "version", "text"], rows));
}

#[test]
fn the_journey_is_as_documented() {
    let rows = Step::ALL.iter().map(|step| vec![code(step.name()), code(step.call()), step.meaning().to_owned()]);
    let about = "What a borrower does next, in order. A step without a call needs nothing from the borrower.";
    page("journey", "The borrower's journey", about, &table(&["step", "call", "meaning"], rows));
}

#[test]
fn the_personas_of_the_sandbox_are_as_documented() {
    golden("docs/generated/personas.md", &qist_providers::sandbox::personas_markdown());
}

#[test]
fn the_api_document_is_as_checked_in() {
    let document = qist_http::api_document().to_pretty_json().unwrap();
    golden("openapi.json", &format!("{document}\n"));
}
