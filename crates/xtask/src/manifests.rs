//! What the `Cargo.toml` of each crate says.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::tree::Tree;

pub struct Manifest {
    /// Such as `crates/domain`.
    pub folder: String,
    /// By the name of the package that is depended on.
    pub dependencies: BTreeMap<String, Use>,
    pub inherits_lints: bool,
}

/// Whether a dependency is part of what ships, or of tests and builds alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Shipped,
    Development,
}

impl Manifest {
    /// `domain` for `crates/domain`.
    pub fn short_name(&self) -> &str {
        self.folder.rsplit('/').next().unwrap_or(&self.folder)
    }
}

/// The manifests of all crates of the workspace, in the order of their folders. What cannot be read is a complaint.
pub fn all(tree: &Tree) -> Result<Vec<Manifest>, String> {
    let of_crates = tree.of_kind("toml").filter_map(|(path, text)| Some((path.strip_suffix("/Cargo.toml")?, text)));
    // What fuzzes is a workspace of its own.
    of_crates.filter(|(folder, _)| folder.starts_with("crates/")).map(|(folder, text)| parse(folder, text)).collect()
}

/// The workspace's own manifest.
pub fn workspace(tree: &Tree) -> Result<Table, String> {
    let text = tree.text("Cargo.toml").ok_or("Cargo.toml is missing")?;
    text.parse().map_err(|error| format!("Cargo.toml: {error}"))
}

fn parse(folder: &str, text: &str) -> Result<Manifest, String> {
    let table: Table = text.parse().map_err(|error| format!("{folder}/Cargo.toml: {error}"))?;
    let mut dependencies = BTreeMap::new();
    for (section, of) in [
        ("dev-dependencies", Use::Development),
        ("build-dependencies", Use::Development),
        ("dependencies", Use::Shipped),
    ] {
        for (name, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
            let renamed = value.get("package").and_then(Value::as_str);
            dependencies.insert(renamed.unwrap_or(name).to_owned(), of);
        }
    }
    let inherits_lints = at(&table, &["lints", "workspace"]).and_then(Value::as_bool) == Some(true);
    Ok(Manifest { folder: folder.to_owned(), dependencies, inherits_lints })
}

/// The value at the end of a path of keys.
pub fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (last, first) = path.split_last()?;
    let table = first.iter().try_fold(table, |table, key| table.get(*key)?.as_table())?;
    table.get(*last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_known_by_its_package_and_ships_if_any_section_ships_it() {
        let text = "[package]\nname = \"qist-x\"\n[lints]\nworkspace = true\n\
            [dependencies]\na.workspace = true\nb = { package = \"real\", version = \"1\" }\n\
            [dev-dependencies]\na = \"1\"\nc = \"1\"\n";
        let manifest = parse("crates/x", text).unwrap();
        assert_eq!((manifest.short_name(), manifest.inherits_lints), ("x", true));
        let expected = [("a", Use::Shipped), ("c", Use::Development), ("real", Use::Shipped)];
        assert_eq!(manifest.dependencies, expected.map(|(name, of)| (name.to_owned(), of)).into());
    }
}
