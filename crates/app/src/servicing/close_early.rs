//! A quote for closing a loan early, and paying it.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::id::{FactId, LoanId, PayoffId};
use qist_domain::loan::{Acceleration, Loan, Paid, Payoff};
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};

use super::save::{save, status};
use crate::error::Result;
use crate::loans::find::{named, offer_of, running};
use crate::ports::store::{PayoffRecord, Reference, Tx};
use crate::run::{Command, Moment};

/// Asks what closing the loan today takes. Within the cooling-off period it is the borrower's right to leave; after it, a
/// foreclosure.
#[derive(Debug, Clone)]
pub struct QuotePayoff {
    pub loan: Option<LoanId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuotedPayoff {
    pub record: PayoffRecord,
    pub payoff: Payoff,
}

#[async_trait]
impl Command for QuotePayoff {
    type Out = QuotedPayoff;
    const OPERATION: &'static str = "quote_payoff";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<QuotedPayoff> {
        let (application, loan) = named(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let days = offer_of(tx, &application, &loan).await?.statement.facts.practice.cooling_off_days;
        let today = at.today();
        let cooling = loan.disbursed_day().is_some_and(|day| today.days_since(day) <= i64::from(days));
        let why = if cooling { Acceleration::CoolingOff } else { Acceleration::Foreclosure };
        let payoff = loan.payoff(why, today)?;
        let record = PayoffRecord {
            id: PayoffId(at.uuid()),
            loan: loan.id,
            why,
            day: today,
            amount: payoff.amount,
            digest: digest(at, &loan, &payoff),
            created_at: at.now,
        };
        tx.insert_payoff(&record).await?;
        Ok(QuotedPayoff { record, payoff })
    }
}

/// All that the amount follows from: every fact, the day, and what it came to.
fn digest(at: &Moment, loan: &Loan, payoff: &Payoff) -> String {
    let facts: Vec<String> = loan.facts.iter().map(|fact| fact.id.to_string()).collect();
    let text = format!("{}|{}|{}|{}", loan.id, payoff.day, payoff.amount.get(), facts.join(","));
    at.secrets.sha256(text.as_bytes())
}

/// The lender has received what a quote asks for.
#[derive(Debug, Clone)]
pub struct RecordPayoff {
    pub loan: LoanId,
    pub payoff: PayoffId,
    pub mode: String,
    pub reference: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaidOff {
    pub reference: FactId,
    /// Of the application, or of the drawdown.
    pub status: String,
}

#[async_trait]
impl Command for RecordPayoff {
    type Out = PaidOff;
    const OPERATION: &'static str = "record_payoff";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<PaidOff> {
        let lender = at.lender_id()?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let quoted = tx.payoff(loan.id, self.payoff).await?.ok_or(Code::PayoffNotFound)?;
        let scope = format!("lender:{lender}");
        let reference_digest = at.secrets.sha256(format!("payoff:{}", self.payoff).as_bytes());
        if let Some(known) = tx.reference(&scope, &self.reference).await? {
            let same = known.digest == reference_digest;
            let told = PaidOff { reference: known.fact, status: status(tx, &loan).await?.to_owned() };
            return if same { Ok(told) } else { Err(Code::UtrReused.into()) };
        }
        let payoff = loan.payoff(quoted.why, quoted.day)?;
        if holds_until(quoted.day) < at.today() || digest(at, &loan, &payoff) != quoted.digest {
            return Err(Code::PayoffStale.into());
        }
        let (fact, paid_fact) = (FactId(at.uuid()), FactId(at.uuid()));
        let (mode, reference) = (self.mode.clone(), self.reference.clone());
        let by = at.caller.entity_type();
        let last = loan.position(at.today()).installments.last().map_or(0, |one| one.row.num);
        let paid = Paid { installment_num: last, amount: payoff.amount, mode, reference: reference.clone(), by };
        let change = loan.pay_off([fact, paid_fact], &payoff, paid, at.now)?;
        let claim = Reference { scope, reference, loan: self.loan, fact: paid_fact, digest: reference_digest };
        if !tx.claim_reference(&claim).await? {
            return Err(Code::UtrReused.into());
        }
        let status = save(at, tx, change).await?.to_owned();
        Ok(PaidOff { reference: paid_fact, status })
    }
}

/// Money that is sent on the day of the quote may arrive on the next.
#[must_use]
pub fn holds_until(day: Day) -> Day {
    day.plus_days(1)
}
