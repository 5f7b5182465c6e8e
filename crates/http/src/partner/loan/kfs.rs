use axum::extract::State;
use qist_app::offers::read::ReadStatements;
use qist_domain::refusal::Code;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::kfs::data::{StatementData, statement_data};
use crate::router::Api;

/// Key Facts Statements
///
/// What the borrower is told of each offer, as the regulator wants it: figures, fees, charges, schedule, and links to the
/// statement as a page and as a PDF. Every offer has one.
#[utoipa::path(
    get,
    path = "/v1/loan/kfs",
    tag = "Loans",
    security(("server_key" = [])),
    params(("loanApplicationID" = String, Query, description = "The loan application.")),
    responses(
        (status = 200, description = "The statements, offer by offer, each version in its order.", body = Envelope<Vec<StatementData>>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
        (status = 409, description = "The loan is not approved.", body = EnvelopeError),
    )
)]
pub async fn loan_statements(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<Vec<StatementData>>, Contract> {
    let application = Some(params.id("loanApplicationID", Code::LoanNotFound)?);
    let statements = api.app.ask(caller, ReadStatements { application }).await?;
    Ok(Envelope::of(statements.into_iter().map(|view| statement_data(&api, view)).collect()))
}
