use qist_app::webhooks::ping::Pinged;
use qist_domain::event::EventType;
use qist_domain::refusal::Refusal;
use qist_domain::webhook::{Endpoint, NewEndpoint, Profile};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{choice, required};

/// Calls at the same time, unless said otherwise.
const IN_FLIGHT: u32 = 8;
const IN_FLIGHT_MAX: u32 = 64;
const RATE_PER_SECOND: u32 = 50;
const RATE_PER_SECOND_MAX: u32 = 1_000;
const DESCRIPTION_CHARS_MAX: usize = 200;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WebhookRequest {
    /// `https://`, port 443 or 8443, a public host, no user name.
    #[schema(value_type = String, example = "https://shop.example/qist")]
    url: Option<String>,
    /// For yourself.
    #[schema(example = "production")]
    description: Option<String>,
    /// `durable` (unless given): ten attempts over three days, order kept. `compat`: four attempts.
    #[schema(example = "durable")]
    profile: Option<String>,
    /// Event types to be told of; all unless given.
    #[schema(example = json!(["loan_disbursed", "emi_paid"]))]
    event_types: Option<Vec<String>>,
    /// Calls at the same time, 1 to 64. Default 8.
    #[schema(example = 8)]
    max_in_flight: Option<u32>,
    /// Calls a second, 1 to 1000. Default 50.
    #[schema(example = 50)]
    max_per_second: Option<u32>,
}

impl WebhookRequest {
    pub fn read(&self) -> Result<NewEndpoint, Refusal> {
        let profile = match &self.profile {
            None => Profile::Durable,
            Some(word) => choice("profile", word, Profile::ALL, Profile::name)?,
        };
        let mut events = Vec::new();
        for name in self.event_types.iter().flatten() {
            let event = EventType::from_name(name);
            events.push(event.ok_or_else(|| {
                Refusal::invalid("eventTypes", format!("{name:?} is no event type: see GET /v1/events/types"))
            })?);
        }
        let description = self.description.clone().unwrap_or_default();
        if description.chars().count() > DESCRIPTION_CHARS_MAX || description.chars().any(char::is_control) {
            return Err(Refusal::invalid(
                "description",
                format!("must be at most {DESCRIPTION_CHARS_MAX} characters on one line"),
            ));
        }
        Ok(NewEndpoint {
            url: required("url", self.url.clone())?,
            description,
            profile,
            events,
            in_flight_max: within("maxInFlight", self.max_in_flight, IN_FLIGHT, IN_FLIGHT_MAX)?,
            rate_per_second: within("maxPerSecond", self.max_per_second, RATE_PER_SECOND, RATE_PER_SECOND_MAX)?,
        })
    }
}

fn within(field: &str, given: Option<u32>, default: u32, max: u32) -> Result<u32, Refusal> {
    let value = given.unwrap_or(default);
    if (1..=max).contains(&value) {
        Ok(value)
    } else {
        Err(Refusal::invalid(field, format!("must be from 1 to {max}")))
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookData {
    #[serde(rename = "webhookID")]
    #[schema(example = "2fee9ba7-52e1-4873-8328-e0dff99cdc83")]
    webhook_id: String,
    #[schema(example = "https://shop.example/qist")]
    url: String,
    #[schema(example = "production")]
    description: String,
    #[schema(example = "durable")]
    profile: &'static str,
    /// Empty for all.
    event_types: Vec<&'static str>,
    /// `unverified`: it has not answered a ping, and nothing waits for it. `enabled`. `paused` and `disabled`: what happens
    /// waits.
    #[schema(example = "enabled")]
    state: &'static str,
    /// Why, in words.
    #[schema(example = "")]
    state_reason: String,
    #[schema(example = 8)]
    max_in_flight: u32,
    #[schema(example = 50)]
    max_per_second: u32,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2021-02-03 08:35:09")]
    created_at: String,
}

impl From<Endpoint> for WebhookData {
    fn from(endpoint: Endpoint) -> WebhookData {
        WebhookData {
            webhook_id: endpoint.id.to_string(),
            url: endpoint.url,
            description: endpoint.description,
            profile: endpoint.profile.name(),
            event_types: endpoint.events.into_iter().map(EventType::name).collect(),
            state: endpoint.state.name(),
            state_reason: endpoint.reason,
            max_in_flight: endpoint.in_flight_max,
            max_per_second: endpoint.rate_per_second,
            created_at: endpoint.created_at.utc_text(),
        }
    }
}

/// What came back from a ping.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PingData {
    /// Whether it was a 2xx.
    #[schema(example = true)]
    success: bool,
    /// Absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 200)]
    http_status: Option<u16>,
    /// Where no answer came: `timed_out`, `unreachable`, `forbidden_address`, `bad_url`.
    #[schema(example = "")]
    fault: String,
    /// The beginning of the answer.
    #[schema(example = "HTTP 200\n")]
    response: String,
    #[schema(example = 42)]
    took_millis: i64,
}

impl From<Pinged> for PingData {
    fn from(pinged: Pinged) -> PingData {
        PingData {
            success: pinged.report.is_success(),
            http_status: pinged.report.status(),
            fault: pinged.report.fault,
            response: pinged.report.response,
            took_millis: pinged.took_micros / 1_000,
        }
    }
}
