//! The lender approves or rejects, or has its policy run again.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::event::EntityType;
use qist_domain::id::ApplicationId;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};

use super::read::assigned;
use crate::applications::underwrite::{approve, approved_amount, underwrite};
use crate::error::Result;
use crate::journey::view::{ApplicationSummary, summary};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct ApproveApplication {
    pub application: ApplicationId,
    /// At most what was applied for; what the policy allows where absent.
    pub amount: Option<Paise>,
}

#[async_trait]
impl Command for ApproveApplication {
    type Out = ApplicationSummary;
    const OPERATION: &'static str = "approve_application";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<ApplicationSummary> {
        let application = assigned(at, tx, self.application).await?;
        // Asked of the table before the policy runs, so that a late approval records no decision.
        application.clone().approve(EntityType::Lender).map(drop)?;
        let (_, evaluation) = underwrite(at, tx, &application).await?;
        let amount = self.amount.unwrap_or_else(|| approved_amount(&evaluation, application.amount));
        if !amount.is_positive() || amount > application.amount {
            return Err(Refusal::invalid(
                "amount",
                format!("must be more than zero and at most {}", application.amount),
            )
            .into());
        }
        approve(at, tx, application, amount, EntityType::Lender).await?;
        Ok(summary(&assigned(at, tx, self.application).await?))
    }
}

#[derive(Debug, Clone)]
pub struct RejectApplication {
    pub application: ApplicationId,
    pub reason: String,
}

#[async_trait]
impl Command for RejectApplication {
    type Out = ApplicationSummary;
    const OPERATION: &'static str = "reject_application";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<ApplicationSummary> {
        let application = assigned(at, tx, self.application).await?;
        let change = application.reject(EntityType::Lender, self.reason.clone())?;
        let summary = summary(change.state());
        tx.save_application(change, at.now).await?;
        Ok(summary)
    }
}

/// Runs the underwriting policy again, for instance after it was changed. Decides nothing.
#[derive(Debug, Clone)]
pub struct RunUnderwriting {
    pub application: ApplicationId,
}

#[async_trait]
impl Command for RunUnderwriting {
    type Out = ();
    const OPERATION: &'static str = "run_underwriting";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let application = assigned(at, tx, self.application).await?;
        if application.status != LoanStatus::KycSuccess {
            let why = format!("underwriting runs on KYC_SUCCESS, not in {}", application.status.name());
            return Err(Refusal::because(Code::LoanIllegalMove, why).into());
        }
        let (_, evaluation) = underwrite(at, tx, &application).await?;
        if !evaluation.missing.is_empty() {
            let message = format!("the policy needs what is not known: {}", evaluation.missing.join(", "));
            return Err(Refusal::because(Code::PolicyInputMissing, message).into());
        }
        Ok(())
    }
}
