//! Writing generated documents afresh: the test that compares them writes them instead.

use crate::command;

/// While this is set, `crates/server/tests/golden.rs` writes what it would compare.
const VARIABLE: &str = "QIST_BLESS";

pub fn run() -> anyhow::Result<()> {
    let mut test = command("cargo");
    test.args(["test", "--quiet", "--package", "qist", "--test", "golden"]).env(VARIABLE, "1");
    crate::run(&mut test)
}
