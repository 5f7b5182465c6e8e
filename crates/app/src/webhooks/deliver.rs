//! Delivering: claims for a lease, a call outside of any transaction, and the end written down if the claim still counts.

use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::{Endpoint, Profile, Verdict};

use super::arrival::Arrival;
use super::dispatch::{CALL_SECONDS_MAX, Departure, Dispatch};
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::courier::{Parcel, Report};
use crate::ports::store::{AttemptRow, Claimed, End, Settled, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

/// A call's time, and a minute in which a claim may wait for its turn.
const LEASE_SECONDS: i64 = CALL_SECONDS_MAX + 60;
/// Sent again at once after an endpoint's recovery; the rest follows with its next successes.
const SWEEP_MAX: i64 = 500;
/// Ended deliveries can be looked at and sent again for so long.
pub const KEPT_SECONDS: i64 = 30 * 86_400;
const PRUNE_MAX: i64 = 500;

impl App {
    /// Writes down what has ended, and claims what there is room for. On an error the arrivals stay where they are, for the
    /// next turn.
    pub async fn delivery_turn(&self, dispatch: &mut Dispatch, arrivals: &mut Vec<Arrival>) -> Result<usize> {
        let due = self.ask(Caller::System, WebhooksDue).await?;
        for (id, version) in &due {
            if dispatch.version(*id) != Some(*version)
                && let Some(endpoint) = self.ask(Caller::System, FindWebhook(*id)).await?
            {
                dispatch.learn(endpoint);
            }
        }
        // What has ended may make room in its lane for what comes next: that is due only once it is written down.
        let mut wanted: Vec<WebhookEndpointId> = due.iter().map(|(id, _)| *id).collect();
        wanted.extend(arrivals.iter().map(|arrival| arrival.settled.claimed.endpoint));
        wanted.sort_unstable();
        wanted.dedup();
        let room: Vec<(WebhookEndpointId, i64)> =
            wanted.into_iter().map(|id| (id, dispatch.room(id))).filter(|(_, room)| *room > 0).collect();
        if arrivals.is_empty() && room.is_empty() {
            return Ok(0);
        }
        let claimed = self.run(Caller::System, Turn::of(arrivals, room)).await?;
        arrivals.clear();
        let count = claimed.len();
        for claimed in claimed {
            dispatch.put(claimed);
        }
        Ok(count)
    }

    /// Writes down what has ended, and claims nothing more.
    pub async fn end_deliveries(&self, arrivals: &mut Vec<Arrival>) -> Result<()> {
        self.run(Caller::System, Turn::of(arrivals, Vec::new())).await?;
        arrivals.clear();
        Ok(())
    }

    /// Makes one call and says what follows from it.
    pub async fn deliver(&self, departure: Departure) -> Arrival {
        let Departure { endpoint, claimed } = departure;
        let sent_at = self.clock.now();
        let number = claimed.made.saturating_add(1);
        let parcel = Parcel {
            url: &endpoint.url,
            secrets: endpoint.signing(sent_at).collect(),
            id: &claimed.message.to_string(),
            timestamp: sent_at.micros().div_euclid(1_000_000),
            attempt: number,
            sequence: Some(claimed.message.seq),
            replay: claimed.replay,
            body: &claimed.body,
        };
        let report = self.courier.send(parcel).await;
        let now = self.clock.now();
        let dice = u32::try_from(self.ids.uuid(now).as_u128() & 0xffff_ffff).unwrap_or(0);
        let verdict = endpoint.profile.verdict(claimed.attempts.saturating_add(1), report.answer, dice);
        arrival(&endpoint, claimed, sent_at, now, report, verdict)
    }

    /// Before the first turn: what this process took and never gave back, where nobody else can have taken it.
    pub async fn recover_deliveries(&self) -> Result<u64> {
        self.run(Caller::System, Recover).await
    }

    /// Forgets deliveries that ended long ago; answers how many.
    pub async fn prune_deliveries(&self) -> Result<usize> {
        self.run(Caller::System, Prune).await
    }
}

fn arrival(
    endpoint: &Endpoint,
    claimed: Claimed,
    sent_at: Instant,
    now: Instant,
    report: Report,
    verdict: Verdict,
) -> Arrival {
    let after = |wait_micros: i64| Instant::from_micros(now.micros() + wait_micros);
    let end = match verdict {
        Verdict::Delivered => End::Delivered,
        Verdict::Retry { wait_micros } | Verdict::Disable { wait_micros } => End::Retry { at: after(wait_micros) },
        Verdict::GiveUp => match endpoint.profile {
            Profile::Durable => End::Held,
            Profile::Compat => End::Exhausted,
        },
    };
    let timed_out = report.timed_out();
    let attempt = AttemptRow {
        number: claimed.made.saturating_add(1),
        sent_at,
        took_micros: (now.micros() - sent_at.micros()).max(0),
        status: report.status(),
        fault: report.fault,
        response: report.response,
    };
    let gone = matches!(verdict, Verdict::Disable { .. });
    Arrival { settled: Settled { claimed, end, attempt: Some(attempt) }, timed_out, gone }
}

struct WebhooksDue;

#[async_trait]
impl Query for WebhooksDue {
    type Out = Vec<(WebhookEndpointId, i64)>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.webhooks_due(at.now).await
    }
}

struct FindWebhook(WebhookEndpointId);

#[async_trait]
impl Query for FindWebhook {
    type Out = Option<Endpoint>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.find_any_webhook(self.0).await
    }
}

struct Turn {
    settled: Vec<Settled>,
    gone: Vec<WebhookEndpointId>,
    room: Vec<(WebhookEndpointId, i64)>,
}

impl Turn {
    fn of(arrivals: &[Arrival], room: Vec<(WebhookEndpointId, i64)>) -> Turn {
        let gone = arrivals.iter().filter(|arrival| arrival.gone).map(|arrival| arrival.settled.claimed.endpoint);
        let settled = arrivals.iter().map(|arrival| arrival.settled.clone());
        Turn { gone: gone.collect(), settled: settled.collect(), room }
    }
}

#[async_trait]
impl Command for Turn {
    type Out = Vec<Claimed>;
    const OPERATION: &'static str = "deliver_webhooks";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Claimed>> {
        if !self.settled.is_empty() {
            tx.settle_deliveries(at.now, &self.settled).await?;
        }
        for id in &self.gone {
            if let Some(mut endpoint) = tx.find_any_webhook(*id).await?
                && endpoint.state == qist_domain::webhook::EndpointState::Enabled
            {
                endpoint.gone();
                tx.save_webhook(&endpoint, at.now).await?;
            }
        }
        let mut answered: Vec<WebhookEndpointId> = self
            .settled
            .iter()
            .filter(|settled| settled.end == End::Delivered)
            .map(|settled| settled.claimed.endpoint)
            .collect();
        answered.sort_unstable();
        answered.dedup();
        if !answered.is_empty() {
            tx.sweep_deliveries(&answered, SWEEP_MAX).await?;
        }
        if self.room.is_empty() {
            return Ok(Vec::new());
        }
        let token_base = i64::try_from(at.uuid().as_u128() & 0x3fff_ffff_ffff_ffff).unwrap_or(1);
        tx.claim_deliveries(at.now, at.now.plus_seconds(LEASE_SECONDS), token_base, &self.room).await
    }
}

struct Recover;

#[async_trait]
impl Command for Recover {
    type Out = u64;
    const OPERATION: &'static str = "recover_deliveries";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<u64> {
        tx.recover_deliveries(at.now).await
    }
}

struct Prune;

#[async_trait]
impl Command for Prune {
    type Out = usize;
    const OPERATION: &'static str = "prune_deliveries";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<usize> {
        tx.prune_deliveries(at.now.plus_seconds(-KEPT_SECONDS), PRUNE_MAX).await
    }
}
