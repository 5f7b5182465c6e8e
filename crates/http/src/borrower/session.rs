use axum::Json;
use axum::extract::State;
use qist_app::access::open_session::RedeemSession;
use qist_app::caller::Caller;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{JsonBody, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    /// The last part of the session's link.
    #[schema(value_type = String, example = "q7Zt0b4mYx1cVw9sRk2nLd8fHj3gPa5eUi6oTrBvCzM")]
    code: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedeemedData {
    /// The user's token, for the borrower API.
    token: String,
    /// Where the journey returns to.
    #[serde(rename = "redirectURL")]
    #[schema(example = "https://shop.example/loan")]
    redirect_url: String,
    /// Whether the journey shows no button to leave it.
    hide_close: bool,
    /// For a drawdown from the credit line: what to ask Quote Drawdown for.
    #[serde(rename = "transactionID")]
    #[schema(example = "1234OD123312")]
    transaction_id: Option<String>,
    #[schema(example = 1200)]
    withdraw_amount: Option<Rupees>,
}

/// Redeem Session
///
/// Exchanges the code of a session's link for a token. No key is needed: the code is the credential. It works once, within
/// ten minutes, and therefore an `Idempotency-Key` has no effect here.
#[utoipa::path(
    post,
    path = "/v1/borrower/session/redeem",
    tag = "Borrower",
    request_body = RedeemRequest,
    responses(
        (status = 200, description = "The token, and where the journey returns to.", body = RedeemedData),
        (status = 400, description = "`code` is missing."),
        (status = 404, description = "The code is unknown, used or expired."),
    )
)]
pub async fn redeem_session(
    State(api): State<Api>,
    JsonBody(body): JsonBody<RedeemRequest>,
) -> Result<Json<RedeemedData>, Own> {
    let command = RedeemSession { code: required("code", body.code)? };
    let redeemed = api.app.run(Caller::System, command).await?;
    Ok(Json(RedeemedData {
        token: redeemed.token,
        redirect_url: redeemed.redirect_url,
        hide_close: redeemed.hide_close,
        transaction_id: redeemed.transaction_id,
        withdraw_amount: redeemed.withdraw_amount.map(Rupees),
    }))
}
