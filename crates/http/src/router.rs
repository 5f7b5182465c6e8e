//! Every route in one sight.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::response::Response;
use qist_app::run::App;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::error::Failure;
use crate::{bankconnect, borrower, docs, files, inbound, kfs, lender, papers, partner, pay, webhooks};

/// What handlers share.
#[derive(Clone)]
pub struct Api {
    pub app: Arc<App>,
}

/// What the accept loop knows about a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestInfo {
    pub client_ip: IpAddr,
}

const BODY_BYTES_MAX: usize = 1024 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Qist",
    description = "Embedded lending: the sourcing entity's API, the borrower's API and the lender's API.",
    license(name = "Apache-2.0", identifier = "Apache-2.0"),
))]
struct Root;

fn routes(development: bool) -> OpenApiRouter<Api> {
    let sandbox = if development { partner::sandbox_routes() } else { OpenApiRouter::new() };
    OpenApiRouter::with_openapi(Root::openapi())
        .merge(sandbox)
        .merge(partner::routes())
        .merge(borrower::routes())
        .merge(lender::routes())
        .merge(webhooks::routes())
        .merge(bankconnect::routes())
        .merge(inbound::routes())
        .merge(files::routes())
        .merge(kfs::routes())
        .merge(papers::routes())
        .merge(pay::open::routes())
}

/// The document that describes every route, those of test servers among them, made from the code that serves it.
#[must_use]
pub fn api_document() -> Document {
    docs::finish(routes(true).into_openapi())
}

/// The whole API. Development doors are there only on a development server.
pub fn router(api: Api) -> Router {
    let development = api.app.settings.development;
    let mut routes: Router<Api> = Router::from(routes(development)).merge(docs::routes()).merge(bankconnect::pages());
    if development {
        routes = routes.merge(docs::development_routes());
    }
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(api)
}

async fn not_found(request: Request) -> Response {
    let message = "no such path: see /docs for the list";
    Failure::new(StatusCode::NOT_FOUND, "no_such_path", message).at(request.uri().path())
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("{} is not answered here: see /docs", request.method());
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message).at(request.uri().path())
}
