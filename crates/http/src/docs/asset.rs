//! Something that never changes while the server runs: kept in memory, told apart by its ETag.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A file of ours, as it goes out.
#[derive(Debug, Clone)]
pub(super) struct Asset {
    content_type: &'static str,
    gzipped: bool,
    etag: String,
    body: Bytes,
}

impl Asset {
    pub(super) fn new(content_type: &'static str, body: impl Into<Bytes>) -> Asset {
        let body = body.into();
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        Asset { content_type, gzipped: false, etag: format!("\"{:016x}\"", hasher.finish()), body }
    }

    /// A body that is packed already. It goes out packed to everybody: whoever runs it is a browser, and all of them unpack.
    pub(super) fn gzipped(content_type: &'static str, body: impl Into<Bytes>) -> Asset {
        Asset { gzipped: true, ..Asset::new(content_type, body) }
    }

    /// The whole of it, or 304 where the asker has it already.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        let etag = HeaderValue::from_str(&self.etag).unwrap_or(HeaderValue::from_static("\"0\""));
        let fixed: [(HeaderName, HeaderValue); 3] = [
            (header::ETAG, etag),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        if self.is_known(request) {
            return (StatusCode::NOT_MODIFIED, fixed).into_response();
        }
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type))];
        let mut response = (fixed, content_type, self.body.clone()).into_response();
        if self.gzipped {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    /// `If-None-Match` compares weakly (RFC 9110, 13.1.2): a proxy that packs a body may weaken its tag.
    fn is_known(&self, request: &HeaderMap) -> bool {
        let tags = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = tags.flat_map(|value| value.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(asset: &Asset, tag: &str) -> StatusCode {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
        asset.answer(&headers).status()
    }

    #[test]
    fn who_has_it_already_gets_304() {
        let asset = Asset::new("text/plain", "a body");
        let first = asset.answer(&HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            assert_eq!(asked(&asset, &known), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(asked(&asset, "\"other\""), StatusCode::OK);
    }

    #[test]
    fn other_bodies_have_other_tags() {
        assert_ne!(Asset::new("text/plain", "a").etag, Asset::new("text/plain", "b").etag);
    }

    #[test]
    fn a_packed_body_says_so() {
        let answer = Asset::gzipped("text/javascript", "packed").answer(&HeaderMap::new());
        assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
    }
}
