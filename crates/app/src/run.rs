//! How a use case runs: with its caller, its time and its ids, in one transaction, with its idempotency record.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use qist_domain::day::{Day, Instant};
use qist_domain::id::{SourcingEntityId, UserId};
use qist_domain::refusal::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::access::authenticate::KeyCache;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::blobs::Blobs;
use crate::ports::clock::{Clock, Ids};
use crate::ports::connector::Connectors;
use crate::ports::courier::Courier;
use crate::ports::documents::Documents;
use crate::ports::downloads::Downloads;
use crate::ports::reader::StatementReader;
use crate::ports::secrets::Secrets;
use crate::ports::store::{Replay, Store, Tx, Unit};

/// What a deployment decides about itself.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Without a trailing slash.
    pub base_url: String,
    /// The prefix of readable loan numbers.
    pub number_prefix: String,
    pub token_seconds: i64,
    /// Whether the development doors (`/dev/…`) are open.
    pub development: bool,
}

/// Everything that use cases reach the world through.
#[derive(Clone)]
pub struct App {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub secrets: Arc<dyn Secrets>,
    pub blobs: Arc<dyn Blobs>,
    pub documents: Arc<dyn Documents>,
    pub connectors: Arc<dyn Connectors>,
    pub courier: Arc<dyn Courier>,
    pub reader: Arc<dyn StatementReader>,
    pub downloads: Arc<dyn Downloads>,
    pub settings: Arc<Settings>,
    pub keys: Arc<KeyCache>,
    /// Called after a commit that left work behind, so that workers need not wait for their timer.
    pub nudge: Arc<dyn Fn() + Send + Sync>,
    /// Called after a commit that left something to deliver.
    pub nudge_delivery: Arc<dyn Fn() + Send + Sync>,
}

/// The circumstances of one run: fixed before the transaction begins, the same if it is run again.
#[derive(Clone)]
pub struct Moment {
    pub caller: Caller,
    /// In the customer's own time, where it is a customer that is spoken of.
    pub now: Instant,
    /// In everybody's time: when work is to be done.
    pub real_now: Instant,
    pub ids: Arc<dyn Ids>,
    pub secrets: Arc<dyn Secrets>,
    pub settings: Arc<Settings>,
    leaves_work: Arc<AtomicBool>,
    leaves_deliveries: Arc<AtomicBool>,
}

impl Moment {
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.ids.uuid(self.now)
    }

    #[must_use]
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// The same moment in a customer's own time, which runs ahead where a test server was told so.
    pub(crate) async fn of(&self, tx: &mut dyn Tx, tenant: SourcingEntityId, user: UserId) -> Result<Moment> {
        let days = if self.settings.development { tx.clock_days(tenant, user).await? } else { 0 };
        Ok(self.ahead(days))
    }

    /// The same moment for somebody whom a link stands for.
    pub(crate) fn for_caller(&self, caller: Caller) -> Moment {
        Moment { caller, ..self.clone() }
    }

    pub(crate) fn ahead(&self, days: i64) -> Moment {
        Moment { now: self.real_now.plus_seconds(days * 86_400), ..self.clone() }
    }

    /// This run has put a job or an answer into a row: workers are woken once it is committed.
    pub(crate) fn leave_work(&self) {
        self.leaves_work.store(true, Ordering::Relaxed);
    }

    fn note_deliveries(&self, tx: &dyn Tx) {
        if tx.leaves_deliveries() {
            self.leaves_deliveries.store(true, Ordering::Relaxed);
        }
    }
}

/// Something that changes the world.
#[async_trait]
pub trait Command: Send + Sync + 'static {
    type Out: Send + 'static;
    /// The name under which idempotency keys are kept apart.
    const OPERATION: &'static str;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out>;
}

/// How a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// One row, or rows that need not agree with each other: saves a database on another machine two messages.
    LookUp,
    /// A few rows, all as they were at one moment.
    Snapshot,
    /// As a snapshot, but it may take long and should not run where the others do.
    Scan,
}

/// Something that only looks.
#[async_trait]
pub trait Query: Send + Sync + 'static {
    type Out: Send + 'static;
    const READING: Reading = Reading::Snapshot;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out>;
}

/// An `Idempotency-Key` and the hash of the request that came with it.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    pub key: String,
    pub request_hash: String,
}

/// What a command answered, and whether it had run before.
#[derive(Debug)]
pub struct Answered<T> {
    pub out: T,
    pub replayed: bool,
}

/// A link opens for so long, without any key.
const LINK_SECONDS: i64 = 300;

impl App {
    /// A link to something of ours that opens without a key for [`LINK_SECONDS`].
    pub(crate) fn signed_link(&self, path: &str) -> String {
        self.signed_link_for(path, LINK_SECONDS)
    }

    /// The same for another time.
    pub(crate) fn signed_link_for(&self, path: &str, seconds: i64) -> String {
        let expires = self.clock.now().plus_seconds(seconds);
        format!("{}{}", self.settings.base_url, self.secrets.sign_link(path, expires))
    }

    #[must_use]
    pub fn moment(&self, caller: Caller) -> Moment {
        let now = self.clock.now();
        Moment {
            caller,
            now,
            real_now: now,
            ids: Arc::clone(&self.ids),
            secrets: Arc::clone(&self.secrets),
            settings: Arc::clone(&self.settings),
            leaves_work: Arc::default(),
            leaves_deliveries: Arc::default(),
        }
    }

    /// Runs a command in a transaction of its own.
    pub async fn run<C: Command>(&self, caller: Caller, command: C) -> Result<C::Out> {
        let unit = Arc::new(Running { command, at: self.moment(caller), out: Mutex::new(None) });
        self.store.write(Arc::clone(&unit) as Arc<dyn Unit>).await?;
        self.wake_workers(&unit.at);
        take(&unit.out)
    }

    /// As [`App::run`]; with a key, the same call again answers the same without running again.
    pub async fn run_once<C>(&self, caller: Caller, command: C, key: Option<IdempotencyKey>) -> Result<Answered<C::Out>>
    where
        C: Command,
        C::Out: Serialize + DeserializeOwned,
    {
        let Some(key) = key else { return Ok(Answered { out: self.run(caller, command).await?, replayed: false }) };
        let unit = Arc::new(RunningOnce { command, at: self.moment(caller), key, out: Mutex::new(None) });
        self.store.write(Arc::clone(&unit) as Arc<dyn Unit>).await?;
        self.wake_workers(&unit.at);
        take(&unit.out)
    }

    fn wake_workers(&self, committed: &Moment) {
        if committed.leaves_work.load(Ordering::Relaxed) {
            (self.nudge)();
        }
        if committed.leaves_deliveries.load(Ordering::Relaxed) {
            (self.nudge_delivery)();
        }
    }

    pub async fn ask<Q: Query>(&self, caller: Caller, query: Q) -> Result<Q::Out> {
        let unit = Arc::new(Asking { query, at: self.moment(caller), answered: Mutex::new(None) });
        let shared = Arc::clone(&unit) as Arc<dyn Unit>;
        match Q::READING {
            Reading::LookUp => self.store.look_up(shared).await?,
            Reading::Snapshot => self.store.read(shared).await?,
            Reading::Scan => self.store.scan(shared).await?,
        }
        take(&unit.answered)
    }
}

struct Running<C: Command> {
    command: C,
    at: Moment,
    out: Mutex<Option<C::Out>>,
}

#[async_trait]
impl<C: Command> Unit for Running<C> {
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        put(&self.out, self.command.run(&self.at, tx).await?)?;
        self.at.note_deliveries(tx);
        Ok(())
    }
}

struct RunningOnce<C: Command> {
    command: C,
    at: Moment,
    key: IdempotencyKey,
    out: Mutex<Option<Answered<C::Out>>>,
}

#[async_trait]
impl<C: Command> Unit for RunningOnce<C>
where
    C::Out: Serialize + DeserializeOwned,
{
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        put(&self.out, run_idempotent(&self.command, &self.at, &self.key, tx).await?)?;
        self.at.note_deliveries(tx);
        Ok(())
    }
}

async fn run_idempotent<C: Command>(
    command: &C,
    at: &Moment,
    key: &IdempotencyKey,
    tx: &mut dyn Tx,
) -> Result<Answered<C::Out>>
where
    C::Out: Serialize + DeserializeOwned,
{
    let scope = at.caller.scope();
    if let Some(replay) = tx.replay(&scope, C::OPERATION, &key.key).await? {
        if replay.request_hash != key.request_hash {
            return Err(Code::IdempotencyReused.into());
        }
        return Ok(Answered { out: serde_json::from_str(&replay.response)?, replayed: true });
    }
    let out = command.run(at, tx).await?;
    let replay = Replay {
        scope,
        operation: C::OPERATION.to_owned(),
        key: key.key.clone(),
        request_hash: key.request_hash.clone(),
        response: serde_json::to_string(&out)?,
        created_at: at.now,
    };
    // Another call with the same key has committed since we looked: this one is undone, and repeating it will find that.
    if !tx.insert_replay(&replay).await? {
        return Err(Code::VersionConflict.into());
    }
    Ok(Answered { out, replayed: false })
}

struct Asking<Q: Query> {
    query: Q,
    at: Moment,
    answered: Mutex<Option<Q::Out>>,
}

#[async_trait]
impl<Q: Query> Unit for Asking<Q> {
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        put(&self.answered, self.query.run(&self.at, tx).await?)
    }
}

fn put<T>(slot: &Mutex<Option<T>>, value: T) -> Result<()> {
    *slot.lock().map_err(|_| Error::internal("a result slot is poisoned"))? = Some(value);
    Ok(())
}

fn take<T>(slot: &Mutex<Option<T>>) -> Result<T> {
    let mut slot = slot.lock().map_err(|_| Error::internal("a result slot is poisoned"))?;
    slot.take().ok_or_else(|| Error::internal("a committed unit left no result"))
}
