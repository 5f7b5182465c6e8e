//! Names that belong to one place, and words that belong to none.

use crate::source::{code, line_of, words};
use crate::tree::Tree;

/// A name in code: where it is watched for, and where in there it may stand. Both are beginnings of paths.
struct Name {
    name: &'static str,
    watched: &'static [&'static str],
    allowed: &'static [&'static str],
    why: &'static str,
}

const ENGINE: &[&str] = &["crates/store/src/db", "crates/store/benches/"];
const ENGINE_ONLY: &str = "the store's db module is the only one that names a driver";
const MONEY: &[&str] =
    &["crates/domain/src/", "crates/app/src/", "crates/store/src/", "crates/http/src/", "crates/documents/src/"];
/// Where a statement has places on a page, and where a spreadsheet knows no other number.
const PLACES: &[&str] =
    &["crates/statement/src/pdf/", "crates/statement/src/table/", "crates/statement/src/workbook/sheet"];
const STATEMENT: &[&str] = &["crates/statement/src/"];
const EXACT: &str = "money is whole paise and rates are exact decimals";

const NAMES: &[Name] = &[
    Name { name: "rusqlite", watched: &["crates/"], allowed: ENGINE, why: ENGINE_ONLY },
    Name { name: "tokio_postgres", watched: &["crates/"], allowed: ENGINE, why: ENGINE_ONLY },
    Name { name: "deadpool_postgres", watched: &["crates/"], allowed: ENGINE, why: ENGINE_ONLY },
    Name {
        name: "reqwest",
        watched: &["crates/"],
        // The S3 signer takes the type of URL that is in there too.
        allowed: &["crates/providers/src/client", "crates/providers/src/blobs/s3"],
        why: "providers/src/client.rs is the only outgoing HTTP",
    },
    Name { name: "f64", watched: MONEY, allowed: &[], why: EXACT },
    Name { name: "f32", watched: MONEY, allowed: &[], why: EXACT },
    Name { name: "f64", watched: STATEMENT, allowed: PLACES, why: EXACT },
    Name { name: "f32", watched: STATEMENT, allowed: PLACES, why: EXACT },
    Name {
        name: "pdfboss_core",
        watched: &["crates/"],
        allowed: &["crates/statement/src/pdf/", "crates/documents/"],
        why: "statement/src/pdf is the only place that names the PDF engine",
    },
];

pub fn names_stay_in_their_place(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.of_kind("rs") {
        let begins = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        let watched: Vec<&Name> = NAMES.iter().filter(|name| begins(name.watched) && !begins(name.allowed)).collect();
        if watched.is_empty() {
            continue;
        }
        let code = code(text);
        for word in words(&code) {
            for name in watched.iter().filter(|name| name.name == word.text) {
                complaints.push(format!("{path}:{}: {}: {}", line_of(&code, word.at), name.name, name.why));
            }
        }
    }
    complaints
}

/// Words that no file may contain, comments included. They are put together here so that this file does not.
struct Forbidden {
    word: &'static str,
    /// Also as a part of a longer word, and in any case.
    anywhere: bool,
    allowed: &'static [&'static str],
    why: &'static str,
}

const UNDONE: &str = "do it, or leave it out";
const SKIPPED: &str = "a test that does not run proves nothing";

const FORBIDDEN: &[Forbidden] = &[
    Forbidden { word: concat!("FIX", "ME"), anywhere: false, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("TO", "DO"), anywhere: false, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("to", "do!"), anywhere: false, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("unimple", "mented!"), anywhere: false, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("db", "g!"), anywhere: false, allowed: &[], why: "this is a trace of debugging" },
    Forbidden { word: concat!("phase", " 2"), anywhere: true, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("phase", " two"), anywhere: true, allowed: &[], why: UNDONE },
    Forbidden { word: concat!("#[ig", "nore"), anywhere: true, allowed: &[], why: SKIPPED },
    Forbidden { word: concat!("test.", "skip"), anywhere: true, allowed: &[], why: SKIPPED },
    Forbidden {
        word: concat!("fin", "box"),
        anywhere: true,
        // What a frame's owner listens for is a text of the contract.
        allowed: &["docs/compatibility.md", "crates/http/assets/bank/tell.js"],
        why: "docs/compatibility.md is the only place that names it",
    },
    Forbidden { word: concat!("/wo", "rk/"), anywhere: true, allowed: &[], why: "this is a path of one machine" },
];

pub fn nothing_is_left_undone(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts() {
        let lower = text.to_lowercase();
        for forbidden in FORBIDDEN.iter().filter(|forbidden| !forbidden.allowed.contains(&path)) {
            let found = if forbidden.anywhere { lower.find(forbidden.word) } else { find_word(text, forbidden.word) };
            if let Some(at) = found {
                let text = if forbidden.anywhere { &lower } else { text };
                complaints.push(format!("{path}:{}: {}: {}", line_of(text, at), forbidden.word, forbidden.why));
            }
        }
    }
    complaints
}

/// The first place where a word stands by itself.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let part_of_a_word = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let (before, after) = (text[..*at].chars().next_back(), text[at + word.len()..].chars().next());
        let closed = word.ends_with('!') || !part_of_a_word(after);
        !part_of_a_word(before) && closed
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misplaced(path: &str, text: &str) -> usize {
        names_stay_in_their_place(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn a_driver_is_named_in_the_stores_engine_alone() {
        let text = "use rusqlite::Connection;";
        assert_eq!(
            (misplaced("crates/store/src/db/sqlite.rs", text), misplaced("crates/store/src/users.rs", text)),
            (0, 1)
        );
        assert_eq!(
            misplaced("crates/store/src/users.rs", "// rusqlite is elsewhere\nconst A: &str = \"rusqlite\";"),
            0
        );
    }

    #[test]
    fn only_the_client_makes_requests_and_money_is_never_a_float() {
        assert_eq!(misplaced("crates/providers/src/client/resolve.rs", "use reqwest::dns::Name;"), 0);
        assert_eq!(misplaced("crates/providers/src/smtp.rs", "use reqwest::Client;"), 1);
        assert_eq!(misplaced("crates/domain/src/money.rs", "fn x() -> f64 { as_secs_f64() }"), 1);
        assert_eq!(misplaced("crates/server/src/main.rs", "fn x() -> f64 { 1.0 }"), 0);
    }

    #[test]
    fn words_of_unfinished_work_are_found_by_themselves_only() {
        let found = |text: &str| nothing_is_left_undone(&Tree::of(&[("docs/a.md", text)])).len();
        for forbidden in FORBIDDEN {
            assert_eq!(found(&format!("x {} y", forbidden.word)), 1, "{}", forbidden.word);
        }
        assert_eq!(found(concat!("xTO", "DO ", "TO", "DOs", " adb", "g!")), 0);
        assert_eq!(found(&concat!("fin", "box").to_uppercase()), 1);
    }
}
