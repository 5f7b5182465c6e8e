use axum::Json;
use axum::extract::State;
use qist_app::journey::details::SubmitAddress;
use qist_domain::application::{Address, ResidenceType};
use qist_domain::format::{Pincode, clean_text};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, choice, formatted, optional, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressRequest {
    #[schema(value_type = String, example = "22, 80 Feet Rd")]
    line1: Option<String>,
    /// May be absent.
    #[schema(example = "Koramangala")]
    line2: Option<String>,
    #[schema(value_type = String, example = "Bengaluru")]
    city: Option<String>,
    /// Six digits.
    #[schema(value_type = String, example = "560095")]
    pincode: Option<String>,
    #[schema(value_type = String, example = "Karnataka")]
    state: Option<String>,
    /// `Rented` or `Owned`.
    #[schema(value_type = String, example = "Rented")]
    residence_type: Option<String>,
}

/// Address
///
/// Gives the current address. It can be given again until the KYC documents are submitted.
#[utoipa::path(
    post,
    path = "/v1/borrower/address",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = AddressRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "There is no application yet, its status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_address(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<AddressRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    Ok(Json(api.app.run_once(caller, command(body)?, key).await?.out.into()))
}

fn command(body: AddressRequest) -> Result<SubmitAddress, Refusal> {
    let AddressRequest { line1, line2, city, pincode, state, residence_type } = body;
    let written = Written::complete(line1, line2, city, pincode, state)?;
    let residence = required("residenceType", residence_type)?;
    let kinds = [ResidenceType::Rented, ResidenceType::Owned];
    Ok(SubmitAddress {
        address: written.address()?,
        residence: choice("residenceType", &residence, &kinds, ResidenceType::name)?,
    })
}

/// An address of which nothing is missing.
pub(super) struct Written {
    line1: String,
    line2: Option<String>,
    city: String,
    pincode: String,
    state: String,
}

impl Written {
    pub(super) fn complete(
        line1: Option<String>,
        line2: Option<String>,
        city: Option<String>,
        pincode: Option<String>,
        state: Option<String>,
    ) -> Result<Written, Refusal> {
        Ok(Written {
            line1: required("line1", line1)?,
            line2: optional(line2),
            city: required("city", city)?,
            pincode: required("pincode", pincode)?,
            state: required("state", state)?,
        })
    }

    pub(super) fn address(self) -> Result<Address, Refusal> {
        let line2 = self.line2.map(|line| formatted("line2", clean_text(&line, 200))).transpose()?;
        Ok(Address {
            line1: formatted("line1", clean_text(&self.line1, 200))?,
            line2: line2.unwrap_or_default(),
            city: formatted("city", clean_text(&self.city, 100))?,
            pincode: formatted("pincode", Pincode::parse(&self.pincode))?,
            state: formatted("state", clean_text(&self.state, 100))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn with(field: &str, value: Value) -> Result<SubmitAddress, Option<String>> {
        let mut body = json!({ "line1": "22, 80 Feet Rd", "line2": "Koramangala", "city": "Bengaluru", "pincode": "560095", "state": "Karnataka", "residenceType": "Rented" });
        body[field] = value;
        command(serde_json::from_value(body).unwrap()).map_err(|refusal| refusal.field)
    }

    #[test]
    fn everything_but_the_second_line_is_needed() {
        for field in ["line1", "city", "pincode", "state", "residenceType"] {
            for value in [Value::Null, json!("  ")] {
                assert_eq!(with(field, value).err(), Some(Some(field.to_owned())));
            }
        }
        assert_eq!(with("line2", Value::Null).map(|command| command.address.line2), Ok(String::new()));
    }

    #[test]
    fn a_value_that_is_not_valid_is_refused_by_name() {
        for (field, value) in [("pincode", "5600"), ("residenceType", "rented"), ("line2", "a\u{202e}b")] {
            assert_eq!(with(field, json!(value)).err(), Some(Some(field.to_owned())));
        }
    }
}
