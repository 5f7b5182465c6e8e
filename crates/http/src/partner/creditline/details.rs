use axum::extract::State;
use qist_app::credit_lines::view::{LineView, ReadLine};
use qist_domain::credit_line::Inactive;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineDetails {
    /// `ACTIVE`, or `INACTIVE` where it cannot be drawn on; what is owed is repaid all the same.
    #[schema(example = "ACTIVE")]
    status: &'static str,
    #[schema(example = 100000)]
    max_limit: Rupees,
    /// `maxLimit` less what is drawn and what is reserved for transactions to come; never below zero.
    #[schema(example = 98800)]
    available_limit: Rupees,
    /// `YYYY-MM-DD`: the last day for drawing.
    #[schema(example = "2022-01-18")]
    validity: String,
    /// `overdue`, `over limit`, `expired`, `KYC lapsed`, or the lender's own words; empty where it is active.
    #[schema(example = "")]
    inactive_reason: String,
}

impl From<LineView> for LineDetails {
    fn from(line: LineView) -> LineDetails {
        LineDetails {
            status: if line.inactive.is_some() { "INACTIVE" } else { "ACTIVE" },
            max_limit: line.limit_max.into(),
            available_limit: line.available.into(),
            validity: line.valid_until.to_string(),
            inactive_reason: line.inactive.as_ref().map(Inactive::reason).unwrap_or_default().to_owned(),
        }
    }
}

/// Credit Line Details
///
/// How much a customer may draw, and whether.
#[utoipa::path(
    get,
    path = "/v1/creditline/details",
    tag = "Credit Lines",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "The customer.")),
    responses(
        (status = 200, description = "The line.", body = Envelope<LineDetails>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "There is no such customer, or it has no credit line.", body = EnvelopeError),
    )
)]
pub async fn line_details(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<LineDetails>, Contract> {
    let customer_id = params.required("customerID")?;
    Ok(Envelope::of(api.app.ask(caller, ReadLine { customer_id }).await?.into()))
}
