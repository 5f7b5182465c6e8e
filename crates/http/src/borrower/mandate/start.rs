use axum::Json;
use axum::extract::State;
use qist_app::journey::mandate::StartMandate;
use qist_domain::application::MandateKind;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, optional, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateRequest {
    /// `enach` or `physical`.
    #[schema(value_type = String, example = "physical")]
    kind: Option<String>,
    /// For a `physical` one, how the form reaches the borrower: `download` (where absent) or `email`.
    #[schema(example = "download")]
    delivery: Option<String>,
}

/// Start Mandate
///
/// Begins the mandate that lets the lender collect the instalments, electronic or on paper. After a failure it can be begun
/// again, in the same or the other way.
#[utoipa::path(
    post,
    path = "/v1/borrower/mandate",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = MandateRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "Another step comes first, the mandate is under way or complete, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn start_mandate(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<MandateRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    Ok(Json(api.app.run_once(caller, command(body)?, key).await?.out.into()))
}

fn command(body: MandateRequest) -> Result<StartMandate, Refusal> {
    let kind = match required("kind", body.kind)?.as_str() {
        "enach" => MandateKind::Enach,
        "physical" => MandateKind::Physical,
        _ => return Err(Refusal::invalid("kind", "must be one of enach, physical")),
    };
    let emailed = match (kind, optional(body.delivery).as_deref()) {
        (_, None) | (MandateKind::Physical, Some("download")) => false,
        (MandateKind::Physical, Some("email")) => true,
        (MandateKind::Physical, Some(_)) => {
            return Err(Refusal::invalid("delivery", "must be one of download, email"));
        }
        (MandateKind::Enach, Some(_)) => return Err(Refusal::invalid("delivery", "is for a physical mandate alone")),
    };
    Ok(StartMandate { kind, emailed })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: serde_json::Value) -> Result<(MandateKind, bool), Option<String>> {
        let command = command(serde_json::from_value(body).unwrap()).map_err(|refusal| refusal.field)?;
        Ok((command.kind, command.emailed))
    }

    #[test]
    fn only_a_paper_form_is_delivered() {
        assert_eq!(read(json!({ "kind": "enach" })), Ok((MandateKind::Enach, false)));
        assert_eq!(read(json!({ "kind": "physical" })), Ok((MandateKind::Physical, false)));
        assert_eq!(read(json!({ "kind": "physical", "delivery": "email" })), Ok((MandateKind::Physical, true)));
        assert_eq!(read(json!({ "kind": "enach", "delivery": "email" })), Err(Some("delivery".into())));
        assert_eq!(read(json!({ "kind": "physical", "delivery": "post" })), Err(Some("delivery".into())));
        assert_eq!(read(json!({ "kind": "paper" })), Err(Some("kind".into())));
        assert_eq!(read(json!({ "delivery": "email" })), Err(Some("kind".into())));
    }
}
