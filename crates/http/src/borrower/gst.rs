use axum::Json;
use axum::extract::State;
use qist_app::journey::identity::SetGst;
use qist_domain::format::Gstin;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, formatted, optional};
use crate::router::Api;

/// Either a GSTIN, or `skip`.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "gstin": "27AAPFU0939F1ZV" }))]
pub struct GstRequest {
    #[schema(example = "27AAPFU0939F1ZV")]
    gstin: Option<String>,
    /// `true` goes on without GST returns.
    #[schema(example = false)]
    skip: Option<bool>,
}

/// GST
///
/// Gives the GSTIN, upon which the GST returns are fetched, or skips this. Fetching needs the consent `gst_returns`.
#[utoipa::path(
    post,
    path = "/v1/borrower/gst",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = GstRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "Neither or both are given, the GSTIN is malformed, or it is not of the PAN."),
        (status = 409, description = "The programme does not ask about a business, another step or a consent comes first, a loan application is open, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_gstin(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<GstRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = SetGst { gstin: gstin(body)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}

/// `None` skips.
fn gstin(body: GstRequest) -> Result<Option<Gstin>, Refusal> {
    match (optional(body.gstin), body.skip.unwrap_or(false)) {
        (Some(gstin), false) => formatted("gstin", Gstin::parse(&gstin)).map(Some),
        (None, true) => Ok(None),
        (None, false) => Err(Refusal::missing("gstin")),
        (Some(_), true) => Err(Refusal::invalid("skip", "must not be true beside a gstin")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: serde_json::Value) -> Result<bool, Option<String>> {
        let body = serde_json::from_value(body).unwrap();
        gstin(body).map(|gstin| gstin.is_some()).map_err(|refusal| refusal.field)
    }

    #[test]
    fn gst_is_skipped_only_in_so_many_words() {
        assert_eq!(read(json!({ "skip": true })), Ok(false));
        assert_eq!(read(json!({ "gstin": "27AAPFU0939F1ZV" })), Ok(true));
        for body in [json!({}), json!({ "gstin": "  " }), json!({ "skip": false }), json!({ "gstin": null })] {
            assert_eq!(read(body), Err(Some("gstin".into())));
        }
        assert_eq!(read(json!({ "gstin": "27AAPFU0939F1ZV", "skip": true })), Err(Some("skip".into())));
    }
}
