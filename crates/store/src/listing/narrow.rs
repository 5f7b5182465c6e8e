//! What a filter asks of each row, in SQL.

use qist_domain::day::Instant;

use super::{Filter, List};
use crate::db::Param;

/// Patterns shorter than this are in no index of trigrams.
const TRIGRAM_CHARS: usize = 3;

/// What a filter asks of each row, in SQL.
pub(super) struct Narrowed {
    status: bool,
    /// Columns and what they are `LIKE`.
    pub patterns: Vec<(&'static str, String)>,
    /// The same for SQLite's full-text index, as far as that knows the patterns.
    pub match_expression: Option<String>,
}

impl Narrowed {
    pub fn by(filter: &Filter<'_>) -> Narrowed {
        let asked = [
            ("customer_key", filter.customer_id.map(str::to_ascii_lowercase)),
            ("mobile", filter.mobile.map(str::to_owned)),
        ];
        let mut patterns = Vec::new();
        let mut phrases = Vec::new();
        for (column, text) in asked {
            let Some(text) = text.filter(|text| !text.is_empty()) else { continue };
            if text.chars().count() >= TRIGRAM_CHARS {
                phrases.push(format!("{column} : \"{}\"", text.replace('"', "\"\"")));
            }
            patterns.push((column, like_anywhere(&text)));
        }
        let match_expression = (!phrases.is_empty()).then(|| phrases.join(" AND "));
        Narrowed { status: filter.status.is_some(), patterns, match_expression }
    }

    /// Conditions on the table `t`. The owner and the two ends of the period are the markers 1 to 3; what else there is
    /// to bind begins with the marker `next`.
    pub fn conditions(&self, list: &List, next: usize) -> String {
        let mut sql = format!("t.{} = ?1 AND t.created_at >= ?2 AND t.created_at < ?3", list.owner);
        if self.status {
            sql.push_str(&format!(" AND t.status = ?{next}"));
        }
        let texts = self.text_conditions(next + usize::from(self.status));
        if texts.is_empty() { sql } else { format!("{sql} AND {texts}") }
    }

    /// The part of the conditions that looks at texts, with the markers from `next` on.
    pub fn text_conditions(&self, next: usize) -> String {
        let each = self.patterns.iter().zip(next..);
        each.map(|((column, _), at)| format!("t.{column} LIKE ?{at} ESCAPE '\\'")).collect::<Vec<_>>().join(" AND ")
    }

    /// SQLite's way to the matches: those in the full-text index, and the few rows that it does not reach yet. The cross
    /// join keeps SQLite from walking the table instead.
    pub fn indexed_source(&self, list: &List) -> String {
        let List { table, search, .. } = list;
        let marker = 6 + usize::from(self.status) + self.patterns.len();
        format!(
            "(SELECT rowid AS seq FROM {search} WHERE {search} MATCH ?{marker}
                UNION ALL
                SELECT seq FROM {table} WHERE seq > (SELECT indexed_until FROM search_marks WHERE name = '{table}')
            ) m CROSS JOIN {table} t ON t.seq = m.seq"
        )
    }

    /// The values of the markers: owner, period, `between`, status, patterns.
    pub fn params<'p>(&'p self, filter: &'p Filter<'_>, between: &[i64]) -> Vec<Param<'p>> {
        let from = filter.from.map_or(i64::MIN, Instant::micros);
        let until = filter.until.map_or(i64::MAX, Instant::micros);
        let mut params: Vec<Param<'p>> = vec![(&filter.owner).into(), from.into(), until.into()];
        params.extend(between.iter().map(|value| Param::from(*value)));
        params.extend(filter.status.map(Param::from));
        params.extend(self.patterns.iter().map(|(_, pattern)| Param::from(pattern)));
        params
    }
}

/// The pattern that finds `text` anywhere, each of its characters taken literally.
fn like_anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter<'a>(customer_id: Option<&'a str>, mobile: Option<&'a str>) -> Filter<'a> {
        Filter {
            owner: String::new(),
            from: None,
            until: None,
            customer_id,
            mobile,
            status: None,
            limit: 10,
            offset: 0,
        }
    }

    #[test]
    fn a_pattern_is_taken_literally() {
        assert_eq!(like_anywhere(r"50%_a\b"), r"%50\%\_a\\b%");
    }

    #[test]
    fn the_full_text_index_is_asked_for_what_it_can_know() {
        let narrowed = |customer, mobile| Narrowed::by(&filter(customer, mobile)).match_expression;
        assert_eq!(narrowed(Some("Ab\"c"), None).as_deref(), Some("customer_key : \"ab\"\"c\""));
        assert_eq!(narrowed(Some("ab"), Some("987")).as_deref(), Some("mobile : \"987\""));
        assert_eq!(narrowed(Some("éé"), None), None);
        let both = narrowed(Some("abc"), Some("987"));
        assert_eq!(both.as_deref(), Some("customer_key : \"abc\" AND mobile : \"987\""));
    }

    #[test]
    fn a_blank_pattern_asks_nothing() {
        assert!(Narrowed::by(&filter(Some(""), Some(""))).patterns.is_empty());
    }
}
