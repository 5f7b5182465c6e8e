//! Programs that the tests need besides Rust, and the Debian packages that have them.

use std::path::PathBuf;

use anyhow::bail;

use crate::{command, run};

/// How to see whether a package's program is there.
type IsThere = fn() -> bool;

const NEEDED: &[(IsThere, &str)] = &[
    (|| is_there("initdb"), "postgresql"),
    (|| is_there("node"), "nodejs"),
    (|| is_there("npm"), "npm"),
    (makes_environments, "python3-venv"),
    (|| is_there("ssconvert"), "gnumeric"),
];

/// Installs what is missing where that is possible, and says what to install where it is not.
pub fn check() -> anyhow::Result<()> {
    let missing: Vec<&str> = NEEDED.iter().filter(|(is_there, _)| !is_there()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install --yes --no-install-recommends {}", missing.join(" "));
    if !is_root() || !is_there("apt-get") {
        bail!("missing: {}. On Debian: {install}", missing.join(", "));
    }
    run(command("apt-get").arg("update"))?;
    let mut apt = command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(install.split(' ').skip(1));
    run(&mut apt)
}

/// Whether a program is in `PATH`, or where Debian keeps those of PostgreSQL.
pub fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let releases = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(releases.map(|release| release.path().join("bin")));
    folders.iter().any(|folder| folder.join(program).is_file())
}

/// Whether Python can make a virtual environment with pip in it.
fn makes_environments() -> bool {
    is_there("python3")
        && command("python3").args(["-c", "import ensurepip, venv"]).status().is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    let id = command("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
