use axum::Json;
use axum::extract::State;
use qist_app::credit_lines::draw::Draw;
use qist_domain::kfs::Language;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{BorrowerCaller, ClientIp, JsonBody, choice, required};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DrawRequest {
    /// From Quote Drawdown: which Key Facts Statement was read.
    #[schema(value_type = String, example = "FB1600196175625806-D1")]
    proposal_number: Option<String>,
    /// The language in which it was read: `en` or `hi`.
    #[schema(value_type = String, example = "en")]
    language: Option<String>,
    #[schema(value_type = String, example = "123456")]
    otp: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawData {
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: String,
    #[serde(rename = "partnerTxnID")]
    #[schema(example = "1234OD123312")]
    partner_txn_id: String,
    #[schema(example = 1200)]
    amount: Rupees,
    #[schema(example = "PROCESSING")]
    txn_status: &'static str,
    #[schema(example = 98800)]
    available_limit: Rupees,
}

/// Draw
///
/// Confirms a drawdown with its OTP, and that its Key Facts Statement was read. The limit is reserved until the sourcing entity
/// confirms. A `transactionID` is drawn once: sent again, the call answers 409.
#[utoipa::path(
    post,
    path = "/v1/borrower/creditline/drawdowns",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    request_body = DrawRequest,
    responses(
        (status = 200, description = "The limit is reserved.", body = DrawData),
        (status = 400, description = "A field is missing, not valid or not known, or the OTP is wrong."),
        (status = 404, description = "There is no credit line, or no such proposal on it."),
        (status = 409, description = "The line is inactive, the amount is above the available limit, the proposal or the OTP has expired, or the `transactionID` is drawn already."),
        (status = 429, description = "The OTP was wrong too often: ask for another."),
    )
)]
pub async fn draw(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    ClientIp(ip): ClientIp,
    JsonBody(body): JsonBody<DrawRequest>,
) -> Result<Json<DrawData>, Own> {
    let proposal_number = required("proposalNumber", body.proposal_number)?;
    let language = choice("language", &required("language", body.language)?, &Language::ALL, Language::code)?;
    let otp = required("otp", body.otp)?;
    let drawn = api.app.draw(caller, Draw { proposal_number, language, otp, ip: ip.to_string() }).await?;
    Ok(Json(DrawData {
        txn_id: drawn.transaction.to_string(),
        partner_txn_id: drawn.partner_txn_id,
        amount: drawn.amount.into(),
        txn_status: qist_domain::credit_line::TransactionStatus::Processing.name(),
        available_limit: drawn.available.into(),
    }))
}
