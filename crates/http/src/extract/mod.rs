//! From a request to a caller, a body, a query.

mod body;
mod caller;
mod query;

pub use body::{Idempotency, JsonBody, limit_message};
pub use caller::{BorrowerCaller, ClientIp, LenderCaller, PartnerCaller};
pub use query::Params;

use qist_domain::refusal::Refusal;

/// A required text: trimmed; missing, null and blank are all "missing".
pub fn required(field: &str, text: Option<String>) -> Result<String, Refusal> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.ok_or_else(|| Refusal::missing(field))
}

/// A required value that is not text.
pub fn present<T>(field: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::missing(field))
}

/// An optional text: blank is absent.
pub fn optional(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A text that a format accepts, or the refusal that names the field.
pub fn formatted<T, E: std::fmt::Display>(field: &str, parsed: Result<T, E>) -> Result<T, Refusal> {
    parsed.map_err(|why| Refusal::invalid(field, why))
}

/// Free text of a limited length.
pub fn text(field: &str, value: Option<String>, chars_max: usize) -> Result<String, Refusal> {
    formatted(field, qist_domain::format::clean_text(&required(field, value)?, chars_max))
}
