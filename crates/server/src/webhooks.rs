//! `qist webhooks`: what an operator looks at and sets going for a sourcing entity or a lender.

use anyhow::Context;
use qist_app::caller::Caller;
use qist_app::ports::store::{DeliveryFilter, Which};
use qist_app::run::App;
use qist_app::webhooks::look::{ListDeliveries, ReadDelivery};
use qist_app::webhooks::read::ListWebhooks;
use qist_app::webhooks::replay::SkipDelivery;
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, WebhookEndpointId};
use qist_domain::webhook::{DeliveryState, MessageId};
use uuid::Uuid;

use crate::cli::{WebhooksArgs, WebhooksCommand};
use crate::setup::{explain, find};
use crate::wiring;

pub async fn run(args: WebhooksArgs) -> anyhow::Result<()> {
    let wired = wiring::production(&args.config).await?;
    let done = act(&wired.app, args.command).await;
    wired.store.close().await;
    done
}

async fn act(app: &App, command: WebhooksCommand) -> anyhow::Result<()> {
    match command {
        WebhooksCommand::List { owner } => {
            let caller = caller(app, &owner).await?;
            for endpoint in app.ask(caller, ListWebhooks).await.map_err(explain)? {
                let (state, profile) = (endpoint.state.name(), endpoint.profile.name());
                println!("{}  {state}  {profile}  {}  {}", endpoint.id, endpoint.url, endpoint.reason);
            }
        }
        WebhooksCommand::Ping { owner, id } => {
            let pinged = app.ping_webhook(caller(app, &owner).await?, endpoint(&id)?).await.map_err(explain)?;
            println!("{} ms  {}\n{}", pinged.took_micros / 1_000, pinged.report.fault, pinged.report.response);
        }
        WebhooksCommand::Deliveries { owner, id, customer, status, limit } => {
            let state = status.map(|name| DeliveryState::from_name(&name).context("no delivery is ever in this state"));
            let filter =
                DeliveryFilter { customer_id: customer, state: state.transpose()?, limit, ..DeliveryFilter::default() };
            let list = ListDeliveries { id: endpoint(&id)?, filter };
            for row in app.ask(caller(app, &owner).await?, list).await.map_err(explain)? {
                let (event, state, at) = (row.event_type.name(), row.state.name(), row.created_at.utc_text());
                println!(
                    "{}  {at}  {state}  {} attempts  {}  {event}",
                    row.message, row.attempts_made, row.customer_id
                );
            }
        }
        WebhooksCommand::Attempts { owner, id, message } => {
            let read = ReadDelivery { id: endpoint(&id)?, message: message_id(&message)? };
            let (row, attempts) = app.ask(caller(app, &owner).await?, read).await.map_err(explain)?;
            println!("{}\n", row.body);
            for attempt in attempts {
                let (at, millis) = (attempt.sent_at.utc_text(), attempt.took_micros / 1_000);
                println!("{}  {at}  {millis} ms  {}\n{}", attempt.number, attempt.fault, attempt.response);
            }
        }
        WebhooksCommand::Replay { owner, id, message, failed_since } => {
            let which = match (message, failed_since) {
                (Some(message), _) => Which::One(message_id(&message)?),
                (None, Some(since)) => {
                    let since = Instant::parse_ist(&since);
                    Which::FailedSince(since.map_err(|why| anyhow::anyhow!("--failed-since: {why}"))?)
                }
                (None, None) => anyhow::bail!("give --message or --failed-since"),
            };
            let caller = caller(app, &owner).await?;
            println!("{} sent again", app.replay_webhooks(caller, endpoint(&id)?, which).await.map_err(explain)?);
        }
        WebhooksCommand::Skip { owner, id, message } => {
            let skip = SkipDelivery { id: endpoint(&id)?, message: message_id(&message)? };
            app.run(caller(app, &owner).await?, skip).await.map_err(explain)?;
            println!("given up");
        }
    }
    Ok(())
}

/// An operator acts for the owner, without a key.
async fn caller(app: &App, code: &str) -> anyhow::Result<Caller> {
    let key = ApiKeyId(Uuid::nil());
    match find(app, code).await? {
        (Some(entity), _) => Ok(Caller::Partner { tenant: entity.id, key }),
        (None, Some(lender)) => Ok(Caller::Lender { lender: lender.id, key }),
        (None, None) => anyhow::bail!("nobody has the code {code}"),
    }
}

fn endpoint(text: &str) -> anyhow::Result<WebhookEndpointId> {
    text.parse().context("an endpoint is named by its id, as `qist webhooks list` shows it")
}

fn message_id(text: &str) -> anyhow::Result<MessageId> {
    text.parse().map_err(|why| anyhow::anyhow!("{text}: {why}"))
}
