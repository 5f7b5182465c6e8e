//! Documents that lead somewhere: links, and paths in back-ticks.

use super::files::resolve;
use crate::source::line_of;
use crate::tree::Tree;

/// Where a word in back-ticks that begins so is a path of the checkout.
const ROOTS: &[&str] = &[".cargo/", ".ci/", "crates/", "docs/", "fixtures/", "migrations/", "tests/"];

pub fn links_resolve(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    // What a crate includes is served elsewhere, and its links are for there.
    let documents = tree.of_kind("md").filter(|(path, _)| !path.starts_with("crates/"));
    for (path, text) in documents {
        let prose = without_code_blocks(text);
        for (at, target) in links(&prose) {
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !outside && !leads_somewhere(tree, path, target) {
                complaints.push(format!("{path}:{}: {target} leads nowhere", line_of(&prose, at)));
            }
        }
    }
    complaints
}

/// In documents any path; in code the documents that comments point to.
pub fn paths_exist(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.of_kind("md") {
        let named = back_ticked(text, |_| true).into_iter();
        let named = named.filter(|(_, named)| ROOTS.iter().any(|root| named.starts_with(root)));
        complaints.extend(named.filter_map(|named| missing(tree, path, text, named)));
    }
    for (path, text) in tree.of_kind("rs") {
        let named = back_ticked(text, |line| line.trim_start().starts_with("//")).into_iter();
        let named = named.filter(|(_, named)| named.starts_with("docs/"));
        complaints.extend(named.filter_map(|named| missing(tree, path, text, named)));
    }
    complaints
}

fn missing(tree: &Tree, path: &str, text: &str, (at, named): (usize, &str)) -> Option<String> {
    let there = !is_plain(named) || tree.has(named);
    (!there).then(|| format!("{path}:{}: there is no {named}", line_of(text, at)))
}

/// Neither a pattern nor a sentence.
fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)) && !path.contains("NNNN")
}

/// The texts between single back-ticks on one line, of those lines that count.
fn back_ticked(text: &str, counts: impl Fn(&str) -> bool) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if counts(line) && !line.trim_start().starts_with("```") {
            let mut at = start;
            for (number, part) in line.split('`').enumerate() {
                if number % 2 == 1 {
                    found.push((at, part));
                }
                at += part.len() + 1;
            }
        }
        start += line.len();
    }
    found
}

/// The targets of `[text](target)`.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("](").filter_map(|(at, opening)| {
        let (target, _) = text[at + opening.len()..].split_once(')')?;
        Some((at, target))
    })
}

/// The text with every line within a fenced block emptied, so that offsets still tell the line.
fn without_code_blocks(text: &str) -> String {
    let mut fenced = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        out.push_str(if fence || fenced { "\n" } else { line });
        fenced ^= fence;
    }
    out
}

fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let file = if file.is_empty() { Some(from.to_owned()) } else { resolve(from, file) };
    let Some(file) = file.filter(|file| tree.has(file)) else { return false };
    match (anchor, tree.text(&file)) {
        (Some(anchor), Some(text)) if file.ends_with(".md") => headings(text).any(|heading| heading == anchor),
        (Some(_), _) => false,
        (None, _) => true,
    }
}

/// Each heading as the anchor that readers of Markdown make of it.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().filter(|line| line.starts_with('#'));
    lines.map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: (&str, &str) = ("docs/other.md", "# Other\n## Two words, and more\n");

    #[test]
    fn a_link_leads_to_a_file_and_to_a_heading_in_it() {
        let complaints = |text: &str| links_resolve(&Tree::of(&[("docs/a.md", text), ("LICENSE", ""), OTHER]));
        let good =
            "# Here\n[a](other.md) [b](other.md#two-words-and-more) [c](../LICENSE) [d](#here) [e](https://x.org)\n";
        assert_eq!(complaints(good), Vec::<String>::new());
        assert_eq!(complaints("```\n[a](nowhere.md)\n```\n"), Vec::<String>::new());
        for bad in ["nowhere.md", "other.md#nowhere", "../../LICENSE", "#nowhere", "LICENSE"] {
            assert_eq!(complaints(&format!("[x]({bad})")), [format!("docs/a.md:1: {bad} leads nowhere")]);
        }
    }

    #[test]
    fn a_path_in_back_ticks_is_there() {
        let found =
            |path: &str, text: &str| paths_exist(&Tree::of(&[(path, text), ("crates/a/src/b.rs", ""), OTHER])).len();
        assert_eq!(
            found("README.md", "see `crates/a/src/b.rs`, `crates/a/`, `docs/<what>.md`, `b.rs` and `docs/adding-*`"),
            0
        );
        assert_eq!(found("README.md", "see\n`crates/a/src/c.rs`"), 1);
        assert_eq!(found("crates/a/src/d.rs", "//! `docs/gone.md` and `crates/gone`\nlet a = \"`docs/gone.md`\";"), 1);
    }
}
