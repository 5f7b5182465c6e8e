//! The lender's API, for its own systems: the applications that are assigned to it, its decisions, its money, its offer
//! templates.

mod application;
mod applications;
mod books;
mod creditline;
mod kyc;
mod repayments;
pub(crate) mod servicing;
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
        .routes(routes!(servicing::reverse::reverse_payment))
        .routes(routes!(servicing::refund::refund_excess))
        .routes(routes!(servicing::prepay::record_prepayment))
        .routes(routes!(servicing::prepay::quote_prepayment))
        .routes(routes!(servicing::payoff::quote_payoff))
        .routes(routes!(servicing::payoff::record_payoff))
        .routes(routes!(servicing::decisions::list_decisions, servicing::decisions::decide_about_loan))
        .routes(routes!(servicing::decisions::answer_decision))
        .routes(routes!(servicing::closing::closing_tasks, servicing::closing::finish_closing_task))
        .routes(routes!(servicing::papers::application_paper))
        .routes(routes!(books::ledger::export_ledger))
        .routes(routes!(books::trial_balance::trial_balance))
        .routes(routes!(creditline::list::list_transactions))
        .routes(routes!(creditline::list::read_transaction))
        .routes(routes!(creditline::disburse::disburse_transaction))
        .routes(routes!(creditline::read::read_line))
        .routes(routes!(creditline::limit::set_limit))
        .routes(routes!(creditline::hold::hold_line))
        .routes(routes!(creditline::kyc::renew_kyc))
        .routes(routes!(kyc::approve::approve_document))
        .routes(routes!(kyc::reject::reject_document))
        .routes(routes!(underwriting::read::read_underwriting, underwriting::run::run_underwriting))
        .routes(routes!(repayments::list::application_repayments, repayments::record::record_repayment))
        .routes(routes!(templates::list::list_templates, templates::create::create_template))
        .routes(routes!(templates::replace::replace_template));
    problem::describe(routes)
}
