use axum::Json;
use axum::extract::State;
use qist_app::journey::details::SubmitForm;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::borrower::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, present};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "form": { "income": "45000", "loanPurpose": "Travel" } }))]
pub struct FormRequest {
    /// Keys and texts as Read Form describes them.
    #[schema(value_type = Object)]
    form: Option<Map<String, Value>>,
}

/// Submit Form
///
/// Fills the loan form. It can be filled again until the KYC documents are submitted.
#[utoipa::path(
    post,
    path = "/v1/borrower/form",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = FormRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field of the form is missing, not valid or not known; `field` names it, such as `form.income`."),
        (status = 409, description = "There is no application yet, its status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn submit_form(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<FormRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = SubmitForm { form: present("form", body.form)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}
