//! The sourcing entity takes a drawdown back before it is confirmed.

use async_trait::async_trait;

use super::confirm::Moved;
use super::find::{locked, of_partner};
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct CancelTransaction {
    /// Our id, or the sourcing entity's.
    pub name: String,
    pub reason: String,
}

#[async_trait]
impl Command for CancelTransaction {
    type Out = Moved;
    const OPERATION: &'static str = "cancel_transaction";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Moved> {
        let found = of_partner(at, tx, &self.name).await?;
        let at = &at.of(tx, found.tenant, found.user).await?;
        let (line, found) = locked(tx, found.tenant, found.line, found.id).await?;
        let (id, amount) = (found.id, found.amount);
        let change = found.cancel(self.reason.clone())?;
        let moved = Moved { transaction: id, status: change.state().status.name().to_owned() };
        tx.save_transaction(change, at.now).await?;
        tx.save_credit_line(line.release(amount)?, at.now).await?;
        Ok(moved)
    }
}
