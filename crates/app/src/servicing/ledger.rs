//! A lender's books: every line, and what each account holds.

use async_trait::async_trait;
use qist_domain::money::Paise;

use crate::error::Result;
use crate::ports::store::{LedgerCursor, LedgerLine, Tx};
use crate::run::{Moment, Query, Reading};

/// Lines after a cursor, in the order of loan, cause and account.
#[derive(Debug, Clone)]
pub struct ReadLedger {
    pub after: Option<LedgerCursor>,
    pub limit: i64,
}

#[async_trait]
impl Query for ReadLedger {
    type Out = Vec<LedgerLine>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<LedgerLine>> {
        tx.ledger_lines(at.lender_id()?, self.after.as_ref(), self.limit).await
    }
}

#[derive(Debug, Clone)]
pub struct ReadTrialBalance;

#[async_trait]
impl Query for ReadTrialBalance {
    type Out = Vec<(String, Paise)>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<(String, Paise)>> {
        tx.trial_balance(at.lender_id()?).await
    }
}
