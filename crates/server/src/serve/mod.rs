//! A running server: accept loop, workers, observation.

pub mod accept;
mod days;
pub mod delivery;
mod meter;
pub mod observe;
pub mod worker;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use qist_app::run::App;
use qist_http::Api;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::serve::observe::Observer;

/// What a server is made of.
pub struct Parts {
    pub app: App,
    /// Wakes the workers.
    pub wake: Arc<Notify>,
    /// Wakes the delivery of webhooks.
    pub wake_delivery: Arc<Notify>,
    pub listener: TcpListener,
    pub trusted_proxies: Vec<std::net::IpAddr>,
}

/// A server that runs until it is told to stop.
pub struct Running {
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
    working: tokio::task::JoinHandle<()>,
    ending_days: tokio::task::JoinHandle<()>,
    delivering: tokio::task::JoinHandle<()>,
}

/// Starts accepting and working.
pub fn start(parts: Parts) -> anyhow::Result<Running> {
    let address = parts.listener.local_addr().context("the listener has no address")?;
    let (stop, stopped) = watch::channel(false);
    let observer = Observer::install(parts.app.clone(), stopped.clone());
    let routes: Router = qist_http::router(Api { app: Arc::new(parts.app.clone()) });
    tokio::spawn(Arc::clone(&observer).keep_up());
    let service = observe::wrap(routes, observer);
    let limits = accept::Limits { trusted_proxies: parts.trusted_proxies, ..accept::Limits::default() };
    let accepting = tokio::spawn(accept::run(parts.listener, service, limits, stopped.clone()));
    let ending_days = tokio::spawn(days::run(parts.app.clone(), stopped.clone()));
    let delivering = tokio::spawn(delivery::run(parts.app.clone(), parts.wake_delivery, stopped.clone()));
    let working = tokio::spawn(worker::run(parts.app, parts.wake, stopped));
    Ok(Running { address, stop, accepting, working, ending_days, delivering })
}

impl Running {
    /// Stops accepting, lets what is under way finish, stops the workers.
    pub async fn stop(self) {
        // Nobody listening means that both have ended already.
        let _ = self.stop.send(true);
        let _ = self.accepting.await;
        let _ = self.working.await;
        let _ = self.ending_days.await;
        let _ = self.delivering.await;
    }
}

/// Until SIGTERM or Ctrl-C.
pub async fn stop_signal() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result.context("cannot listen for Ctrl-C")?,
    }
    Ok(())
}
