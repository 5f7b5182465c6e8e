//! How long a file and a function may be.

use crate::source::{code, functions, line_of, tests_from};
use crate::tree::Tree;

const FILE_LINES_MAX: usize = 700;
const FUNCTION_LINES_MAX: usize = 70;
const TEST_LINES_MAX: usize = 150;
/// What people write and read line by line. Documents and data are as long as what they say.
const SOURCES: &[&str] = &["rs", "sql", "typ", "html", "css", "js", "sh"];

pub fn files_are_short(tree: &Tree) -> Vec<String> {
    let sources = SOURCES.iter().flat_map(|kind| tree.of_kind(kind));
    let long = sources.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > FILE_LINES_MAX);
    long.map(|(path, lines)| format!("{path} has {lines} lines: at most {FILE_LINES_MAX}")).collect()
}

pub fn functions_are_short(tree: &Tree) -> Vec<String> {
    tree.of_kind("rs").flat_map(|(path, text)| long_functions(path, text)).collect()
}

fn long_functions(path: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let tests_from = if is_test(path) { 0 } else { tests_from(&code) };
    let max = |at: usize| if at >= tests_from { TEST_LINES_MAX } else { FUNCTION_LINES_MAX };
    let long = functions(&code).into_iter().filter(|function| function.lines > max(function.at));
    long.map(|function| {
        let (line, lines, max) = (line_of(&code, function.at), function.lines, max(function.at));
        format!("{path}:{line}: {} has {lines} lines: at most {max}", function.name)
    })
    .collect()
}

/// Whether a whole file is there for tests.
fn is_test(path: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/"];
    path.ends_with("tests.rs") || path.starts_with("crates/testkit/") || folders.iter().any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn a_file_of_source_has_at_most_700_lines() {
        let complaints = |path: &str, lines| files_are_short(&Tree::of(&[(path, &"\n".repeat(lines))])).len();
        assert_eq!((complaints("a.rs", 700), complaints("a.rs", 701), complaints("a.json", 701)), (0, 1, 0));
    }

    #[test]
    fn a_function_has_at_most_70_lines_and_a_test_150() {
        let complaints = |path: &str, text: &str| functions_are_short(&Tree::of(&[(path, text)])).len();
        assert_eq!((complaints("src/a.rs", &function(70)), complaints("src/a.rs", &function(71))), (0, 1));
        for path in ["src/a_tests.rs", "crates/x/tests/it/a.rs", "crates/testkit/src/a.rs"] {
            assert_eq!((complaints(path, &function(150)), complaints(path, &function(151))), (0, 1), "{path}");
        }
        let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", function(71), function(150));
        assert_eq!(complaints("src/a.rs", &with_tests), 1);
    }
}
