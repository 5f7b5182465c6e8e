use axum::extract::State;
use qist_domain::refusal::Code;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::explain::{DerivationData, question};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

/// Explain Figure
///
/// Why a figure is what it is: inputs, formula, conventions, the value before rounding, the rounding, the result. Told by a run of
/// the engine that made it; after the disbursal about the loan as it stands today, before it about an offer.
#[utoipa::path(
    get,
    path = "/v1/loan/explain",
    tag = "Loans",
    security(("server_key" = [])),
    params(
        ("loanApplicationID" = String, Query, description = "The loan application."),
        ("figure" = String, Query, description = "`emi`, `apr`, `disbursalAmount`, `totalPayable`, `totalInterest`, `processingFee`, `gst`, `brokenInterest`, `advanceEmi`, `installment/3/interest` (or `amount`, `principal`, `outstanding`, `dueDate`), `lateCharge/2`.", example = "emi"),
        ("offerID" = Option<String>, Query, description = "One of the offers; the accepted one, or the first, where absent."),
    ),
    responses(
        (status = 200, description = "The derivation.", body = Envelope<DerivationData>),
        (status = 400, description = "There is no such figure.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "A parameter is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application, offer or instalment not found.", body = EnvelopeError),
        (status = 409, description = "The loan is not approved, or its figures were made by a version of the engine that this one does not repeat.", body = EnvelopeError),
    )
)]
pub async fn explain_figure(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<DerivationData>, Contract> {
    let application = params.id("loanApplicationID", Code::LoanNotFound)?;
    let derivation = api.app.ask(caller, question(&params, Some(application))?).await?;
    Ok(Envelope::of(derivation.into()))
}
