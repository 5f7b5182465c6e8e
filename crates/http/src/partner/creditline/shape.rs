//! A transaction as the contract shows it.

use qist_app::credit_lines::confirm::Moved;
use qist_app::credit_lines::view::{LineInstallment, TransactionView};
use qist_domain::product::EmiMethod;
use serde::Serialize;
use utoipa::ToSchema;

use crate::shape::{PercentNumber, Rupees};

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransactionData {
    /// Our id.
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: String,
    /// The sourcing entity's own id, from the session; parts of one drawdown share it.
    #[serde(rename = "partnerTxnID")]
    #[schema(example = "1234OD123312")]
    partner_txn_id: String,
    #[schema(example = "123")]
    invoice_no: String,
    /// `PROCESSING`, `CONFIRMED`, `DISBURSED`, `PAID`, `CANCELLED` or `OVERDUE`.
    #[schema(example = "CONFIRMED")]
    txn_status: &'static str,
    #[schema(example = 1200)]
    amount: Rupees,
    /// Percent a year that the customer pays.
    #[schema(example = 0)]
    interest: PercentNumber,
    /// `flat_rate` or `reducing_balance`.
    #[schema(example = "reducing_balance")]
    emi_calculation_method: &'static str,
    #[schema(example = 24)]
    subvention_amount: Rupees,
    #[schema(example = 0)]
    processing_fee: Rupees,
    /// Percent.
    #[schema(example = 18)]
    gst: PercentNumber,
    /// `amount` less subvention, fee, and the GST on both.
    #[schema(example = 1171.68)]
    disbursal_amount: Rupees,
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    #[schema(example = "2020-02-12 13:02:12")]
    created_at: String,
    /// Empty for `PROCESSING` and `CANCELLED`.
    emis: Vec<LineEmi>,
    /// The line's plan.
    #[schema(example = "pay_later")]
    plan: String,
    /// Days past due.
    dpd: i64,
    /// Until then, UTC, a transaction in `PROCESSING` can be confirmed.
    #[schema(example = "2020-02-15 13:02:12")]
    reserved_until: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LineEmi {
    #[schema(example = 1200)]
    amount: Rupees,
    #[schema(example = 1)]
    installment_num: u32,
    /// All charges: for being late, for bounces, and interest for being late.
    #[schema(example = 0)]
    late_charge: Rupees,
    /// `UNPAID`, `PAID` or `PENDING`.
    #[schema(example = "PAID")]
    status: &'static str,
    /// `YYYY-MM-DD`.
    #[schema(example = "2020-02-14")]
    due_date: String,
    /// `YYYY-MM-DD`; empty until paid.
    #[schema(example = "2020-02-13")]
    paid_date: String,
    #[schema(example = 1200)]
    total_payable: Rupees,
    /// What has been received for this instalment.
    #[schema(example = 1200)]
    amount_received: Rupees,
}

impl From<TransactionView> for TransactionData {
    fn from(TransactionView { transaction, quote, installments, dpd, .. }: TransactionView) -> TransactionData {
        TransactionData {
            txn_id: transaction.id.to_string(),
            partner_txn_id: transaction.partner_txn_id,
            invoice_no: transaction.delivery.invoice_no,
            txn_status: transaction.status.name(),
            amount: transaction.amount.into(),
            interest: PercentNumber(quote.terms.annual_rate),
            emi_calculation_method: match quote.terms.method {
                EmiMethod::FlatRate => EmiMethod::FlatRate.name(),
                // The contract has two words: whatever is counted on what is owed is the second.
                EmiMethod::ReducingBalance | EmiMethod::EqualPrincipal | EmiMethod::Bullet => {
                    EmiMethod::ReducingBalance.name()
                }
            },
            subvention_amount: quote.subvention.into(),
            processing_fee: quote.processing_fee.into(),
            gst: PercentNumber(quote.terms.gst),
            disbursal_amount: quote.disbursal_amount.into(),
            created_at: transaction.created_at.utc_text(),
            emis: installments.into_iter().map(emi).collect(),
            plan: transaction.plan,
            dpd,
            reserved_until: transaction.reserved_until.utc_text(),
        }
    }
}

fn emi(LineInstallment { position, pending }: LineInstallment) -> LineEmi {
    LineEmi {
        amount: position.row.instalment().into(),
        installment_num: position.row.num,
        late_charge: position.charge.into(),
        status: match position.paid_day {
            Some(_) => "PAID",
            None if pending => "PENDING",
            None => "UNPAID",
        },
        due_date: position.row.due_day.to_string(),
        paid_date: position.paid_day.map(|day| day.to_string()).unwrap_or_default(),
        total_payable: position.total().into(),
        amount_received: position.received().into(),
    }
}

/// Where a transaction stands now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MovedData {
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: String,
    #[schema(example = "CONFIRMED")]
    txn_status: String,
}

impl From<Moved> for MovedData {
    fn from(moved: Moved) -> MovedData {
        MovedData { txn_id: moved.transaction.to_string(), txn_status: moved.status }
    }
}
