use axum::Json;
use axum::extract::State;
use qist_app::journey::identity::AnswerBureau;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, text};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BureauAnswerRequest {
    /// The answer to the journey's `bureauQuestion`, at most 200 characters.
    #[schema(value_type = String, example = "HDFC Bank")]
    answer: Option<String>,
}

/// Bureau Answer
///
/// Answers what the credit bureau asks before it gives its report.
#[utoipa::path(
    post,
    path = "/v1/borrower/bureau-answer",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = BureauAnswerRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "The answer is missing or not valid."),
        (status = 409, description = "The bureau has not asked anything, the consent was revoked, a loan application is open, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn answer_bureau(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<BureauAnswerRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = AnswerBureau { answer: text("answer", body.answer, 200)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
