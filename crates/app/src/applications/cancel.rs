//! Cancelling an application, by the sourcing entity.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::id::ApplicationId;
use qist_domain::refusal::Code;

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct CancelApplication {
    pub application: ApplicationId,
    pub reason: String,
}

#[async_trait]
impl Command for CancelApplication {
    type Out = LoanStatus;
    const OPERATION: &'static str = "cancel_application";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LoanStatus> {
        let application = tx.application(at.partner_tenant()?, self.application).await?.ok_or(Code::LoanNotFound)?;
        let change = application.cancel(at.caller.entity_type(), self.reason.clone())?;
        let status = change.state().status;
        tx.save_application(change, at.now).await?;
        Ok(status)
    }
}
