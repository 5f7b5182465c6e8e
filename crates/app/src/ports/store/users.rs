use async_trait::async_trait;
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::event::{EntityType, EventType};
use qist_domain::id::{ApplicationId, ConsentId, DecisionId, LenderId, SourcingEntityId, UserId};
use qist_domain::money::Paise;
use qist_domain::policy::{Outcome, PolicyKind, RuleOutcome};
use qist_domain::user::consent::Consent;
use qist_domain::user::{User, UserStatus};
use serde_json::{Map, Value};

use crate::error::Result;

/// Which users to list. Texts match anywhere, ASCII case-insensitive, taken literally.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    pub from: Option<Instant>,
    /// Exclusive.
    pub until: Option<Instant>,
    pub customer_id: Option<String>,
    pub mobile: Option<String>,
    pub status: Option<UserStatus>,
    pub limit: i64,
    pub offset: i64,
}

#[derive(Debug, Clone)]
pub struct UserRow {
    pub name: Option<String>,
    pub mobile: String,
    pub created_at: Instant,
    pub status: UserStatus,
    pub customer_id: String,
}

/// A page and the exact count of all that match.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub total: i64,
    pub rows: Vec<T>,
}

/// The stored result of Get Eligibility.
#[derive(Debug, Clone)]
pub struct Eligibility {
    pub user: UserId,
    pub eligible: bool,
    pub amount: Paise,
    pub decision: DecisionId,
    pub calculated_at: Instant,
    pub expires_at: Instant,
}

/// A decision with all that is needed to understand and repeat it.
#[derive(Debug, Clone)]
pub struct DecisionRecord {
    pub id: DecisionId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub application: Option<ApplicationId>,
    pub lender: Option<LenderId>,
    pub kind: PolicyKind,
    pub policy_version: i64,
    pub inputs: Map<String, Value>,
    pub outcome: Outcome,
    pub rules: Vec<RuleOutcome>,
    pub outputs: Map<String, Value>,
    pub decided_at: Instant,
}

/// An event as it reads back.
#[derive(Debug, Clone)]
pub struct Activity {
    pub entity_type: EntityType,
    pub event_type: EventType,
    pub description: String,
    pub application: Option<ApplicationId>,
    pub logged_at: Instant,
}

/// Customers and what was decided about them. The tenant comes first in every call.
#[async_trait]
pub trait Users {
    async fn user(&mut self, tenant: SourcingEntityId, id: UserId) -> Result<Option<User>>;
    async fn user_by_customer(&mut self, tenant: SourcingEntityId, customer_id: &str) -> Result<Option<User>>;
    /// With the applications, newest first.
    async fn user_with_application_ids(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
    ) -> Result<Option<(User, Vec<ApplicationId>)>>;
    /// Writes state and events. A new user whose customer id is taken, or an old one that somebody else changed, is refused.
    async fn save_user(&mut self, change: Change<User>, now: Instant) -> Result<()>;
    async fn list_users(&mut self, tenant: SourcingEntityId, filter: &UserFilter) -> Result<Listed<UserRow>>;
    /// Oldest first.
    async fn activity(&mut self, user: UserId) -> Result<Vec<Activity>>;

    async fn eligibility(&mut self, user: UserId) -> Result<Option<Eligibility>>;
    /// `None` if there is no such customer, `Some(None)` if nothing is stored for them.
    async fn eligibility_of_customer(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
    ) -> Result<Option<Option<Eligibility>>>;
    async fn save_eligibility(&mut self, eligibility: &Eligibility) -> Result<()>;
    /// New data came in: the next call computes afresh.
    async fn forget_eligibility(&mut self, user: UserId) -> Result<()>;
    /// The limit that the sourcing entity uploaded for this customer.
    async fn preapproved_limit(&mut self, tenant: SourcingEntityId, customer_id: &str) -> Result<Option<Paise>>;
    async fn save_preapproved_limit(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
        limit: Paise,
        now: Instant,
    ) -> Result<()>;

    async fn insert_decision(&mut self, decision: &DecisionRecord) -> Result<()>;
    /// The newest of its kind.
    async fn decision(&mut self, user: UserId, kind: PolicyKind) -> Result<Option<DecisionRecord>>;
    /// Newest first.
    async fn decisions_of(&mut self, application: ApplicationId) -> Result<Vec<DecisionRecord>>;

    async fn insert_consent(&mut self, consent: &Consent) -> Result<()>;
    async fn consents(&mut self, user: UserId) -> Result<Vec<Consent>>;
    /// Whether a live consent of this user was revoked.
    async fn revoke_consent(&mut self, user: UserId, id: ConsentId, now: Instant) -> Result<bool>;
}
