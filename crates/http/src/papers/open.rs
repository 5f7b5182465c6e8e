//! A paper behind a signed link: no key, but nothing except what the link names, and only until it expires.

use axum::extract::{Path, State};
use axum::response::Response;
use qist_app::servicing::papers::Paper;
use qist_domain::refusal::Code;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Own, Problem};
use crate::extract::{Params, SignedLink};
use crate::files::attachment;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(paper_pdf))
}

/// Download Paper
///
/// A borrower's paper of a loan as a PDF, behind a signed link: as it is on the day on which it is opened.
#[utoipa::path(
    get,
    path = "/papers/{application}/{paper}",
    tag = "Files",
    params(
        ("application" = String, Path, description = "The loan application."),
        ("paper" = String, Path, description = "`statement`, `no-dues`, or `interest-certificate-` and a year."),
        SignedLink,
    ),
    responses(
        (status = 200, description = "The PDF.", content_type = "application/pdf"),
        (status = 403, description = "The link was changed or has expired.", body = Problem),
        (status = 404, description = "There is no such paper.", body = Problem),
    )
)]
async fn paper_pdf(
    State(api): State<Api>,
    Path((application, paper)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Own> {
    SignedLink::verify(&api, &format!("/papers/{application}/{paper}"), &params)?;
    let application = application.parse().map_err(|_| Code::PaperNotFound)?;
    let named = Paper::named(&paper).ok_or(Code::PaperNotFound)?;
    let (number, pdf) = api.app.paper_pdf(application, named).await?;
    // Number and name are ours: the link is signed.
    Ok(attachment("application/pdf", &format!("{number}-{paper}.pdf"), pdf))
}
