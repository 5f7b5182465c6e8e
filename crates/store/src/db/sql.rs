//! One SQL text for two engines.
//!
//! Statements are written with `?1` markers and a few slots in braces:
//!
//! | slot | SQLite | PostgreSQL | for |
//! |---|---|---|---|
//! | `{bytes}` | `BLOB` | `BYTEA` | a column of bytes |
//! | `{text}` | `TEXT` | `TEXT COLLATE "C"` | a column of text that is sorted or compared with `<` |
//! | `{for_update}` | nothing | `FOR UPDATE` | the end of a select that locks its rows |
//! | `{skip_locked}` | nothing | `FOR UPDATE SKIP LOCKED` | the end of a queue's claiming select |
//! | `{oldest_open}` | the largest number | the oldest open transaction's number | reading a log whose rows bear their transaction's number |
//! | `{in_text:?1}` | `IN (…)` | `= ANY(…)` | a list of texts |
//! | `{in_i64:?1}` | `IN (…)` | `= ANY(…)` | a list of integers |
//!
//! Quoted text and comments are left alone; PostgreSQL's `E'…'` text is not understood. A migration
//! may hold blocks for one engine: a line `-- only sqlite` or `-- only postgres`, and a line `-- end`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use super::DbError;

/// The tongue of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The name used in `-- only` blocks and in logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// Statements put together at run time are few (a list times its filters); past this many the
/// cache starts afresh instead of growing without bound.
const CACHED_MAX: usize = 2048;

/// Translates statements and remembers what it has translated.
pub(super) struct Translator {
    dialect: Dialect,
    known: RwLock<HashMap<Box<str>, Arc<str>>>,
}

/// A statement in the engine's tongue.
pub(super) enum Text<'a> {
    Same(&'a str),
    Translated(Arc<str>),
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Translated(text) => text,
        }
    }
}

impl Translator {
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, known: RwLock::default() }
    }

    /// The statement in the engine's tongue.
    pub fn text<'a>(&self, sql: &'a str) -> Result<Text<'a>, DbError> {
        // SQLite reads `?1` itself, so that most statements need no work at all there.
        if self.dialect == Dialect::Sqlite && !sql.contains('{') {
            return Ok(Text::Same(sql));
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(sql) {
            return Ok(Text::Translated(Arc::clone(text)));
        }
        drop(known);
        let text: Arc<str> = translate(sql, self.dialect)?.into();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CACHED_MAX {
            known.clear();
        }
        known.insert(sql.into(), Arc::clone(&text));
        Ok(Text::Translated(text))
    }

    /// A script of many statements: blocks for the other engine are dropped, the rest translated.
    pub fn script(&self, sql: &str) -> Result<String, DbError> {
        translate(&own_blocks(sql, self.dialect)?, self.dialect)
    }
}

/// The script without the blocks that are for the other engine.
fn own_blocks(sql: &str, dialect: Dialect) -> Result<Cow<'_, str>, DbError> {
    if !sql.contains("-- only ") {
        return Ok(Cow::Borrowed(sql));
    }
    let mut kept = String::with_capacity(sql.len());
    let mut open: Option<&str> = None;
    for line in sql.split_inclusive('\n') {
        let words = line.trim();
        match (words.strip_prefix("-- only "), open) {
            (Some(engine @ ("sqlite" | "postgres")), None) => open = Some(engine),
            (Some(_), None) => return Err(malformed("`-- only` names no engine", line)),
            (Some(_), Some(_)) => return Err(malformed("a block inside a block", line)),
            (None, Some(_)) if words == "-- end" => open = None,
            (None, Some(engine)) if engine != dialect.name() => {}
            (None, _) => kept.push_str(line),
        }
    }
    if open.is_some() {
        return Err(malformed("a block without `-- end`", sql));
    }
    Ok(Cow::Owned(kept))
}

fn translate(sql: &str, dialect: Dialect) -> Result<String, DbError> {
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '-', '/', '$', '?', '{', '}']) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        if let Some(length) = verbatim_length(from, plain) {
            let (verbatim, after) = from.split_at(length);
            out.push_str(verbatim);
            rest = after;
        } else if let Some(after) = from.strip_prefix('?') {
            let (number, after) = leading_digits(after);
            if number.is_empty() {
                return Err(malformed("a marker without a number (write ?1)", sql));
            }
            push_marker(&mut out, number, dialect);
            rest = after;
        } else if let Some(slot) = from.strip_prefix('{') {
            let end = slot.find('}').ok_or_else(|| malformed("an open brace", sql))?;
            push_slot(&mut out, &slot[..end], dialect)?;
            rest = &slot[end + 1..];
        } else {
            return Err(malformed("a closing brace that closes nothing", sql));
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The length of the quoted text or comment `from` starts with, or of the one character that only
/// looked like the start of one; `None` for a marker or a brace.
fn verbatim_length(from: &str, before: &str) -> Option<usize> {
    let through = |open: usize, close: &str| from[open..].find(close).map_or(from.len(), |at| open + at + close.len());
    match from.as_bytes() {
        // A doubled quote inside the text reads as two texts side by side, which copies the same.
        [b'\'', ..] => Some(through(1, "'")),
        [b'"', ..] => Some(through(1, "\"")),
        [b'-', b'-', ..] => Some(through(2, "\n")),
        [b'/', b'*', ..] => Some(through(2, "*/")),
        [b'$', ..] => Some(dollar_quote(from, before).map_or(1, |tag| through(tag.len(), tag))),
        [b'-' | b'/', ..] => Some(1),
        _ => None,
    }
}

/// The tag of a PostgreSQL dollar quote (`$$` or `$name$`) that `from` starts with.
fn dollar_quote<'a>(from: &'a str, before: &str) -> Option<&'a str> {
    let inside_a_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let length = from[1..].find(|c: char| !(c.is_alphanumeric() || c == '_'))?;
    let name = &from[1..=length];
    let is_tag = from[1 + length..].starts_with('$') && !name.starts_with(|c: char| c.is_numeric());
    (is_tag && !inside_a_name).then(|| &from[..length + 2])
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn push_marker(out: &mut String, number: &str, dialect: Dialect) {
    // In SQLite `$1` is a name, numbered by first appearance; the two are not interchangeable.
    out.push(match dialect {
        Dialect::Sqlite => '?',
        Dialect::Postgres => '$',
    });
    out.push_str(number);
}

fn push_slot(out: &mut String, slot: &str, dialect: Dialect) -> Result<(), DbError> {
    use Dialect::{Postgres, Sqlite};
    let text = match (slot, dialect) {
        ("bytes", Sqlite) => "BLOB",
        ("bytes", Postgres) => "BYTEA",
        ("text", Sqlite) => "TEXT",
        ("text", Postgres) => "TEXT COLLATE \"C\"",
        ("for_update" | "skip_locked", Sqlite) => "",
        ("for_update", Postgres) => "FOR UPDATE",
        ("oldest_open", Sqlite) => "9223372036854775807",
        ("oldest_open", Postgres) => "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        ("skip_locked", Postgres) => "FOR UPDATE SKIP LOCKED",
        _ => return push_list(out, slot, dialect),
    };
    out.push_str(text);
    Ok(())
}

fn push_list(out: &mut String, slot: &str, dialect: Dialect) -> Result<(), DbError> {
    let unknown = || malformed("an unknown slot", slot);
    let (kind, marker) = slot.split_once(':').ok_or_else(unknown)?;
    let number = marker.strip_prefix('?').ok_or_else(unknown)?;
    if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(unknown());
    }
    let array = match kind {
        "in_text" => "text[]",
        "in_i64" => "bigint[]",
        _ => return Err(unknown()),
    };
    let (open, close) = match dialect {
        Dialect::Sqlite => ("IN (SELECT value FROM json_each(", "))".to_owned()),
        Dialect::Postgres => ("= ANY(", format!("::{array})")),
    };
    out.push_str(open);
    push_marker(out, number, dialect);
    out.push_str(&close);
    Ok(())
}

fn malformed(what: &str, sql: &str) -> DbError {
    DbError::internal(format!("SQL has {what}: {}", sql.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(sql: &str) -> (String, String) {
        let sqlite = Translator::new(Dialect::Sqlite).text(sql).unwrap().to_string();
        let postgres = Translator::new(Dialect::Postgres).text(sql).unwrap().to_string();
        (sqlite, postgres)
    }

    #[test]
    fn markers_keep_their_numbers_in_any_order() {
        let (sqlite, postgres) = both("SELECT ?2, ?1 WHERE a = ?12");
        assert_eq!(sqlite, "SELECT ?2, ?1 WHERE a = ?12");
        assert_eq!(postgres, "SELECT $2, $1 WHERE a = $12");
    }

    #[test]
    fn every_slot_has_a_body_on_both_engines() {
        let (sqlite, postgres) = both("a {bytes}, b {text} {for_update} {skip_locked}");
        assert_eq!(sqlite, "a BLOB, b TEXT  ");
        assert_eq!(postgres, "a BYTEA, b TEXT COLLATE \"C\" FOR UPDATE FOR UPDATE SKIP LOCKED");
        let (sqlite, postgres) = both("x {in_text:?1} AND NOT y {in_i64:?2}");
        let list = "IN (SELECT value FROM json_each";
        assert_eq!(sqlite, format!("x {list}(?1)) AND NOT y {list}(?2))"));
        assert_eq!(postgres, "x = ANY($1::text[]) AND NOT y = ANY($2::bigint[])");
    }

    #[test]
    fn quoted_text_and_comments_are_left_alone() {
        for untouched in [
            "SELECT 'it''s {bytes} ?1'",
            "SELECT \"od{d ?1\"",
            "SELECT 1 -- why? {bytes}",
            "SELECT /* ?1 {x */ 1",
            "SELECT 4 / 2 - 1",
            "SELECT 'ऋण ₹ ?1'",
            "SELECT 'unclosed ?1",
        ] {
            assert_eq!(both(untouched), (untouched.to_owned(), untouched.to_owned()));
        }
        let function = "$$ '{' ?1 $$ $f$ } $$ $f$";
        let (_, postgres) = both(&format!("{function} ?1"));
        assert_eq!(postgres, format!("{function} $1"));
    }

    #[test]
    fn malformed_text_is_refused_on_both_engines() {
        let slots = ["{blob}", "{in_text}", "{in_text:1}", "{in_text:?}", "{in_uuid:?1}", "{", "{}"];
        for sql in slots.iter().chain(&["{bytes} }", "{bytes} = ?"]) {
            for dialect in [Dialect::Sqlite, Dialect::Postgres] {
                let refused = Translator::new(dialect).text(sql).is_err();
                assert!(refused, "{sql} on {}", dialect.name());
            }
        }
    }

    #[test]
    fn a_script_keeps_the_blocks_of_its_own_engine() {
        let sql = "a;\n-- only sqlite\nb {bytes};\n-- end\n-- only postgres\nc {bytes};\n-- end\nd;";
        let script = |dialect| Translator::new(dialect).script(sql).unwrap();
        assert_eq!(script(Dialect::Sqlite), "a;\nb BLOB;\nd;");
        assert_eq!(script(Dialect::Postgres), "a;\nc BYTEA;\nd;");
        let nested = "-- only sqlite\n-- only postgres\n-- end\n-- end";
        for wrong in ["-- only mysql\n-- end", "-- only sqlite\na;", nested] {
            assert!(Translator::new(Dialect::Sqlite).script(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_cache_of_translations_is_bounded() {
        let translator = Translator::new(Dialect::Postgres);
        for number in 0..=CACHED_MAX {
            translator.text(&format!("SELECT {number}")).map(drop).unwrap();
        }
        assert!(translator.known.read().unwrap().len() <= CACHED_MAX);
    }
}
