use axum::Json;
use axum::extract::{Path, State};
use qist_app::servicing::papers::ReadPaper;

use crate::error::Own;
use crate::extract::{BorrowerCaller, Params};
use crate::papers::asked;
use crate::papers::data::{PaperData, paper_data};
use crate::router::Api;

/// My Papers
///
/// The borrower's papers of a disbursed loan, as data and as a PDF: `statement` (of account), `interest-certificate` of a
/// financial year, `no-dues` once the loan is closed.
#[utoipa::path(
    get,
    path = "/v1/borrower/papers/{kind}",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(
        ("kind" = String, Path, description = "`statement`, `interest-certificate` or `no-dues`."),
        ("year" = Option<String>, Query, description = "Of an interest certificate: the financial year, such as `2024` or `2024-25`."),
    ),
    responses(
        (status = 200, description = "The paper.", body = PaperData),
        (status = 400, description = "`year` is missing or not a financial year."),
        (status = 404, description = "There is no such paper."),
        (status = 409, description = "There is no application yet, or the loan is not disbursed, did not live in the year, or is not closed."),
    )
)]
pub async fn my_paper(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Json<PaperData>, Own> {
    let paper = asked(&kind, &params)?;
    let view = api.app.ask(caller, ReadPaper { application: None, paper }).await?;
    Ok(Json(paper_data(&api, view)))
}
