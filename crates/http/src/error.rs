//! One error shape for each audience: the contract's envelope on its routes, RFC 9457 on routes of our own.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qist_app::error::Error;
use qist_domain::refusal::{Code, Kind};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Where BankConnect's routes begin.
pub const BANK_CONNECT: &str = "/bank-connect/";
const NO_CREDENTIALS: &str = "Authentication credentials were not provided.";
const REQUIRED: &str = "This field is required.";
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The contract's answer to everything: `status`, `error` and `data` are always there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    pub data: T,
    /// Empty on success; otherwise what to mend.
    pub error: String,
    pub status: bool,
}

impl<T> Envelope<T> {
    pub fn of(data: T) -> Envelope<T> {
        Envelope { data, error: String::new(), status: true }
    }
}

impl<T: Serialize> IntoResponse for Envelope<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self) {
            Ok(body) => ([(header::CONTENT_TYPE, JSON)], body).into_response(),
            Err(error) => Failure::from(Error::from(error)).envelope(),
        }
    }
}

/// The contract's "no".
#[derive(Debug, Serialize, ToSchema)]
pub struct EnvelopeError {
    /// Always an empty object.
    #[schema(value_type = Object)]
    pub data: Map<String, Value>,
    /// What is wrong and how to mend it.
    pub error: String,
    /// Always `false`.
    pub status: bool,
    /// A stable code to program against, such as `user_exists`.
    pub code: String,
}

/// RFC 9457 problem details.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says what it is.
    #[serde(rename = "type")]
    pub type_uri: &'static str,
    /// The HTTP status in words.
    pub title: String,
    pub status: u16,
    /// What is wrong and how to mend it.
    pub detail: String,
    /// A stable code to program against.
    pub code: String,
    /// The field to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// BankConnect's "no": `detail`, or the field to mend with what is wrong with it; `status` and `message` where an upload fails.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankConnectError {
    /// What is wrong, where it is no field.
    pub detail: Option<String>,
    /// Uploads: 0 for a field, 2 to 6 for the statement.
    pub status: Option<u8>,
    /// Uploads: what is wrong with the statement.
    pub message: Option<String>,
    /// Uploads: what the statement was filed under.
    pub entity_id: Option<String>,
}

/// An error on its way out, before it is known for whom it is dressed.
#[derive(Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub field: Option<String>,
}

impl Failure {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Failure {
        Failure { status, code, message: message.into(), field: None }
    }

    /// The answer on the contract's routes.
    pub fn envelope(self) -> Response {
        let body = EnvelopeError { data: Map::new(), error: self.message, status: false, code: self.code.to_owned() };
        with_headers(self.status, Json(body).into_response())
    }

    /// The answer on routes of our own.
    pub fn problem(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error").to_owned();
        let body = Problem {
            type_uri: "about:blank",
            title,
            status: self.status.as_u16(),
            detail: self.message,
            code: self.code.to_owned(),
            field: self.field,
        };
        let mut response = with_headers(self.status, Json(body).into_response());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }

    /// The answer on BankConnect's routes: the field to mend with what is wrong with it, or else what is wrong.
    pub fn detail(self) -> Response {
        with_headers(self.status, Json(self.details()).into_response())
    }

    /// The same where a statement is uploaded: a field that is wrong has `status` 0 beside it.
    pub fn upload_detail(self) -> Response {
        let (status, of_field) = (self.status, self.field.is_some());
        let mut body = self.details();
        if of_field {
            body.insert("status".to_owned(), Value::from(0));
        }
        with_headers(status, Json(body).into_response())
    }

    /// The body of [`Failure::detail`].
    pub fn details(self) -> Map<String, Value> {
        let Failure { status, code, message, field } = self;
        let (key, text) = match field {
            _ if status == StatusCode::UNAUTHORIZED => ("detail".to_owned(), Value::from(NO_CREDENTIALS)),
            Some(field) if code == Code::MissingField.name() => (field, Value::from(vec![REQUIRED])),
            Some(field) => {
                let prefix = format!("request validation failed: {field}: ");
                let text = message.strip_prefix(&prefix).unwrap_or(&message).to_owned();
                (field, Value::from(vec![text]))
            }
            None => ("detail".to_owned(), Value::from(message)),
        };
        Map::from_iter([(key, text)])
    }

    /// Dressed for whoever asked under `path`.
    pub fn at(self, path: &str) -> Response {
        if path.starts_with(BANK_CONNECT) {
            return self.detail();
        }
        let own = [
            "/v1/borrower",
            "/v1/lender",
            "/v1/inbound",
            "/v1/webhooks",
            "/v1/events",
            "/dev/",
            "/files/",
            "/kfs/",
            "/papers/",
            "/bank-reports/",
            "/pay/",
        ];
        if own.iter().any(|prefix| path.starts_with(prefix)) { self.problem() } else { self.envelope() }
    }
}

fn with_headers(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Refused(refusal) => Failure {
                status: status_of(refusal.code.kind()),
                code: refusal.code.name(),
                message: refusal.message,
                field: refusal.field,
            },
            Error::Unauthenticated => {
                Failure::new(StatusCode::UNAUTHORIZED, "unauthenticated", "missing or invalid API key or token")
            }
            Error::Overloaded => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", error.to_string()),
            Error::Unavailable(context) => {
                tracing::warn!(context, "something that we need did not answer");
                Failure::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "temporarily unavailable: try again")
            }
            Error::Internal(context) => {
                tracing::error!(context, "internal error");
                Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "internal error: tell us the x-request-id")
            }
        }
    }
}

impl From<qist_domain::refusal::Refusal> for Failure {
    fn from(refusal: qist_domain::refusal::Refusal) -> Failure {
        Error::from(refusal).into()
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Failure {
        Error::from(code).into()
    }
}

fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Limited => StatusCode::TOO_MANY_REQUESTS,
    }
}

/// A failure on one of the contract's routes, which state their own HTTP codes for some cases.
#[derive(Debug)]
pub struct Contract(pub Failure);

impl<E: Into<Failure>> From<E> for Contract {
    /// On the contract's routes what is missing is forbidden: 403.
    fn from(error: E) -> Contract {
        let mut failure = error.into();
        if [Code::MissingField, Code::InvalidMobile].iter().any(|code| code.name() == failure.code) {
            failure.status = StatusCode::FORBIDDEN;
        }
        Contract(failure)
    }
}

impl Contract {
    /// The status that a route of the contract gives to a code.
    pub fn with(mut self, statuses: &[(Code, u16)]) -> Contract {
        if let Some((_, status)) = statuses.iter().find(|(code, _)| code.name() == self.0.code) {
            self.0.status = StatusCode::from_u16(*status).unwrap_or(self.0.status);
        }
        self
    }

    /// For `map_err`: a use case's error under this route's own statuses.
    pub fn on(statuses: &'static [(Code, u16)]) -> impl Fn(Error) -> Contract {
        move |error| Contract::from(error).with(statuses)
    }
}

impl IntoResponse for Contract {
    fn into_response(self) -> Response {
        self.0.envelope()
    }
}

/// A failure on a route of our own.
#[derive(Debug)]
pub struct Own(pub Failure);

impl<E: Into<Failure>> From<E> for Own {
    fn from(error: E) -> Own {
        Own(error.into())
    }
}

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        self.0.problem()
    }
}

/// A failure on one of BankConnect's routes.
#[derive(Debug)]
pub struct Bank(pub Failure);

impl<E: Into<Failure>> From<E> for Bank {
    fn from(error: E) -> Bank {
        Bank(error.into())
    }
}

impl IntoResponse for Bank {
    fn into_response(self) -> Response {
        self.0.detail()
    }
}
