//! Embeds the workspace's `migrations` directory: every `NNNN_what.sql` in it becomes one entry of
//! a constant, so that a new file needs no list to be edited.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../migrations");
    // Cargo walks a directory named here, so that a file added, changed or removed builds anew.
    println!("cargo::rerun-if-changed={}", directory.display());

    let mut source = String::from("pub const EMBEDDED: &[Migration] = &[\n");
    for path in sql_files(&directory)? {
        let (number, name) = number_and_name(&path)?;
        let path = path.canonicalize()?;
        writeln!(source, "    Migration {{ number: {number}, name: {name:?}, sql: include_str!({path:?}) }},")?;
    }
    source.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("migrations.rs"), source)?;
    Ok(())
}

/// The SQL files of the directory in the order of their names; none when there is no directory.
fn sql_files(directory: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// `0007_add_lines.sql` is number 7, named `add_lines`; any other form stops the build.
fn number_and_name(path: &Path) -> Result<(u32, String), Box<dyn Error>> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let well_formed = stem
        .split_once('_')
        .filter(|(digits, name)| digits.len() == 4 && !name.is_empty())
        .and_then(|(digits, name)| Some((digits.parse().ok()?, name.to_owned())));
    well_formed.ok_or_else(|| format!("{} is not named NNNN_what.sql", path.display()).into())
}
