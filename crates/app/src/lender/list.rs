//! The applications that are assigned to a lender.

use async_trait::async_trait;

use crate::error::Result;
use crate::ports::store::{Listed, LoanFilter, LoanRow, Tx};
use crate::run::{Moment, Query, Reading};

#[derive(Debug, Clone)]
pub struct ListAssigned {
    pub filter: LoanFilter,
}

#[async_trait]
impl Query for ListAssigned {
    type Out = Listed<LoanRow>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.list_loans_of_lender(at.lender_id()?, &self.filter).await
    }
}
