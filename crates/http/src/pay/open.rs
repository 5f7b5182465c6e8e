//! A drawdown's page behind a signed link: no key, but nothing except what the link names, and only until it expires.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use qist_app::credit_lines::pay_link::pay_path;
use qist_domain::id::TransactionId;
use qist_domain::refusal::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Own, Problem};
use crate::extract::{Params, SignedLink};
use crate::router::Api;

/// Nothing is loaded from anywhere, nothing runs, and the form goes to the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(pay_page, start_paying))
}

fn opened(api: &Api, transaction: &str, params: &Params) -> Result<(TransactionId, String), Own> {
    let transaction = transaction.parse::<TransactionId>().map_err(|_| Code::TransactionNotFound)?;
    let query = SignedLink::verify(api, &pay_path(transaction), params)?;
    Ok((transaction, query))
}

/// Open Payment Page
///
/// What is owed on a drawdown, with a button that pays the oldest instalment.
#[utoipa::path(
    get,
    path = "/pay/{txnID}",
    tag = "Files",
    params(("txnID" = String, Path, description = "The drawdown."), SignedLink),
    responses(
        (status = 200, description = "The page.", content_type = "text/html"),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such drawdown.", body = Problem),
    )
)]
async fn pay_page(State(api): State<Api>, Path(transaction): Path<String>, params: Params) -> Result<Response, Own> {
    let (transaction, query) = opened(&api, &transaction, &params)?;
    let mut response = Html(api.app.pay_page(transaction, &query).await?).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Pay by Link
///
/// Asks the payment provider to collect the oldest instalment that is open, and shows the page again.
#[utoipa::path(
    post,
    path = "/pay/{txnID}",
    tag = "Files",
    params(("txnID" = String, Path, description = "The drawdown."), SignedLink),
    responses(
        (status = 303, description = "The payment is under way: the page says so."),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such drawdown.", body = Problem),
        (status = 409, description = "Nothing is owed, nothing was paid out, or a payment is under way already.", body = Problem),
    )
)]
async fn start_paying(
    State(api): State<Api>,
    Path(transaction): Path<String>,
    params: Params,
) -> Result<Redirect, Own> {
    let (transaction, query) = opened(&api, &transaction, &params)?;
    api.app.pay_by_link(transaction).await?;
    Ok(Redirect::to(&format!("{}?{query}", pay_path(transaction))))
}
