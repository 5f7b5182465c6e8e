use async_trait::async_trait;
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::id::{FactId, LoanId, PaymentId};
use qist_domain::ledger::Account;
use qist_domain::loan::Loan;
use qist_domain::money::Paise;

use crate::error::Result;

/// A reference from outside (UTR, transaction id) and the movement of money that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Whose references these are: a tenant or a lender.
    pub scope: String,
    pub reference: String,
    pub loan: LoanId,
    pub fact: FactId,
    /// Hash of all the values that came with it: the same reference with other values is refused.
    pub digest: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    Pending,
    Settled,
    Failed,
}

impl PaymentState {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PaymentState::Pending => "PENDING",
            PaymentState::Settled => "SETTLED",
            PaymentState::Failed => "FAILED",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<PaymentState> {
        [PaymentState::Pending, PaymentState::Settled, PaymentState::Failed]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A payment that a borrower started.
#[derive(Debug, Clone)]
pub struct PaymentRecord {
    pub id: PaymentId,
    pub loan: LoanId,
    pub installment_num: u32,
    pub amount: Paise,
    pub method: String,
    pub state: PaymentState,
    pub failure: Option<String>,
    pub created_at: Instant,
}

/// Loans, what was paid, and the ledger behind them.
#[async_trait]
pub trait Loans {
    async fn loan(&mut self, id: LoanId) -> Result<Option<Loan>>;
    /// Writes new facts, the instalments as projected on `now`'s day, events and ledger entries.
    async fn save_loan(&mut self, change: Change<Loan>, now: Instant) -> Result<()>;

    /// The reference that is recorded under these two names.
    async fn reference(&mut self, scope: &str, reference: &str) -> Result<Option<Reference>>;
    /// Whether it was free and is now taken.
    async fn claim_reference(&mut self, reference: &Reference) -> Result<bool>;

    async fn insert_payment(&mut self, payment: &PaymentRecord) -> Result<()>;
    async fn payment(&mut self, id: PaymentId) -> Result<Option<PaymentRecord>>;
    /// Newest first.
    async fn payments_of(&mut self, loan: LoanId) -> Result<Vec<PaymentRecord>>;
    /// Whether it was pending and is now in `state`.
    async fn settle_payment(&mut self, id: PaymentId, state: PaymentState, failure: Option<&str>) -> Result<bool>;

    /// What is booked for a loan, account by account.
    async fn ledger_balances(&mut self, loan: LoanId) -> Result<Vec<(Account, Paise)>>;
    /// Loans after `after` in the order of their ids, for checks that walk them all.
    async fn loan_ids(&mut self, after: Option<LoanId>, limit: i64) -> Result<Vec<LoanId>>;
    /// The stored projection: per instalment its number, what has been received and whether it is paid.
    async fn stored_installments(&mut self, loan: LoanId) -> Result<Vec<(u32, Paise, bool)>>;
}
