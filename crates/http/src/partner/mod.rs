//! The sourcing entity's API, as the contract has it: path by path, field by field.

pub(crate) mod creditline;
pub(crate) mod loan;
pub(crate) mod loans;
pub(crate) mod sandbox;
mod user;
mod users;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Api;

pub fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(user::create::create_user))
        .routes(routes!(user::eligibility::get_eligibility))
        .routes(routes!(user::token::generate_token))
        .routes(routes!(user::session::open_session))
        .routes(routes!(user::push::push_partner_data))
        .routes(routes!(user::profile::user_profile))
        .routes(routes!(user::banner::banner))
        .routes(routes!(user::activity::user_activity))
        .routes(routes!(users::list_users))
        .routes(routes!(loans::list_loans))
        .routes(routes!(loan::details::loan_details))
        .routes(routes!(loan::offers::loan_offers))
        .routes(routes!(loan::kfs::loan_statements))
        .routes(routes!(loan::explain::explain_figure))
        .routes(routes!(loan::agreement::signed_agreement))
        .routes(routes!(loan::repayments::loan_repayments))
        .routes(routes!(loan::papers::loan_paper))
        .routes(routes!(loan::repay::repay_loan))
        .routes(routes!(loan::cancel::cancel_loan))
        .routes(routes!(creditline::details::line_details))
        .routes(routes!(creditline::transactions::line_transactions))
        .routes(routes!(creditline::overdue::overdue_transactions))
        .routes(routes!(creditline::status::update_status))
        .merge(proofs())
        .routes(routes!(creditline::cancel::cancel_transaction))
        .routes(routes!(creditline::split::split_transaction))
        .routes(routes!(creditline::merge::merge_transactions))
}

/// The route that takes files, and therefore a larger body than all others.
fn proofs() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(creditline::confirm::confirm_transaction))
        .layer(DefaultBodyLimit::max(PROOF_BYTES_MAX))
}

/// Two files of the greatest size in base64.
const PROOF_BYTES_MAX: usize = 28 * 1024 * 1024;

/// Routes that exist on test servers alone.
pub fn sandbox_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(sandbox::clock::advance_clock))
}
