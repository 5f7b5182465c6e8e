use axum::extract::State;
use qist_app::servicing::clock::{Ahead, Moved};
use qist_domain::day::Day;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{JsonBody, PartnerCaller, formatted, required};
use crate::router::Api;

/// `customerID`, and one of the others.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockRequest {
    #[serde(rename = "customerID")]
    #[schema(value_type = String, example = "somecustomerid")]
    customer_id: Option<String>,
    /// Whole days, at least 1.
    #[schema(example = 31)]
    advance_days: Option<i64>,
    /// `YYYY-MM-DD`.
    #[schema(example = "2027-01-31")]
    advance_to: Option<String>,
    /// `dpd=61`: until the loan has so many days past due. `closed`: until it is closed.
    #[schema(example = "dpd=61")]
    until: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockData {
    /// The customer's own time now: `YYYY-MM-DD HH:MM:SS`, IST.
    #[schema(example = "2027-01-31 10:15:00")]
    now: String,
    /// Days past due of the customer's loan, where there is one.
    #[schema(example = 0)]
    dpd: Option<i64>,
    /// What happened on the way, in order.
    events: Vec<HappenedData>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HappenedData {
    /// `YYYY-MM-DD HH:MM:SS`, IST, in the customer's time.
    #[schema(example = "2027-01-27 00:00:00")]
    logged_at: String,
    #[schema(example = "emi_due_in_7_days")]
    event_type: &'static str,
    #[schema(example = "{\"installmentNum\":1}")]
    event_description: String,
}

/// Advance Clock
///
/// On a test server alone: moves one customer ahead in time. Everything that falls due on the way happens in order, each on its
/// day: reminders, dues, debits by mandate, charges. Other customers are not touched. How debits end is told by the account
/// number: see the personas.
#[utoipa::path(
    post,
    path = "/v1/sandbox/clock",
    tag = "Sandbox",
    security(("server_key" = [])),
    request_body = ClockRequest,
    responses(
        (status = 200, description = "Where the customer is now, and what happened on the way.", body = Envelope<ClockData>),
        (status = 400, description = "A field is not valid, the clock would go backwards, or `until` is never reached.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "User not found; on a production server, always.", body = EnvelopeError),
    )
)]
pub async fn advance_clock(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    JsonBody(body): JsonBody<ClockRequest>,
) -> Result<Envelope<ClockData>, Contract> {
    let customer_id = required("customerID", body.customer_id.clone())?;
    let Moved { now, dpd, events } = api.app.advance_clock(caller, &customer_id, ahead(body)?).await?;
    let events = events.into_iter().map(|event| HappenedData {
        logged_at: event.logged_at.ist_text(),
        event_type: event.event_type.name(),
        event_description: event.description,
    });
    Ok(Envelope::of(ClockData { now: now.ist_text(), dpd, events: events.collect() }))
}

fn ahead(body: ClockRequest) -> Result<Ahead, Refusal> {
    match (body.advance_days, body.advance_to, body.until.as_deref()) {
        (Some(days), None, None) if days >= 1 => Ok(Ahead::Days(days)),
        (Some(_), None, None) => Err(Refusal::invalid("advanceDays", "must be at least 1: a clock only goes forward")),
        (None, Some(to), None) => {
            Ok(Ahead::To(formatted("advanceTo", to.parse::<Day>().map_err(|_| "is not a day written YYYY-MM-DD"))?))
        }
        (None, None, Some("closed")) => Ok(Ahead::Closed),
        (None, None, Some(until)) => {
            let days =
                until.strip_prefix("dpd=").and_then(|days| days.parse().ok()).filter(|days| (1..=3_650).contains(days));
            days.map(Ahead::Dpd)
                .ok_or_else(|| Refusal::invalid("until", "must be closed, or dpd= and a number of days"))
        }
        _ => Err(Refusal::invalid("advanceDays", "give one of advanceDays, advanceTo and until")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Ahead, Option<String>> {
        ahead(serde_json::from_str(json).unwrap()).map_err(|refusal| refusal.field)
    }

    #[test]
    fn a_clock_is_told_how_far_in_one_way() {
        assert_eq!(of(r#"{"advanceDays":31}"#), Ok(Ahead::Days(31)));
        assert_eq!(of(r#"{"until":"dpd=61"}"#), Ok(Ahead::Dpd(61)));
        assert_eq!(of(r#"{"until":"closed"}"#), Ok(Ahead::Closed));
        assert!(matches!(of(r#"{"advanceTo":"2027-01-31"}"#), Ok(Ahead::To(_))));
        for (json, field) in [
            (r#"{}"#, "advanceDays"),
            (r#"{"advanceDays":0}"#, "advanceDays"),
            (r#"{"advanceDays":-3}"#, "advanceDays"),
            (r#"{"advanceDays":3,"until":"closed"}"#, "advanceDays"),
            (r#"{"advanceTo":"31.01.2027"}"#, "advanceTo"),
            (r#"{"until":"dpd=0"}"#, "until"),
            (r#"{"until":"rich"}"#, "until"),
        ] {
            assert_eq!(of(json), Err(Some(field.to_owned())), "{json}");
        }
    }
}
