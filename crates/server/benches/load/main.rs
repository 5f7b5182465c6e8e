//! What the whole server does under load: `cargo bench -p qist --bench load -- [--users N] [--loans N] [--seconds N] [--postgres]`,
//! or, on data that `qist seed` has made, `--data DIR`.
//!
//! Every figure stands beside a reference of the same run: `/healthz` of the same process, the store's own commits on the same
//! disk. The server is a process of its own, and so is the client, on the same two cores.

#![allow(clippy::expect_used, clippy::panic, reason = "a measurement that cannot be taken has nobody to tell")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod client;
mod commits;
mod server;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use client::{Figures, Target, measure};
use qist_testkit::postgres::{TestCluster, TestDatabase};
use serde_json::{Value, json};
use server::Server;

const CONNECTIONS: usize = 64;
/// Customers whose pages are asked for.
const SAMPLE: usize = 2_000;

struct Args {
    users: u64,
    loans: u64,
    seconds: u64,
    postgres: bool,
    /// Data that `qist seed` has made already.
    data: Option<PathBuf>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args = args();
    let cluster = args.postgres.then(|| TestCluster::start(&[]).expect("a durable PostgreSQL"));
    let database = cluster.as_ref().map(|cluster| cluster.database().expect("a database"));
    let directory = tempfile::TempDir::new_in(".").expect("a directory on the disk");
    let url = database.as_ref().map(TestDatabase::url);
    let engine = if args.postgres { "PostgreSQL" } else { "SQLite" };
    println!("{engine}, {} customers, {} loan applications, {CONNECTIONS} connections\n", args.users, args.loans);
    let data = args.data.as_deref().unwrap_or(directory.path());
    if args.data.is_none() {
        let took = server::seed(data, url.as_deref(), args.users, args.loans);
        println!("seeded in {:.1} s", took.as_secs_f64());
    }
    let server = Server::start(data, url.as_deref());
    println!("serving after {} ms", server.ready_millis);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = server.cpu_ticks();
    tokio::time::sleep(Duration::from_secs(5)).await;
    println!("idle: {} MiB, {} ms of CPU in 5 s\n", server.memory_mib(), (server.cpu_ticks() - before) * 10);
    load(&server, &args).await;
    println!("\nunder load: at most {} MiB\n", server.memory_peak_mib());
    let created = create(&server, &args).await;
    println!("after creating: at most {} MiB\n", server.memory_peak_mib());
    drop(server);
    references(directory.path(), cluster.as_ref(), created, args.seconds).await;
}

/// What creating customers over HTTP is compared with.
async fn references(directory: &Path, cluster: Option<&TestCluster>, created: f64, seconds: u64) {
    for (name, writers) in [("one row a commit, one writer", 1), ("one row a commit, 64 writers, grouped", CONNECTIONS)]
    {
        let database = cluster.map(|cluster| cluster.database().expect("a database"));
        let file = format!("sqlite:{}", directory.join(format!("rows-{writers}.db")).display());
        let url = database.as_ref().map_or(file, TestDatabase::url);
        compare(name, commits::rows(&url, writers, seconds).await, created);
    }
    let database = cluster.map(|cluster| cluster.database().expect("a database"));
    let url = database.as_ref().map(TestDatabase::url);
    let rate = commits::customers(&directory.join("customers"), url.as_deref(), CONNECTIONS, seconds).await;
    compare("one customer a commit, 64 writers, no HTTP", rate, created);
}

fn compare(name: &str, rate: f64, created: f64) {
    println!("the store: {name:<44}{rate:>10.0} per second; create user is {:>5.0} % of it", created / rate * 100.0);
}

fn args() -> Args {
    let mut args = Args { users: 10_000, loans: 10_000, seconds: 5, postgres: false, data: None };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        if name == "--data" {
            args.data = given.next().map(PathBuf::from);
            continue;
        }
        let mut number = || given.next().and_then(|text| text.parse().ok()).expect("a number after the option");
        match name.as_str() {
            "--users" => args.users = number(),
            "--loans" => args.loans = number(),
            "--seconds" => args.seconds = number(),
            "--postgres" => args.postgres = true,
            // What `cargo bench` adds.
            "--bench" => {}
            other => panic!("unknown option {other}"),
        }
    }
    args
}

async fn load(server: &Server, args: &Args) {
    let customers = sample(server, "/v1/users", "userList", "customerID", args.users).await;
    let loans = sample(server, "/v1/loans", "loans", "loanApplicationID", args.loans).await;
    for customer in &customers {
        // Calculated once, so that what is measured is reading what is stored.
        server.get(&format!("/v1/user/eligibility?customerID={customer}")).await;
    }
    let health = run(server, args, "/healthz", &["/healthz".to_owned()]).await;
    let mut p99 = 0.0_f64;
    for (name, paths) in [
        ("profile", each(&customers, "/v1/user/profile?customerID=")),
        ("loan details", each(&loans, "/v1/loan/details?loanApplicationID=")),
        ("eligibility, stored", each(&customers, "/v1/user/eligibility?customerID=")),
    ] {
        let figures = run(server, args, name, &paths).await;
        println!("{:<44}{:>9.0} %", "    of /healthz", figures.per_second / health.per_second * 100.0);
        p99 = p99.max(figures.p99_millis);
    }
    println!();
    let parts: Vec<&str> = customers.iter().filter_map(|customer| customer.rsplit('-').next()).collect();
    let last = args.users.div_ceil(20).clamp(1, 50_000);
    let of = |path: &str| parts.iter().map(|part| format!("{path}&customerID={part}")).collect::<Vec<_>>();
    for (name, paths) in [
        ("users, four letters anywhere", of("/v1/users?limit=20&page=1")),
        ("users, a part that all have", vec!["/v1/users?limit=20&page=1&customerID=eed".to_owned()]),
        ("users, two letters", vec!["/v1/users?limit=20&page=1&customerID=e1".to_owned()]),
        ("users, the last page", vec![format!("/v1/users?limit=20&page={last}")]),
        ("loans, four letters anywhere", of("/v1/loans?limit=20&page=1")),
        ("loans, a part that all have", vec!["/v1/loans?limit=20&page=1&customerID=eed".to_owned()]),
        ("loans, the last page", vec![format!("/v1/loans?limit=20&page={last}")]),
    ] {
        let figures = run(server, args, name, &paths).await;
        println!("{:<44}{:>9.1} x", "    p99 of a point read", figures.p99_millis / p99);
    }
}

fn each(ids: &[String], path: &str) -> Vec<String> {
    ids.iter().map(|id| format!("{path}{id}")).collect()
}

async fn run(server: &Server, args: &Args, name: &str, paths: &[String]) -> Figures {
    let targets = paths.iter().map(|path| Target { path: path.clone(), body: None }).collect();
    let figures = measure(&server.address, Arc::new(targets), CONNECTIONS, args.seconds).await;
    print(name, &figures);
    figures
}

fn print(name: &str, figures: &Figures) {
    let Figures { per_second, p50_millis, p99_millis, .. } = figures;
    println!("{name:<44}{per_second:>10.0} per second   p50 {p50_millis:>8.2} ms   p99 {p99_millis:>8.2} ms");
}

/// Ids from pages all over the list.
async fn sample(server: &Server, path: &str, list: &str, field: &str, total: u64) -> Vec<String> {
    let mut ids = Vec::new();
    let pages = total.div_ceil(20);
    let step = (pages / (SAMPLE as u64 / 20)).max(1);
    for page in (1..=pages).step_by(usize::try_from(step).expect("few pages")) {
        let answer: Value = server.get(&format!("{path}?limit=20&page={page}")).await;
        let rows = answer["data"][list].as_array().cloned().unwrap_or_default();
        ids.extend(rows.iter().filter_map(|row| row[field].as_str().map(str::to_owned)));
    }
    assert!(!ids.is_empty(), "{path} lists nothing");
    ids
}

/// New customers, each of them durable before it is answered. Answers how many a second.
async fn create(server: &Server, args: &Args) -> f64 {
    // Others than those of an earlier run on the same data.
    let began = std::process::id();
    let targets = (0..2_000_000)
        .map(|number| Target {
            path: "/v1/user/create".to_owned(),
            body: Some(json!({ "customerID": format!("new-{began}-{number}"), "mobile": "9876543210" }).to_string()),
        })
        .collect();
    let figures = measure(&server.address, Arc::new(targets), CONNECTIONS, args.seconds).await;
    print("create user", &figures);
    figures.per_second
}
