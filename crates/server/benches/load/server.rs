//! The server under measurement: a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Target, ask, connect};

const QIST: &str = env!("CARGO_BIN_EXE_qist");

fn command(verb: &str, data: &Path, database_url: Option<&str>) -> Command {
    let mut command = Command::new(QIST);
    command.arg(verb).arg("--data").arg(data);
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    command
}

pub fn seed(data: &Path, database_url: Option<&str>, users: u64, loans: u64) -> Duration {
    let started = Instant::now();
    let numbers = [users.to_string(), loans.to_string()];
    let mut seed = command("seed", data, database_url);
    let status = seed.args(["--users", &numbers[0], "--loans", &numbers[1]]).status().expect("qist runs");
    assert!(status.success(), "qist seed failed");
    started.elapsed()
}

pub struct Server {
    pub address: String,
    pub ready_millis: u64,
    process: Child,
}

impl Server {
    pub fn start(data: &Path, database_url: Option<&str>) -> Server {
        let mut dev = command("dev", data, database_url);
        let mut process =
            dev.args(["--port", "0", "--json"]).stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("a line of JSON");
        let address = said["base_url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("its address");
        let ready_millis = said["ready_millis"].as_u64().expect("how long it took");
        Server { address: address.to_owned(), ready_millis, process }
    }

    pub async fn get(&self, path: &str) -> Value {
        let target = Target { path: path.to_owned(), body: None };
        let body = ask(&mut connect(&self.address).await, &self.address, &target).await;
        serde_json::from_slice(&body).expect("JSON")
    }

    pub fn memory_mib(&self) -> u64 {
        self.status("VmRSS:")
    }

    pub fn memory_peak_mib(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a figure");
        line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).expect("a number") / 1_024
    }

    /// Hundredths of a second of CPU, of the process and the kernel for it.
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("a process");
        let rest = stat.rsplit(')').next().expect("the fields after the name");
        rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("ticks")).sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = Command::new("kill").arg(self.process.id().to_string()).status();
        if stopped.is_err() || self.process.wait().is_err() {
            eprintln!("the server could not be stopped");
        }
    }
}
