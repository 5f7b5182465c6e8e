//! The line and the drawdown that somebody names.

use qist_domain::credit_line::{CreditLine, Transaction};
use qist_domain::id::{CreditLineId, SourcingEntityId, TransactionId};
use qist_domain::refusal::{Code, Refusal};

use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::Moment;

/// A customer's newest line.
pub(super) async fn line_of_customer(at: &Moment, tx: &mut dyn Tx, customer_id: &str) -> Result<CreditLine> {
    let tenant = at.partner_tenant()?;
    let user = tx.user_by_customer(tenant, customer_id).await?.ok_or(Code::CreditLineNotFound)?;
    tx.credit_line_of(tenant, user.id).await?.ok_or_else(|| Code::CreditLineNotFound.into())
}

/// A sourcing entity names a drawdown by our id, or by its own where that names one alone.
pub(super) async fn of_partner(at: &Moment, tx: &mut dyn Tx, name: &str) -> Result<Transaction> {
    let tenant = at.partner_tenant()?;
    if let Ok(id) = name.parse::<TransactionId>()
        && let Some(found) = tx.transaction(tenant, id).await?
    {
        return Ok(found);
    }
    let mut named = tx.transactions_named(tenant, name).await?;
    named.retain(|one| one.status.is_shown());
    if named.len() > 1 {
        let why = format!("{} transactions share this id: name one of them by the txnID that we gave it", named.len());
        return Err(Refusal::because(Code::TransactionIllegalMove, why).into());
    }
    named.pop().ok_or_else(|| Code::TransactionNotFound.into())
}

/// The line, locked, and the drawdown as it is then.
pub(crate) async fn locked(
    tx: &mut dyn Tx,
    tenant: SourcingEntityId,
    line: CreditLineId,
    id: TransactionId,
) -> Result<(CreditLine, Transaction)> {
    let line = tx.credit_line(tenant, line).await?.ok_or_else(|| Error::internal("a drawdown on no line"))?;
    let transaction = tx.transaction(tenant, id).await?.ok_or(Code::TransactionNotFound)?;
    Ok((line, transaction))
}
