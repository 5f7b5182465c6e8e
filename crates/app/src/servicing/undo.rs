//! A lender takes back: a payment that did not stand; or pays back what was paid too much.

use async_trait::async_trait;
use qist_domain::id::{FactId, LoanId};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};

use super::closing;
use super::save::save;
use crate::error::Result;
use crate::loans::find::running;
use crate::ports::store::{Reference, Tx};
use crate::run::{Command, Moment};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    pub reference: FactId,
}

#[derive(Debug, Clone)]
pub struct ReversePayment {
    pub loan: LoanId,
    /// What recording the payment answered.
    pub payment: FactId,
    pub reason: String,
}

#[async_trait]
impl Command for ReversePayment {
    type Out = Done;
    const OPERATION: &'static str = "reverse_payment";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Done> {
        at.lender_id()?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let reference = FactId(at.uuid());
        save(at, tx, loan.reverse(reference, self.payment, self.reason.clone(), at.now)?).await?;
        Ok(Done { reference })
    }
}

#[derive(Debug, Clone)]
pub struct RefundExcess {
    pub loan: LoanId,
    pub amount: Paise,
    /// The bank's reference.
    pub reference: String,
}

#[async_trait]
impl Command for RefundExcess {
    type Out = Done;
    const OPERATION: &'static str = "refund_excess";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Done> {
        let lender = at.lender_id()?;
        let (application, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let scope = format!("lender:{lender}");
        let digest = at.secrets.sha256(format!("refund:{}:{}", loan.id, self.amount.get()).as_bytes());
        if let Some(known) = tx.reference(&scope, &self.reference).await? {
            let same = known.digest == digest;
            return if same { Ok(Done { reference: known.fact }) } else { Err(Code::UtrReused.into()) };
        }
        let fact = FactId(at.uuid());
        let reference = self.reference.clone();
        let change = loan.refund(fact, self.amount, reference.clone(), at.now)?;
        let left = change.state().position(change.state().booked_day).excess;
        let claim = Reference { scope, reference, loan: self.loan, fact, digest };
        if !tx.claim_reference(&claim).await? {
            return Err(Code::UtrReused.into());
        }
        save(at, tx, change).await?;
        if left.is_zero() {
            let note = format!("paid back as {}", self.reference);
            tx.finish_closing_task(application.id, closing::REFUND_EXCESS, at.now, &note).await?;
        }
        Ok(Done { reference: fact })
    }
}
