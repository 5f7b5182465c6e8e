//! A throw-away PostgreSQL server for `cargo xtask test`: prints the URLs of as many fresh databases as it is asked for,
//! one a line, and is gone when its input is closed.

use std::error::Error;
use std::io::{Read as _, Write as _};

use qist_testkit::postgres::TestCluster;

/// Fast rather than durable: nothing in it outlives the tests.
const SETTINGS: &[(&str, &str)] = &[
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("deadlock_timeout", "100ms"),
    ("max_connections", "400"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).unwrap_or_default().parse()?;
    let cluster = TestCluster::start(SETTINGS)?;
    let databases = (0..count).map(|_: usize| cluster.database()).collect::<Result<Vec<_>, _>>()?;
    let mut output = std::io::stdout().lock();
    for database in &databases {
        writeln!(output, "{}", database.url())?;
    }
    output.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
