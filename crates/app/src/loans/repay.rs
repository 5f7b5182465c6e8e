//! Money came in: from the sourcing entity, the lender, or a borrower's settled payment.

use async_trait::async_trait;
use qist_domain::day::{Day, Instant};
use qist_domain::event::EntityType;
use qist_domain::id::{FactId, LoanId};
use qist_domain::loan::{Loan, Paid};
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::find::running;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::{Reference, Tx};
use crate::run::{Command, Moment};
use crate::servicing::save::{save, status};

/// A repayment as it is reported: by a sourcing entity or by a lender.
#[derive(Debug, Clone)]
pub struct RecordRepayment {
    /// Of an application or of a drawdown.
    pub loan: LoanId,
    pub installment_num: u32,
    pub amount: Paise,
    pub paid_at: Instant,
    pub mode: String,
    /// The bank's or partner's reference, unique in the tenant for ever.
    pub reference: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recorded {
    /// For reconciliation.
    pub reference: FactId,
    /// Of the application, or of the drawdown.
    pub status: String,
    /// An older instalment is unpaid: days past due count from it.
    pub warning: Option<String>,
}

#[async_trait]
impl Command for RecordRepayment {
    type Out = Recorded;
    const OPERATION: &'static str = "record_repayment";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Recorded> {
        let scope = match at.caller {
            Caller::Partner { tenant, .. } => {
                let entity =
                    tx.sourcing_entity(tenant).await?.ok_or_else(|| Error::internal("a key of no sourcing entity"))?;
                if !entity.settings.repayment_api {
                    return Err(Code::RepaymentDisabled.into());
                }
                format!("tenant:{tenant}")
            }
            Caller::Lender { lender, .. } => format!("lender:{lender}"),
            Caller::Borrower { .. } | Caller::System => return Err(Error::Unauthenticated),
        };
        let (_, loan) = running(at, tx, self.loan).await?;
        record(at, tx, loan, self, scope, at.caller.entity_type()).await
    }
}

/// Records money exactly once. The reference decides: again with the same values it answers the same, with others it is
/// refused.
pub(crate) async fn record(
    at: &Moment,
    tx: &mut dyn Tx,
    loan: Loan,
    repayment: &RecordRepayment,
    scope: String,
    by: EntityType,
) -> Result<Recorded> {
    let digest = digest(at, repayment);
    if let Some(known) = tx.reference(&scope, &repayment.reference).await? {
        if known.digest != digest {
            return Err(Code::TransactionReused.into());
        }
        let status = status(tx, &loan).await?.to_owned();
        return Ok(Recorded { reference: known.fact, status, warning: None });
    }
    let at = &at.of(tx, loan.tenant, loan.user).await?;
    let id = loan.id;
    let fact = FactId(at.uuid());
    let paid = Paid {
        installment_num: repayment.installment_num,
        amount: repayment.amount,
        mode: repayment.mode.clone(),
        reference: repayment.reference.clone(),
        by,
    };
    let change = loan.pay(fact, paid, repayment.paid_at.day(), at.now)?;
    let claimed = Reference { scope, reference: repayment.reference.clone(), loan: id, fact, digest };
    if !tx.claim_reference(&claimed).await? {
        return Err(Code::TransactionReused.into());
    }
    let warning = skipped(change.state(), at.today(), repayment.installment_num);
    let status = save(at, tx, change).await?.to_owned();
    Ok(Recorded { reference: fact, status, warning })
}

fn skipped(loan: &Loan, today: Day, named: u32) -> Option<String> {
    let position = loan.position(today);
    let oldest = position.oldest_overdue(today).filter(|oldest| oldest.row.num < named)?;
    Some(format!("instalment {} is still unpaid: days past due count from {}", oldest.row.num, oldest.row.due_day))
}

fn digest(at: &Moment, repayment: &RecordRepayment) -> String {
    let RecordRepayment { loan, installment_num, amount, paid_at, mode, .. } = repayment;
    let text = format!("{loan}|{installment_num}|{}|{}|{mode}", amount.get(), paid_at.micros());
    at.secrets.sha256(text.as_bytes())
}

/// The payer's own words for how money came.
pub fn payment_mode(text: &str) -> Result<String, Refusal> {
    qist_domain::format::clean_text(text, 30).map_err(|why| Refusal::invalid("paymentMode", why))
}

impl crate::run::App {
    /// Refuses a sourcing entity for which Repay Loan is off, before anything else about the call is looked at.
    pub async fn require_repayment_api(&self, caller: Caller) -> Result<()> {
        self.ask(caller, RepaymentApiEnabled).await
    }
}

struct RepaymentApiEnabled;

#[async_trait]
impl crate::run::Query for RepaymentApiEnabled {
    type Out = ();

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let entity = tx.sourcing_entity(at.partner_tenant()?).await?;
        let enabled = entity.is_some_and(|entity| entity.settings.repayment_api);
        if enabled { Ok(()) } else { Err(Code::RepaymentDisabled.into()) }
    }
}
