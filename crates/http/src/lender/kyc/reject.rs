use axum::Json;
use axum::extract::State;
use qist_app::lender::kyc::JudgeDocument;
use qist_domain::id::{ApplicationId, KycDocumentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::borrower::journey::ApplicationData;
use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, text};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectDocumentRequest {
    /// At most 200 characters. The borrower reads it before uploading another.
    #[schema(value_type = String, example = "the picture is blurred")]
    reason: Option<String>,
}

/// Reject KYC Document
///
/// Says that a document is bad: the borrower has to upload that kind again.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/kyc/{documentID}/reject",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, PathId<KycDocumentId>, Idempotency),
    request_body = RejectDocumentRequest,
    responses(
        (status = 200, description = "Where the application stands now.", body = ApplicationData),
        (status = 400, description = "The reason is missing or not valid."),
        (status = 404, description = "No such application is assigned to you, or it has no such document."),
        (status = 409, description = "The application's status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn reject_document(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    PathId(document): PathId<KycDocumentId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<RejectDocumentRequest>,
) -> Result<Json<ApplicationData>, Own> {
    let key = idempotency.of(&api, &("reject", application, document, &body))?;
    let command = JudgeDocument { application, document, reject: Some(text("reason", body.reason, 200)?) };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
