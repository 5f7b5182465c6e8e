use axum::extract::State;
use qist_app::users::view::{ProfileView, ReadProfile};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::Decimal;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileData {
    user_profile: UserProfile,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserProfile {
    #[serde(rename = "customerID")]
    customer_id: String,
    mobile: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    created_at: String,
    status: &'static str,
    /// Empty until known, like all texts here.
    name: String,
    email: String,
    /// `YYYY-MM-DD`.
    dob: String,
    /// `Male`, `Female` or `Other`.
    gender: &'static str,
    pan: String,
    /// From 0 to 1; `null` until known.
    fis_score: Decimal,
    /// 300 to 900; `null` until known.
    bureau_score: Option<i64>,
    bureau_status: &'static str,
    #[serde(rename = "loanApplicationIDs")]
    loan_application_ids: Vec<String>,
}

/// User Profile
#[utoipa::path(
    get,
    path = "/v1/user/profile",
    tag = "Users",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "Your id of the customer.", example = "somecustomerid")),
    responses(
        (status = 200, description = "The profile.", body = Envelope<ProfileData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "User not found.", body = EnvelopeError),
    )
)]
pub async fn user_profile(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<ProfileData>, Contract> {
    let customer_id = params.required("customerID")?;
    let view = api.app.ask(caller, ReadProfile { customer_id }).await?;
    Ok(Envelope::of(ProfileData { user_profile: shape(view) }))
}

fn shape(ProfileView { user, application_ids }: ProfileView) -> UserProfile {
    let personal = user.personal;
    UserProfile {
        customer_id: user.customer_id,
        mobile: user.mobile.to_string(),
        created_at: user.created_at.utc_text(),
        status: user.status.name(),
        name: user.name.unwrap_or_default(),
        email: personal.email.map(String::from).unwrap_or_default(),
        dob: personal.dob.map(|dob| dob.to_string()).unwrap_or_default(),
        gender: personal.gender.map_or("", qist_domain::user::Gender::name),
        pan: personal.pan.map(String::from).unwrap_or_default(),
        fis_score: Decimal(user.fis_score),
        bureau_score: user.bureau.score,
        bureau_status: user.bureau.status.name(),
        loan_application_ids: application_ids.iter().map(ToString::to_string).collect(),
    }
}
