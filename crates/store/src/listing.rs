//! Lists: filtered, newest first, a page at a time, with the exact count of all that match.

use qist_app::error::Result;
use qist_app::ports::store::Listed;
use qist_domain::day::Instant;

use crate::cells::Cells;
use crate::db::{DbError, Dialect, Param};
use crate::tx::StoreTx;

/// Patterns shorter than this are in no index of trigrams.
const TRIGRAM_CHARS: usize = 3;

/// Where a pattern is in more than one of so many rows, reading all rows in order is quicker than jumping to each match.
const COMMON_SHARE: i64 = 12;

/// The part of a count that is cheap wherever the rows are.
const COMMON_MIN: i64 = 1_000;

/// A table that is listed, for one kind of owner.
pub(crate) struct List {
    pub table: &'static str,
    /// SQLite's full-text index over the table.
    pub search: &'static str,
    /// The column that says whose list it is.
    pub owner: &'static str,
    /// What is shown of each row, beginning with `t.id`.
    pub columns: &'static str,
    /// The name under which its rows are counted.
    pub counted: &'static str,
}

/// Which rows, and which page of them.
pub(crate) struct Filter<'a> {
    pub owner: String,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub customer_id: Option<&'a str>,
    pub mobile: Option<&'a str>,
    pub status: Option<&'static str>,
    pub limit: i64,
    pub offset: i64,
}

/// Reads what a list shows of a row.
pub(crate) type Shown<T> = fn(&mut Cells<'_, '_>) -> std::result::Result<T, DbError>;

pub(crate) async fn page<T: Send>(
    tx: &mut StoreTx<'_, '_>,
    list: &List,
    filter: &Filter<'_>,
    shown: Shown<T>,
) -> Result<Listed<T>> {
    let narrowed = Narrowed::by(filter);
    if narrowed.patterns.is_empty() {
        walk(tx, list, filter, &narrowed, shown).await
    } else {
        search(tx, list, filter, &narrowed, shown).await
    }
}

/// A page in the order of an index. The total comes from the counters, or is a count within the index.
async fn walk<T: Send>(
    tx: &mut StoreTx<'_, '_>,
    list: &List,
    filter: &Filter<'_>,
    narrowed: &Narrowed,
    shown: Shown<T>,
) -> Result<Listed<T>> {
    let total = if filter.from.is_none() && filter.until.is_none() {
        tx.counted(&filter.owner, list.counted, filter.status).await?
    } else {
        let sql = format!("SELECT count(*) FROM {} t WHERE {}", list.table, narrowed.conditions(list, 4));
        tx.row(&sql, &narrowed.params(filter, &[]), |row| row.get(0)).await?.unwrap_or_default()
    };
    let left = total.saturating_sub(filter.offset).clamp(0, filter.limit.max(0));
    if left == 0 {
        return Ok(Listed { total, rows: Vec::new() });
    }
    // Skipping rows takes time, so the page is reached from the nearer end of the list.
    let behind = total - filter.offset - left;
    let (direction, skipped) = if behind < filter.offset { ("ASC", behind) } else { ("DESC", filter.offset) };
    let sql = format!(
        "SELECT {columns} FROM (
            SELECT t.id FROM {table} t WHERE {conditions}
            ORDER BY t.created_at {direction}, t.id {direction} LIMIT ?4 OFFSET ?5
        ) p JOIN {table} t ON t.id = p.id ORDER BY t.created_at DESC, t.id DESC",
        columns = list.columns,
        table = list.table,
        conditions = narrowed.conditions(list, 6),
    );
    let params = narrowed.params(filter, &[left, skipped]);
    let rows = tx.rows(&sql, &params, |row| shown(&mut Cells::of(list.table, row))).await?;
    Ok(Listed { total, rows })
}

/// A page of what matches some text: the matches are gathered once, counted, and sorted.
async fn search<T: Send>(
    tx: &mut StoreTx<'_, '_>,
    list: &List,
    filter: &Filter<'_>,
    narrowed: &Narrowed,
    shown: Shown<T>,
) -> Result<Listed<T>> {
    let indexed = narrowed.match_expression.is_some()
        && tx.dialect() == Dialect::Sqlite
        && is_rare(tx, list, filter, narrowed).await?;
    let sql = format!(
        "WITH matched AS MATERIALIZED (SELECT t.id, t.created_at FROM {source} WHERE {conditions})
        SELECT c.total, {columns} FROM (SELECT count(*) AS total FROM matched) c
        LEFT JOIN (SELECT id FROM matched ORDER BY created_at DESC, id DESC LIMIT ?4 OFFSET ?5) p ON c.total > 0
        LEFT JOIN {table} t ON t.id = p.id
        ORDER BY t.created_at DESC, t.id DESC",
        source = if indexed { narrowed.indexed_source(list) } else { format!("{} t", list.table) },
        conditions = narrowed.conditions(list, 6),
        columns = list.columns,
        table = list.table,
    );
    let mut params = narrowed.params(filter, &[filter.limit, filter.offset]);
    if indexed {
        params.push(narrowed.match_expression.as_deref().into());
    }
    let found = tx.rows_planned(&sql, &params, |row| {
        let total: i64 = row.get(0)?;
        let is_past_the_end = row.get::<Option<String>>(1)?.is_none();
        let shown = if is_past_the_end { None } else { Some(shown(&mut Cells::after(1, list.table, row))?) };
        Ok((total, shown))
    });
    let found = found.await?;
    let total = found.first().map_or(0, |(total, _)| *total);
    Ok(Listed { total, rows: found.into_iter().filter_map(|(_, row)| row).collect() })
}

/// Whether jumping to each match is quicker than reading the whole list in order.
async fn is_rare(tx: &mut StoreTx<'_, '_>, list: &List, filter: &Filter<'_>, narrowed: &Narrowed) -> Result<bool> {
    let rows = tx.counted(&filter.owner, list.counted, None).await?;
    let common = COMMON_MIN.max(rows / COMMON_SHARE);
    let sql = format!("SELECT count(*) FROM (SELECT rowid FROM {0} WHERE {0} MATCH ?1 LIMIT ?2)", list.search);
    let matches = tx.row(&sql, &[narrowed.match_expression.as_deref().into(), common.into()], |row| row.get(0)).await?;
    Ok(matches.unwrap_or(0_i64) < common)
}

/// What a filter asks of each row, in SQL.
struct Narrowed {
    status: bool,
    /// Columns and what they are `LIKE`.
    patterns: Vec<(&'static str, String)>,
    /// The same for SQLite's full-text index, as far as that knows the patterns.
    match_expression: Option<String>,
}

impl Narrowed {
    fn by(filter: &Filter<'_>) -> Narrowed {
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
    fn conditions(&self, list: &List, mut next: usize) -> String {
        let mut sql = format!("t.{} = ?1 AND t.created_at >= ?2 AND t.created_at < ?3", list.owner);
        if self.status {
            sql.push_str(&format!(" AND t.status = ?{next}"));
            next += 1;
        }
        for (column, _) in &self.patterns {
            sql.push_str(&format!(" AND t.{column} LIKE ?{next} ESCAPE '\\'"));
            next += 1;
        }
        sql
    }

    /// SQLite's way to the matches: those in the full-text index, and the few rows that it does not reach yet. The cross
    /// join keeps SQLite from walking the table instead.
    fn indexed_source(&self, list: &List) -> String {
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
    fn params<'p>(&'p self, filter: &'p Filter<'_>, between: &[i64]) -> Vec<Param<'p>> {
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
