//! Which crate may depend on which, and under which lints all of them are built.

use std::collections::BTreeSet;

use toml::Value;

use crate::manifests::{self, Manifest, Use};
use crate::source::{code, words};
use crate::tree::Tree;

/// Each crate with those of ours that it may ship with. `ARCHITECTURE.md` says why.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("statement", &["qist-domain"]),
    ("app", &["qist-domain", "qist-statement"]),
    ("store", &["qist-app", "qist-domain", "qist-statement"]),
    ("providers", &["qist-app", "qist-domain"]),
    ("documents", &["qist-app", "qist-domain"]),
    ("http", &["qist-app", "qist-domain", "qist-statement"]),
    (
        "server",
        &["qist-app", "qist-documents", "qist-domain", "qist-http", "qist-providers", "qist-statement", "qist-store"],
    ),
    ("testkit", &["qist-app", "qist-domain"]),
    ("xtask", &[]),
];

/// The only one of ours that is there for tests alone.
const FOR_TESTS: &str = "qist-testkit";

pub fn crates_depend_as_listed(tree: &Tree) -> Vec<String> {
    match manifests::all(tree) {
        Ok(manifests) => manifests.iter().flat_map(beyond_the_table).collect(),
        Err(error) => vec![error],
    }
}

fn beyond_the_table(manifest: &Manifest) -> Vec<String> {
    let folder = &manifest.folder;
    let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| *name == manifest.short_name()) else {
        return vec![format!("{folder}: this crate is not in the table of crates/xtask/src/tidy/crates.rs")];
    };
    let ours = manifest.dependencies.iter().filter(|(name, _)| name.starts_with("qist"));
    let forbidden = ours.filter(|(name, of)| {
        let for_tests = **of == Use::Development && *name == FOR_TESTS;
        !for_tests && !may_use.contains(&name.as_str())
    });
    forbidden.map(|(name, _)| format!("{folder}/Cargo.toml: {name} is out of bounds for this crate")).collect()
}

/// A dependency whose name no code of the crate has is built for nothing.
pub fn dependencies_are_used(tree: &Tree) -> Vec<String> {
    let manifests = match manifests::all(tree) {
        Ok(manifests) => manifests,
        Err(error) => return vec![error],
    };
    let mut complaints = Vec::new();
    for manifest in &manifests {
        let within = format!("{}/", manifest.folder);
        let code: Vec<String> =
            tree.of_kind("rs").filter(|(path, _)| path.starts_with(&within)).map(|(_, text)| code(text)).collect();
        let named: BTreeSet<&str> = code.iter().flat_map(|code| words(code)).map(|word| word.text).collect();
        let idle = manifest.dependencies.keys().filter(|name| !named.contains(name.replace('-', "_").as_str()));
        complaints.extend(idle.map(|name| format!("{within}Cargo.toml: no code of this crate names {name}")));
    }
    complaints
}

pub fn lints_are_inherited(tree: &Tree) -> Vec<String> {
    let (workspace, manifests) = match (manifests::workspace(tree), manifests::all(tree)) {
        (Ok(workspace), Ok(manifests)) => (workspace, manifests),
        (Err(error), _) | (_, Err(error)) => return vec![error],
    };
    let mut complaints = Vec::new();
    let unsafe_code = manifests::at(&workspace, &["workspace", "lints", "rust", "unsafe_code"]);
    if unsafe_code.and_then(Value::as_str) != Some("forbid") {
        complaints.push("Cargo.toml: [workspace.lints.rust] must say unsafe_code = \"forbid\"".to_owned());
    }
    let own = manifests.iter().filter(|manifest| !manifest.inherits_lints);
    complaints.extend(own.map(|manifest| format!("{}/Cargo.toml lacks [lints] workspace = true", manifest.folder)));
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(package: &str, rest: &str) -> String {
        format!("[package]\nname = \"{package}\"\n{rest}")
    }

    #[test]
    fn a_crate_may_use_only_those_in_its_row() {
        let tree = |rest: &str| {
            let http = manifest("qist-http", rest);
            crates_depend_as_listed(&Tree::of(&[("crates/http/Cargo.toml", &http)]))
        };
        assert!(tree("[dependencies]\nqist-app.workspace = true\naxum = \"1\"").is_empty());
        assert!(tree("[dev-dependencies]\nqist-testkit.workspace = true").is_empty());
        assert_eq!(tree("[dependencies]\nqist-store.workspace = true").len(), 1);
        assert_eq!(tree("[dependencies]\nqist-testkit.workspace = true").len(), 1);
        assert_eq!(tree("[dev-dependencies]\nqist-store.workspace = true").len(), 1);
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_named() {
        let tree = Tree::of(&[("crates/new/Cargo.toml", &manifest("qist-new", ""))]);
        assert_eq!(crates_depend_as_listed(&tree).len(), 1);
    }

    #[test]
    fn a_dependency_that_no_code_names_is_idle() {
        let http = manifest("qist-http", "[dependencies]\nserde-json = \"1\"\n");
        let idle = |source: &str| {
            let tree = [("crates/http/Cargo.toml", http.as_str()), ("crates/http/src/a.rs", source)];
            dependencies_are_used(&Tree::of(&tree)).len()
        };
        assert_eq!((idle("use serde_json::Value;"), idle("// serde_json"), idle("use serde_json5::x;")), (0, 1, 1));
    }

    #[test]
    fn lints_are_forbidding_and_inherited() {
        let workspace = "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";
        let inherits = manifest("qist-http", "[lints]\nworkspace = true\n");
        let tree = |workspace: &str, http: &str| {
            lints_are_inherited(&Tree::of(&[("Cargo.toml", workspace), ("crates/http/Cargo.toml", http)]))
        };
        assert!(tree(workspace, &inherits).is_empty());
        assert_eq!(tree("[workspace]\n", &inherits).len(), 1);
        assert_eq!(tree(workspace, &manifest("qist-http", "")).len(), 1);
    }
}
