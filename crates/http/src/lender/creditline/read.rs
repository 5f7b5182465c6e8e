use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::view::ReadLineOfLender;
use qist_app::ports::store::LimitRequest;
use qist_domain::id::CreditLineId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::borrower::creditline::read::LineData;
use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LenderLineData {
    line: LineData,
    /// In the order in which the borrower made them.
    limit_requests: Vec<AskedLimit>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskedLimit {
    #[serde(rename = "limitRequestID")]
    #[schema(example = "550b9f1c-5598-4a24-8b8e-8f0b4d9c9f1c")]
    limit_request_id: String,
    #[schema(example = 150000)]
    limit: Rupees,
    /// The borrower's own words.
    consent: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2021-02-03 10:15:00")]
    asked_at: String,
    /// What was given; absent while the request is open.
    #[schema(example = 120000)]
    granted: Option<Rupees>,
}

impl From<LimitRequest> for AskedLimit {
    fn from(request: LimitRequest) -> AskedLimit {
        AskedLimit {
            limit_request_id: request.id.to_string(),
            limit: request.limit.into(),
            consent: request.consent,
            asked_at: request.asked_at.utc_text(),
            granted: request.granted.map(Rupees),
        }
    }
}

/// Credit Line
///
/// One of your lines, with what its borrower asked for.
#[utoipa::path(
    get,
    path = "/v1/lender/creditlines/{id}",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<CreditLineId>),
    responses(
        (status = 200, description = "The line.", body = LenderLineData),
        (status = 404, description = "You have no such credit line."),
    )
)]
pub async fn read_line(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(line): PathId<CreditLineId>,
) -> Result<Json<LenderLineData>, Own> {
    let (line, requests) = api.app.ask(caller, ReadLineOfLender { line }).await?;
    Ok(Json(LenderLineData { line: line.into(), limit_requests: requests.into_iter().map(Into::into).collect() }))
}
