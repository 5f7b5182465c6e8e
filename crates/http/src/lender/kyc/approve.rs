use axum::Json;
use axum::extract::State;
use qist_app::lender::kyc::JudgeDocument;
use qist_domain::id::{ApplicationId, KycDocumentId};

use crate::borrower::journey::ApplicationData;
use crate::error::Own;
use crate::extract::{Idempotency, LenderCaller, PathId};
use crate::router::Api;

/// Approve KYC Document
///
/// Says that a document is good. With the last one KYC has passed and the underwriting policy runs.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/kyc/{documentID}/approve",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, PathId<KycDocumentId>, Idempotency),
    responses(
        (status = 200, description = "Where the application stands now.", body = ApplicationData),
        (status = 404, description = "No such application is assigned to you, or it has no such document."),
        (status = 409, description = "The application's status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn approve_document(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    PathId(document): PathId<KycDocumentId>,
    idempotency: Idempotency,
) -> Result<Json<ApplicationData>, Own> {
    let key = idempotency.of(&api, &("approve", application, document))?;
    let command = JudgeDocument { application, document, reject: None };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
