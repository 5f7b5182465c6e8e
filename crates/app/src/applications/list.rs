//! List Loans.

use async_trait::async_trait;

use crate::error::Result;
use crate::ports::store::{Listed, LoanFilter, LoanRow, Tx};
use crate::run::{Moment, Query, Reading};

#[derive(Debug, Clone)]
pub struct ListLoans {
    pub filter: LoanFilter,
}

#[async_trait]
impl Query for ListLoans {
    type Out = Listed<LoanRow>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.list_loans(at.partner_tenant()?, &self.filter).await
    }
}
