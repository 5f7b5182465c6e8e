use std::collections::BTreeMap;

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use qist_domain::day::Day;
use qist_domain::refusal::{Code, Refusal};

use super::optional;
use crate::router::Api;

/// Query parameters by name. A parameter that is given twice keeps its last value; unknown ones are ignored.
pub struct Params(BTreeMap<String, String>);

impl FromRequestParts<Api> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _api: &Api) -> Result<Self, Self::Rejection> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Params(pairs.into_owned().collect()))
    }
}

/// The largest page.
const LIMIT_MAX: i64 = 500;

impl Params {
    /// For routes of our own, which refuse what they do not know.
    pub fn only(&self, names: &[&str]) -> Result<&Params, Refusal> {
        match self.0.keys().find(|name| !names.contains(&name.as_str())) {
            Some(unknown) => Err(Refusal::invalid(unknown, format!("is not a parameter: use {}", names.join(", ")))),
            None => Ok(self),
        }
    }

    pub fn optional(&self, name: &str) -> Option<String> {
        optional(self.0.get(name).cloned())
    }

    pub fn required(&self, name: &str) -> Result<String, Refusal> {
        super::required(name, self.0.get(name).cloned())
    }

    /// An id. What is not even a UUID is not found, like any other id that we never gave.
    pub fn id<T: std::str::FromStr>(&self, name: &str, absent: Code) -> Result<T, Refusal> {
        self.required(name)?.parse().map_err(|_| Refusal::new(absent))
    }

    /// `limit` and `page` as a limit and an offset. Default: the first ten.
    pub fn page(&self) -> Result<(i64, i64), Refusal> {
        let number = |name: &str, default: i64, max: i64| match self.optional(name) {
            None => Ok(default),
            Some(text) => {
                let digits = text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
                let number = text.parse().ok().filter(|number| digits && (1..=max).contains(number));
                number.ok_or_else(|| Refusal::invalid(name, format!("must be a whole number from 1 to {max}")))
            }
        };
        let limit = number("limit", 10, LIMIT_MAX)?;
        let page = number("page", 1, 1_000_000_000)?;
        Ok((limit, (page - 1).saturating_mul(limit)))
    }

    pub fn day(&self, name: &str) -> Result<Option<Day>, Refusal> {
        let day = self.optional(name).map(|text| text.parse().map_err(|why| Refusal::invalid(name, why)));
        day.transpose()
    }

    /// A word of a closed list; another one is refused with the list.
    pub fn choice<T: Copy>(&self, name: &str, all: &[T], name_of: fn(T) -> &'static str) -> Result<Option<T>, Refusal> {
        self.optional(name).map(|text| super::choice(name, &text, all, name_of)).transpose()
    }
}
