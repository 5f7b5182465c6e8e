//! A borrower, or whoever reports for one, pays a part of the principal early.

use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{FactId, LoanId};
use qist_domain::loan::{Paid, Prepayment, PrepaymentEffect};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};

use super::save::save;
use crate::error::Result;
use crate::loans::find::{named, running};
use crate::ports::store::{Reference, Tx};
use crate::run::{Command, Moment, Query};

/// What paying an amount early today would change.
#[derive(Debug, Clone)]
pub struct QuotePrepayment {
    pub loan: Option<LoanId>,
    pub amount: Paise,
    pub effect: PrepaymentEffect,
}

#[async_trait]
impl Query for QuotePrepayment {
    type Out = Prepayment;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Prepayment> {
        let (_, loan) = named(at, tx, self.loan).await?;
        let at = at.of(tx, loan.tenant, loan.user).await?;
        Ok(loan.prepayment(self.amount, self.effect, at.today())?)
    }
}

/// The lender has received a part of the principal early.
#[derive(Debug, Clone)]
pub struct RecordPrepayment {
    pub loan: LoanId,
    pub amount: Paise,
    pub effect: PrepaymentEffect,
    pub paid_at: Instant,
    pub mode: String,
    pub reference: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Prepaid {
    pub reference: FactId,
    /// The instalment from here on.
    pub emi: Paise,
    pub installments_left: usize,
}

#[async_trait]
impl Command for RecordPrepayment {
    type Out = Prepaid;
    const OPERATION: &'static str = "record_prepayment";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Prepaid> {
        let lender = at.lender_id()?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let scope = format!("lender:{lender}");
        let text = format!("prepayment|{}|{}|{:?}|{}", loan.id, self.amount.get(), self.effect, self.paid_at.micros());
        let digest = at.secrets.sha256(text.as_bytes());
        if let Some(known) = tx.reference(&scope, &self.reference).await? {
            let emi = loan.basis(u32::MAX, at.today()).emi;
            let left = loan.position(at.today()).installments.iter().filter(|one| one.paid_day.is_none()).count();
            let same = known.digest == digest;
            let told = Prepaid { reference: known.fact, emi, installments_left: left };
            return if same { Ok(told) } else { Err(Code::UtrReused.into()) };
        }
        let fact = FactId(at.uuid());
        let (mode, reference) = (self.mode.clone(), self.reference.clone());
        let by = at.caller.entity_type();
        let paid = Paid { installment_num: 0, amount: self.amount, mode, reference: reference.clone(), by };
        let change = loan.prepay(fact, paid, self.effect, self.paid_at.day(), at.now)?;
        if !tx.claim_reference(&Reference { scope, reference, loan: self.loan, fact, digest }).await? {
            return Err(Code::UtrReused.into());
        }
        let after = change.state();
        let emi = after.basis(u32::MAX, at.today()).emi;
        let left = after.position(at.today()).installments.iter().filter(|one| one.paid_day.is_none()).count();
        save(at, tx, change).await?;
        Ok(Prepaid { reference: fact, emi, installments_left: left })
    }
}
