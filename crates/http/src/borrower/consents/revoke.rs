use axum::Json;
use axum::extract::State;
use qist_app::journey::consent::RevokeConsent;
use qist_domain::id::ConsentId;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, PathId};
use crate::router::Api;

/// Revoke Consent
///
/// Takes a consent back. What it allowed is not done any more; what was done under it stays.
#[utoipa::path(
    post,
    path = "/v1/borrower/consents/{id}/revoke",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(PathId<ConsentId>, Idempotency),
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 404, description = "The borrower has no such consent, or it is revoked already."),
        (status = 409, description = "The `Idempotency-Key` was used with another request."),
    )
)]
pub async fn revoke_consent(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    PathId(id): PathId<ConsentId>,
    idempotency: Idempotency,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &id)?;
    Ok(Json(api.app.run_once(caller, RevokeConsent { id }, key).await?.out.into()))
}
