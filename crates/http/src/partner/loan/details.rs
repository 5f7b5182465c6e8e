use axum::extract::State;
use qist_app::applications::read::{LoanView, ReadLoan};
use qist_domain::application::{Address, BankAccount};
use qist_domain::refusal::Code;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::{Decimal, Rupees};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoanDetails {
    #[serde(rename = "loanApplicationID")]
    loan_application_id: String,
    #[schema(example = "FB1600196175625806")]
    loan_application_num: String,
    /// What was applied for; the offer may differ.
    applied_loan_amount: Rupees,
    #[schema(example = "BANK_ADDED")]
    status: &'static str,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    created_at: String,
    user_details: UserDetails,
    bank_details: BankDetails,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserDetails {
    #[serde(rename = "customerID")]
    customer_id: String,
    name: String,
    email: String,
    mobile: String,
    gender: &'static str,
    dob: String,
    pan: String,
    fis_score: Decimal,
    bureau_score: Option<i64>,
    bureau_status: &'static str,
    current_address: AddressData,
    /// Keys are those of your own form.
    #[schema(value_type = Object)]
    loan_form_data: Map<String, Value>,
    /// `Rented` or `Owned`.
    residence_type: &'static str,
}

#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct AddressData {
    #[serde(skip_serializing_if = "Option::is_none")]
    line1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pincode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

impl From<Option<Address>> for AddressData {
    /// `{}` until it is known.
    fn from(address: Option<Address>) -> AddressData {
        let Some(address) = address else { return AddressData::default() };
        AddressData {
            line1: Some(address.line1),
            line2: Some(address.line2),
            city: Some(address.city),
            pincode: Some(address.pincode.to_string()),
            state: Some(address.state),
        }
    }
}

#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BankDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    account_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ifsc_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_name: Option<String>,
    /// As the bank has it, once the account is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_holder_name: Option<String>,
}

impl From<Option<BankAccount>> for BankDetails {
    /// `{}` until it is added.
    fn from(bank: Option<BankAccount>) -> BankDetails {
        let Some(bank) = bank else { return BankDetails::default() };
        BankDetails {
            account_number: Some(bank.account_number.to_string()),
            ifsc_code: Some(bank.ifsc.to_string()),
            bank_name: Some(bank.bank_name),
            account_holder_name: Some(bank.holder_name),
        }
    }
}

/// Loan Details
#[utoipa::path(
    get,
    path = "/v1/loan/details",
    tag = "Loans",
    security(("server_key" = [])),
    params(("loanApplicationID" = String, Query, description = "The loan application.")),
    responses(
        (status = 200, description = "The application with its borrower and bank account.", body = Envelope<LoanDetails>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
    )
)]
pub async fn loan_details(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<LoanDetails>, Contract> {
    let application = params.id("loanApplicationID", Code::LoanNotFound)?;
    let view = api.app.ask(caller, ReadLoan { application }).await?;
    Ok(Envelope::of(details(view)))
}

pub(crate) fn details(LoanView { application, user }: LoanView) -> LoanDetails {
    let (personal, details) = (user.personal, application.details);
    LoanDetails {
        loan_application_id: application.id.to_string(),
        loan_application_num: application.number,
        applied_loan_amount: application.amount.into(),
        status: application.status.name(),
        created_at: application.created_at.utc_text(),
        user_details: UserDetails {
            customer_id: user.customer_id,
            name: user.name.unwrap_or_default(),
            email: personal.email.map(String::from).unwrap_or_default(),
            mobile: user.mobile.to_string(),
            gender: personal.gender.map_or("", qist_domain::user::Gender::name),
            dob: personal.dob.map(|dob| dob.to_string()).unwrap_or_default(),
            pan: personal.pan.map(String::from).unwrap_or_default(),
            fis_score: Decimal(user.fis_score),
            bureau_score: user.bureau.score,
            bureau_status: user.bureau.status.name(),
            current_address: details.current_address.into(),
            loan_form_data: details.form.unwrap_or_default(),
            residence_type: details.residence.map_or("", qist_domain::application::ResidenceType::name),
        },
        bank_details: details.bank.into(),
    }
}
