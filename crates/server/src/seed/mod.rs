//! `qist seed`: many customers with their loan applications in a development database, to measure on.
//!
//! The same numbers and the same `--seed` make the same data, whatever the machine.

mod life;

use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use indicatif::{ProgressBar, ProgressStyle};
use qist_app::caller::Caller;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{StoredFile, Tx};
use qist_app::run::{App, Command, Moment, Query};
use qist_domain::id::{BlobId, SourcingEntityId};
use qist_domain::programme::{Lender, OfferTemplate, Programme, SourcingEntity};
use qist_store::{DbStore, Dialect, Life};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

use crate::cli::SeedArgs;
use crate::dev::{PIXEL_PNG, build_world};
use crate::setup::explain;
use crate::wiring::{self, Wired};
use life::{Files, Maker};

/// Lives that are handed to the store at once: one of its transactions.
const LIVES_AT_ONCE: u64 = 512;
/// PostgreSQL stores on several connections at a time. On SQLite one batch is stored while the next is made ready.
fn stored_at_once(store: &DbStore) -> usize {
    match store.db().dialect() {
        Dialect::Sqlite => 2,
        Dialect::Postgres => 4,
    }
}

pub async fn run(args: SeedArgs) -> anyhow::Result<()> {
    std::fs::create_dir_all(&args.data).with_context(|| format!("cannot create {}", args.data.display()))?;
    let Wired { app, store, .. } =
        wiring::development(&args.data, args.database_url.as_deref(), "http://localhost:8080").await?;
    store.migrate(app.clock.now()).await.context("the database could not be migrated")?;
    build_world(&app).await?;
    let started = std::time::Instant::now();
    let bar = bar(args.users)?;
    let plan = Plan { users: args.users, loans: args.loans, seed: args.seed };
    fill(&app, &store, plan, |stored| bar.inc(stored)).await?;
    bar.finish();
    let seconds = started.elapsed().as_secs();
    println!("{} customers and {} loan applications in {seconds} s", args.users, args.loans);
    store.close().await;
    Ok(())
}

/// How many, and which.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub users: u64,
    pub loans: u64,
    pub seed: u64,
}

/// Stores the lives of a plan in a development world; `stored` hears of each batch how many customers it had.
pub async fn fill(app: &App, store: &DbStore, plan: Plan, stored: impl Fn(u64)) -> anyhow::Result<()> {
    let Plan { users, loans, seed } = plan;
    let world = app.ask(Caller::System, FindAcme).await.map_err(explain)?;
    let files = Files { image: file(app).await?, agreement: file(app).await?, sha256: app.secrets.sha256(PIXEL_PNG) };
    app.run(Caller::System, KeepFiles { tenant: world.platform.id, files: files.clone() }).await.map_err(explain)?;
    let maker = Arc::new(Maker::new(world, Arc::clone(&app.secrets), files, seed)?);
    // Lives are made on one thread while another stores those before.
    let (sender, mut made) = mpsc::channel::<anyhow::Result<Vec<Life>>>(2);
    let making = tokio::task::spawn_blocking(move || {
        let mut from = 0;
        while from < users {
            let until = users.min(from + LIVES_AT_ONCE);
            let lives = (from..until).map(|number| maker.life(number, applications_of(number, users, loans))).collect();
            if sender.blocking_send(lives).is_err() {
                return;
            }
            from = until;
        }
    });
    let mut storing = JoinSet::new();
    while let Some(lives) = made.recv().await {
        let lives = lives?;
        if storing.len() == stored_at_once(store) {
            stored(finished(storing.join_next().await)?);
        }
        let (store, now) = (store.clone(), app.clock.now());
        storing.spawn(async move {
            let count = u64::try_from(lives.len()).map_err(Error::internal)?;
            store.insert_lives(lives, now).await.map(|()| count)
        });
    }
    while !storing.is_empty() {
        stored(finished(storing.join_next().await)?);
    }
    making.await.context("the lives could not be made")?;
    store.analyze().await.map_err(explain)
}

/// How many customers a task has stored that came to its end.
fn finished(task: Option<std::result::Result<Result<u64>, JoinError>>) -> anyhow::Result<u64> {
    let stored = task.context("no task is storing")?.context("lives could not be stored")?;
    stored.map_err(explain).context("is the database seeded with this --seed already?")
}

/// Loan applications are spread evenly over the customers, the first ones have one more.
fn applications_of(number: u64, users: u64, loans: u64) -> u64 {
    loans / users + u64::from(number < loans % users)
}

fn bar(users: u64) -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} customers, {per_sec}, {eta} left")?;
    Ok(ProgressBar::new(users).with_style(style))
}

/// One file that many applications name: what is measured are rows.
async fn file(app: &App) -> anyhow::Result<BlobId> {
    let id = BlobId(app.moment(Caller::System).uuid());
    app.blobs.put(&id.to_string(), PIXEL_PNG.to_vec()).await.map_err(explain)?;
    Ok(id)
}

/// Where the lives are lived.
pub struct SeedWorld {
    platform: SourcingEntity,
    programme: Programme,
    lenders: Vec<Lender>,
    templates: Vec<OfferTemplate>,
}

struct FindAcme;

#[async_trait]
impl Query for FindAcme {
    type Out = SeedWorld;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let missing = || Error::internal("the development world has no acme");
        let platform = tx.sourcing_entity_by_code("acme").await?.ok_or_else(missing)?;
        let programme = tx.programme_of(platform.id).await?.ok_or_else(missing)?;
        let (mut lenders, mut templates) = (Vec::new(), Vec::new());
        for lender in &programme.lenders {
            lenders.extend(tx.lender(lender.lender).await?);
            templates.extend(tx.offer_templates(lender.lender).await?);
        }
        templates.retain(|template| template.programme == programme.id && template.active && template.line.is_none());
        Ok(SeedWorld { platform, programme, lenders, templates })
    }
}

struct KeepFiles {
    tenant: SourcingEntityId,
    files: Files,
}

#[async_trait]
impl Command for KeepFiles {
    type Out = ();
    const OPERATION: &'static str = "keep_seed_files";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        for (id, kind) in [(self.files.image, "kyc_selfie"), (self.files.agreement, "agreement_signed")] {
            tx.insert_file(&StoredFile {
                id,
                tenant: self.tenant,
                application: None,
                kind: kind.to_owned(),
                content_type: "image/png".to_owned(),
                sha256: self.files.sha256.clone(),
                size_bytes: i64::try_from(PIXEL_PNG.len()).map_err(Error::internal)?,
                created_at: at.now,
            })
            .await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
