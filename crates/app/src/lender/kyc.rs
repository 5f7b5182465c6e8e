//! The lender looks at a document and says yes or no.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::id::{ApplicationId, KycDocumentId};
use qist_domain::refusal::Code;

use super::read::assigned;
use crate::applications::underwrite::underwrite_now;
use crate::error::Result;
use crate::journey::view::{ApplicationSummary, summary};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct JudgeDocument {
    pub application: ApplicationId,
    pub document: KycDocumentId,
    /// `None` approves; otherwise the reason for rejecting.
    pub reject: Option<String>,
}

#[async_trait]
impl Command for JudgeDocument {
    type Out = ApplicationSummary;
    const OPERATION: &'static str = "judge_document";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<ApplicationSummary> {
        let application = assigned(at, tx, self.application).await?;
        let by = at.caller.entity_type();
        let change = match &self.reject {
            None => application.verify_document(self.document, by)?,
            Some(reason) => application.reject_document(self.document, reason.clone(), by)?,
        };
        let passed = change.state().status == LoanStatus::KycSuccess;
        tx.save_application(change, at.now).await?;
        if passed {
            let application = assigned(at, tx, self.application).await?;
            underwrite_now(at, tx, application).await?;
        }
        let application =
            tx.application_of_lender(at.lender_id()?, self.application).await?.ok_or(Code::LoanNotFound)?;
        Ok(summary(&application))
    }
}
