//! What drawing costs: the Key Facts Statement of a drawdown, and the OTP that it is confirmed with.

use async_trait::async_trait;
use qist_domain::application::Offer;
use qist_domain::credit_line::{CreditLine, Drawdown, Plan};
use qist_domain::kfs::KeyFacts;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::offer::Offering;
use crate::access::otp;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

/// The borrower chooses how to repay what the sourcing entity opened a session for.
#[derive(Debug, Clone)]
pub struct QuoteDrawdown {
    /// The sourcing entity's id, as its session has it.
    pub transaction_id: String,
    /// A plan's code; may be left out where only one fits the amount.
    pub plan: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuotedDrawdown {
    /// The plan's code.
    pub plan: String,
    pub facts: KeyFacts,
}

/// The name under which a drawdown's OTP is kept.
pub(super) fn otp_purpose(transaction_id: &str) -> String {
    format!("drawdown:{transaction_id}")
}

#[async_trait]
impl Command for QuoteDrawdown {
    type Out = QuotedDrawdown;
    const OPERATION: &'static str = "quote_drawdown";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<QuotedDrawdown> {
        let (tenant, id) = at.borrower_ids()?;
        let at = &at.of(tx, tenant, id).await?;
        let line = tx.credit_line_of(tenant, id).await?.ok_or(Code::CreditLineNotFound)?;
        let amount = self.amount(at, tx, &line).await?;
        line.refuse(amount, at.today())?;
        let plan = self.plan(&line, amount)?.clone();
        let (number, change) = line.take_offer_numbers(1);
        let drawdown = Drawdown { partner_txn_id: self.transaction_id.clone(), plan: plan.code.clone() };
        let offer: Offer = Offering::of(tx, change.state()).await?.offer(at, drawdown, &plan, amount, number)?;
        tx.save_credit_line(change, at.now).await?;
        tx.insert_drawdown_offer(&offer, number).await?;
        let user = tx.user(tenant, id).await?.ok_or(Error::Unauthenticated)?;
        let what = format!("is your code to draw Rs {} from your credit line.", amount.with_paise());
        otp::send(at, tx, &user, &otp_purpose(&self.transaction_id), &what).await?;
        Ok(QuotedDrawdown { plan: plan.code, facts: offer.statement.facts })
    }
}

impl QuoteDrawdown {
    /// What the session was opened for, where nothing has been drawn under its id.
    async fn amount(&self, at: &Moment, tx: &mut dyn Tx, line: &CreditLine) -> Result<Paise> {
        let (tenant, user) = at.borrower_ids()?;
        let session = tx.withdrawal_session(tenant, user, &self.transaction_id).await?;
        let amount = session.and_then(|session| session.withdraw_amount_paise).ok_or(Code::WithdrawalNotFound)?;
        if !tx.transactions_named(line.tenant, &self.transaction_id).await?.is_empty() {
            return Err(Code::SessionTransactionExists.into());
        }
        Ok(Paise::new(amount))
    }

    fn plan<'l>(&self, line: &'l CreditLine, amount: Paise) -> Result<&'l Plan, Refusal> {
        let mut fit = line.terms.plans.iter().filter(|plan| plan.fits(amount));
        let plan = match &self.plan {
            Some(code) => fit.find(|plan| plan.code == *code),
            None => {
                let first = fit.next();
                if fit.next().is_some() {
                    return Err(Refusal::missing("plan"));
                }
                first
            }
        };
        plan.ok_or_else(|| Code::PlanNotFound.into())
    }
}
