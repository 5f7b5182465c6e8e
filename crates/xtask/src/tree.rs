//! The files of the checkout, as a map from path to contents: what a check looks at, and what a test can make up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// Paths are relative to the checkout and written with `/`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Reads everything below `root` that `.gitignore` does not name.
    pub fn load(root: &Path) -> anyhow::Result<Tree> {
        let ignored = Ignored::parse(&fs::read_to_string(root.join(".gitignore")).context(".gitignore")?)?;
        let mut tree = Tree::default();
        tree.read(root, "", &ignored)?;
        Ok(tree)
    }

    fn read(&mut self, root: &Path, folder: &str, ignored: &Ignored) -> anyhow::Result<()> {
        for entry in fs::read_dir(root.join(folder)).with_context(|| format!("the folder {folder}"))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if name == ".git" || ignored.has(&path, &name) {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.read(root, &path, ignored)?;
            } else if kind.is_file() {
                self.files.insert(path.clone(), fs::read(root.join(&path)).with_context(|| path)?);
            }
        }
        Ok(())
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Each file with its size in bytes.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.len()))
    }

    /// Each file that is text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// Each file whose name ends in `.extension`.
    pub fn of_kind<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts().filter(move |(path, _)| path.rsplit_once('.').is_some_and(|(_, found)| found == extension))
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Whether there is such a file, or a folder with something in it.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        path.is_empty() || self.files.contains_key(path) || self.paths().any(|found| found.starts_with(&folder))
    }

    /// The paths that are not the same in both.
    pub fn differences<'a>(&'a self, other: &'a Tree) -> Vec<&'a str> {
        let mut paths: Vec<&str> = self.paths().chain(other.paths()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths.retain(|path| self.files.get(*path) != other.files.get(*path));
        paths
    }
}

#[cfg(test)]
impl Tree {
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree { files: files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect() }
    }
}

/// The lines of `.gitignore`, of which three forms are understood: `/path`, `name` and `*.extension`.
#[derive(Default)]
struct Ignored {
    paths: Vec<String>,
    names: Vec<String>,
    extensions: Vec<String>,
}

impl Ignored {
    fn parse(text: &str) -> anyhow::Result<Ignored> {
        let mut ignored = Ignored::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let line = line.trim_end_matches('/');
            if let Some(path) = line.strip_prefix('/') {
                ignored.paths.push(path.to_owned());
            } else if let Some(extension) = line.strip_prefix('*') {
                ignored.extensions.push(extension.to_owned());
            } else if line.contains(['/', '*', '!', '?', '[']) {
                bail!(".gitignore: xtask understands /path, name and *.extension, not {line}");
            } else {
                ignored.names.push(line.to_owned());
            }
        }
        Ok(ignored)
    }

    fn has(&self, path: &str, name: &str) -> bool {
        self.paths.iter().any(|found| found == path)
            || self.names.iter().any(|found| found == name)
            || self.extensions.iter().any(|extension| name.ends_with(extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_ignores_is_not_looked_at() {
        let ignored = Ignored::parse("# builds\n/target\nnode_modules/\n*.log\n").unwrap();
        for (path, name) in [("target", "target"), ("a/node_modules", "node_modules"), ("a/x.log", "x.log")] {
            assert!(ignored.has(path, name), "{path}");
        }
        assert!(!ignored.has("crates/target", "target"));
        assert!(Ignored::parse("docs/**/*.tmp").is_err());
    }

    #[test]
    fn a_folder_is_there_when_something_is_in_it() {
        let tree = Tree::of(&[("docs/a.md", "")]);
        assert!(tree.has("docs") && tree.has("docs/") && tree.has("docs/a.md") && tree.has(""));
        assert!(!tree.has("doc") && !tree.has("docs/b.md"));
    }

    #[test]
    fn a_difference_names_what_was_added_changed_or_removed() {
        let before = Tree::of(&[("same", "1"), ("changed", "1"), ("removed", "1")]);
        let after = Tree::of(&[("same", "1"), ("changed", "2"), ("added", "1")]);
        assert_eq!(before.differences(&after), ["added", "changed", "removed"]);
    }
}
