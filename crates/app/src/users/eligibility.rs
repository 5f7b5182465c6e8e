//! Get Eligibility: the prequalification policy, computed once and kept until it expires or new data comes in.

use async_trait::async_trait;
use qist_domain::money::Paise;
use qist_domain::policy::{Outcome, PolicyKind};
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::decide::{Question, amount_of, decide};
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::connector::Ask;
use crate::ports::store::{Eligibility, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{App, Command, Moment, Query, Reading};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Eligible {
    pub eligible: bool,
    pub amount: Paise,
}

impl App {
    /// The stored result, or a fresh one.
    pub async fn eligibility(&self, caller: Caller, customer_id: String) -> Result<Eligible> {
        match self.ask(caller, StoredEligibility { customer_id: customer_id.clone() }).await? {
            Some(stored) => Ok(stored),
            None => match self.run(caller, CalculateEligibility { customer_id }).await? {
                Calculated::Known(eligible) => Ok(eligible),
                Calculated::Lacking { inputs } => {
                    let names = inputs.join(", ");
                    Err(Refusal::because(
                        Code::EligibilityDataMissing,
                        format!("user does not have eligibility data: {names}"),
                    )
                    .into())
                }
            },
        }
    }
}

struct StoredEligibility {
    customer_id: String,
}

#[async_trait]
impl Query for StoredEligibility {
    type Out = Option<Eligible>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let found = tx.eligibility_of_customer(at.partner_tenant()?, &self.customer_id).await?;
        let stored = found.ok_or(Code::UserNotFound)?.filter(|stored| at.now < stored.expires_at);
        Ok(stored.map(|stored| Eligible { eligible: stored.eligible, amount: stored.amount }))
    }
}

struct CalculateEligibility {
    customer_id: String,
}

/// Lacking data is not an error of the transaction: what it asked for on the way must be kept.
enum Calculated {
    Known(Eligible),
    Lacking { inputs: Vec<String> },
}

#[async_trait]
impl Command for CalculateEligibility {
    type Out = Calculated;
    const OPERATION: &'static str = "calculate_eligibility";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Calculated> {
        let tenant = at.partner_tenant()?;
        let user = tx.user_by_customer(tenant, &self.customer_id).await?.ok_or(Code::UserNotFound)?;
        if let Some(stored) = tx.eligibility(user.id).await?.filter(|stored| at.now < stored.expires_at) {
            return Ok(Calculated::Known(Eligible { eligible: stored.eligible, amount: stored.amount }));
        }
        let programme =
            tx.programme_of(tenant).await?.ok_or_else(|| Error::internal("a sourcing entity without programme"))?;
        let question = Question {
            kind: PolicyKind::Prequalification,
            programme: &programme,
            lender: None,
            user: &user,
            application: None,
            amount: None,
        };
        let (decision, evaluation) = decide(at, tx, question).await?;
        if !evaluation.missing.is_empty() {
            if evaluation.missing.iter().any(|input| input == "fisScore") {
                enqueue(
                    at,
                    tx,
                    &user,
                    None,
                    "",
                    Task::Ask(Ask::DeviceInsights { customer_id: user.customer_id.clone() }),
                )
                .await?;
            }
            return Ok(Calculated::Lacking { inputs: evaluation.missing });
        }
        let amount = amount_of(&evaluation.outputs, "eligibleAmount").unwrap_or(Paise::ZERO);
        let eligible = evaluation.outcome == Outcome::Pass && amount.is_positive();
        let amount = if eligible { amount } else { Paise::ZERO };
        tx.save_eligibility(&Eligibility {
            user: user.id,
            eligible,
            amount,
            decision,
            calculated_at: at.now,
            expires_at: at.now.plus_seconds(programme.settings.eligibility_days * 86_400),
        })
        .await?;
        tx.save_user(user.eligibility_calculated(amount), at.now).await?;
        Ok(Calculated::Known(Eligible { eligible, amount }))
    }
}
