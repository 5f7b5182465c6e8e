//! A drawdown that nobody confirmed gives its limit back.

use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{SourcingEntityId, TransactionId, UserId};

use super::find::locked;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue_at};
use crate::run::{Command, Moment};

/// In the transaction that reserves. The instant is in the customer's own time.
pub(super) async fn expire_later(
    at: &Moment,
    tx: &mut dyn Tx,
    tenant: SourcingEntityId,
    user: UserId,
    transaction: TransactionId,
    reserved_until: Instant,
) -> Result<()> {
    let user = tx.user(tenant, user).await?.ok_or_else(|| Error::internal("a drawdown of no user"))?;
    let seconds = (reserved_until.micros() - at.now.micros()) / 1_000_000 + 1;
    let task = Task::ExpireReservation { transaction };
    enqueue_at(at, tx, &user, None, &transaction.to_string(), task, at.real_now.plus_seconds(seconds)).await?;
    Ok(())
}

/// Nothing where it was confirmed or cancelled, or is not due.
pub(crate) struct Expire {
    pub tenant: SourcingEntityId,
    pub transaction: TransactionId,
}

#[async_trait]
impl Command for Expire {
    type Out = ();
    const OPERATION: &'static str = "expire_reservation";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        expire(at, tx, self.tenant, self.transaction).await
    }
}

pub(crate) async fn expire(
    at: &Moment,
    tx: &mut dyn Tx,
    tenant: SourcingEntityId,
    transaction: TransactionId,
) -> Result<()> {
    let Some(found) = tx.transaction(tenant, transaction).await? else { return Ok(()) };
    let at = &at.of(tx, tenant, found.user).await?;
    let (line, found) = locked(tx, tenant, found.line, transaction).await?;
    let amount = found.amount;
    let Some(change) = found.expire(at.now)? else { return Ok(()) };
    tx.save_transaction(change, at.now).await?;
    tx.save_credit_line(line.release(amount)?, at.now).await
}

/// Every reservation of a customer that has run out by now.
pub(crate) async fn expire_all(at: &Moment, tx: &mut dyn Tx, tenant: SourcingEntityId, user: UserId) -> Result<()> {
    for transaction in tx.run_out(user, at.now).await? {
        expire(at, tx, tenant, transaction).await?;
    }
    Ok(())
}
