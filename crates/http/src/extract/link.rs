use axum::http::StatusCode;
use utoipa::IntoParams;

use super::Params;
use crate::error::{Failure, Own};
use crate::router::Api;

/// What proves that we made a link.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described: the values are read from the query, which may hold more")]
pub struct SignedLink {
    /// When the link ends, in seconds since 1970.
    expires: String,
    /// Proves that we made the link.
    signature: String,
}

impl SignedLink {
    /// Refuses a link to `path` that was changed or has expired. The answer is its signature, for links beside it.
    pub fn verify(api: &Api, path: &str, params: &Params) -> Result<String, Own> {
        let expires = params.optional("expires").filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let expires = expires.and_then(|text| text.parse().ok()).unwrap_or(0);
        let signature = params.optional("signature").unwrap_or_default();
        if !api.app.secrets.verify_link(path, expires, &signature, api.app.clock.now()) {
            let message = "this link was changed or has expired";
            return Err(Failure::new(StatusCode::FORBIDDEN, "link_invalid", message).into());
        }
        Ok(format!("expires={expires}&signature={signature}"))
    }
}
