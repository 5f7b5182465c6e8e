//! Day-ends, as days begin: looked for every minute, so that the first minutes of a day in India bring it, and a server that was
//! down catches up when it starts. Several servers may look at once.

use std::time::Duration;

use qist_app::run::App;
use qist_app::servicing::day_end::DayEndState;
use tokio::sync::watch;

const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Ends the days that have begun, and tells how many have not been ended.
async fn end(app: &App) -> qist_app::error::Result<()> {
    if let Err(error) = app.check_bank_health().await {
        tracing::error!(?error, "how net banking stands could not be judged");
    }
    tell(&app.day_end_states().await?);
    app.end_days().await?;
    tell(&app.day_end_states().await?);
    Ok(())
}

fn tell(states: &[DayEndState]) {
    for state in states {
        let tenant = state.tenant.to_string();
        let days = u32::try_from(state.days_behind).unwrap_or(u32::MAX);
        metrics::gauge!("qist_day_end_days_behind", "sourcing_entity" => tenant).set(f64::from(days));
    }
}

/// Until told to stop; a day that is being ended is left where it is and gone on with later.
pub async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            ended = end(&app) => {
                if let Err(error) = ended {
                    tracing::error!(?error, "a day could not be ended");
                }
            }
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
    }
}
