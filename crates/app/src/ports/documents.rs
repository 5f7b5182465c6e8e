//! Documents for people: data in, PDF bytes out. Amounts are paise, days are business days in India, and everything else
//! is plain text that is printed as it stands: no character of it can become markup.
//!
//! A text left empty is left out of the document, together with its label. Whatever must be masked (mobile, PAN, account
//! number) arrives masked.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::kfs::{KeyFacts, Language};
use qist_domain::loan::{Account, NoDues, YearOfLoan};
use qist_domain::money::Paise;
pub use qist_domain::product::{ContingentCharge, EmiMethod};
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// Makes documents, away from the threads that answer requests.
#[async_trait]
pub trait Documents: Send + Sync {
    /// The loan agreement: a draft without an e-sign record, the signed one with it. Equal data make equal bytes.
    async fn agreement(&self, agreement: Agreement) -> Result<Vec<u8>>;

    /// A Key Facts Statement with its annexes as a PDF. Equal data make equal bytes.
    async fn statement(&self, statement: StatementToPrint) -> Result<Vec<u8>>;

    /// The same as a page of HTML. `query` is what has to follow the path of the page's links to itself.
    fn statement_page(&self, statement: &StatementToPrint, query: &str) -> Result<String>;
    /// The page where a customer pays a drawdown, as HTML.
    fn pay_page(&self, pay: &PayToPrint) -> Result<String>;

    /// A paper about a running or closed loan as a PDF. Equal data make equal bytes.
    async fn paper(&self, paper: PaperToPrint) -> Result<Vec<u8>>;

    /// The usual clauses of a loan agreement, in plain words.
    fn standard_clauses(&self, terms: &StandardTerms) -> Vec<Clause>;
}

/// A statement, and the language that it is printed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementToPrint {
    pub facts: KeyFacts,
    /// Of the statement's document, in hex.
    pub sha256: String,
    pub language: Language,
}

/// A borrower's paper of a loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperToPrint {
    /// Apart from the loan's other papers.
    pub name: String,
    pub head: PaperHead,
    pub says: PaperSays,
}

/// Whose loan it is, and with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperHead {
    pub lender: String,
    /// Line by line.
    pub lender_address: String,
    /// Corporate identity number.
    pub lender_cin: String,
    pub officer: qist_domain::programme::Officer,
    pub platform: String,
    pub borrower: String,
    pub customer_id: String,
    pub application_number: String,
    /// All of it, parts to come among it.
    pub lent: Paise,
    /// A year's rate in percent, such as `14.4`.
    pub annual_rate_percent: String,
    pub disbursed_day: Day,
    pub issued_day: Day,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperSays {
    Statement(Account),
    Interest(YearOfLoan),
    NoDues(NoDues),
}

/// What differs between lenders and products in the standard terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardTerms {
    /// Days from the disbursal in which the borrower may give the loan back.
    pub cooling_off_days: u32,
    /// All that may be charged later.
    pub contingent: Vec<ContingentCharge>,
    /// What is paid out when, of a loan that is not paid out at once.
    pub parts: Vec<(Day, Paise)>,
    /// For how many months it can be drawn on, where it is a credit line.
    pub line_months: Option<u32>,
    /// Completes "the courts at …".
    pub courts_at: String,
}
/// One loan agreement, complete: two equal values always make the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub application_number: String,
    /// The day that the agreement bears. The PDF names it as its creation date too.
    pub agreement_day: Day,
    pub place: String,
    pub lender: Lender,
    pub platform: Platform,
    pub borrower: Borrower,
    pub loan: LoanSummary,
    pub fees: Vec<Fee>,
    pub disbursal_account: BankAccount,
    /// In order of number. The totals that are printed under it are computed from these rows.
    pub schedule: Vec<ScheduleRow>,
    /// Printed in order and numbered from 1.
    pub clauses: Vec<Clause>,
    /// Without it the document is a draft and says so on every page.
    pub e_sign: Option<ESignRecord>,
}

/// The regulated lender, whose money it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lender {
    pub legal_name: String,
    pub address: Vec<String>,
    /// Corporate identity number.
    pub cin: String,
    pub grievance_officer: Officer,
}

/// The sourcing entity: the lending service provider that brought borrower and lender together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    pub name: String,
    pub address: Vec<String>,
    pub grievance_officer: Officer,
}

/// Whom a borrower complains to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    pub name: String,
    pub phone: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Borrower {
    pub name: String,
    /// In Devanagari.
    pub name_in_hindi: Option<String>,
    pub customer_id: String,
    pub mobile_masked: String,
    pub pan_masked: String,
    pub address: Vec<String>,
}

/// The loan in figures. They are printed as given: which of them follow from which is not decided here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoanSummary {
    pub amount: Paise,
    pub tenure_months: u32,
    /// A year's rate in percent, such as `14.4`.
    pub annual_rate_percent: String,
    pub emi_method: EmiMethod,
    pub emi: Paise,
    pub instalment_count: u32,
    pub first_due_day: Day,
    /// What reaches the borrower's account, after what is deducted from the amount.
    pub net_disbursal: Paise,
    pub total_payable: Paise,
    pub total_interest: Paise,
    /// Annual percentage rate, such as `17.07`.
    pub apr_percent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    pub name: String,
    /// Before GST.
    pub amount: Paise,
    /// Such as `18`.
    pub gst_percent: String,
    pub gst: Paise,
    pub total: Paise,
}

/// Where the loan is paid out to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    pub account_number_masked: String,
    pub ifsc: String,
    pub bank_name: String,
    pub holder_name: String,
}

/// One instalment of the repayment schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleRow {
    pub number: u32,
    pub due_day: Day,
    pub opening_principal: Paise,
    pub principal: Paise,
    pub interest: Paise,
    pub instalment: Paise,
    pub closing_principal: Paise,
}

/// One clause of the terms. A blank line in `text` begins a new paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    pub heading: String,
    pub text: String,
}

/// How the borrower signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ESignRecord {
    pub signer_name: String,
    /// Wall time in India, such as `2021-02-03 14:05:09`.
    pub signed_at_ist: String,
    pub ip_address: String,
    pub otp_reference: String,
    pub mobile_masked: String,
    /// Lower-case hexadecimal SHA-256 of the draft's bytes: the same agreement rendered with no record.
    pub unsigned_document_sha256: String,
    /// How a reader can verify the signature.
    pub verification_note: String,
}

/// What the page says on which a customer pays a drawdown.
#[derive(Debug, Clone)]
pub struct PayToPrint {
    pub lender: String,
    pub platform: String,
    /// The sourcing entity's own id of the drawdown.
    pub order: String,
    /// What the button pays: the oldest instalment that is open. Nothing where all is paid.
    pub due: Option<PayDue>,
    /// All instalments, in their order.
    pub installments: Vec<PayRow>,
    /// Where the button sends to: the page itself with its signature.
    pub action: String,
}

#[derive(Debug, Clone)]
pub struct PayDue {
    pub installment_num: u32,
    pub amount: Paise,
    pub due_day: Day,
    pub late_days: i64,
    /// A payment of it is under way.
    pub pending: bool,
}

#[derive(Debug, Clone)]
pub struct PayRow {
    pub installment_num: u32,
    pub due_day: Day,
    pub amount: Paise,
    pub charge: Paise,
    pub received: Paise,
    pub paid_day: Option<Day>,
}
