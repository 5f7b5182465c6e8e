//! The delivery of webhooks: turns of writing down and claiming, calls in between.

use std::sync::Arc;
use std::time::Duration;

use qist_app::run::App;
use qist_app::webhooks::arrival::{Arrival, given_back};
use qist_app::webhooks::dispatch::{Dispatch, Next};
use qist_domain::day::Instant;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// How long an event that another process wrote may go unnoticed.
const TICK: Duration = Duration::from_millis(500);
/// Calls that are under way when the server stops get so long; what is cut off is sent again after its lease.
const STOP_TIME_MAX: Duration = Duration::from_secs(10);
/// Old deliveries are looked for this often.
const PRUNE_EVERY: Duration = Duration::from_secs(60);

/// Delivers until told to stop.
pub async fn run(app: App, wake: Arc<Notify>, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = app.recover_deliveries().await {
        tracing::error!(?error, "the leases of an earlier process could not be given back");
    }
    let pruning = tokio::spawn(prune(app.clone(), stopped.clone()));
    let mut desk = Desk { app, dispatch: Dispatch::default(), calls: JoinSet::new(), arrivals: Vec::new() };
    while !*stopped.borrow() {
        let wait = desk.turn().await;
        tokio::select! {
            () = wake.notified() => {}
            Some(ended) = desk.calls.join_next(), if !desk.calls.is_empty() => desk.note(ended),
            () = tokio::time::sleep(wait) => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
        while let Some(ended) = desk.calls.try_join_next() {
            desk.note(ended);
        }
    }
    desk.stop().await;
    pruning.abort();
}

struct Desk {
    app: App,
    dispatch: Dispatch,
    calls: JoinSet<Arrival>,
    arrivals: Vec<Arrival>,
}

impl Desk {
    /// Writes down, claims, sends. Answers how long nothing more can be done by itself.
    async fn turn(&mut self) -> Duration {
        if let Err(error) = self.app.delivery_turn(&mut self.dispatch, &mut self.arrivals).await {
            tracing::error!(?error, "webhooks could not be claimed or written down");
            return TICK;
        }
        let now = self.app.clock.now();
        loop {
            match self.dispatch.next(now) {
                Next::Send(departure) => {
                    let app = self.app.clone();
                    self.calls.spawn(async move { app.deliver(departure).await });
                }
                Next::GiveBack(claimed) => self.arrivals.push(given_back(claimed)),
                Next::WaitUntil(at) => return at.map_or(TICK, |at| until(at, now).min(TICK)),
            }
        }
    }

    fn note(&mut self, ended: Result<Arrival, tokio::task::JoinError>) {
        match ended {
            Ok(arrival) => {
                self.dispatch.ended(&arrival);
                if arrival.gone {
                    let endpoint = arrival.settled.claimed.endpoint;
                    self.arrivals.extend(self.dispatch.drain(Some(endpoint)).into_iter().map(given_back));
                }
                self.arrivals.push(arrival);
            }
            Err(error) => tracing::error!(%error, "a call ended without an answer"),
        }
    }

    async fn stop(&mut self) {
        self.arrivals.extend(self.dispatch.drain(None).into_iter().map(given_back));
        let rest = async {
            while let Some(ended) = self.calls.join_next().await {
                if let Ok(arrival) = ended {
                    self.arrivals.push(arrival);
                }
            }
        };
        let _ = tokio::time::timeout(STOP_TIME_MAX, rest).await;
        if let Err(error) = self.app.end_deliveries(&mut self.arrivals).await {
            tracing::error!(?error, "the last webhooks could not be written down");
        }
    }
}

fn until(at: Instant, now: Instant) -> Duration {
    Duration::from_micros(u64::try_from(at.micros().saturating_sub(now.micros())).unwrap_or(0))
}

async fn prune(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PRUNE_EVERY) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        loop {
            match app.prune_deliveries().await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(?error, "old deliveries could not be forgotten");
                    break;
                }
            }
        }
    }
}
