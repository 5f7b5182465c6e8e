//! A Key Facts Statement as data: the rows of the regulator's annexes under names that a program can use.

use qist_app::offers::read::StatementView;
use qist_domain::kfs::{Figures, KeyFacts, Language, Party};
use qist_domain::loan::{Part, Quote, Row};
use qist_domain::product::TakenCharge;
use serde::Serialize;
use utoipa::ToSchema;

use crate::lender::charges::ContingentChargeData;
use crate::router::Api;
use crate::shape::{Decimal, Rupees};

/// A Key Facts Statement (RBI/2024-25/18). Amounts are rupees; rates are percent a year.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatementData {
    #[serde(rename = "offerID")]
    #[schema(example = "98a24b8e-8f0b-4d9c-9f1c-550b9f1c5598")]
    offer_id: String,
    /// Unique for ever; another term has another.
    #[schema(example = "FB1600196175625806-1")]
    proposal_number: String,
    /// 1 is the offer's. 2 was made when the money was paid out on another day than the first assumed.
    #[schema(example = 1)]
    version: u32,
    /// `offered` or `offer_accepted`.
    #[schema(example = "offered")]
    status: &'static str,
    /// RFC 3339, UTC.
    #[schema(example = "2021-01-03T04:45:00.000000Z")]
    issued_at: String,
    /// RFC 3339, UTC: from then on the offer cannot be accepted.
    #[schema(example = "2021-02-02T04:45:00.000000Z")]
    valid_until: String,
    /// Of the statement as it is kept, in hex.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// That the borrower has read it; `null` before.
    acknowledged: Option<AcknowledgedData>,
    lender: PartyData,
    /// The lending service provider.
    platform: PartyData,
    practice: PracticeData,
    figures: FiguresData,
    /// What goes out when; one part where it goes out at once.
    disbursals: Vec<DisbursalData>,
    fees: Vec<FeeData>,
    contingent_charges: Vec<ContingentChargeData>,
    /// Annex C, as it will be booked.
    schedule: Vec<ScheduleData>,
    /// The languages of page and PDF.
    #[schema(example = json!(["en", "hi"]))]
    languages: Vec<&'static str>,
    /// Opens the statement as a page without a key, for 300 seconds. With `&language=hi` in Hindi.
    #[schema(example = "https://qist.example/kfs/FB1600196175625806-1/1?expires=1612327500&signature=5f1c")]
    url: String,
    /// As `url`, as a PDF.
    #[serde(rename = "pdfURL")]
    #[schema(example = "https://qist.example/kfs/FB1600196175625806-1/1/pdf?expires=1612327500&signature=5f1c")]
    pdf_url: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AcknowledgedData {
    /// RFC 3339, UTC.
    #[schema(example = "2021-01-04T04:45:00.000000Z")]
    at: String,
    #[schema(example = "hi")]
    language: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PartyData {
    name: String,
    grievance_officer: OfficerData,
}

#[derive(Debug, Serialize, ToSchema)]
struct OfficerData {
    name: String,
    phone: String,
    email: String,
}

/// Annex A, part 2.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PracticeData {
    /// Days in which the borrower may give the loan back without penalty.
    #[schema(example = 3)]
    cooling_off_days: u32,
    /// Whether the lender engages recovery agents.
    recovery_agents: bool,
    /// Whether the lending service provider is one of them.
    platform_recovers: bool,
    /// Whether the loan may be transferred or securitised.
    transferable: bool,
}

/// Annexes A and B.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FiguresData {
    #[schema(example = 6500)]
    sanctioned_amount: Rupees,
    /// In instalments.
    #[schema(example = 6)]
    tenure: u32,
    /// How many are still to be paid after the disbursal.
    #[schema(example = 6)]
    installments: usize,
    #[schema(example = 1161)]
    installment_amount: Rupees,
    /// `YYYY-MM-DD`.
    #[schema(example = "2021-02-03")]
    first_due_date: String,
    #[schema(example = 14.4)]
    annual_interest: Decimal,
    /// Always `fixed`.
    #[schema(example = "fixed")]
    interest_type: &'static str,
    #[schema(example = 466)]
    total_interest: Rupees,
    /// With GST.
    #[schema(example = 826)]
    fees_to_lender: Rupees,
    /// With GST; through the lender.
    #[schema(example = 0)]
    fees_to_third_parties: Rupees,
    /// Interest taken at disbursal; in `totalInterest` too.
    #[schema(example = 0)]
    upfront_interest: Rupees,
    #[schema(example = 0)]
    advance_installments: Rupees,
    /// What a seller bears for the borrower, with GST: the seller is paid that much less.
    #[schema(example = 0)]
    subvention: Rupees,
    /// What is paid out: `netDisbursed` less `subvention`.
    #[schema(example = 5674)]
    paid_out: Rupees,
    /// What the borrower gets: the sanctioned amount less all that is taken at disbursal.
    #[schema(example = 5674)]
    net_disbursed: Rupees,
    /// The sanctioned amount and all interest.
    #[schema(example = 6966)]
    total_paid: Rupees,
    /// Nominal: the IRR of a period × periods a year, on the net disbursed amount; GST is in it.
    #[schema(example = 74.35)]
    apr: Decimal,
    /// The same compounded over a year; `null` where it has more than 28 digits.
    #[schema(example = 105.73)]
    effective_rate: Decimal,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DisbursalData {
    /// `YYYY-MM-DD`.
    #[schema(example = "2021-01-03")]
    date: String,
    /// Of the sanctioned amount.
    #[schema(example = 6500)]
    amount: Rupees,
    /// What is paid out: `amount` less all that is taken at disbursal, which is taken from the first.
    #[schema(example = 5674)]
    paid_out: Rupees,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FeeData {
    /// `processing`, `insurance`, `valuation`, `legal`, `documentation`, `stamp_duty` or `other`.
    #[schema(example = "processing")]
    kind: &'static str,
    #[schema(example = json!(null))]
    name: Option<String>,
    /// Absent where it is the lender's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Example Life Insurance")]
    third_party: Option<String>,
    #[schema(example = 700)]
    amount: Rupees,
    #[schema(example = 126)]
    gst: Rupees,
    #[schema(example = 826)]
    total: Rupees,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScheduleData {
    #[schema(example = 1)]
    num: u32,
    /// `YYYY-MM-DD`.
    #[schema(example = "2021-02-03")]
    due_date: String,
    /// Before this instalment.
    #[schema(example = 6500)]
    outstanding_principal: Rupees,
    #[schema(example = 1083.33)]
    principal: Rupees,
    #[schema(example = 77.67)]
    interest: Rupees,
    #[schema(example = 1161)]
    installment: Rupees,
}

/// All statements of an application, offer by offer, each version in its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementsData {
    statements: Vec<StatementData>,
}

pub fn statements_data(api: &Api, views: Vec<StatementView>) -> StatementsData {
    StatementsData { statements: views.into_iter().map(|view| statement_data(api, view)).collect() }
}

pub fn statement_data(api: &Api, view: StatementView) -> StatementData {
    let StatementView { offer, accepted, statement } = view;
    let url = api.app.statement_link(&statement.facts);
    let facts = statement.facts;
    let acknowledged =
        statement.acknowledged.map(|read| AcknowledgedData { at: read.at.rfc3339(), language: read.language.code() });
    StatementData {
        offer_id: offer.to_string(),
        version: facts.version,
        status: if accepted { "offer_accepted" } else { "offered" },
        issued_at: facts.issued_at.rfc3339(),
        valid_until: facts.valid_until.rfc3339(),
        sha256: statement.sha256,
        acknowledged,
        lender: party(facts.lender.clone()),
        platform: party(facts.platform.clone()),
        practice: PracticeData {
            cooling_off_days: facts.practice.cooling_off_days,
            recovery_agents: facts.practice.recovery_agents,
            platform_recovers: facts.practice.platform_recovers,
            transferable: facts.practice.transferable,
        },
        figures: figures(&facts),
        disbursals: disbursals(&facts.quote),
        fees: fees(&facts.quote),
        contingent_charges: facts.quote.terms.contingent.iter().map(ContingentChargeData::from).collect(),
        schedule: facts.quote.rows.iter().map(schedule_row).collect(),
        languages: Language::ALL.into_iter().map(Language::code).collect(),
        pdf_url: url.replacen('?', "/pdf?", 1),
        url,
        proposal_number: facts.proposal_number,
    }
}

fn party(party: Party) -> PartyData {
    let officer = party.officer;
    let grievance_officer = OfficerData { name: officer.name, phone: officer.phone, email: officer.email };
    PartyData { name: party.name, grievance_officer }
}

fn figures(facts: &KeyFacts) -> FiguresData {
    let (quote, figures) = (&facts.quote, Figures::of(&facts.quote));
    FiguresData {
        sanctioned_amount: figures.sanctioned.into(),
        tenure: quote.tenure,
        installments: quote.paying_rows().count(),
        installment_amount: quote.regular_instalment().into(),
        first_due_date: quote.first_payment_day().to_string(),
        annual_interest: Decimal(Some(quote.terms.annual_rate.to_string())),
        interest_type: "fixed",
        total_interest: figures.interest.into(),
        fees_to_lender: figures.fees_to_lender.into(),
        fees_to_third_parties: figures.fees_to_others.into(),
        upfront_interest: figures.upfront_interest.into(),
        advance_installments: figures.advance.into(),
        subvention: figures.subvention.into(),
        paid_out: figures.paid_out.into(),
        net_disbursed: figures.net_disbursed.into(),
        total_paid: figures.total_paid.into(),
        apr: Decimal(Some(facts.apr.nominal.clone())),
        effective_rate: Decimal(facts.apr.effective.clone()),
    }
}

fn disbursals(quote: &Quote) -> Vec<DisbursalData> {
    let at_once = Part { day: quote.start, amount: quote.amount, net: quote.disbursal_amount };
    let parts = if quote.parts.is_empty() { &[at_once][..] } else { &quote.parts };
    let part = |part: &Part| DisbursalData {
        date: part.day.to_string(),
        amount: part.amount.into(),
        paid_out: part.net.into(),
    };
    parts.iter().map(part).collect()
}

fn fees(quote: &Quote) -> Vec<FeeData> {
    let processing = FeeData {
        kind: "processing",
        name: None,
        third_party: None,
        amount: quote.processing_fee.into(),
        gst: quote.gst_amount.into(),
        total: Rupees([quote.processing_fee, quote.gst_amount].into_iter().sum()),
    };
    let other = |charge: &TakenCharge| FeeData {
        kind: charge.kind.name(),
        name: charge.name.clone(),
        third_party: charge.third_party.clone(),
        amount: charge.amount.into(),
        gst: charge.gst.into(),
        total: charge.total().into(),
    };
    std::iter::once(processing).chain(quote.charges.iter().map(other)).collect()
}

fn schedule_row(row: &Row) -> ScheduleData {
    ScheduleData {
        num: row.num,
        due_date: row.due_day.to_string(),
        outstanding_principal: row.opening.into(),
        principal: row.principal.into(),
        interest: row.interest.into(),
        installment: row.instalment().into(),
    }
}
