//! The Key Facts Statement: what a borrower must be told before the contract (RBI/2024-25/18).
//!
//! A statement is an offer's figures with what the law wants beside them. It is issued in the transaction that makes the offer,
//! kept as the text that was hashed, and never changed: another term is another proposal, and money that is paid out on another
//! day than the statement assumed is a further version of the same one.

mod figures;

use serde::{Deserialize, Serialize};

pub use self::figures::Figures;
use crate::day::{Day, Instant};
use crate::loan::Quote;
use crate::programme::{BorrowerKind, Lender, Officer, SourcingEntity};
use crate::refusal::{Code, Refusal};

/// The languages that a statement can be read in. Its facts are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "en")]
    English,
    #[serde(rename = "hi")]
    Hindi,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::Hindi];

    /// As in ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Hindi => "hi",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// Who stands behind the loan, and whom a borrower complains to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub name: String,
    pub officer: Officer,
}

/// What the lender does besides the figures (Annex A, part 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Days in which the borrower may give the loan back without penalty.
    pub cooling_off_days: u32,
    /// Whether the lender engages recovery agents.
    pub recovery_agents: bool,
    /// Whether the platform is one of them.
    pub platform_recovers: bool,
    /// Whether the loan may be transferred to other lenders or securitised.
    pub transferable: bool,
}

/// The annual percentage rate as it is printed: percent with two decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedApr {
    /// Nominal, the regulator's way.
    pub nominal: String,
    /// Compounded; absent where it has more digits than can be kept.
    pub effective: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyFacts {
    /// Unique for ever.
    pub proposal_number: String,
    /// 1 is the offer's; a later one was made when the money was paid out.
    pub version: u32,
    pub application_number: String,
    pub issued_at: Instant,
    /// From then on the offer cannot be accepted.
    pub valid_until: Instant,
    pub borrower: BorrowerKind,
    pub lender: Party,
    pub platform: Party,
    pub practice: Practice,
    pub apr: PrintedApr,
    pub quote: Quote,
}

/// What a statement is made of besides the figures.
#[derive(Debug, Clone)]
pub struct NewKeyFacts<'a> {
    pub proposal_number: String,
    pub application_number: String,
    pub issued_at: Instant,
    /// How long the programme lets its offers stand; a statement stands at least as long as the law says.
    pub offer_days: i64,
    pub borrower: BorrowerKind,
    pub lender: &'a Lender,
    pub platform: &'a SourcingEntity,
}

impl KeyFacts {
    pub fn new(new: NewKeyFacts<'_>, quote: Quote) -> Result<KeyFacts, Refusal> {
        let NewKeyFacts { proposal_number, application_number, issued_at, offer_days, borrower, lender, platform } =
            new;
        let agreement = &lender.settings.agreement;
        Ok(KeyFacts {
            proposal_number,
            version: 1,
            application_number,
            issued_at,
            valid_until: issued_at.plus_seconds(offer_days * 86_400).max(least_validity(issued_at.day(), &quote)),
            borrower,
            lender: Party {
                name: lender.settings.legal_name.clone(),
                officer: lender.settings.grievance_officer.clone(),
            },
            platform: Party { name: platform.name.clone(), officer: platform.settings.grievance_officer.clone() },
            practice: Practice {
                cooling_off_days: agreement.cooling_off_days,
                recovery_agents: agreement.recovery_agents,
                platform_recovers: agreement.platform_recovers,
                transferable: agreement.transferable,
            },
            apr: printed(&quote)?,
            quote,
        })
    }

    /// The further version for money that was paid out on another day: same terms, same proposal, other days, and what follows
    /// from them. `None` where nothing differs.
    pub fn paid_out(&self, quote: Quote, now: Instant) -> Result<Option<KeyFacts>, Refusal> {
        if quote == self.quote {
            return Ok(None);
        }
        if quote.terms != self.quote.terms || quote.amount != self.quote.amount || quote.tenure != self.quote.tenure {
            return Err(Refusal::because(Code::KfsReplaced, "another term needs another proposal"));
        }
        let apr = printed(&quote)?;
        Ok(Some(KeyFacts { version: self.version + 1, issued_at: now, apr, quote, ..self.clone() }))
    }
}

fn printed(quote: &Quote) -> Result<PrintedApr, Refusal> {
    let apr = quote.regulators_apr()?;
    Ok(PrintedApr { nominal: apr.shown(), effective: apr.effective_shown() })
}

/// The end of the third working day after the issue, or of the first where the loan runs for less than seven days.
fn least_validity(issued: Day, quote: &Quote) -> Instant {
    let runs = quote.rows.last().map_or(0, |row| row.due_day.days_since(quote.start));
    let working_days = if runs >= 7 { 3 } else { 1 };
    let calendar = &quote.terms.calendar;
    let days = (1..=366).map(|ahead| issued.plus_days(ahead)).filter(|day| calendar.is_business_day(*day));
    let last = days.take(working_days).last().unwrap_or(issued.plus_days(1));
    last.plus_days(1).start()
}

/// A statement as it was issued: the very text that was hashed, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub facts: KeyFacts,
    /// JSON.
    pub document: String,
    /// Of the document, in hex.
    pub sha256: String,
    pub acknowledged: Option<Acknowledgement>,
}

impl Statement {
    /// `sha256` hashes bytes into hex.
    pub fn issue(facts: KeyFacts, sha256: impl FnOnce(&[u8]) -> String) -> Result<Statement, Refusal> {
        let document = serde_json::to_string(&facts).map_err(|why| Refusal::invalid("kfs", why))?;
        let sha256 = sha256(document.as_bytes());
        Ok(Statement { facts, document, sha256, acknowledged: None })
    }
}

/// That a borrower has read a statement: in which language, when, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    pub language: Language,
    pub at: Instant,
    pub ip: String,
}

#[cfg(test)]
mod tests;
