//! Messages to borrowers, for the eyes of a developer on a development server.

use async_trait::async_trait;

use crate::error::Result;
use crate::ports::store::{MessageRow, Tx};
use crate::run::{Moment, Query, Reading};

/// The newest messages of the whole server. Answers nothing unless the server is a development server.
#[derive(Debug, Clone)]
pub struct ReadDevelopmentMessages {
    pub limit: i64,
}

#[async_trait]
impl Query for ReadDevelopmentMessages {
    type Out = Vec<MessageRow>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<MessageRow>> {
        if !at.settings.development {
            return Ok(Vec::new());
        }
        tx.find_any_messages(self.limit).await
    }
}
