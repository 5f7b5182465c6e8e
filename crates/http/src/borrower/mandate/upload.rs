use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Upload};
use crate::router::Api;

/// The parts of the form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the field describes the form and is read from its parts")]
struct MandateUpload {
    /// A PNG, a JPEG or a PDF of at most 10 MiB. The part's `Content-Type` must say which.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Upload Mandate Form
///
/// Takes the scan of the signed mandate form and sends it to the bank.
#[utoipa::path(
    post,
    path = "/v1/borrower/mandate/form",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    request_body(content = MandateUpload, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The form is on its way to the bank, and what comes next.", body = JourneyData),
        (status = 400, description = "The file is missing, not what it claims to be, or another part is sent."),
        (status = 409, description = "No physical mandate waits for its form."),
    )
)]
pub async fn upload_mandate_form(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    upload: Upload,
) -> Result<Json<JourneyData>, Own> {
    let file = upload.read(&[]).await?.file()?;
    Ok(Json(api.app.upload_mandate_form(caller, &file.content_type, file.bytes).await?.into()))
}
