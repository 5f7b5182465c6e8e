use axum::extract::State;
use qist_app::applications::read::{ReadRepayments, RepaymentView, RepaymentsView};
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepaymentsData {
    emi_list: Vec<EmiEntry>,
    /// Money held for dues to come.
    excess_amount: Rupees,
    /// Days past due, counted from the oldest unpaid due day, that day itself included.
    dpd: i64,
    /// `STANDARD`, `SMA-0`, `SMA-1`, `SMA-2`, `NPA` (of all the borrower's loans with the lender) or `WRITTEN_OFF`
    /// (RBI/2021-22/125).
    #[schema(example = "STANDARD")]
    asset_class: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EmiEntry {
    /// Identifies the instalment.
    #[serde(rename = "loanPaymentID")]
    loan_payment_id: String,
    amount: Rupees,
    /// From 1 to the tenure.
    installment_num: u32,
    late_charge: Rupees,
    /// `PAID`, `UNPAID`, or `PENDING` while a payment is not yet settled.
    #[schema(example = "UNPAID")]
    status: &'static str,
    /// `YYYY-MM-DD`.
    due_date: String,
    /// `YYYY-MM-DD`; empty until paid.
    paid_date: String,
    /// `amount` and `lateCharge` together.
    total_payable: Rupees,
    /// What has been received for this instalment.
    amount_received: Rupees,
}

/// Loan Repayments
///
/// The instalments of a disbursed loan.
#[utoipa::path(
    get,
    path = "/v1/loan/repayments",
    tag = "Loans",
    security(("server_key" = [])),
    params(("loanApplicationID" = String, Query, description = "The loan application.")),
    responses(
        (status = 200, description = "The instalments.", body = Envelope<RepaymentsData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`loanApplicationID` is missing.", body = EnvelopeError),
        (status = 404, description = "Loan application not found.", body = EnvelopeError),
        (status = 409, description = "The loan is not disbursed.", body = EnvelopeError),
    )
)]
pub async fn loan_repayments(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<RepaymentsData>, Contract> {
    let application = params.id("loanApplicationID", Code::LoanNotFound)?;
    Ok(Envelope::of(repayments_data(api.app.ask(caller, ReadRepayments { application }).await?)))
}

pub(crate) fn repayments_data(view: RepaymentsView) -> RepaymentsData {
    RepaymentsData {
        emi_list: view.installments.into_iter().map(emi_entry).collect(),
        excess_amount: view.excess.into(),
        dpd: view.dpd,
        asset_class: view.class.name(),
    }
}

fn emi_entry(RepaymentView { id, position, pending }: RepaymentView) -> EmiEntry {
    let status = match position.paid_day {
        Some(_) => "PAID",
        None if pending => "PENDING",
        None => "UNPAID",
    };
    EmiEntry {
        loan_payment_id: id.to_string(),
        amount: position.row.instalment().into(),
        installment_num: position.row.num,
        late_charge: position.charge.into(),
        status,
        due_date: position.row.due_day.to_string(),
        paid_date: position.paid_day.map(|day| day.to_string()).unwrap_or_default(),
        total_payable: position.total().into(),
        amount_received: position.received().into(),
    }
}
