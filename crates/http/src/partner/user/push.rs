use axum::extract::State;
use qist_app::users::push::PushPartnerData;
use qist_domain::format::{Email, Gstin, Pan, person_name};
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::{Gender, PartnerData};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::create::Message;
use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Idempotency, JsonBody, PartnerCaller, optional, required};
use crate::router::Api;

/// Besides these, the fields of your own programme.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushRequest {
    #[schema(example = "somecustomerid")]
    #[serde(rename = "customerID")]
    customer_id: Option<String>,
    pan: Option<String>,
    name: Option<String>,
    /// `YYYY-MM-DD`.
    dob: Option<String>,
    email: Option<String>,
    /// `Male`, `Female` or `Other`.
    gender: Option<String>,
    gstin: Option<String>,
    /// `YYYY-MM-DD`: since when the business exists.
    vintage_date: Option<String>,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// Push Partner Data
///
/// Tells what you know about a customer, before the journey starts.
#[utoipa::path(
    post,
    path = "/v1/user/push",
    tag = "Users",
    security(("server_key" = [])),
    request_body = PushRequest,
    responses(
        (status = 200, description = "The data are added; fields that are absent stay as they were.", body = Envelope<Message>),
        (status = 400, description = "A field is not valid, or the GSTIN is not of the PAN.", body = EnvelopeError),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "The user does not exist.", body = EnvelopeError),
        (status = 406, description = "The journey has already started.", body = EnvelopeError),
    )
)]
pub async fn push_partner_data(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<PushRequest>,
) -> Result<Envelope<Message>, Contract> {
    let key = idempotency.of(&api, &body)?;
    let customer_id = required("customerID", body.customer_id.clone())?;
    let command = PushPartnerData { customer_id, data: partner_data(body)? };
    api.app.run_once(caller, command, key).await.map_err(Contract::on(&[(Code::JourneyStarted, 406)]))?;
    Ok(Envelope::of(Message { message: "added" }))
}

fn partner_data(body: PushRequest) -> Result<PartnerData, Refusal> {
    let mut fields = body.fields;
    if let Some(day) = field("vintageDate", body.vintage_date, |text| text.parse::<qist_domain::day::Day>().ok())? {
        fields.insert("vintageDate".to_owned(), Value::String(day.to_string()));
    }
    Ok(PartnerData {
        pan: field("pan", body.pan, |text| Pan::parse(text).ok())?,
        name: field("name", body.name, |text| person_name(text).ok())?,
        dob: field("dob", body.dob, |text| text.parse().ok())?,
        email: field("email", body.email, |text| Email::parse(text).ok())?,
        gender: field("gender", body.gender, Gender::from_name)?,
        gstin: field("gstin", body.gstin, |text| Gstin::parse(text).ok())?,
        fields,
    })
}

/// The contract's own words for a value that is not valid.
fn field<T>(name: &str, value: Option<String>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
    let Some(text) = optional(value) else { return Ok(None) };
    let message = format!("Invalid {name}, passed value: {text}");
    parse(&text).map(Some).ok_or(Refusal { code: Code::InvalidField, field: Some(name.to_owned()), message })
}
