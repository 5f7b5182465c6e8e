//! From a request to a caller, a path, a query, a body.

mod body;
mod caller;
mod form;
mod link;
mod path;
mod query;
mod upload;

pub use body::{Idempotency, JsonBody, limit_message};
pub use caller::{BankClient, BankServer, BorrowerCaller, ClientIp, LenderCaller, OwnerCaller, PartnerCaller};
pub use form::{Form, FormBody, FormRefusal};
pub use link::SignedLink;
pub use path::{InPath, PathId};
pub use query::Params;
pub use upload::{UPLOAD_BYTES_MAX, Upload};

use qist_domain::money::Paise;
use qist_domain::refusal::Refusal;

use crate::shape::Rupees;

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

/// A word of a closed list; another one is refused with the list.
pub fn choice<T: Copy>(field: &str, word: &str, all: &[T], name_of: fn(T) -> &'static str) -> Result<T, Refusal> {
    let names = || all.iter().map(|choice| name_of(*choice)).collect::<Vec<_>>().join(", ");
    let found = all.iter().copied().find(|choice| name_of(*choice) == word);
    found.ok_or_else(|| Refusal::invalid(field, format!("must be one of {}", names())))
}

/// An amount that is more than zero.
pub fn positive(field: &str, amount: Rupees) -> Result<Paise, Refusal> {
    if amount.0.is_positive() { Ok(amount.0) } else { Err(Refusal::invalid(field, "must be more than zero")) }
}
