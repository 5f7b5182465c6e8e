use axum::extract::State;
use qist_app::applications::read::{OfferView, ReadOffers};
use qist_domain::loan::Row;
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::{Decimal, Rupees};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferData {
    #[serde(rename = "offerID")]
    offer_id: String,
    lender_name: String,
    #[schema(example = 6500)]
    amount: Rupees,
    #[schema(example = 6)]
    tenure_months: u32,
    /// Percent a year.
    #[schema(example = 14.4)]
    annual_interest: Decimal,
    #[schema(example = 700)]
    processing_fee: Rupees,
    /// Percent, on the processing fee.
    #[schema(example = 18)]
    gst: Decimal,
    #[serde(rename = "advanceEMIAmount")]
    #[schema(example = 0)]
    advance_emi_amount: Rupees,
    /// `flat_rate` or `reducing_balance`.
    #[schema(example = "flat_rate")]
    emi_calculation_method: &'static str,
    /// `offer_accepted` or `offered`.
    #[schema(example = "offer_accepted")]
    status: &'static str,
    /// What reaches the borrower's account.
    #[schema(example = 5674)]
    disbursal_amount: Rupees,
    /// The sum of all EMIs.
    #[schema(example = 6966)]
    total_payable_amount: Rupees,
    emis: Vec<EmiData>,
    /// `loan`, or `credit_line`: the figures are then those of drawing all of it at once.
    #[schema(example = "loan")]
    product: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EmiData {
    /// `YYYY-MM-DD`.
    #[schema(example = "2021-02-03")]
    emi_date: String,
    #[schema(example = 1161)]
    emi_amount: Rupees,
}

/// Loan Offers
///
/// The offers made to a loan application, once it is approved.
#[utoipa::path(
    get,
    path = "/v1/loan/offers",
    tag = "Loans",
    security(("server_key" = [])),
    params(("loanApplicationID" = String, Query, description = "The loan application.")),
    responses(
        (status = 200, description = "The offers.", body = Envelope<Vec<OfferData>>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
        (status = 409, description = "The loan is not approved.", body = EnvelopeError),
    )
)]
pub async fn loan_offers(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<Vec<OfferData>>, Contract> {
    let application = params.id("loanApplicationID", Code::LoanNotFound)?;
    let offers = api.app.ask(caller, ReadOffers { application }).await?;
    Ok(Envelope::of(offers.into_iter().map(offer_data).collect()))
}

pub(crate) fn offer_data(offer: OfferView) -> OfferData {
    let quote = offer.quote;
    OfferData {
        offer_id: offer.id.to_string(),
        lender_name: offer.lender,
        amount: quote.amount.into(),
        tenure_months: quote.tenure_months(),
        annual_interest: Decimal(Some(quote.terms.annual_rate.to_string())),
        processing_fee: quote.processing_fee.into(),
        gst: Decimal(Some(quote.terms.gst.to_string())),
        advance_emi_amount: quote.advance_emi.into(),
        emi_calculation_method: quote.terms.method.name(),
        status: if offer.accepted { "offer_accepted" } else { "offered" },
        disbursal_amount: quote.disbursal_amount.into(),
        total_payable_amount: quote.total_payable.into(),
        emis: quote.rows.iter().map(emi_data).collect(),
        product: if offer.line { "credit_line" } else { "loan" },
    }
}

fn emi_data(row: &Row) -> EmiData {
    EmiData { emi_date: row.due_day.to_string(), emi_amount: row.instalment().into() }
}
