use axum::extract::State;
use qist_app::ports::store::{UserFilter, UserRow};
use qist_app::users::list::ListUsers;
use qist_domain::refusal::Refusal;
use qist_domain::user::UserStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersData {
    /// How many match, on all pages together.
    total: i64,
    user_list: Vec<UserEntry>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserEntry {
    /// Empty until known.
    name: String,
    mobile: String,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    created_at: String,
    #[schema(example = "USER_CREATED")]
    status: &'static str,
    #[serde(rename = "customerID")]
    customer_id: String,
}

/// List Users
///
/// Newest first. All filters together must hold.
#[utoipa::path(
    get,
    path = "/v1/users",
    tag = "Users",
    security(("server_key" = [])),
    params(
        ("limit" = Option<i64>, Query, description = "Records per page, 1 to 500. Default 10."),
        ("page" = Option<i64>, Query, description = "Page number from 1. Default 1."),
        ("from" = Option<String>, Query, description = "First day, `yyyy-mm-dd` in IST, inclusive. Only together with `to`."),
        ("to" = Option<String>, Query, description = "Last day, `yyyy-mm-dd` in IST, inclusive. Only together with `from`."),
        ("customerID" = Option<String>, Query, description = "A part of the customer id; case does not matter."),
        ("mobile" = Option<String>, Query, description = "A part of the mobile number."),
        ("statusText" = Option<String>, Query, description = "A customer status."),
    ),
    responses(
        (status = 200, description = "A page of users.", body = Envelope<UsersData>),
        (status = 400, description = "A parameter is out of range, `from` stands without `to`, or the status is unknown.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
    )
)]
pub async fn list_users(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<UsersData>, Contract> {
    let listed = api.app.ask(caller, ListUsers { filter: filter(&params)? }).await?;
    Ok(Envelope::of(UsersData { total: listed.total, user_list: listed.rows.into_iter().map(shape).collect() }))
}

fn filter(params: &Params) -> Result<UserFilter, Refusal> {
    let (limit, offset) = params.page()?;
    let (from, to) = (params.day("from")?, params.day("to")?);
    if from.is_some() != to.is_some() {
        let absent = if from.is_some() { "to" } else { "from" };
        return Err(Refusal::invalid(absent, "from and to are used together"));
    }
    Ok(UserFilter {
        from: from.map(|day| day.start()),
        until: to.map(|day| day.plus_days(1).start()),
        customer_id: params.optional("customerID"),
        mobile: params.optional("mobile"),
        status: params.choice("statusText", UserStatus::ALL, UserStatus::name)?,
        limit,
        offset,
    })
}

fn shape(row: UserRow) -> UserEntry {
    UserEntry {
        name: row.name.unwrap_or_default(),
        mobile: row.mobile,
        created_at: row.created_at.utc_text(),
        status: row.status.name(),
        customer_id: row.customer_id,
    }
}
