use async_trait::async_trait;
use qist_domain::application::{Application, LoanStatus, Offer};
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, BlobId, LenderId, SourcingEntityId, UserId};
use qist_domain::user::User;

use super::Listed;
use crate::error::Result;

#[derive(Debug, Clone, Default)]
pub struct LoanFilter {
    pub from: Option<Instant>,
    /// Exclusive.
    pub until: Option<Instant>,
    pub customer_id: Option<String>,
    pub mobile: Option<String>,
    pub status: Option<LoanStatus>,
    pub limit: i64,
    pub offset: i64,
}

#[derive(Debug, Clone)]
pub struct LoanRow {
    pub id: ApplicationId,
    pub number: String,
    pub created_at: Instant,
    pub status: LoanStatus,
    pub customer_id: String,
    /// In paise, as applied for.
    pub amount_paise: i64,
}

/// A file that was stored: what it is and whose.
#[derive(Debug, Clone)]
pub struct StoredFile {
    pub id: BlobId,
    pub tenant: SourcingEntityId,
    pub application: Option<ApplicationId>,
    /// Such as `agreement_signed`.
    pub kind: String,
    pub content_type: String,
    pub sha256: String,
    pub size_bytes: i64,
    pub created_at: Instant,
}

/// Loan applications, their offers and files.
#[async_trait]
pub trait Applications {
    async fn application(&mut self, tenant: SourcingEntityId, id: ApplicationId) -> Result<Option<Application>>;
    async fn application_with_user(
        &mut self,
        tenant: SourcingEntityId,
        id: ApplicationId,
    ) -> Result<Option<(Application, User)>>;
    /// An application that is assigned to this lender.
    async fn application_of_lender(&mut self, lender: LenderId, id: ApplicationId) -> Result<Option<Application>>;
    /// Newest first.
    async fn applications_of(&mut self, user: UserId) -> Result<Vec<Application>>;
    async fn number_is_free(&mut self, number: &str) -> Result<bool>;
    async fn save_application(&mut self, change: Change<Application>, now: Instant) -> Result<()>;
    async fn list_loans(&mut self, tenant: SourcingEntityId, filter: &LoanFilter) -> Result<Listed<LoanRow>>;
    async fn list_loans_of_lender(&mut self, lender: LenderId, filter: &LoanFilter) -> Result<Listed<LoanRow>>;

    async fn insert_offers(&mut self, offers: &[Offer]) -> Result<()>;
    /// In the order in which they were made.
    async fn offers(&mut self, application: ApplicationId) -> Result<Vec<Offer>>;

    async fn insert_file(&mut self, file: &StoredFile) -> Result<()>;
    async fn file(&mut self, id: BlobId) -> Result<Option<StoredFile>>;
}
