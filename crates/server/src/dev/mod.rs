//! The development server: an empty directory becomes a serving lender with demo data.

mod applications;
mod bank;
mod borrower;
mod lines;
mod screen;
mod world;

use std::path::{Path, PathBuf};

use anyhow::Context;
use qist_app::run::App;
use tokio::net::TcpListener;

use crate::cli::DevArgs;
use crate::serve::{self, Parts};
use crate::wiring::{self, Wired};

pub use bank::{BANK_CREDENTIALS, BankCredential};
pub use borrower::PIXEL_PNG;
pub use world::{CREDENTIALS, Credential, build as build_world, key_owner};

/// A development server that is up.
pub struct Development {
    pub app: App,
    pub base_url: String,
    pub running: serve::Running,
    /// Removed at the end where the data are thrown away.
    throw_away: Option<PathBuf>,
}

/// What a development server is to be.
pub struct DevOptions {
    pub port: u16,
    pub data: PathBuf,
    pub database_url: Option<String>,
    pub ephemeral: bool,
    /// Whether the demo applications are made, besides entities, lenders and keys.
    pub applications: bool,
}

pub async fn run(args: DevArgs) -> anyhow::Result<()> {
    let options = DevOptions {
        port: args.port,
        data: args.data,
        database_url: args.database_url,
        ephemeral: args.ephemeral,
        applications: true,
    };
    let started = std::time::Instant::now();
    let development = start(options).await?;
    screen::print(&development.base_url, started.elapsed(), args.json);
    serve::stop_signal().await?;
    development.stop().await
}

/// Migrates, seeds and serves.
pub async fn start(options: DevOptions) -> anyhow::Result<Development> {
    let data = if options.ephemeral { throw_away_directory()? } else { options.data };
    std::fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await;
    let listener =
        listener.with_context(|| format!("port {} cannot be used: choose another with --port", options.port))?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let Wired { app, wake, wake_delivery, store } =
        wiring::development(&data, options.database_url.as_deref(), &base_url).await?;
    store.migrate(app.clock.now()).await.context("the database could not be migrated")?;
    world::build(&app).await?;
    if options.applications {
        applications::build(&app).await?;
        bank::entities(&app).await?;
        lines::build(&app).await?;
    }
    let running = serve::start(Parts { app: app.clone(), wake, wake_delivery, listener, trusted_proxies: Vec::new() })?;
    Ok(Development { app, base_url, running, throw_away: options.ephemeral.then_some(data) })
}

impl Development {
    pub async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await;
        drop(self.app);
        match self.throw_away {
            Some(data) => remove(&data),
            None => Ok(()),
        }
    }
}

fn throw_away_directory() -> anyhow::Result<PathBuf> {
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(std::env::temp_dir().join(format!("qist-{name}")))
}

fn remove(data: &Path) -> anyhow::Result<()> {
    std::fs::remove_dir_all(data).with_context(|| format!("cannot remove {}", data.display()))
}
