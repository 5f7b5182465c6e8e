//! The database, as use cases see it: small repositories, all of them on one transaction.

mod access;
mod applications;
mod bank;
mod catalogue;
mod credit_lines;
mod loans;
mod servicing;
mod statements;
mod users;
mod webhooks;
mod work;

use std::sync::Arc;

use async_trait::async_trait;

pub use access::{Access, KeyRecord, SessionRecord, TokenRecord};
pub use applications::{Applications, LoanFilter, LoanRow, StoredFile};
pub use bank::{
    BankConnect, BankFetch, BankHealth, BankIncident, BankKeyRecord, BankPayload, BankSettings, BankWebhook,
    BankWebhookMode,
};
pub use catalogue::{Catalogue, PolicyVersion};
pub use credit_lines::{CreditLines, LimitRequest, LineSums};
pub use loans::{Loans, PaymentRecord, PaymentState, Reference};
pub use servicing::{ClosingTask, DayEndRow, DueLoan, LedgerCursor, LedgerLine, LoanDecision, PayoffRecord, Servicing};
pub use statements::{FoundStatement, Statements};
pub use users::{Activity, DecisionRecord, Eligibility, Listed, UserFilter, UserRow, Users};
pub use webhooks::{
    AttemptRow, Claimed, Cursor, DeliveryFilter, DeliveryRow, End, LoggedEvent, Replayed, Settled, Webhooks, Which,
};
pub use work::{InboxRow, Job, JobState, MessageRow, OtpRecord, Replay, Work};

use crate::error::Result;

/// One transaction, or one consistent reading. Everything that hangs off it commits together or not at all.
pub trait Tx:
    Access
    + Catalogue
    + Users
    + Applications
    + Statements
    + Loans
    + CreditLines
    + Servicing
    + Webhooks
    + Work
    + BankConnect
    + BankHealth
    + Send
{
}

/// What runs inside a transaction. It may await the transaction and nothing else, and it may be run again from the start
/// where the database asks for that.
#[async_trait]
pub trait Unit: Send + Sync + 'static {
    async fn run(&self, tx: &mut dyn Tx) -> Result<()>;
}

#[async_trait]
pub trait Store: Send + Sync {
    /// Runs `unit` in a transaction of its own; what it wrote is durable when this returns `Ok`.
    async fn write(&self, unit: Arc<dyn Unit>) -> Result<()>;

    /// Runs `unit` on the newest data, each of its statements for itself: for one row, or rows that need not agree.
    async fn look_up(&self, unit: Arc<dyn Unit>) -> Result<()>;

    /// Runs `unit` on one consistent reading. Meant for a few rows by their keys.
    async fn read(&self, unit: Arc<dyn Unit>) -> Result<()>;

    /// As `read`, for what may take long: lists and reports.
    async fn scan(&self, unit: Arc<dyn Unit>) -> Result<()>;

    /// Whether the database answers.
    async fn ping(&self) -> Result<()>;
}
