use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode};
use qist_app::ports::connector::ProviderKind;

use crate::error::{Failure, Own};
use crate::extract::{InPath, PathId, limit_message};
use crate::router::Api;

impl InPath for ProviderKind {
    const PARAM: &'static str = "kind";
    const MEANING: &'static str = "`bureau`, `device_insights`, `kyc`, `gst`, `penny_drop`, `mandate`, `esign`, `payout`, `payment` or `message`.";

    fn read(text: &str) -> Option<Self> {
        ProviderKind::from_name(text)
    }

    fn absent() -> Failure {
        Failure::new(StatusCode::NOT_FOUND, "no_such_path", "no such kind of provider")
    }
}

/// Provider Callback
///
/// Takes the answer of a provider that was asked before. It is verified as the deployment's connector for this kind demands,
/// written down, and applied afterwards, once: sending it again is safe.
#[utoipa::path(
    post,
    path = "/v1/inbound/{kind}",
    tag = "Inbound",
    params(PathId<ProviderKind>),
    request_body(content = String, description = "The provider's own bytes, up to 1 MiB.", content_type = "*/*"),
    responses(
        (status = 200, description = "The callback is written down."),
        (status = 401, description = "The callback does not prove where it comes from."),
        (status = 404, description = "There is no such kind of provider."),
    )
)]
pub async fn receive_callback(
    State(api): State<Api>,
    PathId(kind): PathId<ProviderKind>,
    request: Request,
) -> Result<StatusCode, Own> {
    let headers = texts(request.headers());
    let body = Bytes::from_request(request, &()).await.map_err(|rejection| limit_message(rejection.status()))?;
    api.app.receive_callback(kind, &headers, &body).await?;
    Ok(StatusCode::OK)
}

/// The headers that are text, their names in lower case. A signature in one that is not text proves nothing.
fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &axum::http::HeaderValue| value.to_str().ok().map(str::to_owned);
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_description_names_every_kind() {
        for kind in ProviderKind::ALL {
            assert!(ProviderKind::MEANING.contains(&format!("`{}`", kind.name())), "{}", kind.name());
        }
    }

    #[test]
    fn headers_reach_the_connector_in_lower_case_and_only_as_text() {
        let mut headers = HeaderMap::new();
        headers.insert("X-Signature", HeaderValue::from_static("abc"));
        headers.insert("X-Other", HeaderValue::from_bytes(&[0xff]).unwrap());
        assert_eq!(texts(&headers), [("x-signature".to_owned(), "abc".to_owned())]);
    }
}
