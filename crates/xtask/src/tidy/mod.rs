//! The rules of the house that a program can check. A rule that nothing checks is a wish.

mod arrows;
mod crates;
mod documents;
mod files;
mod lengths;
mod links;
mod words;

use crate::tree::Tree;

/// A rule, and the function that tells where the tree breaks it: each complaint a sentence with the place in it.
struct Check {
    name: &'static str,
    complaints: fn(&Tree) -> Vec<String>,
}

macro_rules! checks {
    ($($name:ident: $complaints:path;)*) => {
        const CHECKS: &[Check] = &[$(Check { name: stringify!($name), complaints: $complaints },)*];

        /// So that `cargo test` checks the tree as well.
        #[cfg(test)]
        mod the_tree {
            use super::*;

            $(
                #[test]
                fn $name() {
                    let complaints = ($complaints)(&crate::checkout().unwrap());
                    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
                }
            )*
        }
    };
}

use arrows::{folders_use_each_other_as_listed, no_file_uses_itself_in_a_circle};
use crates::{crates_depend_as_listed, dependencies_are_used, lints_are_inherited};
use documents::{architecture_names_crates, dependencies_are_explained, policy_inputs_are_listed};
use files::{included_files_exist, large_files_are_listed, markdown_has_its_places, migrations_have_no_gaps};
use lengths::{files_are_short, functions_are_short};
use links::{links_resolve, paths_exist};
use words::{names_stay_in_their_place, nothing_is_left_undone};

checks! {
    crates_depend_on_each_other_only_as_listed: crates_depend_as_listed;
    every_dependency_is_used: dependencies_are_used;
    every_crate_inherits_the_lints: lints_are_inherited;
    use_case_folders_use_each_other_only_as_listed: folders_use_each_other_as_listed;
    use_cases_do_not_use_each_other_in_a_circle: no_file_uses_itself_in_a_circle;
    every_file_is_short: files_are_short;
    every_function_is_short: functions_are_short;
    drivers_and_floats_stay_in_their_place: names_stay_in_their_place;
    nothing_is_left_undone_or_skipped: nothing_is_left_undone;
    migrations_are_numbered_without_gaps: migrations_have_no_gaps;
    every_included_file_exists: included_files_exist;
    markdown_stands_in_the_root_and_in_docs: markdown_has_its_places;
    every_large_file_is_listed: large_files_are_listed;
    every_link_resolves: links_resolve;
    every_path_in_the_documents_exists: paths_exist;
    every_crate_is_in_the_architecture: architecture_names_crates;
    every_dependency_is_explained: dependencies_are_explained;
    every_policy_input_is_documented: policy_inputs_are_listed;
}

/// Checks every rule and prints what is wrong. Answers whether nothing is.
pub fn run(tree: &Tree) -> bool {
    let mut tidy = true;
    for check in CHECKS {
        let complaints = (check.complaints)(tree);
        if !complaints.is_empty() {
            tidy = false;
            println!("{}:", check.name.replace('_', " "));
            for complaint in complaints {
                println!("  {complaint}");
            }
        }
    }
    if tidy {
        println!("tidy: {} rules hold", CHECKS.len());
    }
    tidy
}
