//! The agreement as the template prints it: every figure is text already, every absent field is gone.

use qist_domain::money::{MoneyError, Paise};
use serde::Serialize;

use super::data::{
    Agreement, BankAccount, Borrower, Clause, ESignRecord, EmiMethod, Fee, Lender, LoanSummary, Platform, ScheduleRow,
};
use crate::rupees;
use crate::text::shortened;

/// What fits beside the application number in the line above each page.
const HEADER_NAME_LENGTH_MAX: usize = 56;
const HEADER_NUMBER_LENGTH_MAX: usize = 28;

#[derive(Serialize)]
pub(crate) struct View {
    number: String,
    header_name: String,
    header_number: String,
    day: String,
    place: String,
    lender: Party,
    borrower: Party,
    platform: Party,
    tiles: Vec<Line>,
    amount_in_words: String,
    loan: Vec<Line>,
    fees: Table<[String; 5]>,
    account: Vec<Line>,
    clauses: Vec<ClauseView>,
    schedule: Table<[String; 7]>,
    sign: Option<Sign>,
}

#[derive(Serialize)]
struct Party {
    name: String,
    name_in_hindi: String,
    lines: Vec<Line>,
}

/// A label and what stands beside it.
#[derive(Serialize)]
struct Line {
    label: &'static str,
    text: String,
}

/// Rows of text, and the last row, which sums the others up.
#[derive(Serialize)]
struct Table<Row> {
    rows: Vec<Row>,
    total: Row,
}

#[derive(Serialize)]
struct ClauseView {
    heading: String,
    paragraphs: Vec<String>,
}

#[derive(Serialize)]
struct Sign {
    lines: Vec<Line>,
    note: String,
}

/// # Errors
/// Where a total does not fit an amount.
pub(crate) fn of(data: &Agreement) -> Result<View, MoneyError> {
    Ok(View {
        number: data.application_number.clone(),
        header_name: shortened(&data.lender.legal_name, HEADER_NAME_LENGTH_MAX),
        header_number: shortened(&data.application_number, HEADER_NUMBER_LENGTH_MAX),
        day: data.agreement_day.long_text(),
        place: data.place.clone(),
        lender: lender(&data.lender),
        borrower: borrower(&data.borrower),
        platform: platform(&data.platform),
        tiles: tiles(&data.loan),
        amount_in_words: rupees::in_words(data.loan.amount),
        loan: loan(&data.loan),
        fees: fees(&data.fees)?,
        account: account(&data.disbursal_account),
        clauses: data.clauses.iter().map(clause).collect(),
        schedule: schedule(&data.schedule)?,
        sign: data.e_sign.as_ref().map(sign),
    })
}

/// The lines whose text is not blank.
fn lines<const N: usize>(pairs: [(&'static str, String); N]) -> Vec<Line> {
    pairs.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(label, text)| Line { label, text }).collect()
}

fn address(parts: &[String]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

fn lender(lender: &Lender) -> Party {
    let officer = &lender.grievance_officer;
    Party {
        name: lender.legal_name.clone(),
        name_in_hindi: String::new(),
        lines: lines([
            ("CIN", lender.cin.clone()),
            ("Address", address(&lender.address)),
            ("Grievance officer", officer.name.clone()),
            ("Phone", officer.phone.clone()),
            ("E-mail", officer.email.clone()),
        ]),
    }
}

fn platform(platform: &Platform) -> Party {
    let officer = &platform.grievance_officer;
    Party {
        name: platform.name.clone(),
        name_in_hindi: String::new(),
        lines: lines([
            ("Address", address(&platform.address)),
            ("Grievance officer", officer.name.clone()),
            ("Phone", officer.phone.clone()),
            ("E-mail", officer.email.clone()),
        ]),
    }
}

fn borrower(borrower: &Borrower) -> Party {
    Party {
        name: borrower.name.clone(),
        name_in_hindi: borrower.name_in_hindi.clone().unwrap_or_default(),
        lines: lines([
            ("Customer ID", borrower.customer_id.clone()),
            ("Mobile", borrower.mobile_masked.clone()),
            ("PAN", borrower.pan_masked.clone()),
            ("Address", address(&borrower.address)),
        ]),
    }
}

/// The four figures that a borrower looks for first.
fn tiles(loan: &LoanSummary) -> Vec<Line> {
    lines([
        ("Loan amount", rupees::figure(loan.amount)),
        ("Each instalment (EMI)", rupees::figure(loan.emi)),
        ("Interest rate a year", percent(&loan.annual_rate_percent)),
        ("APR", percent(loan.apr_percent.as_deref().unwrap_or_default())),
    ])
}

fn loan(loan: &LoanSummary) -> Vec<Line> {
    let method = match loan.emi_method {
        EmiMethod::FlatRate => "Flat rate, on the full loan amount",
        EmiMethod::ReducingBalance => "Reducing balance, on the principal outstanding",
        EmiMethod::EqualPrincipal => "Reducing balance, the principal in equal parts",
        EmiMethod::Bullet => "On the principal, which is repaid at the end",
    };
    lines([
        ("Tenure", counted(loan.tenure_months, "month")),
        ("Number of instalments", loan.instalment_count.to_string()),
        ("First instalment due", loan.first_due_day.long_text()),
        ("Interest computed by", method.to_owned()),
        ("Total interest", rupees::figure(loan.total_interest)),
        ("Net amount disbursed", rupees::figure(loan.net_disbursal)),
        ("Total payable by the borrower", rupees::figure(loan.total_payable)),
    ])
}

fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `14.4` and `14.4%` are both printed `14.4%`; nothing stays nothing.
fn percent(text: &str) -> String {
    let number = text.trim().trim_end_matches('%').trim_end();
    if number.is_empty() { String::new() } else { format!("{number}%") }
}

fn fees(fees: &[Fee]) -> Result<Table<[String; 5]>, MoneyError> {
    let sum = |part: fn(&Fee) -> Paise| Paise::total(fees.iter().map(part)).map(rupees::figure);
    Ok(Table {
        rows: fees
            .iter()
            .map(|fee| {
                [
                    fee.name.clone(),
                    rupees::figure(fee.amount),
                    percent(&fee.gst_percent),
                    rupees::figure(fee.gst),
                    rupees::figure(fee.total),
                ]
            })
            .collect(),
        total: ["Total".to_owned(), sum(|fee| fee.amount)?, String::new(), sum(|fee| fee.gst)?, sum(|fee| fee.total)?],
    })
}

fn account(account: &BankAccount) -> Vec<Line> {
    lines([
        ("Account holder", account.holder_name.clone()),
        ("Bank", account.bank_name.clone()),
        ("Account number", account.account_number_masked.clone()),
        ("IFSC", account.ifsc.clone()),
    ])
}

fn clause(clause: &Clause) -> ClauseView {
    let lines: Vec<&str> = clause.text.lines().map(str::trim).collect();
    let paragraphs = lines
        .split(|line| line.is_empty())
        .map(|paragraph| paragraph.join(" "))
        .filter(|paragraph| !paragraph.is_empty());
    ClauseView { heading: clause.heading.clone(), paragraphs: paragraphs.collect() }
}

fn schedule(rows: &[ScheduleRow]) -> Result<Table<[String; 7]>, MoneyError> {
    let sum = |part: fn(&ScheduleRow) -> Paise| Paise::total(rows.iter().map(part)).map(rupees::figure);
    Ok(Table {
        rows: rows.iter().map(schedule_row).collect(),
        total: [
            "Total".to_owned(),
            String::new(),
            String::new(),
            sum(|row| row.principal)?,
            sum(|row| row.interest)?,
            sum(|row| row.instalment)?,
            String::new(),
        ],
    })
}

fn schedule_row(row: &ScheduleRow) -> [String; 7] {
    [
        row.number.to_string(),
        row.due_day.long_text(),
        rupees::figure(row.opening_principal),
        rupees::figure(row.principal),
        rupees::figure(row.interest),
        rupees::figure(row.instalment),
        rupees::figure(row.closing_principal),
    ]
}

fn sign(record: &ESignRecord) -> Sign {
    Sign {
        lines: lines([
            ("Signed by", record.signer_name.clone()),
            ("Signed at (IST)", record.signed_at_ist.clone()),
            ("Mobile", record.mobile_masked.clone()),
            ("OTP reference", record.otp_reference.clone()),
            ("IP address", record.ip_address.clone()),
            ("SHA-256 of the unsigned draft", record.unsigned_document_sha256.clone()),
        ]),
        note: record.verification_note.clone(),
    }
}
