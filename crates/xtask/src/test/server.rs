//! The program as a user runs it: the Postman collection against a development server, and the demo.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};

use anyhow::Context;
use serde_json::Value;

use super::cargo;
use crate::{command, root, run};

/// The script plays it twice: whoever tries the collection out runs it more than once.
pub fn postman(database_url: Option<&str>) -> anyhow::Result<()> {
    let server = Server::start(database_url)?;
    run(command(root().join("tests/postman/run.sh")).arg(&server.base_url))
}

/// Its webhooks, verified by the public libraries of other languages.
pub fn webhooks() -> anyhow::Result<()> {
    let server = Server::start(None)?;
    run(command(root().join("tests/webhooks/run.sh")).arg(&server.base_url))
}

pub fn demo(arguments: &[&str], database_url: Option<&str>) -> anyhow::Result<()> {
    let mut demo = command(qist()?);
    run(demo.arg("demo").args(arguments).args(database_url.iter().flat_map(|url| ["--database-url", url])))
}

/// A development server on a free port; stopped when dropped.
struct Server {
    process: Child,
    base_url: String,
}

impl Server {
    fn start(database_url: Option<&str>) -> anyhow::Result<Server> {
        let mut dev = command(qist()?);
        dev.args(["dev", "--ephemeral", "--port", "0", "--json"]);
        dev.args(database_url.iter().flat_map(|url| ["--database-url", url]));
        let mut process = dev.stdout(Stdio::piped()).spawn().context("qist dev")?;
        let output = process.stdout.take().context("its output")?;
        let mut server = Server { process, base_url: String::new() };
        let mut first = String::new();
        BufReader::new(output).read_line(&mut first)?;
        server.base_url = base_url(&first).with_context(|| format!("qist dev began with: {first}"))?;
        Ok(server)
    }
}

fn base_url(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    Some(line.get("base_url")?.as_str()?.to_owned())
}

impl Drop for Server {
    fn drop(&mut self) {
        // Told and not killed, so that it throws its data away.
        let _ = command("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// Where Cargo has put the program.
fn qist() -> anyhow::Result<PathBuf> {
    let metadata = cargo("metadata").args(["--format-version", "1", "--no-deps"]).output()?;
    let metadata: Value = serde_json::from_slice(&metadata.stdout).context("cargo metadata")?;
    let target =
        metadata.get("target_directory").and_then(Value::as_str).context("cargo metadata: target_directory")?;
    Ok(PathBuf::from(target).join("debug/qist"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_server_is_in_its_line_of_json() {
        assert_eq!(base_url("{\"base_url\":\"http://127.0.0.1:1\"}\n"), Some("http://127.0.0.1:1".to_owned()));
        for line in ["", "{}", "Qist is serving", "{\"base_url\":1}"] {
            assert_eq!(base_url(line), None, "{line}");
        }
    }
}
