//! The personas as a page for people who test against the sandbox.

use std::fmt;

use qist_app::ports::connector::ProviderKind;

use super::persona::{Says, Then, When};
use super::{ASK_AGAIN_SECONDS, PERSONAS};

const INTRODUCTION: &str = "\
# Sandbox personas

The sandbox stands in for every provider. Ordinary input succeeds. The inputs below make a provider behave otherwise;
only the digits named count, everything else about the input is free. The sandbox keeps no state: the same question
under the same reference is always answered in the same way.

None of these numbers is meant to be anybody's: they are examples of the right shape, nothing is looked up anywhere, and
no message leaves the machine.
";

/// The page, in Markdown.
#[must_use]
pub fn personas_markdown() -> String {
    let sections = ProviderKind::ALL.iter().map(|kind| section(*kind));
    std::iter::once(INTRODUCTION.to_owned()).chain(sections).collect::<Vec<_>>().join("\n")
}

fn section(kind: ProviderKind) -> String {
    let mut text = format!("## {}\n\n| Input | Example | What happens |\n| --- | --- | --- |\n", title(kind));
    for persona in PERSONAS.iter().filter(|persona| persona.kind == kind) {
        text.push_str(&format!("| {} | `{}` | {} |\n", persona.when, persona.example, persona.then));
    }
    text.push_str(&format!("| anything else | | {} |\n", usual(kind)));
    text
}

fn title(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Bureau => "Credit bureau",
        ProviderKind::DeviceInsights => "Device insights",
        ProviderKind::Kyc => "KYC documents",
        ProviderKind::Gst => "GST",
        ProviderKind::PennyDrop => "Bank account (penny drop)",
        ProviderKind::Mandate => "Mandate",
        ProviderKind::Esign => "Electronic signature",
        ProviderKind::Payout => "Payout",
        ProviderKind::Payment => "Payment",
        ProviderKind::Message => "SMS and e-mail",
    }
}

fn usual(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Bureau => "a score from 650 to 850 that follows from the PAN",
        ProviderKind::DeviceInsights => "a score from 0.5000 to 0.9499 that follows from the customer's id",
        ProviderKind::Kyc => "verified",
        ProviderKind::Gst => "connected",
        ProviderKind::PennyDrop => "verified, under the holder's name in capitals",
        ProviderKind::Mandate => "registered, with a UMRN that follows from the reference",
        ProviderKind::Esign => "signed, with a number that follows from the reference",
        ProviderKind::Payout => "paid out, with a UTR that follows from the reference",
        ProviderKind::Payment => "settled, with a UTR that follows from the reference",
        ProviderKind::Message => "sent",
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::PanDigits(digits) => write!(f, "PAN with the digits {digits}"),
            When::PanDigitsBetween(from, to) => write!(f, "PAN with the digits {from:04} to {to:04}"),
            When::PanDigitsAndDocument(digits, begin) => {
                write!(f, "PAN with the digits {digits}, document `{begin}…`")
            }
            When::CustomerIdStarts(begin) => write!(f, "customer id that begins with `{begin}`"),
            When::GstinEntity(entity) => write!(f, "GSTIN whose 13th character is {entity}"),
            When::DebitOf(end, 0) => write!(f, "debit of an account that ends in {end}"),
            When::DebitOf(end, num) => write!(f, "debit of instalment {num} of an account that ends in {end}"),
            When::AccountEnds(end) => write!(f, "account number that ends in {end}"),
            When::MobileEnds(end) => write!(f, "mobile number that ends in {end}"),
            When::AmountEnds(end) => write!(f, "amount in paise that ends in {end}"),
        }
    }
}

impl fmt::Display for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Then::Says(says) => says.fmt(f),
            Then::Later(attempt) => {
                write!(
                    f,
                    "wants to be asked again after {ASK_AGAIN_SECONDS} seconds; succeeds when asked for the {}",
                    nth(*attempt)
                )
            }
            Then::TimesOutFirst => f.write_str("gives no answer in time; succeeds when asked for the second time"),
            Then::DownUntil(attempt) => {
                write!(f, "cannot be reached; succeeds when asked for the {}", nth(*attempt))
            }
            Then::Twice => f.write_str("succeeds, and says so twice"),
            Then::Silent => f.write_str("never answers by itself"),
            Then::AsksFirst => f.write_str("asks a question first; `1990` is right, anything else is asked again"),
            Then::AsksOnce => f.write_str("asks a question first; `1990` is right, anything else fails"),
        }
    }
}

fn nth(attempt: u32) -> String {
    match attempt {
        2 => "second time".to_owned(),
        3 => "third time".to_owned(),
        more => format!("{more}th time"),
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Says::Score(score) => write!(f, "score {score}"),
            Says::ScoreOfPan => f.write_str("exactly this score"),
            Says::NoScore => f.write_str("a report without a score"),
            Says::NoRecord => f.write_str("no record found"),
            Says::FisScore(score) => write!(f, "score {score}"),
            Says::DeviceUnknown => f.write_str("no device data under this id"),
            Says::KycRejected(reason) => write!(f, "rejected: {reason}"),
            Says::KycUnclear(reason) => write!(f, "unclear, a person decides: {reason}"),
            Says::NameAtBank(name) => write!(f, "verified, but under the name {name}"),
            Says::Refused(reason) => write!(f, "refused: {reason}"),
        }
    }
}
