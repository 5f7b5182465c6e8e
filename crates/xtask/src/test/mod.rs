//! Everything that has to hold before a change lands, in order of how soon it tells. It stops at the first that does not.

mod databases;
mod licences;
mod needs;
mod server;

use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use self::databases::{DEMOS, Databases};
use crate::{bless, checkout, command, run, tidy};

/// What the whole run may take on two cores.
const GOAL: Duration = Duration::from_secs(25 * 60);

pub fn run_all() -> anyhow::Result<()> {
    let started = Instant::now();
    stage("needed programs", needs::check)?;
    stage("tidy", || if tidy::run(&checkout()?) { Ok(()) } else { bail!("the tree is not tidy") })?;
    stage("format", || run(command("cargo").args(["fmt", "--all", "--check"])))?;
    stage("lints", lints)?;
    stage("licences", licences::check)?;
    let databases = stage("PostgreSQL", Databases::start)?;
    stage("tests", || tests(&databases))?;
    stage("examples in the documentation", || run(cargo("test").args(["--workspace", "--doc"])))?;
    stage("build", || run(cargo("build").args(["--package", "qist"])))?;
    for (name, database) in databases.both() {
        stage(&format!("Postman collection on {name}"), || server::postman(database.postman.as_deref()))?;
        for (arguments, database) in DEMOS.into_iter().zip(&database.demos) {
            stage(&format!("demo {} on {name}", arguments.join(" ")), || server::demo(arguments, database.as_deref()))?;
        }
    }
    stage("webhooks in other languages", server::webhooks)?;
    stage("generated files", generated_files)?;
    let minutes = |time: Duration| format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60);
    println!("\nall of it holds, in {} (goal: at most {})", minutes(started.elapsed()), minutes(GOAL));
    Ok(())
}

/// Does one thing and tells how long it took.
fn stage<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    println!("\n── {name}");
    let started = Instant::now();
    let done = work().with_context(|| name.to_owned())?;
    println!("── {name}: {:.1} s", started.elapsed().as_secs_f64());
    Ok(done)
}

/// Cargo, with a lock file that has to be up to date.
fn cargo(subcommand: &str) -> std::process::Command {
    let mut cargo = command("cargo");
    cargo.args([subcommand, "--locked"]);
    cargo
}

fn lints() -> anyhow::Result<()> {
    run(cargo("clippy").args(["--workspace", "--all-targets", "--", "--deny", "warnings"]))
}

/// With nextest where it is installed: it runs the tests of all crates at once.
fn tests(databases: &Databases) -> anyhow::Result<()> {
    let nextest = needs::is_there("cargo-nextest");
    let mut tests = if nextest {
        let mut nextest = command("cargo");
        nextest.args(["nextest", "run", "--locked", "--workspace"]);
        nextest
    } else {
        let mut test = cargo("test");
        test.args(["--workspace", "--lib", "--bins", "--tests"]);
        test
    };
    run(tests.env("QIST_TEST_POSTGRES_URL", databases.server()))
}

/// Blesses, and compares the checkout before and after.
fn generated_files() -> anyhow::Result<()> {
    let before = checkout()?;
    bless::run()?;
    let after = checkout()?;
    match before.differences(&after)[..] {
        [] => Ok(()),
        ref changed => bail!("not as the code has them, and now written afresh: {}", changed.join(", ")),
    }
}
