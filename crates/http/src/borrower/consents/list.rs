use axum::Json;
use axum::extract::State;
use qist_app::journey::consent::ListConsents;
use qist_app::journey::view::ReadJourney;
use qist_domain::day::Instant;
use qist_domain::user::consent::{CONSENT_TEXTS, Consent, ConsentText, Purpose};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct ConsentsData {
    /// The texts in force, one for each purpose.
    texts: Vec<ConsentTextData>,
    /// All that the borrower has given.
    given: Vec<ConsentData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConsentTextData {
    #[schema(example = "bureau_pull")]
    purpose: &'static str,
    /// Changes with the wording.
    #[schema(example = 1)]
    text_version: u32,
    text: &'static str,
    /// Whether the programme needs it and it has still to be given.
    required: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConsentData {
    #[serde(rename = "consentID")]
    #[schema(example = "0b9f1c55-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    consent_id: String,
    #[schema(example = "bureau_pull")]
    purpose: &'static str,
    #[schema(example = 1)]
    text_version: u32,
    /// The address that it was given from.
    #[schema(example = "203.0.113.7")]
    ip: String,
    /// RFC 3339, UTC.
    #[schema(example = "2021-02-03T04:45:00.000000Z")]
    given_at: String,
    /// RFC 3339, UTC; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    /// Whether it covers the text in force.
    live: bool,
}

/// List Consents
///
/// The consent texts in force, and what the borrower has given or revoked.
#[utoipa::path(
    get,
    path = "/v1/borrower/consents",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses((status = 200, description = "Texts and consents.", body = ConsentsData))
)]
pub async fn list_consents(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<ConsentsData>, Own> {
    let given = api.app.ask(caller, ListConsents).await?;
    let missing = api.app.ask(caller, ReadJourney).await?.consents_missing;
    let texts = CONSENT_TEXTS.iter().map(|text| text_data(text, &missing)).collect();
    Ok(Json(ConsentsData { texts, given: given.into_iter().map(consent_data).collect() }))
}

fn text_data(text: &ConsentText, missing: &[Purpose]) -> ConsentTextData {
    ConsentTextData {
        purpose: text.purpose.name(),
        text_version: text.version,
        text: text.text,
        required: missing.contains(&text.purpose),
    }
}

fn consent_data(consent: Consent) -> ConsentData {
    ConsentData {
        live: consent.is_live(),
        consent_id: consent.id.to_string(),
        purpose: consent.purpose.name(),
        text_version: consent.text_version,
        ip: consent.ip,
        given_at: consent.given_at.rfc3339(),
        revoked_at: consent.revoked_at.map(Instant::rfc3339),
    }
}
