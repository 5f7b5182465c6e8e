use axum::Json;
use axum::extract::State;
use qist_app::journey::consent::GiveConsents;
use qist_domain::refusal::Refusal;
use qist_domain::user::consent::{CONSENT_TEXTS, Purpose};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, ClientIp, Idempotency, JsonBody, choice, present, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentsRequest {
    #[schema(value_type = Vec<ConsentChoice>, example = json!([{ "purpose": "bureau_pull", "textVersion": 1 }]))]
    consents: Option<Vec<ConsentChoice>>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentChoice {
    /// One of those that List Consents answers.
    #[schema(value_type = String, example = "bureau_pull")]
    purpose: Option<String>,
    /// The version of the text that the borrower has seen.
    #[schema(value_type = u32, example = 1)]
    text_version: Option<u32>,
}

/// Give Consents
///
/// Records which texts the borrower has agreed to, each for one purpose, with the time and the address that it came from.
#[utoipa::path(
    post,
    path = "/v1/borrower/consents",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = ConsentsRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "A text has changed: read it and consent again. Or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_consents(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    ClientIp(ip): ClientIp,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ConsentsRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = GiveConsents { consents: consents(body)?, ip: ip.to_string() };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}

fn consents(body: ConsentsRequest) -> Result<Vec<(Purpose, u32)>, Refusal> {
    let purposes: Vec<Purpose> = CONSENT_TEXTS.iter().map(|text| text.purpose).collect();
    let mut consents: Vec<(Purpose, u32)> = Vec::new();
    for (index, chosen) in present("consents", body.consents)?.into_iter().enumerate() {
        let field = |name: &str| format!("consents[{index}].{name}");
        let purpose = required(&field("purpose"), chosen.purpose)?;
        let version = present(&field("textVersion"), chosen.text_version)?;
        let purpose = choice(&field("purpose"), &purpose, &purposes, Purpose::name)?;
        if consents.iter().any(|(other, _)| *other == purpose) {
            return Err(Refusal::invalid(&field("purpose"), "must be named once"));
        }
        consents.push((purpose, version));
    }
    Ok(consents)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: serde_json::Value) -> Result<Vec<(Purpose, u32)>, Option<String>> {
        consents(serde_json::from_value(body).unwrap()).map_err(|refusal| refusal.field)
    }

    #[test]
    fn each_mistake_names_its_place_in_the_list() {
        let good = json!({ "purpose": "bureau_pull", "textVersion": 1 });
        assert_eq!(read(json!({ "consents": [good] })), Ok(vec![(Purpose::BureauPull, 1)]));
        assert_eq!(read(json!({})), Err(Some("consents".into())));
        for second in [json!({ "purpose": "everything", "textVersion": 1 }), json!({ "textVersion": 1 }), good.clone()]
        {
            assert_eq!(read(json!({ "consents": [good, second] })), Err(Some("consents[1].purpose".into())));
        }
        assert_eq!(
            read(json!({ "consents": [{ "purpose": "gst_returns" }] })),
            Err(Some("consents[0].textVersion".into()))
        );
    }
}
