use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qist_app::run::IdempotencyKey;
use qist_domain::refusal::Refusal;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::Failure;
use crate::router::Api;

/// A JSON body. What is wrong with it is told with the field's name.
pub struct JsonBody<T>(pub T);

/// A failure dressed by the path that was asked.
pub struct AtPath {
    path: String,
    failure: Failure,
}

impl IntoResponse for AtPath {
    fn into_response(self) -> Response {
        self.failure.at(&self.path)
    }
}

impl<T: DeserializeOwned> FromRequest<Api> for JsonBody<T> {
    type Rejection = AtPath;

    async fn from_request(request: Request, _api: &Api) -> Result<Self, AtPath> {
        let path = request.uri().path().to_owned();
        read(request).await.map(JsonBody).map_err(|failure| AtPath { path, failure })
    }
}

async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Failure> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        let message = "send the body as application/json";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", message));
    }
    let bytes = Bytes::from_request(request, &()).await.map_err(|rejection| limit_message(rejection.status()))?;
    let mut deserializer = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        // Where the JSON itself is broken, no field is to blame.
        let field = if path == "." || !error.inner().is_data() { "body" } else { &path };
        Failure::from(Refusal::invalid(field, strip_position(&error.inner().to_string())))
    })?;
    deserializer.end().map_err(|_| Failure::from(Refusal::invalid("body", "more than one JSON value")))?;
    Ok(value)
}

/// What a body that could not be read answers.
pub fn limit_message(status: StatusCode) -> Failure {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(status, "body_too_large", "the body is larger than this route accepts")
        }
        _ => Failure::new(
            StatusCode::BAD_REQUEST,
            "body_unreadable",
            "request validation failed: body: it could not be read",
        ),
    }
}

/// Line and column are of no use in a body that a program made.
fn strip_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// The `Idempotency-Key` header. With a body's value it becomes a key that remembers what it was used for.
pub struct Idempotency(Option<String>);

impl FromRequestParts<Api> for Idempotency {
    type Rejection = AtPath;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, AtPath> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Idempotency(None)) };
        match value
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()))
        {
            Some(key) => Ok(Idempotency(Some(key.to_owned()))),
            None => {
                let failure = Refusal::invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters").into();
                Err(AtPath { path: parts.uri.path().to_owned(), failure })
            }
        }
    }
}

impl IntoParams for Idempotency {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let meaning = "Up to 255 visible ASCII characters, your own for this call. The same call with the same key again \
             answers the same and changes nothing.";
        let parameter = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .description(Some(meaning))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String).max_length(Some(255))))
            .example(Some(Value::from("0f2c1a52-3f0e-4b53-9f0b-6f4f2f3f7a11")));
        vec![parameter.build()]
    }
}

impl Idempotency {
    /// The key for a request with this content. Equal contents give equal hashes, whatever their order of fields.
    pub fn of(self, api: &Api, content: &impl serde::Serialize) -> Result<Option<IdempotencyKey>, Failure> {
        let Some(key) = self.0 else { return Ok(None) };
        let value: Value =
            serde_json::to_value(content).map_err(|error| Failure::from(qist_app::error::Error::from(error)))?;
        Ok(Some(IdempotencyKey { key, request_hash: api.app.secrets.sha256(value.to_string().as_bytes()) }))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Loan {
        #[expect(dead_code, reason = "only reading it is looked at")]
        amount: Option<crate::shape::Rupees>,
    }

    async fn refused(content_type: &str, body: &'static str) -> (u16, &'static str, Option<String>) {
        let request = Request::builder().header(header::CONTENT_TYPE, content_type).body(Body::from(body)).unwrap();
        let failure = read::<Loan>(request).await.unwrap_err();
        (failure.status.as_u16(), failure.code, failure.field)
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_body_is_told_with_the_fields_name() {
        for (body, field) in [
            ("{\"amount\":\"5\"}", "amount"),
            ("{\"amount\":5,\"amuont\":5}", "amuont"),
            ("{\"amount\":5", "body"),
            ("{} {}", "body"),
        ] {
            let expected = (400, "invalid_field", Some(field.to_owned()));
            assert_eq!(refused("application/json; charset=utf-8", body).await, expected, "{body}");
        }
    }

    #[tokio::test]
    async fn a_body_that_is_not_said_to_be_json_is_not_read() {
        assert_eq!(refused("text/plain", "{}").await, (415, "content_type", None));
    }
}
