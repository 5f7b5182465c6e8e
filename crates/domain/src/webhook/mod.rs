//! Webhooks: who is told of which events, how often, and in what order.
//!
//! A lane is what one endpoint is told of one customer. In a lane one delivery follows the other: the next begins when the
//! one before has succeeded or, under [`Profile::Compat`], has been given up. Lanes do not wait for each other.

mod endpoint;
mod message;
mod retry;

pub use endpoint::{Endpoint, EndpointState, LiveSecret, NewEndpoint, OVERLAP_SECONDS_MAX, Owner, SECRETS_MAX};
pub use message::{Body, MessageId, example, is_for_lenders};
pub use retry::{Answer, Profile, Verdict};

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Not delivered yet.
    Open,
    /// Out of attempts, and its lane waits for the endpoint's next success or for somebody to skip it.
    Held,
    Delivered,
    /// Out of attempts, and its lane went on.
    Exhausted,
    /// Given up by a person.
    Skipped,
}

impl DeliveryState {
    pub const ALL: &[DeliveryState] = &[
        DeliveryState::Open,
        DeliveryState::Held,
        DeliveryState::Delivered,
        DeliveryState::Exhausted,
        DeliveryState::Skipped,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DeliveryState::Open => "open",
            DeliveryState::Held => "held",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Exhausted => "exhausted",
            DeliveryState::Skipped => "skipped",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.iter().copied().find(|state| state.name() == name)
    }
}
