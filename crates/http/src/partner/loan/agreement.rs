use axum::extract::State;
use qist_app::applications::read::ReadAgreement;
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementData {
    /// Opens the PDF without an API key, for 300 seconds.
    #[serde(rename = "signedAgreementURL")]
    signed_agreement_url: String,
}

/// Get Signed Agreement
///
/// A link to the signed agreement, once `loan_signed_agreement_generated` has happened.
#[utoipa::path(
    get,
    path = "/v1/loan/agreement",
    tag = "Loans",
    security(("server_key" = [])),
    params(("loanApplicationID" = String, Query, description = "The loan application.")),
    responses(
        (status = 200, description = "The link.", body = Envelope<AgreementData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
        (status = 409, description = "The signed agreement has not been generated.", body = EnvelopeError),
    )
)]
pub async fn signed_agreement(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<AgreementData>, Contract> {
    let application = params.id("loanApplicationID", Code::LoanNotFound)?;
    let blob = api.app.ask(caller, ReadAgreement { application }).await?;
    Ok(Envelope::of(AgreementData { signed_agreement_url: api.app.file_link(blob) }))
}
