//! The sourcing entity's API, as the contract has it: path by path, field by field.

pub(crate) mod loan;
pub(crate) mod loans;
pub(crate) mod sandbox;
mod user;
mod users;

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
}

/// Routes that exist on test servers alone.
pub fn sandbox_routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(sandbox::clock::advance_clock))
}
