//! Limits that a sourcing entity uploads in bulk, as an input of prequalification.

use async_trait::async_trait;
use qist_domain::id::SourcingEntityId;
use qist_domain::money::Paise;

use super::create::customer_id;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

/// One chunk of a CSV: customer id and limit.
#[derive(Debug, Clone)]
pub struct Preapprove {
    pub tenant: SourcingEntityId,
    pub limits: Vec<(String, Paise)>,
}

#[async_trait]
impl Command for Preapprove {
    type Out = ();
    const OPERATION: &'static str = "preapprove";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        for (customer, limit) in &self.limits {
            let customer = customer_id(customer)?;
            tx.save_preapproved_limit(self.tenant, &customer, *limit, at.now).await?;
            if let Some(user) = tx.user_by_customer(self.tenant, &customer).await? {
                tx.forget_eligibility(user.id).await?;
            }
        }
        Ok(())
    }
}
