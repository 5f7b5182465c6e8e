use axum::Json;
use axum::extract::State;
use qist_domain::application::KycKind;
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Upload, choice};
use crate::router::Api;

/// The parts of the form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields describe the form and are read from its parts")]
struct KycUpload {
    /// `pan_card`, `address_proof_front`, `address_proof_back`, `selfie` or `business_proof`.
    #[schema(example = "pan_card")]
    kind: String,
    /// A PNG, a JPEG or a PDF of at most 10 MiB. The part's `Content-Type` must say which.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Upload KYC Document
///
/// Puts a document beside the application. One of the same kind is replaced.
#[utoipa::path(
    post,
    path = "/v1/borrower/kyc/documents",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    request_body(content = KycUpload, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The document is stored, and what comes next.", body = JourneyData),
        (status = 400, description = "A part is missing, not valid or not known, or the file is not what it claims to be."),
        (status = 409, description = "Documents are not taken now, or one of this kind is verified already."),
    )
)]
pub async fn upload_document(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    upload: Upload,
) -> Result<Json<JourneyData>, Own> {
    let mut form = upload.read(&["kind"]).await?;
    let kind = choice("kind", &form.text("kind")?, KycKind::ALL, KycKind::name)?;
    let file = form.file()?;
    Ok(Json(api.app.upload_document(caller, kind, &file.content_type, file.bytes).await?.into()))
}
