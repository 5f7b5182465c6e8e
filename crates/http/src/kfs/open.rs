//! A statement behind a signed link: no key, but nothing except what the link names, and only until it expires.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use qist_domain::kfs::Language;
use qist_domain::refusal::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Own, Problem};
use crate::extract::{Params, SignedLink};
use crate::files::attachment;
use crate::router::Api;

/// Nothing is loaded from anywhere, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(statement_page)).routes(routes!(statement_pdf))
}

/// A link that has been verified.
struct Opened {
    version: u32,
    language: Language,
    /// The signature, for the page's links to itself.
    query: String,
}

fn opened(api: &Api, number: &str, version: &str, params: &Params) -> Result<Opened, Own> {
    let query = SignedLink::verify(api, &format!("/kfs/{number}/{version}"), params)?;
    let language = params.choice("language", &Language::ALL, Language::code)?.unwrap_or(Language::English);
    let version = version.parse().map_err(|_| Code::KfsNotFound)?;
    Ok(Opened { version, language, query })
}

/// Open Key Facts Statement
///
/// The statement as a page for a phone or a desktop, behind a signed link.
#[utoipa::path(
    get,
    path = "/kfs/{proposalNumber}/{version}",
    tag = "Files",
    params(
        ("proposalNumber" = String, Path, description = "The proposal."),
        ("version" = String, Path, description = "The version of its statement."),
        SignedLink,
        ("language" = Option<String>, Query, description = "`en` (where absent) or `hi`."),
    ),
    responses(
        (status = 200, description = "The page.", content_type = "text/html"),
        (status = 400, description = "`language` is none of ours.", body = Problem),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such statement.", body = Problem),
    )
)]
async fn statement_page(
    State(api): State<Api>,
    Path((number, version)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Own> {
    let Opened { version, language, query } = opened(&api, &number, &version, &params)?;
    let page = api.app.statement_page(&number, version, language, &query).await?;
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Download Key Facts Statement
///
/// The statement as a PDF, behind the same signature as its page. It is made when it is first asked for and stays the same.
#[utoipa::path(
    get,
    path = "/kfs/{proposalNumber}/{version}/pdf",
    tag = "Files",
    params(
        ("proposalNumber" = String, Path, description = "The proposal."),
        ("version" = String, Path, description = "The version of its statement."),
        SignedLink,
        ("language" = Option<String>, Query, description = "`en` (where absent) or `hi`."),
    ),
    responses(
        (status = 200, description = "The PDF.", content_type = "application/pdf"),
        (status = 400, description = "`language` is none of ours.", body = Problem),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such statement.", body = Problem),
    )
)]
async fn statement_pdf(
    State(api): State<Api>,
    Path((number, version)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Own> {
    let Opened { version, language, .. } = opened(&api, &number, &version, &params)?;
    let pdf = api.app.statement_pdf(&number, version, language).await?;
    // The number is one of ours: the link is signed.
    Ok(attachment("application/pdf", &format!("KFS-{number}-v{version}-{}.pdf", language.code()), pdf))
}
