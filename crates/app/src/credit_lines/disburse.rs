//! The lender has paid out a drawdown: its loan begins.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::id::TransactionId;
use qist_domain::loan::Borrowed;
use qist_domain::refusal::{Code, Refusal};

use super::find::locked;
use crate::error::{Error, Result};
use crate::loans::disburse::{Disbursed, begin, recorded};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct DisburseTransaction {
    pub transaction: TransactionId,
    pub utr: String,
    /// The day of the money; today where absent.
    pub day: Option<Day>,
}

#[async_trait]
impl Command for DisburseTransaction {
    type Out = Disbursed;
    const OPERATION: &'static str = "disburse_transaction";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Disbursed> {
        let lender = at.lender_id()?;
        let found = tx.transaction_of_lender(lender, self.transaction).await?.ok_or(Code::TransactionNotFound)?;
        let at = &at.of(tx, found.tenant, found.user).await?;
        let (line, found) = locked(tx, found.tenant, found.line, found.id).await?;
        let id = found.id;
        if let Some(reference) = recorded(at, tx, lender, id.into(), &self.utr, self.day).await? {
            return Ok(Disbursed { loan: id.into(), reference, status: found.status.name().to_owned() });
        }
        let day = self.day.unwrap_or(at.today());
        if day > at.today() {
            return Err(Refusal::invalid("disbursedOn", "must not be in the future").into());
        }
        if day < found.created_at.day() {
            return Err(Refusal::invalid("disbursedOn", "must not be before the drawdown").into());
        }
        let of = Borrowed {
            application: found.application,
            transaction: Some(id),
            tenant: found.tenant,
            user: found.user,
            lender,
        };
        let (amount, offer) = (found.amount, found.offer);
        let change = found.disburse()?;
        let status = change.state().status.name().to_owned();
        let offer = tx.drawdown_offer(offer).await?.ok_or_else(|| Error::internal("a drawdown without offer"))?;
        let fact = begin(at, tx, of, &offer, &self.utr, day).await?;
        tx.save_transaction(change, at.now).await?;
        tx.save_credit_line(line.draw(amount)?, at.now).await?;
        Ok(Disbursed { loan: id.into(), reference: fact, status })
    }
}
