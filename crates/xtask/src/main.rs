//! Chores of the workspace: `cargo xtask tidy`, `cargo xtask bless`, `cargo xtask test`.

mod bless;
mod manifests;
mod source;
mod test;
mod tidy;
mod tree;

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::tree::Tree;

const USAGE: &str = "\
cargo xtask tidy     check the rules of the house that a program can check
cargo xtask bless    write the generated documents afresh
cargo xtask test     everything that has to hold before a change lands
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy(),
        ["bless"] => bless::run(),
        ["test"] => test::run_all(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> anyhow::Result<()> {
    if tidy::run(&checkout()?) { Ok(()) } else { bail!("the tree is not tidy") }
}

/// The folder that everything is in.
fn root() -> &'static Path {
    // This crate stands two folders deep.
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn checkout() -> anyhow::Result<Tree> {
    Tree::load(root())
}

/// A program to be run in the root.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs a program to its end; anything but success is an error that tells the command.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot run {line}"))?;
    if status.success() { Ok(()) } else { bail!("{line}: {status}") }
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
