//! `/openapi.json`, and `/docs`: a page to read and try the API that asks no other origin for anything.

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use super::asset::Asset;
use crate::router::{Api, api_document};

/// The explorer sets styles from its script, so inline styles are allowed; scripts come from here alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("../../assets/docs/index.html");
const CSS: &str = include_str!("../../assets/docs/page.css");
const EXPLORER: &[u8] = include_bytes!("../../assets/docs/openapi-explorer.min.js.gz");
const LICENCES: &str = concat!(
    include_str!("../../assets/docs/openapi-explorer.NOTICES.txt"),
    "\n",
    include_str!("../../assets/docs/openapi-explorer.LICENSE")
);

static DOCUMENT: LazyLock<Asset> = LazyLock::new(|| {
    // The document is made of our own types: that it can be written is proved by a test.
    Asset::new("application/json", api_document().to_json().unwrap_or_default())
});
static PAGE: LazyLock<Asset> = LazyLock::new(|| Asset::new("text/html; charset=utf-8", HTML));
static STYLE: LazyLock<Asset> = LazyLock::new(|| Asset::new("text/css; charset=utf-8", CSS));
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| Asset::gzipped("text/javascript; charset=utf-8", EXPLORER));
static LICENCE_TEXTS: LazyLock<Asset> = LazyLock::new(|| Asset::new("text/plain; charset=utf-8", LICENCES));

pub(super) fn routes() -> Router<Api> {
    Router::new()
        .route("/openapi.json", get(async |headers: HeaderMap| DOCUMENT.answer(&headers)))
        .route("/docs", get(page))
        .route("/docs/page.css", get(async |headers: HeaderMap| STYLE.answer(&headers)))
        .route("/docs/explorer.js", get(async |headers: HeaderMap| SCRIPT.answer(&headers)))
        .route("/docs/licences.txt", get(async |headers: HeaderMap| LICENCE_TEXTS.answer(&headers)))
}

async fn page(headers: HeaderMap) -> Response {
    let mut response = PAGE.answer(&headers);
    let answered = response.headers_mut();
    answered.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answered.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_no_other_origin_for_anything() {
        // The name of the SVG namespace is never asked for.
        let text = format!("{HTML}{CSS}{POLICY}").replace("xmlns='http://www.w3.org/2000/svg'", "");
        assert!(!text.contains("//"), "{text}");
    }

    #[test]
    fn the_page_runs_no_script_of_its_own_and_refers_only_to_what_is_served() {
        assert_eq!(
            HTML.matches("<script").count(),
            HTML.matches("<script type=\"module\" src=\"docs/explorer.js\"></script>").count()
        );
        for served in ["docs/page.css", "docs/explorer.js", "docs/licences.txt", "openapi.json", "postman.json"] {
            assert!(HTML.contains(&format!("\"{served}\"")), "{served}");
        }
    }

    #[test]
    fn the_explorer_is_packed() {
        assert_eq!(EXPLORER.get(..2), Some([0x1f, 0x8b].as_slice()));
    }

    #[tokio::test]
    async fn the_page_comes_with_its_policy() {
        let answer = page(HeaderMap::new()).await;
        assert_eq!(answer.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}
