//! Somebody's address for webhooks, with its secrets.

use crate::day::Instant;
use crate::event::EventType;
use crate::id::{LenderId, SourcingEntityId, WebhookEndpointId};
use crate::refusal::{Code, Refusal};
use crate::webhook::Profile;

/// Live at the same time.
pub const SECRETS_MAX: usize = 3;
/// How long an older secret may go on signing beside the new one.
pub const OVERLAP_SECONDS_MAX: i64 = 7 * 86_400;

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    SourcingEntity(SourcingEntityId),
    Lender(LenderId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointState {
    /// It has not answered a ping yet: nothing waits for it.
    Unverified,
    Enabled,
    /// What happens meanwhile waits.
    Paused,
    /// It answered that it is gone. What happens meanwhile waits.
    Disabled,
    /// Its log is kept.
    Deleted,
}

impl EndpointState {
    pub const ALL: &[EndpointState] = &[
        EndpointState::Unverified,
        EndpointState::Enabled,
        EndpointState::Paused,
        EndpointState::Disabled,
        EndpointState::Deleted,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EndpointState::Unverified => "unverified",
            EndpointState::Enabled => "enabled",
            EndpointState::Paused => "paused",
            EndpointState::Disabled => "disabled",
            EndpointState::Deleted => "deleted",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<EndpointState> {
        EndpointState::ALL.iter().copied().find(|state| state.name() == name)
    }
}

/// What messages are signed with. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct LiveSecret {
    /// `whsec_` and base64.
    pub secret: String,
    pub created_at: Instant,
    /// `None` for the current one.
    pub expires_at: Option<Instant>,
}

/// An address with everything that is decided about it. It does not print: URL and secrets may open doors.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub id: WebhookEndpointId,
    pub owner: Owner,
    pub url: String,
    pub description: String,
    pub profile: Profile,
    /// Empty for all.
    pub events: Vec<EventType>,
    pub state: EndpointState,
    /// Why it is in that state, for people.
    pub reason: String,
    /// Calls at the same time.
    pub in_flight_max: u32,
    pub rate_per_second: u32,
    /// Newest first.
    pub secrets: Vec<LiveSecret>,
    pub created_at: Instant,
    pub version: i64,
}

/// What its owner says of it.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    pub url: String,
    pub description: String,
    pub profile: Profile,
    pub events: Vec<EventType>,
    pub in_flight_max: u32,
    pub rate_per_second: u32,
}

impl Endpoint {
    #[must_use]
    pub fn create(id: WebhookEndpointId, owner: Owner, new: NewEndpoint, secret: String, now: Instant) -> Endpoint {
        Endpoint {
            id,
            owner,
            url: new.url,
            description: new.description,
            profile: new.profile,
            events: new.events,
            state: EndpointState::Unverified,
            reason: "it has not answered a ping".to_owned(),
            in_flight_max: new.in_flight_max,
            rate_per_second: new.rate_per_second,
            secrets: vec![LiveSecret { secret, created_at: now, expires_at: None }],
            created_at: now,
            version: 1,
        }
    }

    /// Takes over what its owner says. Another URL has to answer a ping first.
    pub fn replace(&mut self, new: NewEndpoint) {
        if self.url != new.url {
            self.state = EndpointState::Unverified;
            "the new URL has not answered a ping".clone_into(&mut self.reason);
        }
        self.url = new.url;
        self.description = new.description;
        self.profile = new.profile;
        self.events = new.events;
        self.in_flight_max = new.in_flight_max;
        self.rate_per_second = new.rate_per_second;
    }

    /// It has answered a ping with 2xx: whatever kept it from working is over, except that somebody paused it.
    pub fn answered(&mut self) {
        if matches!(self.state, EndpointState::Unverified | EndpointState::Disabled) {
            self.state = EndpointState::Enabled;
            self.reason.clear();
        }
    }

    pub fn pause(&mut self) -> Result<(), Refusal> {
        match self.state {
            EndpointState::Enabled | EndpointState::Paused => {
                self.state = EndpointState::Paused;
                "paused by its owner".clone_into(&mut self.reason);
                Ok(())
            }
            _ => Err(Code::WebhookNotEnabled.into()),
        }
    }

    pub fn resume(&mut self) -> Result<(), Refusal> {
        match self.state {
            EndpointState::Enabled | EndpointState::Paused => {
                self.state = EndpointState::Enabled;
                self.reason.clear();
                Ok(())
            }
            _ => Err(Code::WebhookNotEnabled.into()),
        }
    }

    /// The receiver has said that it is gone.
    pub fn gone(&mut self) {
        self.state = EndpointState::Disabled;
        "it answered 410 Gone: ping it to switch it on again".clone_into(&mut self.reason);
    }

    /// A new secret signs from now on; the others go on signing beside it for `overlap_seconds`.
    pub fn rotate(&mut self, secret: String, overlap_seconds: i64, now: Instant) -> Result<(), Refusal> {
        if !(0..=OVERLAP_SECONDS_MAX).contains(&overlap_seconds) {
            return Err(Refusal::invalid("overlapSeconds", format!("must be from 0 to {OVERLAP_SECONDS_MAX}")));
        }
        let end = now.plus_seconds(overlap_seconds);
        self.secrets.retain(|secret| secret.lives(now));
        for older in &mut self.secrets {
            older.expires_at = Some(older.expires_at.map_or(end, |expires_at| expires_at.min(end)));
        }
        self.secrets.retain(|secret| secret.lives(now));
        if self.secrets.len() >= SECRETS_MAX {
            return Err(Code::WebhookSecretsTooMany.into());
        }
        self.secrets.insert(0, LiveSecret { secret, created_at: now, expires_at: None });
        Ok(())
    }

    /// The secrets that sign at `now`, newest first.
    pub fn signing(&self, now: Instant) -> impl Iterator<Item = &str> {
        self.secrets.iter().filter(move |secret| secret.lives(now)).map(|secret| secret.secret.as_str())
    }

    #[must_use]
    pub fn wants(&self, event: EventType) -> bool {
        self.events.is_empty() || self.events.contains(&event)
    }
}

impl LiveSecret {
    fn lives(&self, now: Instant) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn endpoint() -> Endpoint {
        let new = NewEndpoint {
            url: "https://a.example/".to_owned(),
            description: String::new(),
            profile: Profile::Durable,
            events: vec![],
            in_flight_max: 8,
            rate_per_second: 50,
        };
        let owner = Owner::Lender(LenderId(Uuid::nil()));
        Endpoint::create(WebhookEndpointId(Uuid::nil()), owner, new, "one".to_owned(), at(0))
    }

    #[test]
    fn an_older_secret_signs_until_its_overlap_is_over() {
        let mut endpoint = endpoint();
        endpoint.rotate("two".to_owned(), 60, at(100)).unwrap();
        assert_eq!(endpoint.signing(at(159)).collect::<Vec<_>>(), ["two", "one"]);
        assert_eq!(endpoint.signing(at(160)).collect::<Vec<_>>(), ["two"]);
        endpoint.rotate("three".to_owned(), 0, at(101)).unwrap();
        assert_eq!(endpoint.signing(at(101)).collect::<Vec<_>>(), ["three"], "a leaked secret can end at once");
    }

    #[test]
    fn no_more_than_three_secrets_live_at_once() {
        let mut endpoint = endpoint();
        endpoint.rotate("two".to_owned(), 60, at(0)).unwrap();
        endpoint.rotate("three".to_owned(), 60, at(0)).unwrap();
        assert!(endpoint.rotate("four".to_owned(), 60, at(0)).is_err());
        endpoint.rotate("four".to_owned(), 60, at(60)).unwrap();
        assert!(endpoint.rotate("five".to_owned(), OVERLAP_SECONDS_MAX + 1, at(61)).is_err());
    }

    #[test]
    fn an_endpoint_works_only_once_it_has_answered_and_again_after_its_url_changed() {
        let mut endpoint = endpoint();
        assert!(endpoint.resume().is_err() && endpoint.pause().is_err());
        endpoint.answered();
        assert_eq!(endpoint.state, EndpointState::Enabled);
        endpoint.pause().unwrap();
        endpoint.answered();
        assert_eq!(endpoint.state, EndpointState::Paused, "a ping does not undo what its owner decided");
        endpoint.resume().unwrap();
        endpoint.gone();
        assert_eq!(endpoint.state, EndpointState::Disabled);
        endpoint.answered();
        let mut new = NewEndpoint {
            url: endpoint.url.clone(),
            description: String::new(),
            profile: Profile::Compat,
            events: vec![],
            in_flight_max: 1,
            rate_per_second: 1,
        };
        endpoint.replace(new.clone());
        assert_eq!(endpoint.state, EndpointState::Enabled);
        "https://b.example/".clone_into(&mut new.url);
        endpoint.replace(new);
        assert_eq!(endpoint.state, EndpointState::Unverified);
    }
}
