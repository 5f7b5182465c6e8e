//! `qist bank-health`: what an operator says of net banking, and looks up.

use qist_app::bankconnect::health::{
    ReadHealth, ReadHealthHistory, RecordFetch, ReportIncident, ResolveIncident, WatchBank,
};
use qist_app::caller::Caller;
use qist_app::run::App;
use qist_domain::bank::health::Health;

use crate::cli::{BankHealthArgs, BankHealthCommand};
use crate::setup::explain;
use crate::wiring;

pub async fn run(args: BankHealthArgs) -> anyhow::Result<()> {
    let wired = wiring::production(&args.config).await?;
    let done = act(&wired.app, args.command).await;
    wired.store.close().await;
    done
}

async fn act(app: &App, command: BankHealthCommand) -> anyhow::Result<()> {
    let system = Caller::System;
    match command {
        BankHealthCommand::List => {
            for health in app.ask(system, ReadHealth).await.map_err(explain)? {
                println!("{}", line(&health));
            }
        }
        BankHealthCommand::History { bank } => {
            for health in app.ask(system, ReadHealthHistory { bank }).await.map_err(explain)? {
                println!("{}", line(&health));
            }
        }
        BankHealthCommand::Watch { bank } => {
            println!("{}", line(&app.run(system, WatchBank { bank }).await.map_err(explain)?));
        }
        BankHealthCommand::Report { bank, issue } => {
            println!("{}", line(&app.run(system, ReportIncident { bank, issue }).await.map_err(explain)?));
        }
        BankHealthCommand::Resolve { bank } => {
            println!("{}", line(&app.run(system, ResolveIncident { bank }).await.map_err(explain)?));
        }
        BankHealthCommand::Record { bank, failed } => {
            let (succeeded, reason) = (failed.is_none(), failed.unwrap_or_default());
            println!("{}", line(&app.run(system, RecordFetch { bank, succeeded, reason }).await.map_err(explain)?));
        }
    }
    Ok(())
}

/// Bank, condition, since when, and what is wrong.
fn line(health: &Health) -> String {
    let issue = health.issue.as_deref().unwrap_or("");
    format!("{:<16} {:<8} since {} UTC  {issue}", health.bank, health.condition.name(), health.changed_at.utc_text())
        .trim_end()
        .to_owned()
}
