use axum::Json;
use axum::extract::State;
use qist_app::journey::account::AddBankAccount;
use qist_domain::application::BankAccount;
use qist_domain::format::{AccountNumber, Ifsc, clean_text, person_name};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::journey::JourneyData;
use crate::error::Own;
use crate::extract::{BorrowerCaller, Idempotency, JsonBody, formatted, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BankAccountRequest {
    /// 9 to 18 digits.
    #[schema(value_type = String, example = "50100100100999")]
    account_number: Option<String>,
    #[schema(value_type = String, example = "HDFC0000123")]
    ifsc: Option<String>,
    #[schema(value_type = String, example = "HDFC Bank")]
    bank_name: Option<String>,
    /// The borrower's own name, as the bank has it.
    #[schema(value_type = String, example = "Asha Rao")]
    account_holder_name: Option<String>,
}

/// Bank Account
///
/// Gives the borrower's own bank account, which the money goes to. It is verified with a payment of one rupee.
#[utoipa::path(
    post,
    path = "/v1/borrower/bank-account",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    params(Idempotency),
    request_body = BankAccountRequest,
    responses(
        (status = 200, description = "Where the borrower stands now.", body = JourneyData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 409, description = "An offer has to be accepted first, the application's status does not allow this, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn give_bank_account(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<BankAccountRequest>,
) -> Result<Json<JourneyData>, Own> {
    let key = idempotency.of(&api, &body)?;
    let command = AddBankAccount { bank: bank_account(body)? };
    Ok(Json(api.app.run_once(caller, command, key).await?.out.into()))
}

fn bank_account(body: BankAccountRequest) -> Result<BankAccount, Refusal> {
    let account_number = required("accountNumber", body.account_number)?;
    let ifsc = required("ifsc", body.ifsc)?;
    let bank_name = required("bankName", body.bank_name)?;
    let holder_name = required("accountHolderName", body.account_holder_name)?;
    Ok(BankAccount {
        account_number: formatted("accountNumber", AccountNumber::parse(&account_number))?,
        ifsc: formatted("ifsc", Ifsc::parse(&ifsc))?,
        bank_name: formatted("bankName", clean_text(&bank_name, 100))?,
        holder_name: formatted("accountHolderName", person_name(&holder_name))?,
    })
}
