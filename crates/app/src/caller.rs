//! Who asks. It comes from the credential alone, never from a body.

use qist_domain::event::EntityType;
use qist_domain::id::{ApiKeyId, LenderId, SourcingEntityId, UserId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The server of a sourcing entity.
    Partner { tenant: SourcingEntityId, key: ApiKeyId },
    /// A borrower, through the sourcing entity's client.
    Borrower { tenant: SourcingEntityId, user: UserId },
    /// The server of a lender.
    Lender { lender: LenderId, key: ApiKeyId },
    /// A job of our own.
    System,
}

impl Caller {
    /// How the caller is named in events.
    #[must_use]
    pub fn entity_type(&self) -> EntityType {
        match self {
            Caller::Partner { .. } => EntityType::SourcingEntity,
            Caller::Borrower { .. } => EntityType::Customer,
            Caller::Lender { .. } => EntityType::Lender,
            Caller::System => EntityType::System,
        }
    }

    /// The scope within which an `Idempotency-Key` is unique.
    #[must_use]
    pub fn scope(&self) -> String {
        match self {
            Caller::Partner { tenant, .. } => format!("partner:{tenant}"),
            Caller::Borrower { user, .. } => format!("borrower:{user}"),
            Caller::Lender { lender, .. } => format!("lender:{lender}"),
            Caller::System => "system".to_owned(),
        }
    }
}

/// What an API key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "owner", rename_all = "snake_case")]
pub enum KeyOwner {
    /// The sourcing entity's server API.
    Server(SourcingEntityId),
    /// The borrower API, together with a user's token.
    Client(SourcingEntityId),
    /// The lender API.
    Lender(LenderId),
}
