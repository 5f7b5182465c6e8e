//! The event log, for whoever has no endpoint or has missed something.

use async_trait::async_trait;

use crate::error::Result;
use crate::ports::store::{Cursor, LoggedEvent, Tx};
use crate::run::{Moment, Query};

pub struct ReadEvents {
    pub after: Option<Cursor>,
    pub limit: i64,
}

#[async_trait]
impl Query for ReadEvents {
    type Out = Vec<LoggedEvent>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<LoggedEvent>> {
        tx.events_after(at.webhook_owner()?, self.after, self.limit).await
    }
}
