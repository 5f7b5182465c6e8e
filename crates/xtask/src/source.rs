//! Reading Rust just closely enough: what is code and what is comment or text, words with their lines, functions.

/// The source with every byte of a comment, a string or a character blanked out. Offsets and lines stay.
pub fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let opaque = opaque_bytes(rest, code.chars().next_back());
        let taken = if opaque == 0 { first.len_utf8() } else { opaque };
        for character in rest[..taken].chars() {
            match character {
                '\n' => code.push('\n'),
                _ if opaque > 0 => code.extend(std::iter::repeat_n(' ', character.len_utf8())),
                _ => code.push(character),
            }
        }
        rest = &rest[taken..];
    }
    code
}

/// The length of the comment or literal that `rest` begins with; 0 where it begins with code.
fn opaque_bytes(rest: &str, before: Option<char>) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_bytes(rest);
    }
    if rest.starts_with('"') {
        return quoted_bytes(rest, '"');
    }
    if rest.starts_with('\'') {
        return character_bytes(rest);
    }
    if before.is_some_and(is_word) { 0 } else { raw_string_bytes(rest) }
}

fn block_comment_bytes(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// Up to and with the closing `quote` that no backslash stands before.
fn quoted_bytes(rest: &str, quote: char) -> usize {
    // So that the opening quote does not close.
    let mut escaped = true;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + character.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// A character literal; 0 where the tick begins a lifetime.
fn character_bytes(rest: &str) -> usize {
    let mut characters = rest.chars().skip(1);
    match (characters.next(), characters.next()) {
        (Some('\\'), _) => quoted_bytes(rest, '\''),
        (Some(_), Some('\'')) => quoted_bytes(rest, '\''),
        _ => 0,
    }
}

fn raw_string_bytes(rest: &str) -> usize {
    let Some(start) = ["r", "br", "cr"].into_iter().find(|start| rest.starts_with(start)) else { return 0 };
    let after = &rest[start.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let Some(body) = after[hashes..].strip_prefix('"') else { return 0 };
    let end = format!("\"{}", "#".repeat(hashes));
    let opening = start.len() + hashes + 1;
    body.find(&end).map_or(rest.len(), |found| opening + found + end.len())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// An identifier, a keyword or a number, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    pub text: &'a str,
    pub at: usize,
}

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    text.split(|character| !is_word(character)).filter(|word| !word.is_empty()).map(move |word| {
        // Both point into the same text.
        Word { text: word, at: word.as_ptr().addr() - text.as_ptr().addr() }
    })
}

/// The line that an offset is on, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function<'a> {
    pub name: &'a str,
    pub at: usize,
    /// From the word `fn` to the closing brace, both lines counted.
    pub lines: usize,
}

/// The functions of a text that [`code`] has made, those within others too.
pub fn functions(code: &str) -> Vec<Function<'_>> {
    let mut functions = Vec::new();
    let mut before: Option<Word<'_>> = None;
    for word in words(code) {
        let keyword = before.filter(|before| before.text == "fn" && code[before.at + 2..word.at].trim().is_empty());
        before = Some(word);
        let Some(keyword) = keyword else { continue };
        if let Some(end) = body_end(code, word.at + word.text.len()) {
            let lines = line_of(code, end) - line_of(code, keyword.at) + 1;
            functions.push(Function { name: word.text, at: keyword.at, lines });
        }
    }
    functions
}

/// Where the body of a signature that goes on at `from` ends; `None` for a function without body.
fn body_end(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b';' if depth == 0 => return None,
            b'{' if depth == 0 => return Some(brace_end(code, at)),
            _ => {}
        }
    }
    None
}

/// Where the brace that opens at `from` closes.
fn brace_end(code: &str, from: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// From where on a file is its own tests: the offset of its `#[cfg(test)] mod … {`, which by custom stands last.
pub fn tests_from(code: &str) -> usize {
    const MARK: &str = "#[cfg(test)]";
    let mut from = 0;
    while let Some(found) = code[from..].find(MARK).map(|found| from + found) {
        from = found + MARK.len();
        let module = code[from..].trim_start().strip_prefix("mod ");
        if module.is_some_and(|rest| rest.trim_start_matches(is_word).trim_start().starts_with('{')) {
            return found;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_code_stays_where_it_is() {
        let source = r##"let a = "x { y"; // fn z() {
let b = r#"a "b" {"#; /* { /* { */ } */ let c = '{'; let d: &'a str = "\"{"; let é = b"{";"##;
        let code = code(source);
        assert_eq!(code.len(), source.len());
        assert!(!code.contains(['{', '}', '"', '/', 'z']), "{code}");
        assert_eq!(source.find("let d"), code.find("let d"));
        assert!(code.contains("&'a str"));
        let code = super::code("r#type \"{\" br\"{\" '\\'' '\\u{1F}' x");
        assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["r#type", "x"]);
    }

    #[test]
    fn a_function_is_as_long_as_its_braces_say() {
        let source = "trait T { fn none(&self, a: [u8; 3]); }\n\
            fn short() {}\n\
            pub async fn long<F: Fn(u8) -> u8>(\n    f: F,\n) -> u8\nwhere\n    F: Send,\n{\n    let s = \"}\";\n    match 1 { _ => {} }\n}\n\
            type P = fn(u8);\n";
        let code = code(source);
        let found: Vec<_> = functions(&code).into_iter().map(|found| (found.name, found.lines)).collect();
        assert_eq!(found, [("short", 1), ("long", 9)]);
    }

    #[test]
    fn a_file_ends_where_its_tests_begin() {
        let code = code("#[cfg(test)]\nmod tests;\n#[cfg(test)]\nimpl A {}\nfn a() {}\n#[cfg(test)]\nmod tests {}\n");
        assert_eq!(line_of(&code, tests_from(&code)), 6);
        assert_eq!(tests_from("fn a() {}"), 9);
    }
}
