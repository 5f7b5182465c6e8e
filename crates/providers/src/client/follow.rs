//! Where an answer that redirects leads to. Whether it may be gone to is judged anew by whoever calls it.

use reqwest::Url;

use super::{Answered, Fault};

/// The URL that an answer sends on to; `None` where it does not.
pub(crate) fn redirected(from: &str, answered: &Answered) -> Result<Option<String>, Fault> {
    if !matches!(answered.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = answered.headers.get("location").and_then(|value| value.to_str().ok());
    let location = location.ok_or(Fault::BadUrl("a redirect that leads nowhere"))?;
    let from = Url::parse(from).map_err(|_| Fault::BadUrl("not a URL"))?;
    let to = from.join(location).map_err(|_| Fault::BadUrl("a redirect to what is not a URL"))?;
    Ok(Some(to.into()))
}
