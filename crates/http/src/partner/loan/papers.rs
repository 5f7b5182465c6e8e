use axum::extract::{Path, State};
use qist_app::servicing::papers::ReadPaper;
use qist_domain::refusal::Code;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::papers::asked;
use crate::papers::data::{PaperData, paper_data};
use crate::router::Api;

/// Loan Papers
///
/// The borrower's papers of a disbursed loan, as data and as a PDF: `statement` (of account), `interest-certificate` of a
/// financial year, `no-dues` once the loan is closed.
#[utoipa::path(
    get,
    path = "/v1/loan/papers/{kind}",
    tag = "Loans",
    security(("server_key" = [])),
    params(
        ("loanApplicationID" = String, Query, description = "The loan application."),
        ("kind" = String, Path, description = "`statement`, `interest-certificate` or `no-dues`."),
        ("year" = Option<String>, Query, description = "Of an interest certificate: the financial year, such as `2024` or `2024-25`."),
    ),
    responses(
        (status = 200, description = "The paper.", body = Envelope<PaperData>),
        (status = 400, description = "`year` is not a financial year.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` or `year` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found, or there is no such paper.", body = EnvelopeError),
        (status = 409, description = "The loan is not disbursed, did not live in the year, or is not closed.", body = EnvelopeError),
    )
)]
pub async fn loan_paper(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Envelope<PaperData>, Contract> {
    let application = Some(params.id("loanApplicationID", Code::LoanNotFound)?);
    let paper = asked(&kind, &params)?;
    let view = api.app.ask(caller, ReadPaper { application, paper }).await?;
    Ok(Envelope::of(paper_data(&api, view)))
}
