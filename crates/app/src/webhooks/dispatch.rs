//! Which delivery goes next: endpoint after endpoint in turn, none beyond its own limits, so that one that hangs costs the
//! others nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::Endpoint;

use super::arrival::Arrival;
use crate::ports::store::Claimed;

/// Calls of this process at the same time.
const IN_FLIGHT_MAX: usize = 512;
/// Of them, calls that repeat: a quarter of the slots is for first attempts alone.
const RETRIES_MAX: usize = IN_FLIGHT_MAX / 4 * 3;
/// Claimed and not yet sent, of all endpoints together.
const WAITING_MAX: usize = 1_024;
/// After so many timeouts in a row an endpoint gets one call at a time, until it answers.
const TIMEOUTS_MAX: u32 = 5;
/// A call ends within this, so that a claim whose lease is shorter is given back unsent.
pub const CALL_SECONDS_MAX: i64 = 90;
const SECOND_MICROS: i64 = 1_000_000;

/// What this process has claimed, waiting and in flight.
#[derive(Default)]
pub struct Dispatch {
    desks: HashMap<WebhookEndpointId, Desk>,
    /// Endpoints that have something waiting, in turn.
    turns: VecDeque<WebhookEndpointId>,
    waiting: usize,
    in_flight: usize,
    retries: usize,
}

struct Desk {
    endpoint: Arc<Endpoint>,
    waiting: VecDeque<Claimed>,
    in_flight: usize,
    timeouts_in_row: u32,
    /// When the next call may begin, by the rate; up to a second of unused calls is saved.
    next_at: i64,
}

/// Something to send.
pub struct Departure {
    pub endpoint: Arc<Endpoint>,
    pub claimed: Claimed,
}

/// What can be sent now.
pub enum Next {
    Send(Departure),
    /// Its lease would end before the call.
    GiveBack(Claimed),
    /// Nothing before then; `None`: nothing until something changes.
    WaitUntil(Option<Instant>),
}

impl Dispatch {
    /// The version of an endpoint as it is known here.
    #[must_use]
    pub fn version(&self, id: WebhookEndpointId) -> Option<i64> {
        self.desks.get(&id).map(|desk| desk.endpoint.version)
    }

    pub fn learn(&mut self, endpoint: Endpoint) {
        let (id, endpoint) = (endpoint.id, Arc::new(endpoint));
        match self.desks.get_mut(&id) {
            Some(desk) => desk.endpoint = endpoint,
            None => {
                let desk =
                    Desk { endpoint, waiting: VecDeque::new(), in_flight: 0, timeouts_in_row: 0, next_at: i64::MIN };
                self.desks.insert(id, desk);
            }
        }
    }

    /// How many deliveries of an endpoint may be claimed: twice its calls, so that the next are at hand when calls end.
    #[must_use]
    pub fn room(&self, id: WebhookEndpointId) -> i64 {
        let Some(desk) = self.desks.get(&id) else { return 0 };
        let free = (desk.calls_max() * 2).saturating_sub(desk.in_flight + desk.waiting.len());
        // Few at a time cost a statement each.
        let free = if free * 2 < desk.calls_max() { 0 } else { free };
        i64::try_from(free.min(WAITING_MAX.saturating_sub(self.waiting))).unwrap_or(0)
    }

    pub fn put(&mut self, claimed: Claimed) {
        let id = claimed.endpoint;
        let Some(desk) = self.desks.get_mut(&id) else { return };
        if desk.waiting.is_empty() {
            self.turns.push_back(id);
        }
        desk.waiting.push_back(claimed);
        self.waiting += 1;
    }

    /// The next delivery, of the endpoint whose turn it is.
    pub fn next(&mut self, now: Instant) -> Next {
        let mut soonest: Option<i64> = None;
        for _ in 0..self.turns.len() {
            let Some(id) = self.turns.pop_front() else { break };
            let Some(desk) = self.desks.get_mut(&id) else { continue };
            let found = desk.next(now, self.in_flight < IN_FLIGHT_MAX, self.retries < RETRIES_MAX);
            if !desk.waiting.is_empty() {
                self.turns.push_back(id);
            }
            match found {
                Found::Send(claimed) => {
                    self.waiting -= 1;
                    self.in_flight += 1;
                    self.retries += usize::from(claimed.attempts > 0);
                    return Next::Send(Departure { endpoint: Arc::clone(&desk.endpoint), claimed });
                }
                Found::GiveBack(claimed) => {
                    self.waiting -= 1;
                    return Next::GiveBack(claimed);
                }
                Found::Later(at) => soonest = Some(soonest.map_or(at, |soonest| soonest.min(at))),
                Found::Full => {}
            }
        }
        Next::WaitUntil(soonest.map(Instant::from_micros))
    }

    /// A call has ended.
    pub fn ended(&mut self, arrival: &Arrival) {
        let claimed = &arrival.settled.claimed;
        self.in_flight = self.in_flight.saturating_sub(1);
        self.retries = self.retries.saturating_sub(usize::from(claimed.attempts > 0));
        if let Some(desk) = self.desks.get_mut(&claimed.endpoint) {
            desk.in_flight = desk.in_flight.saturating_sub(1);
            if arrival.succeeded() {
                desk.timeouts_in_row = 0;
            } else if arrival.timed_out {
                desk.timeouts_in_row = desk.timeouts_in_row.saturating_add(1);
            }
        }
    }

    /// Everything that waits, to be given back: all, or that of one endpoint.
    pub fn drain(&mut self, of: Option<WebhookEndpointId>) -> Vec<Claimed> {
        let mut drained = Vec::new();
        for (id, desk) in &mut self.desks {
            if of.is_none_or(|of| of == *id) {
                drained.extend(desk.waiting.drain(..));
            }
        }
        self.waiting -= drained.len();
        self.turns.retain(|id| of.is_some_and(|of| of != *id));
        drained
    }

    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }
}

enum Found {
    Send(Claimed),
    GiveBack(Claimed),
    /// By its rate.
    Later(i64),
    Full,
}

impl Desk {
    fn calls_max(&self) -> usize {
        if self.timeouts_in_row >= TIMEOUTS_MAX {
            return 1;
        }
        usize::try_from(self.endpoint.in_flight_max).unwrap_or(1)
    }

    fn next(&mut self, now: Instant, slots: bool, retry_slots: bool) -> Found {
        let Some(first) = self.waiting.front() else { return Found::Full };
        if now.plus_seconds(CALL_SECONDS_MAX) > first.lease_until {
            return self.waiting.pop_front().map_or(Found::Full, Found::GiveBack);
        }
        if !slots || self.in_flight >= self.calls_max() {
            return Found::Full;
        }
        if self.next_at > now.micros() {
            return Found::Later(self.next_at);
        }
        // What waits for a retry's slot does not hold up a first attempt behind it.
        let at = self.waiting.iter().position(|claimed| retry_slots || claimed.attempts == 0);
        let Some(claimed) = at.and_then(|at| self.waiting.remove(at)) else { return Found::Full };
        let saved = now.micros().saturating_sub(SECOND_MICROS);
        self.next_at = self.next_at.max(saved) + SECOND_MICROS / i64::from(self.endpoint.rate_per_second.max(1));
        self.in_flight += 1;
        Found::Send(claimed)
    }
}

#[cfg(test)]
#[path = "dispatch_tests.rs"]
mod tests;
