use axum::Json;
use axum::extract::State;
use qist_app::journey::identity::UpdateProfile;
use qist_domain::format::{Email, person_name};
use qist_domain::refusal::Refusal;
use qist_domain::user::{Gender, Profile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, choice, formatted, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileRequest {
    /// As on the PAN card.
    #[schema(value_type = String, example = "Asha Rao")]
    name: Option<String>,
    #[schema(value_type = String, example = "asha@example.com")]
    email: Option<String>,
    /// `YYYY-MM-DD`; 18 years ago or more.
    #[schema(value_type = String, example = "1992-11-09")]
    dob: Option<String>,
    /// `Male`, `Female` or `Other`.
    #[schema(value_type = String, example = "Female")]
    gender: Option<String>,
}

/// Profile
///
/// Tells who the borrower is. It can be told again until there is a loan application.
#[utoipa::path(
    post,
    path = "/v1/borrower/profile",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = ProfileRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known, or the borrower is too young."),
        (status = 409, description = "A loan application is open, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn tell_profile(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ProfileRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = UpdateProfile { profile: profile(body)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}

fn profile(body: ProfileRequest) -> Result<Profile, Refusal> {
    let name = required("name", body.name)?;
    let email = required("email", body.email)?;
    let dob = required("dob", body.dob)?;
    let gender = required("gender", body.gender)?;
    Ok(Profile {
        name: formatted("name", person_name(&name))?,
        email: formatted("email", Email::parse(&email))?,
        dob: formatted("dob", dob.parse())?,
        gender: choice("gender", &gender, &[Gender::Male, Gender::Female, Gender::Other], Gender::name)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: serde_json::Value) -> (&'static str, Option<String>) {
        let refusal = profile(serde_json::from_value(body).unwrap()).unwrap_err();
        (refusal.code.name(), refusal.field)
    }

    #[test]
    fn what_is_missing_is_told_before_what_is_malformed() {
        assert_eq!(refused(json!({ "name": "1", "email": " " })), ("missing_field", Some("email".into())));
        let body = json!({ "name": "Asha", "email": "a@b.in", "dob": "09-11-1992", "gender": "Female" });
        assert_eq!(refused(body), ("invalid_field", Some("dob".into())));
        let body = json!({ "name": "Asha", "email": "a@b.in", "dob": "1992-11-09", "gender": "female" });
        assert_eq!(refused(body), ("invalid_field", Some("gender".into())));
    }
}
