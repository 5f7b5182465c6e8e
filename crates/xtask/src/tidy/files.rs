//! Which files there may be, and that those which others need are there.

use std::collections::BTreeSet;

use crate::source::{code, line_of};
use crate::tree::Tree;

const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Files that are larger, each with its reason to be here.
const LARGE: &[&str] = &[];

pub fn large_files_are_listed(tree: &Tree) -> Vec<String> {
    let large = tree.sizes().filter(|(path, bytes)| *bytes > FILE_BYTES_MAX && !LARGE.contains(path));
    large
        .map(|(path, bytes)| format!("{path} has {bytes} bytes: at most {FILE_BYTES_MAX} unless it is listed"))
        .collect()
}

/// What code includes is part of the program, whatever it is written in; what others made says beside it where it is from.
pub fn markdown_has_its_places(tree: &Tree) -> Vec<String> {
    let included: BTreeSet<String> = included(tree).into_iter().filter_map(|included| included.file).collect();
    let stray = tree.of_kind("md").filter(|(path, _)| path.contains('/') && !path.starts_with("docs/"));
    let stray = stray.filter(|(path, _)| !included.contains(*path) && !path.contains("/assets/"));
    stray.map(|(path, _)| format!("{path}: Markdown stands in the root and in docs/")).collect()
}

pub fn migrations_have_no_gaps(tree: &Tree) -> Vec<String> {
    let files = tree.paths().filter_map(|path| path.strip_prefix("migrations/"));
    let mut complaints = Vec::new();
    for (expected, file) in (1..).zip(files) {
        if !file.starts_with(&format!("{expected:04}_")) || !file.ends_with(".sql") {
            complaints.push(format!("migrations/{file}: the next migration is {expected:04}_what.sql"));
        }
    }
    complaints
}

pub fn included_files_exist(tree: &Tree) -> Vec<String> {
    let missing =
        included(tree).into_iter().filter(|included| !included.file.as_ref().is_some_and(|file| tree.has(file)));
    missing.map(|included| format!("{}: there is no {}", included.place, included.named)).collect()
}

struct Included<'a> {
    /// Path and line.
    place: String,
    named: &'a str,
    /// As a path of the checkout, unless it leads out of that.
    file: Option<String>,
}

/// Every file that code includes by a literal. Paths that the build puts together are checked by the build.
fn included(tree: &Tree) -> Vec<Included<'_>> {
    let mut found = Vec::new();
    for (path, text) in tree.of_kind("rs") {
        let code = code(text);
        for opening in ["include_str!(", "include_bytes!("] {
            for (at, _) in code.match_indices(opening) {
                let argument = text[at + opening.len()..].trim_start().strip_prefix('"');
                let Some((named, _)) = argument.and_then(|rest| rest.split_once('"')) else { continue };
                let place = format!("{path}:{}", line_of(&code, at));
                found.push(Included { place, named, file: resolve(path, named) });
            }
        }
    }
    found
}

/// The path of the checkout that `target` means in a file at `from`; `None` where it leads out of the checkout.
pub fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_above_one_mebibyte_has_to_be_listed() {
        let tree = |bytes: usize| large_files_are_listed(&Tree::of(&[("fixtures/a.bin", &"x".repeat(bytes))])).len();
        assert_eq!((tree(FILE_BYTES_MAX), tree(FILE_BYTES_MAX + 1)), (0, 1));
    }

    #[test]
    fn working_notes_have_no_place() {
        let tree = Tree::of(&[("README.md", ""), ("docs/generated/a.md", ""), ("crates/app/notes.md", "")]);
        assert_eq!(markdown_has_its_places(&tree).len(), 1);
        let included = Tree::of(&[("crates/a/src/b.md", ""), ("crates/a/src/b.rs", "include_str!(\"b.md\")")]);
        assert!(markdown_has_its_places(&included).is_empty());
    }

    #[test]
    fn migrations_count_from_one_without_gaps() {
        let complaints = |names: &[&str]| {
            let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
            migrations_have_no_gaps(&Tree::of(&files)).len()
        };
        assert_eq!(complaints(&["migrations/0001_a.sql", "migrations/0002_b.sql"]), 0);
        assert_eq!(complaints(&["migrations/0001_a.sql", "migrations/0003_b.sql"]), 1);
        assert_eq!(complaints(&["migrations/0001_a.sql", "migrations/0001_b.sql"]), 1);
        assert_eq!(complaints(&["migrations/0001_a.txt"]), 1);
    }

    #[test]
    fn what_is_included_is_there() {
        let complaints = |text: &str| {
            included_files_exist(&Tree::of(&[("crates/a/src/b/c.rs", text), ("fixtures/x.json", "")])).len()
        };
        assert_eq!(complaints("const X: &str = include_str!(\"../../../../fixtures/x.json\");"), 0);
        assert_eq!(complaints("const X: &str = include_str!(\n    \"../fixtures/x.json\"\n);"), 1);
        assert_eq!(complaints("// include_str!(\"nothing\")"), 0);
        assert_eq!(complaints("include_bytes!(\"../../../../../x\")"), 1);
    }
}
