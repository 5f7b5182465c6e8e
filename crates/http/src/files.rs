//! Files behind signed links: no key, but nothing except what the link names, and only until it expires.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qist_domain::id::BlobId;
use qist_domain::refusal::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Own, Problem};
use crate::extract::{Params, SignedLink};
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(download_file))
}

/// Download File
///
/// Opens a signed link.
#[utoipa::path(
    get,
    path = "/files/{id}",
    tag = "Files",
    params(
        ("id" = String, Path, description = "The file."),
        SignedLink,
    ),
    responses(
        (status = 200, description = "The file.", content_type = "application/pdf"),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "The file is gone.", body = Problem),
    )
)]
async fn download_file(State(api): State<Api>, Path(id): Path<String>, params: Params) -> Result<Response, Own> {
    SignedLink::verify(&api, &format!("/files/{id}"), &params)?;
    let id: BlobId = id.parse().map_err(|_| Code::FileNotFound)?;
    let (file, bytes) = api.app.file_behind_link(id).await?.ok_or(Code::FileNotFound)?;
    let extension = file.content_type.split('/').next_back().unwrap_or("bin").to_owned();
    Ok(attachment(file.content_type, &format!("{}.{extension}", file.kind), bytes))
}

/// Bytes behind a signed link, to be kept under a name, which is one of ours.
pub(crate) fn attachment(content_type: impl Into<String>, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type.into()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
