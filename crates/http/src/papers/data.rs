use qist_app::ports::documents::{PaperHead, PaperSays};
use qist_app::servicing::papers::PaperView;
use qist_domain::loan::{Account, Entry, InstallmentPosition, NoDues, Totals, YearOfLoan, YearTotals};
use serde::Serialize;
use utoipa::ToSchema;

use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaperData {
    lender: String,
    borrower: String,
    #[schema(example = "FB1600196175625806")]
    loan_number: String,
    /// `YYYY-MM-DD`: the day that it is of.
    #[schema(example = "2021-03-07")]
    issued_on: String,
    /// The same as a PDF, behind a link that opens without a key for five minutes.
    #[serde(rename = "pdfURL")]
    pdf_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<StatementOfAccountData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interest_certificate: Option<InterestCertificateData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    no_dues: Option<NoDuesData>,
}

/// A debit is owed by the borrower, a credit is for the borrower.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatementOfAccountData {
    entries: Vec<EntryData>,
    installments: Vec<InstallmentStateData>,
    years: Vec<YearTotalsData>,
    totals: TotalsData,
    /// After the last entry: principal, interest that has fallen due and charges, less what is held.
    balance: Rupees,
    /// What has fallen due and is not paid.
    overdue: Rupees,
    /// Days past due, the oldest unpaid due day itself counted.
    dpd: i64,
    /// Money held for dues to come.
    excess: Rupees,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EntryData {
    /// `YYYY-MM-DD`: the day that it counts from.
    value_date: String,
    /// `lent`, `taken_in_advance`, `interest`, `charge`, `paid`, `prepaid`, `reversed`, `waived`, `refunded`, `rescheduled`,
    /// `ended` or `written_off`.
    #[schema(example = "paid")]
    what: &'static str,
    /// The kind of charge, the mode of payment, the reason.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    installment_num: Option<u32>,
    /// The bank's, where money moved.
    #[serde(skip_serializing_if = "String::is_empty")]
    reference: String,
    debit: Rupees,
    credit: Rupees,
    /// What is owed after it, less what is held.
    balance: Rupees,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InstallmentStateData {
    installment_num: u32,
    due_date: String,
    principal: Rupees,
    interest: Rupees,
    charges: Rupees,
    paid: Rupees,
    waived: Rupees,
    outstanding: Rupees,
    /// `YYYY-MM-DD`; absent until nothing of it is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_date: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct YearTotalsData {
    /// From 1 April to 31 March.
    #[schema(example = "2020-21")]
    year: String,
    totals: TotalsData,
    closing_balance: Rupees,
}

#[derive(Serialize, ToSchema)]
struct TotalsData {
    debit: Rupees,
    credit: Rupees,
    lent: Rupees,
    interest: Rupees,
    charges: Rupees,
    /// Less what did not stand.
    paid: Rupees,
    waived: Rupees,
    refunded: Rupees,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InterestCertificateData {
    #[schema(example = "2020-21")]
    year: String,
    /// `YYYY-MM-DD`: the last day that is counted.
    until: String,
    principal_due: Rupees,
    interest_due: Rupees,
    principal_paid: Rupees,
    interest_paid: Rupees,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NoDuesData {
    closed_on: String,
    lent: Rupees,
    paid: Rupees,
    /// What the lender let the borrower off.
    waived: Rupees,
    /// What was paid too much and is still held.
    excess: Rupees,
}

pub(crate) fn paper_data(api: &Api, view: PaperView) -> PaperData {
    let pdf_url = api.app.paper_link(&view);
    let PaperHead { lender, borrower, application_number, issued_day, .. } = view.print.head;
    let (mut statement, mut interest_certificate, mut no_dues) = (None, None, None);
    match view.print.says {
        PaperSays::Statement(account) => statement = Some(statement_data(account)),
        PaperSays::Interest(year) => interest_certificate = Some(interest_data(year)),
        PaperSays::NoDues(found) => no_dues = Some(no_dues_data(found)),
    }
    let issued_on = issued_day.to_string();
    PaperData {
        lender,
        borrower,
        loan_number: application_number,
        issued_on,
        pdf_url,
        statement,
        interest_certificate,
        no_dues,
    }
}

fn statement_data(account: Account) -> StatementOfAccountData {
    let position = &account.position;
    StatementOfAccountData {
        installments: position.installments.iter().map(installment_data).collect(),
        years: account.years().into_iter().map(year_data).collect(),
        totals: totals_data(account.totals()),
        balance: account.balance().into(),
        overdue: position.arrears(account.as_of).into(),
        dpd: position.dpd(account.as_of),
        excess: position.excess.into(),
        entries: account.entries.into_iter().map(entry_data).collect(),
    }
}

fn entry_data(entry: Entry) -> EntryData {
    EntryData {
        value_date: entry.value_day.to_string(),
        what: entry.what.name(),
        detail: entry.detail,
        installment_num: entry.installment_num,
        reference: entry.reference,
        debit: entry.debit.into(),
        credit: entry.credit.into(),
        balance: entry.balance.into(),
    }
}

fn installment_data(one: &InstallmentPosition) -> InstallmentStateData {
    InstallmentStateData {
        installment_num: one.row.num,
        due_date: one.row.due_day.to_string(),
        principal: one.row.principal.into(),
        interest: one.row.interest.into(),
        charges: one.charge.into(),
        paid: one.received().into(),
        waived: one.waived().into(),
        outstanding: one.outstanding().into(),
        paid_date: one.paid_day.map(|day| day.to_string()),
    }
}

fn year_data(year: YearTotals) -> YearTotalsData {
    YearTotalsData {
        year: year.year.to_string(),
        totals: totals_data(year.totals),
        closing_balance: year.closing_balance.into(),
    }
}

fn totals_data(totals: Totals) -> TotalsData {
    TotalsData {
        debit: totals.debit.into(),
        credit: totals.credit.into(),
        lent: totals.lent.into(),
        interest: totals.interest.into(),
        charges: totals.charges.into(),
        paid: totals.paid.into(),
        waived: totals.waived.into(),
        refunded: totals.refunded.into(),
    }
}

fn interest_data(year: YearOfLoan) -> InterestCertificateData {
    InterestCertificateData {
        year: year.year.to_string(),
        until: year.until.to_string(),
        principal_due: year.principal_due.into(),
        interest_due: year.interest_due.into(),
        principal_paid: year.principal_paid.into(),
        interest_paid: year.interest_paid.into(),
    }
}

fn no_dues_data(no_dues: NoDues) -> NoDuesData {
    NoDuesData {
        closed_on: no_dues.closed_day.to_string(),
        lent: no_dues.lent.into(),
        paid: no_dues.paid.into(),
        waived: no_dues.waived.into(),
        excess: no_dues.excess.into(),
    }
}
