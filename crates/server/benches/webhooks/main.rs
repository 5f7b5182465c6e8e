//! Webhooks under load: `cargo bench -p qist --bench webhooks -- [--postgres] [--queued N] [--seconds N] [--hang]`.
//!
//! One hundred sourcing entities with one endpoint each; a receiver with 10 ms of think time; all in one process, on the same
//! cores. The reference is `pgbench -M prepared`, a single-row INSERT by 32 clients, against a durable PostgreSQL of the same
//! run.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot be taken has nobody to tell"
)]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod receiver;

use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use qist::dev::build_world;
use qist::serve::delivery;
use qist::wiring::{Wired, development};
use qist_app::caller::Caller;
use qist_app::catalogue::CreateSourcingEntity;
use qist_app::users::create::CreateUser;
use qist_app::webhooks::settings::{Change, ChangeWebhook};
use qist_domain::id::{ApiKeyId, SourcingEntityId, WebhookEndpointId};
use qist_domain::programme::EntitySettings;
use qist_domain::webhook::{NewEndpoint, Profile};
use qist_testkit::postgres::{TestCluster, TestDatabase};
use receiver::Seen;
use tokio::sync::watch;
use uuid::Uuid;

const ENDPOINTS: usize = 100;
const LATENCY_RATE: u64 = 500;
const HANG_RATE: u64 = 1_000;

struct Args {
    postgres: bool,
    queued: usize,
    seconds: u64,
    hang: bool,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args = args();
    let cluster = TestCluster::start(&[]).expect("a durable PostgreSQL");
    let reference = reference(&cluster, args.seconds);
    println!("reference: {reference:.0} single-row INSERTs a second");
    let database = args.postgres.then(|| cluster.database().expect("a database"));
    let directory = tempfile::TempDir::new_in(".").expect("a directory on the disk");
    let bench = Bench::start(directory.path(), database.as_ref().map(TestDatabase::url).as_deref()).await;
    let rate = bench.drain(args.queued).await;
    println!(
        "{} queued deliveries: {rate:.0} a second, {:.0} % of the reference, {} MiB",
        args.queued,
        rate / reference * 100.0,
        memory_mib()
    );
    bench.latency("accept to first byte", LATENCY_RATE, args.seconds).await;
    if args.hang {
        bench.latency("one endpoint of 100 well", HANG_RATE, args.seconds).await;
        bench.hang().await;
        bench.latency("one endpoint of 100 hanging", HANG_RATE, 180).await;
        bench.latency("and after", HANG_RATE, args.seconds).await;
    }
}

fn args() -> Args {
    let mut args = Args { postgres: false, queued: 20_000, seconds: 10, hang: false };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        match name.as_str() {
            "--postgres" => args.postgres = true,
            "--hang" => args.hang = true,
            "--queued" => args.queued = given.next().and_then(|text| text.parse().ok()).expect("a number"),
            "--seconds" => args.seconds = given.next().and_then(|text| text.parse().ok()).expect("a number"),
            // What `cargo bench` adds.
            "--bench" => {}
            other => panic!("unknown option {other}"),
        }
    }
    args
}

/// What `pgbench` calls transactions a second.
fn reference(cluster: &TestCluster, seconds: u64) -> f64 {
    let database = cluster.database().expect("a database");
    let script = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(script.path(), "INSERT INTO reference (text) VALUES ('one row that is to be durable');\n")
        .expect("a file");
    let url = database.url();
    let table = "CREATE TABLE reference (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT)";
    assert!(
        Process::new("psql").args([&url, "-qc", table]).status().expect("psql runs").success(),
        "the table could not be made"
    );
    let seconds = seconds.to_string();
    let mut bench = Process::new("pgbench");
    bench.args(["-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", &seconds, "-f"]).arg(script.path()).arg(&url);
    let said = bench.output().expect("pgbench runs");
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).expect("a figure");
    tps.split_whitespace().next().and_then(|text| text.parse().ok()).expect("a number")
}

struct Bench {
    wired: Wired,
    seen: Arc<Seen>,
    hooks: Vec<(SourcingEntityId, WebhookEndpointId)>,
    base: String,
    _stop: watch::Sender<bool>,
}

impl Bench {
    async fn start(data: &Path, database_url: Option<&str>) -> Bench {
        let wired = development(data, database_url, "http://localhost").await.expect("a development store");
        wired.store.migrate(wired.app.clock.now()).await.expect("its tables");
        build_world(&wired.app).await.expect("its world");
        let seen = Arc::new(Seen::default());
        let base = receiver::start(Arc::clone(&seen)).await;
        let mut hooks = Vec::new();
        for number in 0..ENDPOINTS {
            let settings = EntitySettings::default();
            let made = CreateSourcingEntity { code: format!("shop{number}"), name: format!("Shop {number}"), settings };
            let tenant = wired.app.run(Caller::System, made).await.expect("a sourcing entity");
            let new = endpoint(format!("{base}/{number}"));
            let made = wired.app.create_webhook(caller(tenant), new, None).await.expect("an endpoint");
            hooks.push((tenant, made.endpoint.id));
        }
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(delivery::run(wired.app.clone(), Arc::clone(&wired.wake_delivery), stopped));
        Bench { wired, seen, hooks, base, _stop: stop }
    }

    async fn change(&self, change: fn() -> Change) {
        for (tenant, id) in &self.hooks {
            let change = ChangeWebhook { id: *id, change: change() };
            self.wired.app.run(caller(*tenant), change).await.expect("a change");
        }
        (self.wired.app.nudge_delivery)();
    }

    async fn create(&self, number: usize, name: String) {
        let (tenant, _) = self.hooks[number % self.hooks.len()];
        let mobile = "9999999999".to_owned();
        let create = CreateUser { customer_id: name, mobile };
        self.wired.app.run(caller(tenant), create).await.expect("a customer");
    }

    /// Deliveries a second once so many wait.
    async fn drain(&self, queued: usize) -> f64 {
        self.change(|| Change::Pause).await;
        for from in (0..queued).step_by(256) {
            let batch = from..(from + 256).min(queued);
            join_all(batch.map(|number| self.create(number, format!("queued{number}")))).await;
        }
        let before = self.seen.count.load(Ordering::Relaxed);
        let began = Instant::now();
        self.change(|| Change::Resume).await;
        while self.seen.count.load(Ordering::Relaxed) - before < queued {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        queued as f64 / began.elapsed().as_secs_f64()
    }

    /// From the commit of an event to its message at the receiver, with so many events a second. A hanging endpoint is the
    /// first one, and its own messages do not count.
    async fn latency(&self, what: &str, rate: u64, seconds: u64) {
        self.seen.at.lock().expect("a lock").clear();
        self.seen.noting.store(true, Ordering::Relaxed);
        let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / rate));
        let mut created = Vec::new();
        for number in 0..usize::try_from(rate * seconds).expect("a number") {
            ticks.tick().await;
            let name = format!("{}-{number}", self.wired.app.ids.uuid(self.wired.app.clock.now()).simple());
            self.create(number, name.clone()).await;
            if number % ENDPOINTS != 0 {
                created.push((name, Instant::now()));
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        self.seen.noting.store(false, Ordering::Relaxed);
        let at = self.seen.at.lock().expect("a lock");
        let mut micros: Vec<u128> = created
            .iter()
            .filter_map(|(name, committed)| at.get(name).map(|at| at.saturating_duration_since(*committed).as_micros()))
            .collect();
        micros.sort_unstable();
        let percentile =
            |percent: usize| micros.get(micros.len() * percent / 100).map_or(0.0, |micros| *micros as f64 / 1_000.0);
        let missing = created.len() - micros.len();
        println!(
            "{what}, {rate} events a second for {seconds} s: p50 {:.1} ms, p99 {:.1} ms, {missing} not there after 2 s, {} MiB",
            percentile(50),
            percentile(99),
            memory_mib()
        );
    }

    /// From now on the first endpoint hangs.
    async fn hang(&self) {
        let (tenant, id) = self.hooks[0];
        let new = endpoint(format!("{}/hang", self.base));
        self.wired.app.replace_webhook(caller(tenant), id, new).await.expect("a change");
    }
}

fn endpoint(url: String) -> NewEndpoint {
    let description = String::new();
    NewEndpoint {
        url,
        description,
        profile: Profile::Durable,
        events: vec![],
        in_flight_max: 8,
        rate_per_second: 1_000,
    }
}

fn caller(tenant: SourcingEntityId) -> Caller {
    Caller::Partner { tenant, key: ApiKeyId(Uuid::nil()) }
}

fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a figure");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") / 1_024
}
