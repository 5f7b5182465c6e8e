//! Time and identifiers, as arguments.

use qist_domain::day::Instant;
use uuid::Uuid;

pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// Time-ordered unique identifiers.
pub trait Ids: Send + Sync {
    fn uuid(&self, now: Instant) -> Uuid;

    /// An identifier that tells nothing of its time: version 4, where a contract wants that.
    fn random_uuid(&self) -> Uuid;
}
