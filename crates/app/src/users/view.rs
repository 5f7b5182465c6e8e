//! User Profile.

use async_trait::async_trait;
use qist_domain::id::ApplicationId;
use qist_domain::refusal::Code;
use qist_domain::user::User;

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query, Reading};

#[derive(Debug, Clone)]
pub struct ReadProfile {
    pub customer_id: String,
}

pub struct ProfileView {
    pub user: User,
    pub application_ids: Vec<ApplicationId>,
}

#[async_trait]
impl Query for ReadProfile {
    type Out = ProfileView;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<ProfileView> {
        let found = tx.user_with_application_ids(at.partner_tenant()?, &self.customer_id).await?;
        let (user, application_ids) = found.ok_or(Code::UserNotFound)?;
        Ok(ProfileView { user, application_ids })
    }
}
