//! One throw-away PostgreSQL server for the whole run.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context, bail};

use super::cargo;
use crate::line;

/// Stopped and deleted when dropped, or when this process dies: `examples/postgres.rs` lives as long as its input.
pub struct Databases {
    server: Child,
    urls: Vec<String>,
}

/// What the runs against one engine are given, each a database of its own: its keys are known only with the data folder that it
/// was filled with. `None` is SQLite in such a folder.
#[derive(Default)]
pub struct Database {
    pub postman: Option<String>,
    pub demos: [Option<String>; DEMOS.len()],
}

/// The stories that `qist demo` tells, by their arguments.
pub const DEMOS: [&[&str]; 3] = [&[], &["--life"], &["--line"]];

/// For the tests, which make databases of their own on the server, for Postman and for the demos.
const DATABASES: usize = 2 + DEMOS.len();

impl Databases {
    pub fn start() -> anyhow::Result<Databases> {
        let mut example = cargo("run");
        example.args(["--quiet", "--package", "xtask", "--example", "postgres", "--", &DATABASES.to_string()]);
        let name = line(&example);
        let mut server = example.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context(name)?;
        let output = server.stdout.take().context("its output")?;
        let urls: Vec<String> = BufReader::new(output).lines().take(DATABASES).collect::<Result<_, _>>()?;
        // From here on the server is stopped whatever happens.
        let databases = Databases { server, urls };
        if databases.urls.len() == DATABASES { Ok(databases) } else { bail!("the PostgreSQL server did not start") }
    }

    /// A database whose server the tests may make others on.
    pub fn server(&self) -> &str {
        &self.urls[0]
    }

    pub fn both(&self) -> [(&'static str, Database); 2] {
        let mut urls = self.urls.iter().skip(1).cloned();
        let postgres = Database { postman: urls.next(), demos: std::array::from_fn(|_| urls.next()) };
        [("SQLite", Database::default()), ("PostgreSQL", postgres)]
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        // Nothing can be done about a server that cannot be waited for.
        let _ = self.server.wait();
    }
}
