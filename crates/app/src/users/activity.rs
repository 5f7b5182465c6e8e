//! User Activity History.

use async_trait::async_trait;
use qist_domain::refusal::Code;

use crate::error::Result;
use crate::ports::store::{Activity, Tx};
use crate::run::{Moment, Query};

#[derive(Debug, Clone)]
pub struct ReadActivity {
    pub customer_id: String,
}

#[async_trait]
impl Query for ReadActivity {
    type Out = Vec<Activity>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Activity>> {
        let user = tx.user_by_customer(at.partner_tenant()?, &self.customer_id).await?.ok_or(Code::UserNotFound)?;
        tx.activity(user.id).await
    }
}
