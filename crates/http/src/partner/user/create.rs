use axum::extract::State;
use qist_app::users::create::CreateUser;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, required};
use crate::router::Api;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateUserRequest {
    /// Your own id of the customer: at most 50 characters, unique among your customers.
    #[schema(example = "somecustomerid")]
    #[serde(rename = "customerID")]
    customer_id: Option<String>,
    /// Ten digits, the first 6 to 9.
    #[schema(example = "9999999999")]
    mobile: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    #[schema(example = "user created!")]
    pub message: &'static str,
}

/// Create User
///
/// Creates a lending user for one of your customers.
#[utoipa::path(
    post,
    path = "/v1/user/create",
    tag = "Users",
    security(("server_key" = [])),
    request_body = CreateUserRequest,
    responses(
        (status = 200, description = "The user is created.", body = Envelope<Message>),
        (status = 400, description = "Malformed JSON, a field of the wrong type, or a `customerID` of more than 50 characters.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` or `mobile` is missing, or the mobile is invalid.", body = EnvelopeError),
        (status = 409, description = "A user with this `customerID` exists.", body = EnvelopeError),
    )
)]
pub async fn create_user(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<CreateUserRequest>,
) -> Result<Envelope<Message>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let command =
        CreateUser { customer_id: required("customerID", body.customer_id)?, mobile: required("mobile", body.mobile)? };
    api.app.run_once(caller, command, key).await?;
    Ok(Envelope::of(Message { message: "user created!" }))
}
