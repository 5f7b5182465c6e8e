use axum::Json;
use axum::extract::{Path, State};
use qist_app::servicing::papers::ReadPaper;
use qist_domain::id::ApplicationId;

use crate::error::Own;
use crate::extract::{LenderCaller, Params, PathId};
use crate::papers::asked;
use crate::papers::data::{PaperData, paper_data};
use crate::router::Api;

/// Application Papers
///
/// The borrower's papers of a disbursed loan, as data and as a PDF: `statement` (of account), `interest-certificate` of a
/// financial year, `no-dues` once the loan is closed.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/papers/{kind}",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        PathId<ApplicationId>,
        ("kind" = String, Path, description = "`statement`, `interest-certificate` or `no-dues`."),
        ("year" = Option<String>, Query, description = "Of an interest certificate: the financial year, such as `2024` or `2024-25`."),
    ),
    responses(
        (status = 200, description = "The paper.", body = PaperData),
        (status = 400, description = "`year` is not a financial year."),
        (status = 404, description = "No such application is assigned to you, or there is no such paper."),
        (status = 409, description = "The loan is not disbursed, did not live in the year, or is not closed."),
    )
)]
pub async fn application_paper(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    Path((_, kind)): Path<(String, String)>,
    params: Params,
) -> Result<Json<PaperData>, Own> {
    let paper = asked(&kind, &params)?;
    let view = api.app.ask(caller, ReadPaper { application: Some(application), paper }).await?;
    Ok(Json(paper_data(&api, view)))
}
