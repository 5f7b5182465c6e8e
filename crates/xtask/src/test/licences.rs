//! What the crates of others allow and which of them are banned, by the lists of `deny.toml`.
//!
//! `cargo deny` reads the same file and looks closer; it takes minutes to build, so that it runs only where it is
//! installed already.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml::Table;

use super::{cargo, needs};
use crate::{command, manifests, root, run};

pub fn check() -> anyhow::Result<()> {
    let rules = Rules::parse(&std::fs::read_to_string(root().join("deny.toml")).context("deny.toml")?)?;
    let mut metadata = cargo("metadata");
    metadata.args(["--format-version", "1"]);
    metadata.args(rules.targets.iter().flat_map(|target| ["--filter-platform", target]));
    let output = metadata.output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("cargo metadata: packages")?;
    let complaints: Vec<String> = packages.iter().flat_map(|package| rules.complaints(package)).collect();
    if !complaints.is_empty() {
        bail!("{}", complaints.join("\n"));
    }
    println!("{} packages are licensed and sourced as deny.toml allows", packages.len());
    if needs::is_there("cargo-deny") {
        run(command("cargo").args(["deny", "--locked", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}

/// The part of `deny.toml` that is checked here.
struct Rules {
    licences: BTreeSet<String>,
    banned: BTreeSet<String>,
    sources: BTreeSet<String>,
    targets: BTreeSet<String>,
}

impl Rules {
    fn parse(text: &str) -> anyhow::Result<Rules> {
        let table: Table = text.parse().context("deny.toml")?;
        Ok(Rules {
            licences: texts(&table, &["licenses", "allow"])?,
            banned: texts(&table, &["bans", "deny"])?,
            sources: texts(&table, &["sources", "allow-registry"])?,
            targets: texts(&table, &["graph", "targets"])?,
        })
    }

    fn complaints(&self, package: &Value) -> Vec<String> {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        // Those of the workspace come from no registry.
        let (name, source, licence) = (text("name"), text("source"), text("license"));
        if source.is_empty() {
            return Vec::new();
        }
        let mut complaints = Vec::new();
        if self.banned.contains(name) {
            complaints.push(format!("{name} is banned"));
        }
        if !self.sources.iter().any(|allowed| source == format!("registry+{allowed}")) {
            complaints.push(format!("{name} comes from {source}"));
        }
        if !self.allows(licence) {
            complaints.push(format!("{name} has the licence \"{licence}\""));
        }
        complaints
    }

    /// Whether the expression can be met with licences of the list. One with an exception gives more than one without.
    fn allows(&self, licence: &str) -> bool {
        let expression = Expression::parse_mode(licence, ParseMode::LAX);
        expression.is_ok_and(|expression| {
            expression
                .evaluate(|requirement| requirement.license.id().is_some_and(|id| self.licences.contains(id.name)))
        })
    }
}

fn texts(table: &Table, path: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let list = manifests::at(table, path).and_then(toml::Value::as_array);
    let list = list.with_context(|| format!("deny.toml lacks the list {}", path.join(".")))?;
    let text = |value: &toml::Value| value.as_str().map(str::to_owned).context("deny.toml: a list of texts");
    list.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const REGISTRY: &str = "registry+https://index.example";

    fn complaints(name: &str, source: &str, licence: &str) -> usize {
        let rules = Rules::parse(
            "graph.targets = []\nlicenses.allow = [\"MIT\", \"Apache-2.0\", \"ISC\"]\n\
             bans.deny = [\"openssl-sys\"]\nsources.allow-registry = [\"https://index.example\"]",
        );
        rules.unwrap().complaints(&json!({ "name": name, "source": source, "license": licence })).len()
    }

    #[test]
    fn a_licence_expression_is_met_by_licences_of_the_list() {
        for licence in [
            "MIT",
            "GPL-3.0-only OR MIT",
            "MIT/GPL-3.0",
            "(MIT OR GPL-3.0-only) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert_eq!(complaints("a", REGISTRY, licence), 0, "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "", "nonsense", "LicenseRef-own"] {
            assert_eq!(complaints("a", REGISTRY, licence), 1, "{licence}");
        }
    }

    #[test]
    fn a_banned_package_and_one_from_elsewhere_are_named() {
        assert_eq!(complaints("openssl-sys", REGISTRY, "MIT"), 1);
        assert_eq!(complaints("a", "git+https://example.org/a", "MIT"), 1);
        assert_eq!(complaints("qist-app", "", ""), 0);
    }

    #[test]
    fn the_lists_of_the_checkout_can_be_read() {
        let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
        assert!(Rules::parse(&text).is_ok_and(|rules| !rules.licences.is_empty()));
    }
}
