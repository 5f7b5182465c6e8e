//! Which use case folder of `crates/app` may use what of another, and that no file uses itself in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{code, words};
use crate::tree::Tree;

const APP: &str = "crates/app/src/";
/// What every use case may use, and what itself uses none.
const COMMON: &[&str] = &["ports"];

/// A folder, the file of another folder that it may use, and what for.
const MAY_USE: &[(&str, &str, &str)] = &[
    ("access", "servicing::tell", "an OTP is told by SMS"),
    ("applications", "credit_lines::open", "a signed agreement opens the line that was offered"),
    ("applications", "journey::view", "a borrower's standing, and the summary of an application"),
    ("applications", "offers::make", "an approval makes the offers"),
    ("applications", "users::decide", "underwriting asks a policy"),
    ("bankconnect", "access::open_session", "where a hosted page may send somebody back to"),
    ("bankconnect", "providers::job", "an analysis and a word about it are jobs"),
    ("credit_lines", "access::otp", "a drawdown is confirmed by an OTP"),
    ("credit_lines", "applications::read", "the offer that made the line"),
    ("credit_lines", "journey::kyc", "a proof of delivery has to be what it says, like a KYC document"),
    ("credit_lines", "journey::pay", "a link pays as its customer would"),
    ("credit_lines", "loans::disburse", "a UTR is claimed in one place"),
    ("credit_lines", "providers::job", "a reservation ends by a job"),
    ("journey", "access::otp", "an agreement is signed with an OTP"),
    ("journey", "applications::read", "the accepted offer"),
    ("journey", "providers::job", "steps that ask a provider write a job"),
    ("journey", "users::decide", "qualification and matching ask policies"),
    ("lender", "applications::read", "what partners and lenders read is read in one place"),
    ("lender", "applications::underwrite", "an approval by a person makes the same offers"),
    ("lender", "journey::view", "the summary of an application"),
    ("loans", "applications::read", "the accepted offer becomes the loan"),
    ("loans", "credit_lines::verify", "a verification walks lines as it walks loans"),
    ("loans", "providers::job", "a payout is asked for by a job"),
    ("loans", "servicing::save", "a loan's change is saved with what it means for its application"),
    ("offers", "applications::read", "the application as its reader may see it"),
    ("providers", "applications::agreement", "the job that makes the signed agreement"),
    ("providers", "applications::underwrite", "verified documents start underwriting"),
    ("providers", "bankconnect::analyse", "the job that analyses statements"),
    ("providers", "bankconnect::tell", "the job that tells how a statement ended"),
    ("providers", "credit_lines::expire", "the job that ends a reservation"),
    ("providers", "journey::identity", "the bureau's and the GST network's answers start qualification"),
    ("providers", "journey::view", "a signature needs to know where its borrower stands"),
    ("providers", "loans::disburse", "a payout's answer disburses"),
    ("providers", "loans::repay", "a settled payment repays"),
    ("providers", "servicing::closing", "a mandate's end is a closing task done"),
    ("providers", "servicing::save", "a bounced debit is charged"),
    ("servicing", "applications::read", "the application as its reader may see it"),
    ("servicing", "credit_lines::expire", "a test clock ends reservations"),
    ("servicing", "credit_lines::find", "a drawdown's loan is saved with its line"),
    ("servicing", "loans::find", "the loan that somebody names"),
    ("servicing", "providers::job", "mandates and messages are asked for by jobs"),
    ("servicing", "providers::perform", "how an error is described in the log"),
    ("users", "providers::job", "eligibility may have to ask for device insights"),
];

/// A file of a use case folder that uses one of another: `users/eligibility` and `providers::job`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
}

pub fn folders_use_each_other_as_listed(tree: &Tree) -> Vec<String> {
    let arrows: Vec<Arrow> =
        arrows(tree).into_iter().filter(|arrow| folder(&arrow.from) != folder(&arrow.to)).collect();
    let listed = |arrow: &Arrow| MAY_USE.iter().any(|(from, to, _)| *from == folder(&arrow.from) && *to == arrow.to);
    let unlisted = arrows.iter().filter(|arrow| !listed(arrow)).map(|Arrow { from, to }| {
        format!("crates/app: {from} uses {to}, which the list in crates/xtask/src/tidy/arrows.rs does not have")
    });
    let used = |from: &str, to: &str| arrows.iter().any(|arrow| folder(&arrow.from) == from && arrow.to == to);
    let unused = MAY_USE.iter().filter(|(from, to, _)| !used(from, to)).map(|(from, to, _)| {
        format!("crates/app: {from} no longer uses {to}: take it off the list in crates/xtask/src/tidy/arrows.rs")
    });
    let grouped = tree.of_kind("rs").filter(|(path, text)| path.starts_with(APP) && code(text).contains("crate::{"));
    let grouped = grouped.map(|(path, _)| format!("{path}: name one file in each `use crate::…`, not a group of them"));
    unlisted.chain(unused).chain(grouped).collect()
}

pub fn no_file_uses_itself_in_a_circle(tree: &Tree) -> Vec<String> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Arrow { from, to } in arrows(tree) {
        uses.entry(from).or_default().insert(to);
    }
    // What uses nothing that is left, or is used by nothing that is left, is in no circle.
    loop {
        let left = uses.clone();
        uses.retain(|file, used| {
            used.iter().any(|to| left.contains_key(to)) && left.values().any(|others| others.contains(file))
        });
        if uses.len() == left.len() {
            break;
        }
    }
    uses.keys().map(|file| format!("crates/app: {file} uses itself, by way of others")).collect()
}

fn folder(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// Every use of a file by another, within a folder and across, as `folder::file`.
fn arrows(tree: &Tree) -> BTreeSet<Arrow> {
    let files: Vec<(&str, &str)> =
        tree.of_kind("rs").filter_map(|(path, text)| Some((path.strip_prefix(APP)?, text))).collect();
    let modules: BTreeSet<String> = files
        .iter()
        .map(|(path, _)| path.trim_end_matches(".rs").replace('/', "::"))
        .filter(|module| module.contains("::") && !COMMON.contains(&folder(module)))
        .collect();
    let mut arrows = BTreeSet::new();
    for (path, text) in files {
        let from = path.trim_end_matches(".rs").replace('/', "::");
        if modules.contains(&from) {
            let mut used = uses(&code(text), folder(&from));
            used.retain(|to| *to != from && modules.contains(to));
            arrows.extend(used.into_iter().map(|to| Arrow { from: from.clone(), to }));
        }
    }
    arrows
}

/// Every `crate::folder::file` and `super::file` that is written out.
fn uses(code: &str, own_folder: &str) -> Vec<String> {
    let words: Vec<&str> = words(code).map(|word| word.text).collect();
    let mut found = Vec::new();
    for three in words.windows(3) {
        match three {
            ["crate", folder, file] => found.push(format!("{folder}::{file}")),
            ["super", file, _] => found.push(format!("{own_folder}::{file}")),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree in which every listed arrow is used.
    fn listed(extra: &[(&str, &str)]) -> Tree {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (from, to, _) in MAY_USE {
            files.entry(format!("{APP}{}.rs", to.replace("::", "/"))).or_default();
            files.entry(format!("{APP}{from}/uses.rs")).or_default().push_str(&format!("use crate::{to}::x;\n"));
        }
        for (path, text) in extra {
            files.insert(format!("{APP}{path}"), (*text).to_owned());
        }
        Tree::of(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>())
    }

    #[test]
    fn only_listed_arrows_are_used_and_every_listed_one_is() {
        assert!(folders_use_each_other_as_listed(&listed(&[])).is_empty());
        let unlisted = listed(&[("users/new.rs", "use crate::loans::repay::record;")]);
        assert_eq!(folders_use_each_other_as_listed(&unlisted).len(), 1);
        let unused = listed(&[("users/uses.rs", "// use crate::providers::job::enqueue;")]);
        assert_eq!(folders_use_each_other_as_listed(&unused).len(), 1);
        let grouped = listed(&[("users/new.rs", "use crate::{error::Result, loans::repay::record};")]);
        assert_eq!(folders_use_each_other_as_listed(&grouped).len(), 1);
    }

    #[test]
    fn everyone_may_use_the_ports_and_a_folder_its_own_files() {
        let tree = listed(&[
            ("ports/clock.rs", ""),
            ("users/new.rs", "use crate::ports::clock::Clock; use super::other::x; use crate::error::Result;"),
            ("users/other.rs", ""),
        ]);
        assert!(folders_use_each_other_as_listed(&tree).is_empty());
    }

    #[test]
    fn a_circle_names_those_in_it() {
        let tree = Tree::of(&[
            ("crates/app/src/a/one.rs", "use crate::b::two::x;"),
            ("crates/app/src/b/two.rs", "use super::three::x;"),
            ("crates/app/src/b/three.rs", "use crate::a::one::x;"),
            ("crates/app/src/b/four.rs", "use super::five::x;"),
            ("crates/app/src/b/five.rs", "use super::six::x;"),
            ("crates/app/src/b/six.rs", ""),
            ("crates/app/src/b/seven.rs", "use super::two::x;"),
        ]);
        assert_eq!(no_file_uses_itself_in_a_circle(&tree).len(), 3);
        assert!(no_file_uses_itself_in_a_circle(&listed(&[])).is_empty());
    }
}
