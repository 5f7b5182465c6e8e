use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct DraftData {
    /// Opens the PDF without a key, for 300 seconds.
    #[schema(
        example = "https://qist.example/files/2fee9ba7-52e1-4873-8328-e0dff99cdc83?expires=1612327500&signature=5f1c"
    )]
    url: String,
}

/// Read Agreement
///
/// A link to the agreement for the borrower to read before signing. The draft is made at the first call, once the bank account
/// is verified, and stays the same.
#[utoipa::path(
    get,
    path = "/v1/borrower/agreement",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The link.", body = DraftData),
        (status = 409, description = "There is no application yet, or its bank account is not verified."),
    )
)]
pub async fn read_agreement(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<DraftData>, Own> {
    let draft = api.app.draft_agreement(caller).await?;
    Ok(Json(DraftData { url: api.app.file_link(draft) }))
}
