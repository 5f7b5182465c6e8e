//! Day-ends, as days begin: looked for every minute, so that the first minutes of a day in India bring it, and a server that was
//! down catches up when it starts. Several servers may look at once.

use std::time::Duration;

use qist_app::run::App;
use tokio::sync::watch;

const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Until told to stop; a day that is being ended is left where it is and gone on with later.
pub async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            ended = app.end_days() => {
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
