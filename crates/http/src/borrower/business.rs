use axum::Json;
use axum::extract::State;
use qist_app::journey::identity::SetBusiness;
use qist_domain::format::{clean_text, person_name};
use qist_domain::refusal::Refusal;
use qist_domain::user::Business;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, formatted, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BusinessRequest {
    #[schema(value_type = String, example = "Rao Textiles")]
    name: Option<String>,
    /// Such as `proprietorship`, `partnership` or `private_limited`.
    #[schema(value_type = String, example = "proprietorship")]
    constitution: Option<String>,
    /// `YYYY-MM-DD`: the day on which the business began.
    #[schema(value_type = String, example = "2015-04-01")]
    vintage_date: Option<String>,
}

/// Business
///
/// Describes the borrower's business, for programmes that lend to businesses.
#[utoipa::path(
    post,
    path = "/v1/borrower/business",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = BusinessRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "The programme does not ask about a business, another step comes first, a loan application is open, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn describe_business(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<BusinessRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = SetBusiness { business: business(body)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}

fn business(body: BusinessRequest) -> Result<Business, Refusal> {
    let name = required("name", body.name)?;
    let constitution = required("constitution", body.constitution)?;
    let vintage_date = required("vintageDate", body.vintage_date)?;
    Ok(Business {
        name: formatted("name", person_name(&name))?,
        constitution: formatted("constitution", clean_text(&constitution, 50))?,
        vintage_day: formatted("vintageDate", vintage_date.parse())?,
    })
}
