use async_trait::async_trait;
use qist_domain::application::Offer;
use qist_domain::change::Change;
use qist_domain::credit_line::{CreditLine, Transaction, TransactionStatus};
use qist_domain::day::Instant;
use qist_domain::id::{CreditLineId, LenderId, LimitRequestId, OfferId, SourcingEntityId, TransactionId, UserId};
use qist_domain::kfs::Statement;
use qist_domain::money::Paise;

use super::SessionRecord;
use crate::error::Result;

/// A borrower's request for a higher limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRequest {
    pub id: LimitRequestId,
    pub line: CreditLineId,
    pub limit: Paise,
    /// What the borrower agreed to, word for word.
    pub consent: String,
    pub ip: String,
    pub asked_at: Instant,
    pub granted: Option<Paise>,
    pub answered_at: Option<Instant>,
}

/// What a line's drawdowns come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSums {
    pub reserved: Paise,
    pub outstanding: Paise,
    pub overdue: u32,
}

/// Credit lines and the drawdowns on them. In a writing transaction a line that is read is locked until its end, so that whoever
/// would change it waits; a line is read before the loan of its drawdown is changed.
#[async_trait]
pub trait CreditLines {
    async fn credit_line(&mut self, tenant: SourcingEntityId, id: CreditLineId) -> Result<Option<CreditLine>>;
    /// The newest of a customer.
    async fn credit_line_of(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<Option<CreditLine>>;
    async fn credit_line_of_lender(&mut self, lender: LenderId, id: CreditLineId) -> Result<Option<CreditLine>>;
    async fn save_credit_line(&mut self, change: Change<CreditLine>, now: Instant) -> Result<()>;
    /// Lines after `after` in the order of their ids, for checks that walk them all.
    async fn any_credit_lines(&mut self, after: Option<CreditLineId>, limit: i64) -> Result<Vec<CreditLine>>;
    async fn line_sums(&mut self, line: CreditLineId) -> Result<LineSums>;

    async fn transaction(&mut self, tenant: SourcingEntityId, id: TransactionId) -> Result<Option<Transaction>>;
    async fn transaction_of_lender(&mut self, lender: LenderId, id: TransactionId) -> Result<Option<Transaction>>;
    async fn find_any_transaction(&mut self, id: TransactionId) -> Result<Option<Transaction>>;
    /// All that share the sourcing entity's id, in the order in which they were made.
    async fn transactions_named(&mut self, tenant: SourcingEntityId, partner_txn_id: &str) -> Result<Vec<Transaction>>;
    /// Newest first.
    async fn transactions_of(&mut self, line: CreditLineId) -> Result<Vec<Transaction>>;
    /// Newest first.
    async fn list_transactions(
        &mut self,
        lender: LenderId,
        status: TransactionStatus,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Transaction>>;
    /// Those of a customer whose reservation has run out.
    async fn run_out(&mut self, user: UserId, now: Instant) -> Result<Vec<TransactionId>>;
    /// A new one whose sourcing entity's id was drawn before is refused.
    async fn save_transaction(&mut self, change: Change<Transaction>, now: Instant) -> Result<()>;

    /// The session that was opened for drawing under this id.
    async fn withdrawal_session(
        &mut self,
        tenant: SourcingEntityId,
        user: UserId,
        transaction_id: &str,
    ) -> Result<Option<SessionRecord>>;
    /// The offer of a drawdown, `number` among those of its line.
    async fn insert_drawdown_offer(&mut self, offer: &Offer, number: u32) -> Result<()>;
    async fn drawdown_offer(&mut self, id: OfferId) -> Result<Option<Offer>>;
    async fn drawdown_offer_by_proposal(&mut self, proposal_number: &str) -> Result<Option<Offer>>;
    /// Each version in its order.
    async fn statements_of_offer(&mut self, offer: OfferId) -> Result<Vec<Statement>>;

    async fn insert_limit_request(&mut self, request: &LimitRequest) -> Result<()>;
    /// In the order in which they were made.
    async fn limit_requests(&mut self, line: CreditLineId) -> Result<Vec<LimitRequest>>;
    /// Whether it was open.
    async fn grant_limit_request(&mut self, id: LimitRequestId, granted: Paise, now: Instant) -> Result<bool>;
}
