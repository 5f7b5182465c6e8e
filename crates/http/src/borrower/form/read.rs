use axum::Json;
use axum::extract::State;
use qist_app::journey::details::ReadForm;
use qist_domain::application::{FieldKind, FormField};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct FormData {
    fields: Vec<FormFieldData>,
}

#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FormFieldData {
    /// The field's name in Submit Form.
    #[schema(example = "income")]
    key: String,
    #[schema(example = "Monthly income")]
    label: String,
    required: bool,
    /// `text`, `number` (whole, without sign), `amount` (rupees), `choice` or `phone`. Values are sent as text.
    #[schema(example = "amount")]
    kind: &'static str,
    /// For a `text`: how long it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    chars_max: Option<usize>,
    /// For a `number`: the largest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
    /// For a `choice`.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<String>>,
}

/// Read Form
///
/// The fields of the programme's loan form.
#[utoipa::path(
    get,
    path = "/v1/borrower/form",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses((status = 200, description = "The fields, in the order in which to ask for them.", body = FormData))
)]
pub async fn read_form(State(api): State<Api>, BorrowerCaller(caller): BorrowerCaller) -> Result<Json<FormData>, Own> {
    let fields = api.app.ask(caller, ReadForm).await?;
    Ok(Json(FormData { fields: fields.into_iter().map(shape).collect() }))
}

fn shape(field: FormField) -> FormFieldData {
    let plain = FormFieldData {
        key: field.key,
        label: field.label,
        required: field.required,
        kind: "text",
        chars_max: None,
        max: None,
        options: None,
    };
    match field.kind {
        FieldKind::Text { chars_max } => FormFieldData { chars_max: Some(chars_max), ..plain },
        FieldKind::Number { max } => FormFieldData { kind: "number", max: Some(max), ..plain },
        FieldKind::Amount => FormFieldData { kind: "amount", ..plain },
        FieldKind::Choice { options } => FormFieldData { kind: "choice", options: Some(options), ..plain },
        FieldKind::Phone => FormFieldData { kind: "phone", ..plain },
    }
}
