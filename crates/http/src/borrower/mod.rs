//! The borrower's API: what the hosted journey and a mobile app call, with the client key and the user's token. Every step
//! answers where the borrower stands and what comes next.

mod address;
mod agreement;
mod apply;
mod bank_account;
mod bureau_answer;
mod business;
mod business_address;
mod consents;
pub(crate) mod creditline;
mod explain;
mod form;
mod gst;
pub(crate) mod journey;
mod kfs;
mod kyc;
mod lenders;
mod mandate;
pub(crate) mod offers;
mod pan;
mod papers;
mod payments;
mod profile;
mod repayments;
mod session;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::UPLOAD_BYTES_MAX;
use crate::problem;
use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    let routes = OpenApiRouter::new()
        .routes(routes!(session::redeem_session))
        .routes(routes!(journey::read_journey))
        .routes(routes!(profile::tell_profile))
        .routes(routes!(consents::list::list_consents, consents::give::give_consents))
        .routes(routes!(consents::revoke::revoke_consent))
        .routes(routes!(pan::give_pan))
        .routes(routes!(business::describe_business))
        .routes(routes!(gst::give_gstin))
        .routes(routes!(bureau_answer::answer_bureau))
        .routes(routes!(lenders::match_lenders))
        .routes(routes!(apply::apply))
        .routes(routes!(form::read::read_form, form::submit::submit_form))
        .routes(routes!(address::give_address))
        .routes(routes!(business_address::give_business_address))
        .routes(routes!(kyc::submit::submit_kyc))
        .routes(routes!(offers::list::list_offers))
        .routes(routes!(kfs::read::my_statements))
        .routes(routes!(explain::explain_my_figure))
        .routes(routes!(kfs::acknowledge::acknowledge_statement))
        .routes(routes!(offers::accept::accept_offer))
        .routes(routes!(bank_account::give_bank_account))
        .routes(routes!(mandate::start::start_mandate))
        .routes(routes!(agreement::read::read_agreement))
        .routes(routes!(agreement::request_otp::request_sign_otp))
        .routes(routes!(agreement::sign::sign_agreement))
        .routes(routes!(repayments::my_repayments))
        .routes(routes!(papers::my_paper))
        .routes(routes!(creditline::read::my_line))
        .routes(routes!(creditline::quote::quote_drawdown))
        .routes(routes!(creditline::draw::draw))
        .routes(routes!(creditline::limit_request::request_limit))
        .routes(routes!(payments::list::list_payments, payments::start::start_payment))
        .merge(uploads());
    problem::describe(routes)
}

/// The routes that take files, and therefore larger bodies than all others.
fn uploads() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(kyc::upload::upload_document))
        .routes(routes!(mandate::upload::upload_mandate_form))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX))
}

#[cfg(test)]
mod tests;
