use axum::Json;
use axum::extract::State;
use qist_app::lender::files::ListFiles;
use qist_app::ports::store::StoredFile;
use qist_domain::id::ApplicationId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct FilesData {
    documents: Vec<FileData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FileData {
    /// `kyc_` and the kind of KYC document, `mandate_form`, `agreement_draft` or `agreement_signed`.
    #[schema(example = "kyc_pan_card")]
    kind: String,
    /// `image/png`, `image/jpeg` or `application/pdf`.
    #[schema(example = "image/png")]
    content_type: String,
    #[schema(example = 183402)]
    size_bytes: i64,
    /// SHA-256 of the file, in hex.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    sha256: String,
    /// RFC 3339, UTC.
    #[schema(example = "2021-02-03T04:45:00.000000Z")]
    stored_at: String,
    /// Opens the file without a key, for 300 seconds.
    #[schema(
        example = "https://qist.example/files/2fee9ba7-52e1-4873-8328-e0dff99cdc83?expires=1612327500&signature=5f1c"
    )]
    url: String,
}

/// Application Documents
///
/// The files of an application, each with a link: KYC documents, the mandate form, the agreement as draft and as signed.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/documents",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The files.", body = FilesData),
        (status = 404, description = "No such application is assigned to you."),
    )
)]
pub async fn application_documents(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<FilesData>, Own> {
    let files = api.app.ask(caller, ListFiles { application }).await?;
    Ok(Json(FilesData { documents: files.into_iter().map(|file| shape(&api, file)).collect() }))
}

fn shape(api: &Api, file: StoredFile) -> FileData {
    FileData {
        kind: file.kind,
        content_type: file.content_type,
        size_bytes: file.size_bytes,
        sha256: file.sha256,
        stored_at: file.created_at.rfc3339(),
        url: api.app.file_link(file.id),
    }
}
