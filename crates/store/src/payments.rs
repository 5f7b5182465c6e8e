//! Payments that borrowers started.

use qist_app::error::Result;
use qist_app::ports::store::{PaymentRecord, PaymentState};
use qist_domain::id::{LoanId, PaymentId};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO payments (id, loan_id, installment_num, amount_paise, method, state, failure, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const FIND: &str = "
    SELECT id, loan_id, installment_num, amount_paise, method, state, failure, created_at FROM payments
    WHERE id = ?1";
const OF: &str = "
    SELECT id, loan_id, installment_num, amount_paise, method, state, failure, created_at FROM payments
    WHERE loan_id = ?1 ORDER BY created_at DESC, id DESC";
const SETTLE: &str = "UPDATE payments SET state = ?2, failure = ?3 WHERE id = ?1 AND state = 'PENDING'";

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, payment: &PaymentRecord) -> Result<()> {
    let (id, loan) = (payment.id.to_string(), payment.loan.to_string());
    let row = params![
        &id,
        &loan,
        i64::from(payment.installment_num),
        payment.amount.get(),
        &payment.method,
        payment.state.name(),
        &payment.failure,
        payment.created_at.micros(),
    ];
    tx.change_one(INSERT, row).await
}

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, id: PaymentId) -> Result<Option<PaymentRecord>> {
    tx.row(FIND, params![&id.to_string()], payment_row).await
}

/// Newest first.
pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, loan: LoanId) -> Result<Vec<PaymentRecord>> {
    tx.rows(OF, params![&loan.to_string()], payment_row).await
}

pub(crate) async fn settle(
    tx: &mut StoreTx<'_, '_>,
    id: PaymentId,
    state: PaymentState,
    failure: Option<&str>,
) -> Result<bool> {
    Ok(tx.change(SETTLE, params![&id.to_string(), state.name(), failure]).await? == 1)
}

fn payment_row(row: &Row<'_>) -> std::result::Result<PaymentRecord, DbError> {
    let mut cells = Cells::of("payments", row);
    Ok(PaymentRecord {
        id: cells.parsed("id")?,
        loan: cells.parsed("loan_id")?,
        installment_num: cells.u32("installment_num")?,
        amount: cells.paise("amount_paise")?,
        method: cells.text("method")?,
        state: cells.named("state", PaymentState::from_name)?,
        failure: cells.get("failure")?,
        created_at: cells.instant("created_at")?,
    })
}
