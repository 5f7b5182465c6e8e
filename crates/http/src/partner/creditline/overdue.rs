use axum::extract::State;
use qist_app::credit_lines::view::{ReadTransactions, TransactionView};
use qist_domain::money::Paise;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueData {
    /// Newest first; all of them.
    overdue: Vec<OverdueTransaction>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OverdueTransaction {
    #[serde(rename = "txnID")]
    #[schema(example = "e07a8733-2d7e-46a1-9146-fda547ce8b0d")]
    txn_id: String,
    #[serde(rename = "partnerTxnID")]
    #[schema(example = "1234OD123312")]
    partner_txn_id: String,
    /// All that was due until yesterday and is not paid, with its charges.
    #[schema(example = 1200)]
    overdue_amount: Rupees,
    /// The oldest of them.
    #[schema(example = 1)]
    installment_num: u32,
    /// `YYYY-MM-DD`: when that was due.
    #[schema(example = "2020-02-14")]
    due_date: String,
    /// Days past due, the due day itself counted as the first (RBI/2021-22/125).
    #[schema(example = 3)]
    dpd: i64,
    /// A page where the customer pays it. It opens without a key for a day.
    payment_link: String,
}

/// Overdue Transactions
///
/// What a customer should have paid by now, each with a link for paying it.
#[utoipa::path(
    get,
    path = "/v1/creditline/overdue",
    tag = "Credit Lines",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "The customer.")),
    responses(
        (status = 200, description = "The overdue transactions; none is no failure.", body = Envelope<OverdueData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
        (status = 404, description = "There is no such customer, or it has no credit line.", body = EnvelopeError),
    )
)]
pub async fn overdue_transactions(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<OverdueData>, Contract> {
    let customer_id = params.required("customerID")?;
    let found = api.app.ask(caller, ReadTransactions { customer_id, partner_txn_id: None, overdue: true }).await?;
    let overdue = found.into_iter().filter_map(|view| overdue(&api, view)).collect();
    Ok(Envelope::of(OverdueData { overdue }))
}

fn overdue(api: &Api, view: TransactionView) -> Option<OverdueTransaction> {
    let late = view.late();
    let oldest = late.first()?;
    Some(OverdueTransaction {
        txn_id: view.transaction.id.to_string(),
        partner_txn_id: view.transaction.partner_txn_id.clone(),
        overdue_amount: late.iter().map(|one| one.position.outstanding()).sum::<Paise>().into(),
        installment_num: oldest.position.row.num,
        due_date: oldest.position.row.due_day.to_string(),
        dpd: view.dpd,
        payment_link: api.app.pay_link(view.transaction.id),
    })
}
