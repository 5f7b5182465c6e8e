use axum::extract::State;
use qist_app::ports::store::Activity;
use qist_app::users::activity::ReadActivity;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityData {
    user_activity_history: Vec<ActivityEntry>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ActivityEntry {
    /// Who caused it.
    #[schema(example = "sourcing_entity")]
    entity_type: &'static str,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    logged_at: String,
    #[schema(example = "user_created")]
    event_type: &'static str,
    /// Always a text; for some events the text of a JSON object.
    event_description: String,
    /// Empty where the event is of no loan application.
    #[serde(rename = "loanApplicationID")]
    loan_application_id: String,
}

/// User Activity History
///
/// Everything that happened to a user, oldest first.
#[utoipa::path(
    get,
    path = "/v1/user/activity",
    tag = "Users",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "Your id of the customer.", example = "somecustomerid")),
    responses(
        (status = 200, description = "The history.", body = Envelope<ActivityData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "User not found.", body = EnvelopeError),
    )
)]
pub async fn user_activity(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<ActivityData>, Contract> {
    let customer_id = params.required("customerID")?;
    let history = api.app.ask(caller, ReadActivity { customer_id }).await?;
    Ok(Envelope::of(ActivityData { user_activity_history: history.into_iter().map(shape).collect() }))
}

fn shape(activity: Activity) -> ActivityEntry {
    ActivityEntry {
        entity_type: activity.entity_type.name(),
        logged_at: activity.logged_at.utc_text(),
        event_type: activity.event_type.name(),
        event_description: activity.description,
        loan_application_id: activity.application.map(|id| id.to_string()).unwrap_or_default(),
    }
}
