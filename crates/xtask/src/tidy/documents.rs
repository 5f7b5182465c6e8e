//! Documents that list what the code has: nothing left out, nothing left over.

use std::collections::{BTreeMap, BTreeSet};

use crate::manifests;
use crate::tree::Tree;

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const DEPENDENCIES: &str = "docs/dependencies.md";
const POLICIES: &str = "docs/policies.md";
const INPUTS: &str = "crates/app/src/users/decide.rs";

pub fn architecture_names_crates(tree: &Tree) -> Vec<String> {
    let manifests = match manifests::all(tree) {
        Ok(manifests) => manifests,
        Err(error) => return vec![error],
    };
    let crates = manifests.iter().map(|manifest| manifest.short_name().to_owned()).collect();
    compare(ARCHITECTURE, &first_cells(tree, ARCHITECTURE, "Crate"), &crates)
}

/// Each dependency has a row, and the row says truly which crates use it.
pub fn dependencies_are_explained(tree: &Tree) -> Vec<String> {
    let manifests = match manifests::all(tree) {
        Ok(manifests) => manifests,
        Err(error) => return vec![error],
    };
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for manifest in &manifests {
        let outside = manifest.dependencies.keys().filter(|name| !name.starts_with("qist"));
        outside.for_each(|name| {
            users.entry(name).or_default().insert(manifest.short_name());
        });
    }
    let rows = |users: (&&str, &BTreeSet<&str>)| {
        format!("{} | {}", users.0, users.1.iter().copied().collect::<Vec<_>>().join(", "))
    };
    let expected = users.iter().map(rows).collect();
    let written = table_rows(tree, DEPENDENCIES, "Dependency");
    let written = written.iter().map(|cells| cells.iter().take(2).copied().collect::<Vec<_>>().join(" | "));
    compare(DEPENDENCIES, &written.map(|row| row.replace('`', "")).collect(), &expected)
}

pub fn policy_inputs_are_listed(tree: &Tree) -> Vec<String> {
    let code = tree.text(INPUTS).unwrap_or_default();
    let set = code.split("set(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let inputs: BTreeSet<String> = set.map(|(name, _)| name.to_owned()).collect();
    if inputs.is_empty() {
        return vec![format!("{INPUTS} sets no inputs: tell crates/xtask/src/tidy/documents.rs where they are set")];
    }
    compare(POLICIES, &first_cells(tree, POLICIES, "Input"), &inputs)
}

fn compare(document: &str, written: &BTreeSet<String>, expected: &BTreeSet<String>) -> Vec<String> {
    let missing = expected.difference(written).map(|row| format!("{document} lacks the row {row}"));
    let left_over = written.difference(expected).map(|row| format!("{document} has a row too many: {row}"));
    missing.chain(left_over).collect()
}

fn first_cells(tree: &Tree, document: &str, header: &str) -> BTreeSet<String> {
    let rows = table_rows(tree, document, header);
    rows.iter().filter_map(|cells| cells.first()).map(|cell| cell.replace('`', "")).collect()
}

/// The rows of every table whose first column has this header.
fn table_rows<'a>(tree: &'a Tree, document: &str, header: &str) -> Vec<Vec<&'a str>> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in tree.text(document).unwrap_or_default().lines() {
        let Some(line) = line.trim().strip_prefix('|') else {
            inside = false;
            continue;
        };
        let cells: Vec<&str> = line.trim_end_matches('|').split('|').map(str::trim).collect();
        match cells.first() {
            Some(first) if *first == header => inside = true,
            Some(first) if inside && !first.starts_with("--") && !first.starts_with(":-") => rows.push(cells),
            _ => {}
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: (&str, &str) =
        ("crates/app/Cargo.toml", "[package]\nname = \"qist-app\"\n[dependencies]\nserde = \"1\"\n");

    #[test]
    fn the_architecture_has_a_row_for_each_crate_and_no_other() {
        let complaints = |rows: &str| {
            let text =
                format!("| Crate | may |\n| --- | --- |\n{rows}\nother\n| Else | x |\n| --- | - |\n| `no` | x |\n");
            architecture_names_crates(&Tree::of(&[(ARCHITECTURE, &text), APP])).len()
        };
        assert_eq!(
            (complaints("| `app` | decide |"), complaints(""), complaints("| `app` | x |\n| `gone` | x |")),
            (0, 1, 1)
        );
    }

    #[test]
    fn a_dependency_is_explained_with_the_crates_that_use_it() {
        let complaints = |row: &str| {
            let text = format!("| Dependency | Used by | Why |\n|---|---|---|\n{row}\n");
            dependencies_are_explained(&Tree::of(&[(DEPENDENCIES, &text), APP])).len()
        };
        assert_eq!(
            (complaints("| `serde` | app | why |"), complaints("| `serde` | http | why |"), complaints("")),
            (0, 2, 1)
        );
    }

    #[test]
    fn a_policy_input_is_documented() {
        let complaints = |row: &str| {
            let text = format!("| Input | Meaning |\n| --- | --- |\n{row}\n");
            let code = "set(\"age\", json!(1));";
            policy_inputs_are_listed(&Tree::of(&[(POLICIES, &text), (INPUTS, code)])).len()
        };
        assert_eq!((complaints("| `age` | years |"), complaints(""), complaints("| `ages` | x |")), (0, 1, 2));
        assert_eq!(policy_inputs_are_listed(&Tree::of(&[])).len(), 1);
    }
}
