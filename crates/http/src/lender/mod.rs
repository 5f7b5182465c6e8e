//! The lender's API, for its own systems: the applications that are assigned to it, its decisions, its money, its offer
//! templates.

mod application;
mod applications;
mod kyc;
mod repayments;
mod templates;
mod underwriting;

pub(crate) use templates::charges;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(applications::list_assigned))
        .routes(routes!(application::read::read_application))
        .routes(routes!(application::approve::approve_application))
        .routes(routes!(application::reject::reject_application))
        .routes(routes!(application::offers::application_offers, application::renew::renew_offers))
        .routes(routes!(application::kfs::application_statements))
        .routes(routes!(application::explain::explain_application_figure))
        .routes(routes!(application::documents::application_documents))
        .routes(routes!(application::disburse::record_disbursal))
        .routes(routes!(application::payout::request_payout))
        .routes(routes!(application::charge::charge_installment))
        .routes(routes!(kyc::approve::approve_document))
        .routes(routes!(kyc::reject::reject_document))
        .routes(routes!(underwriting::read::read_underwriting, underwriting::run::run_underwriting))
        .routes(routes!(repayments::list::application_repayments, repayments::record::record_repayment))
        .routes(routes!(templates::list::list_templates, templates::create::create_template))
        .routes(routes!(templates::replace::replace_template));
    problem::describe(routes)
}
