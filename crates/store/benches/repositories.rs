//! What the repositories cost: creating users beside plain durable inserts, and pages of lists.
//!
//! `cargo bench -p qist-store --bench repositories -- [sqlite|postgres] [rows]`. The plain insert is one small row in one
//! transaction on the same database in the same run, so that the ratio does not depend on the disk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Clock};

use qist_app::error::{Error, Result};
use qist_app::ports::store::{Store as _, Tx, Unit, UserFilter};
use qist_domain::day::Instant;
use qist_domain::format::Mobile;
use qist_domain::id::{SourcingEntityId, UserId};
use qist_domain::user::User;
use qist_store::{Body, Conn, DbStore, MasterKeys, Options, async_trait};
use qist_testkit::postgres::TestCluster;
use uuid::Uuid;

const PER_CELL: Duration = Duration::from_secs(3);
const TASKS: usize = 64;
const TENANT: SourcingEntityId = SourcingEntityId(Uuid::from_u128(1));
/// 2026-11-20 in microseconds.
const BEGINNING: i64 = 1_795_132_800_000_000;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let engines = match arguments.first() {
        Some(engine) => vec![engine.clone()],
        None => vec!["sqlite".to_owned(), "postgres".to_owned()],
    };
    let rows = arguments.get(1).map_or(100_000, |rows| rows.parse().expect("a number of rows"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for engine in engines {
        runtime.block_on(run(&engine, rows));
    }
}

async fn run(engine: &str, rows: u64) {
    println!("{engine}");
    let directory = tempfile::TempDir::new().expect("a directory");
    let cluster = (engine == "postgres").then(|| TestCluster::start(&[("shared_buffers", "1GB")]).expect("a server"));
    let database = cluster.as_ref().map(|cluster| cluster.database().expect("a database"));
    let url = match &database {
        Some(database) => database.url(),
        None => format!("sqlite:{}", directory.path().join("bench.db").display()),
    };
    let masters = MasterKeys::new("bench", &[7; 32]);
    let store = DbStore::open(&url.parse().expect("a url"), Options::default(), masters).await.expect("opened");
    store.migrate(Instant::from_micros(BEGINNING)).await.expect("migrated");
    store
        .db()
        .write(Arc::new(Script("CREATE TABLE plain (id {text} PRIMARY KEY, name TEXT NOT NULL)")))
        .await
        .expect("made");
    for tasks in [1, TASKS] {
        let name = format!("plain insert, {tasks} tasks");
        let plain = measure(&store, &name, tasks, PER_CELL, |store| async move {
            store.db().write(Arc::new(Plain(NEXT.fetch_add(1, Ordering::Relaxed)))).await.expect("inserted");
        });
        let plain = plain.await;
        let create = measure(&store, &format!("create user, {tasks} tasks"), tasks, PER_CELL, create_user).await;
        println!("  ratio {:.2}", create / plain);
    }
    fill(&store, rows).await;
    lists(&store).await;
    store.close().await;
}

async fn create_user(store: DbStore) {
    store.write(Arc::new(CreateUser(NEXT.fetch_add(1, Ordering::Relaxed)))).await.expect("created");
}

async fn fill(store: &DbStore, rows: u64) {
    let started = Clock::now();
    let made = NEXT.load(Ordering::Relaxed);
    let mut tasks = Vec::new();
    let left = Arc::new(AtomicU64::new(rows.saturating_sub(made)));
    for _ in 0..TASKS {
        let (store, left) = (store.clone(), Arc::clone(&left));
        tasks.push(tokio::spawn(async move {
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                create_user(store.clone()).await;
            }
        }));
    }
    for task in tasks {
        task.await.expect("filled");
    }
    println!("  filled in {:?}", started.elapsed());
}

async fn lists(store: &DbStore) {
    let total = list(store, UserFilter { limit: 10, ..UserFilter::default() }).await.0;
    let page = |offset| UserFilter { limit: 10, offset, ..UserFilter::default() };
    let customer = |text: &str| UserFilter { customer_id: Some(text.to_owned()), ..page(0) };
    let mobile = |text: &str| UserFilter { mobile: Some(text.to_owned()), ..page(0) };
    let by_status = |status| UserFilter { status: Some(status), ..page(0) };
    let day = Instant::from_micros(BEGINNING);
    for (label, filter) in [
        ("first page", page(0)),
        ("middle page", page(total / 2)),
        ("last page", page(total - 10)),
        ("by status", by_status(qist_domain::user::UserStatus::UserCreated)),
        ("by rare status", by_status(qist_domain::user::UserStatus::UserQualified)),
        ("by day", UserFilter { from: Some(day), until: Some(day.plus_seconds(86_400)), ..page(0) }),
        ("customer 'cust' (all)", customer("cust")),
        ("customer '-00' ", customer("-00")),
        ("customer '0042'", customer("0042")),
        ("customer '99887'", customer("99887")),
        ("customer 'zzqq'", customer("zzqq")),
        ("customer 'u' (short, all)", customer("u")),
        ("mobile '998'", mobile("998")),
        ("mobile '98'", mobile("98")),
    ] {
        let (total, median, p99) = list(store, filter).await;
        println!("  {label:28} {total:8} rows  p50 {median:9.1?}  p99 {p99:9.1?}");
    }
}

async fn list(store: &DbStore, filter: UserFilter) -> (i64, Duration, Duration) {
    let mut latencies = Vec::new();
    let unit = Arc::new(List { filter, total: Mutex::new(0) });
    let started = Clock::now();
    while latencies.len() < 20 || started.elapsed() < Duration::from_millis(500) {
        let before = Clock::now();
        store.scan(Arc::clone(&unit) as Arc<dyn Unit>).await.expect("listed");
        latencies.push(before.elapsed());
    }
    latencies.sort_unstable();
    let total = *unit.total.lock().expect("a total");
    (total, latencies[latencies.len() / 2], latencies[latencies.len() * 99 / 100])
}

/// Operations a second.
async fn measure<F, R>(store: &DbStore, label: &str, tasks: usize, time: Duration, operation: F) -> f64
where
    F: Fn(DbStore) -> R + Copy + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let started = Clock::now();
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while started.elapsed() < time {
                    let before = Clock::now();
                    operation(store.clone()).await;
                    latencies.push(before.elapsed());
                }
                latencies
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in running {
        latencies.extend(task.await.expect("measured"));
    }
    let rate = latencies.len() as f64 / started.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100];
    println!("  {label:28} {rate:8.0}/s  p50 {:9.1?}  p99 {:9.1?}  max {:9.1?}", at(50), at(99), at(100));
    rate
}

/// A time-ordered id, as the program's own are.
fn id(number: u64) -> Uuid {
    let random = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
    let bytes = [random.as_slice(), &random[..2]].concat();
    let millis = u64::try_from(BEGINNING / 1000).unwrap_or_default() + number / 20;
    uuid::Builder::from_unix_timestamp_millis(millis, bytes.as_slice().try_into().unwrap_or(&[0; 10])).into_uuid()
}

struct CreateUser(u64);

#[async_trait]
impl Unit for CreateUser {
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        let number = self.0;
        let mobile = format!("9{:09}", number.wrapping_mul(7_919_993) % 1_000_000_000);
        let mobile = Mobile::parse(&mobile).map_err(Error::internal)?;
        let scattered = number.wrapping_mul(48_271) % 10_000_000;
        let now = Instant::from_micros(BEGINNING + i64::try_from(number).unwrap_or_default() * 50);
        let change = User::create(UserId(id(number)), TENANT, format!("cust-{scattered:07}-{number}"), mobile, now);
        tx.save_user(change, now).await
    }
}

struct List {
    filter: UserFilter,
    total: Mutex<i64>,
}

#[async_trait]
impl Unit for List {
    async fn run(&self, tx: &mut dyn Tx) -> Result<()> {
        let listed = tx.list_users(TENANT, &self.filter).await?;
        *self.total.lock().map_err(|_| Error::internal("poisoned"))? = listed.total;
        Ok(())
    }
}

struct Plain(u64);

#[async_trait]
impl Body for Plain {
    type Out = ();
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<()> {
        let id = id(self.0).to_string();
        Ok(conn.execute_one("INSERT INTO plain (id, name) VALUES (?1, 'Asha Iyengar')", &[(&id).into()]).await?)
    }
}

struct Script(&'static str);

#[async_trait]
impl Body for Script {
    type Out = ();
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<()> {
        Ok(conn.execute_batch(self.0).await?)
    }
}
