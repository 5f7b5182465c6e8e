use axum::Json;
use axum::extract::State;
use qist_app::journey::apply::{LenderMatch, MatchLenders};
use qist_domain::money::Paise;
use qist_domain::refusal::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{BorrowerCaller, Params, formatted, positive};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Serialize, ToSchema)]
pub struct LendersData {
    /// The rule by which the lenders are ordered.
    order: &'static str,
    /// Those that match and those that do not.
    lenders: Vec<LenderData>,
}

#[derive(Serialize, ToSchema)]
struct LenderData {
    #[serde(rename = "lenderID")]
    #[schema(example = "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e")]
    lender_id: String,
    #[schema(example = "Example Finance Ltd.")]
    name: String,
    matched: bool,
    /// The lender's rules that did not pass; empty where it matches.
    #[schema(example = json!(["age"]))]
    reasons: Vec<String>,
}

const ORDER: &str = "In the programme's order of preference, which is the same for every borrower and does not depend on the \
     offers. An application that names no lender goes to the first that matches.";

/// Lenders
///
/// Which lenders of the programme take an application for this amount, which do not and why. Nothing is sent to them.
#[utoipa::path(
    get,
    path = "/v1/borrower/lenders",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(("amount" = Rupees, Query, description = "Rupees, with at most two decimals.", example = 15000)),
    responses(
        (status = 200, description = "All lenders of the programme, in the order that is stated.", body = LendersData),
        (status = 400, description = "`amount` is missing or not an amount, or another parameter is given."),
    )
)]
pub async fn match_lenders(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    params: Params,
) -> Result<Json<LendersData>, Own> {
    let matches = api.app.ask(caller, MatchLenders { amount: amount(&params)? }).await?;
    Ok(Json(LendersData { order: ORDER, lenders: matches.into_iter().map(shape).collect() }))
}

fn amount(params: &Params) -> Result<Paise, Refusal> {
    let text = params.only(&["amount"])?.required("amount")?;
    positive("amount", Rupees(formatted("amount", Paise::parse_rupees(&text))?))
}

fn shape(lender: LenderMatch) -> LenderData {
    LenderData { lender_id: lender.id.to_string(), name: lender.name, matched: lender.matched, reasons: lender.reasons }
}
