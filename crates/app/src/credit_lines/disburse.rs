//! The lender has paid out a drawdown: its loan begins.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::id::{FactId, InstallmentId, TransactionId};
use qist_domain::kfs::Statement;
use qist_domain::loan::{Borrowed, Fact, FactKind, Loan};
use qist_domain::refusal::{Code, Refusal};

use super::find::locked;
use crate::error::{Error, Result};
use crate::loans::disburse::{Disbursed, claim_utr};
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
        let scope = format!("lender:{lender}");
        if let Some(known) = tx.reference(&scope, &self.utr).await? {
            let same = known.digest == at.secrets.sha256(format!("disbursal:{id}").as_bytes());
            let booked = tx.loan(id.into()).await?.and_then(|loan| loan.disbursed_day());
            if !same || self.day.is_some_and(|day| booked != Some(day)) {
                return Err(Code::UtrReused.into());
            }
            return Ok(Disbursed { loan: id.into(), reference: known.fact, status: found.status.name().to_owned() });
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
        let fact = FactId(at.uuid());
        claim_utr(at, tx, lender, id.into(), &self.utr, fact).await?;
        let offer = tx.drawdown_offer(offer).await?.ok_or_else(|| Error::internal("a drawdown without offer"))?;
        // Same terms, same amounts; the days are counted from the day of the money, and the borrower is told what follows.
        let quote = offer.quote().beginning_on(day)?;
        if let Some(facts) = offer.statement.facts.paid_out(quote.clone(), at.now)? {
            let restated = Statement::issue(facts, |bytes| at.secrets.sha256(bytes))?;
            tx.insert_statement(offer.id, &restated).await?;
        }
        let installment_ids = quote.rows.iter().map(|_| InstallmentId(at.uuid())).collect();
        let kind = FactKind::Disbursed { utr: self.utr.clone() };
        let paid_out = Fact { id: fact, value_day: day, recorded_at: at.now, kind };
        tx.save_loan(Loan::disburse(of, quote, installment_ids, paid_out)?, at.now).await?;
        tx.save_transaction(change, at.now).await?;
        tx.save_credit_line(line.draw(amount)?, at.now).await?;
        Ok(Disbursed { loan: id.into(), reference: fact, status })
    }
}
