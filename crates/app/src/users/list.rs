//! List Users.

use async_trait::async_trait;

use crate::error::Result;
use crate::ports::store::{Listed, Tx, UserFilter, UserRow};
use crate::run::{Moment, Query, Reading};

#[derive(Debug, Clone)]
pub struct ListUsers {
    pub filter: UserFilter,
}

#[async_trait]
impl Query for ListUsers {
    type Out = Listed<UserRow>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.list_users(at.partner_tenant()?, &self.filter).await
    }
}
