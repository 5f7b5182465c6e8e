//! The background: jobs and answers, woken by commits and by a timer.

use std::sync::Arc;
use std::time::Duration;

use qist_app::run::App;
use tokio::sync::{Notify, watch};

/// How long a change that another process made may go unnoticed.
const TICK: Duration = Duration::from_millis(500);
/// Last use of keys is written down this often.
const KEYS_EVERY_TICKS: u32 = 20;

/// Works until told to stop; a job that is under way is finished first.
pub async fn run(app: App, wake: Arc<Notify>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = 0_u32;
    loop {
        match app.work().await {
            Ok(0) => {}
            Ok(_) if *stopped.borrow() => return,
            Ok(_) => continue,
            Err(error) => tracing::error!(?error, "the worker could not work"),
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(TICK) => ticks += 1,
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        if ticks >= KEYS_EVERY_TICKS {
            ticks = 0;
            if let Err(error) = app.remember_used_keys().await {
                tracing::warn!(?error, "the last use of keys could not be written down");
            }
        }
    }
}
