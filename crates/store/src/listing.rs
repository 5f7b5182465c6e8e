//! Lists: filtered, newest first, a page at a time, with the exact count of all that match.

mod common;
mod narrow;

pub(crate) use self::common::Totals;

use qist_app::error::Result;
use qist_app::ports::store::Listed;
use qist_domain::day::Instant;

use self::narrow::Narrowed;
use crate::cells::Cells;
use crate::db::{DbError, Dialect};
use crate::tx::StoreTx;

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

/// A list, what is asked of it, and that in SQL.
struct Asked<'a> {
    list: &'a List,
    filter: &'a Filter<'a>,
    narrowed: Narrowed,
}

/// Reads what a list shows of a row.
pub(crate) type Shown<T> = fn(&mut Cells<'_, '_>) -> std::result::Result<T, DbError>;

pub(crate) async fn page<T: Send>(
    tx: &mut StoreTx<'_, '_>,
    list: &List,
    filter: &Filter<'_>,
    shown: Shown<T>,
) -> Result<Listed<T>> {
    let asked = Asked { list, filter, narrowed: Narrowed::by(filter) };
    if asked.narrowed.patterns.is_empty() { walk(tx, &asked, shown).await } else { search(tx, &asked, shown).await }
}

/// A page of all rows. The total comes from the counters, or is a count within the index.
async fn walk<T: Send>(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>, shown: Shown<T>) -> Result<Listed<T>> {
    let Asked { list, filter, .. } = asked;
    let total = if filter.from.is_none() && filter.until.is_none() {
        tx.counted(&filter.owner, list.counted, filter.status).await?
    } else {
        count(tx, asked).await?
    };
    ordered(tx, asked, total, shown).await
}

/// Counts within the index, row by row.
async fn count(tx: &mut StoreTx<'_, '_>, Asked { list, filter, narrowed }: &Asked<'_>) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM {} t WHERE {}", list.table, narrowed.conditions(list, 4));
    Ok(tx.row(&sql, &narrowed.params(filter, &[]), |row| row.get(0)).await?.unwrap_or_default())
}

/// A page in the order of an index, of so many rows in all.
async fn ordered<T: Send>(
    tx: &mut StoreTx<'_, '_>,
    Asked { list, filter, narrowed }: &Asked<'_>,
    total: i64,
    shown: Shown<T>,
) -> Result<Listed<T>> {
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

/// A page of what matches some text.
async fn search<T: Send>(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>, shown: Shown<T>) -> Result<Listed<T>> {
    if let Some(total) = common::remembered(tx, asked).await? {
        return ordered(tx, asked, total, shown).await;
    }
    if common::is_common(tx, asked).await? {
        let total = count(tx, asked).await?;
        common::remember(tx, asked, total).await?;
        return ordered(tx, asked, total, shown).await;
    }
    let found = gathered(tx, asked, shown).await?;
    common::remember(tx, asked, found.total).await?;
    Ok(found)
}

/// The matches are gathered once, counted, and sorted.
async fn gathered<T: Send>(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>, shown: Shown<T>) -> Result<Listed<T>> {
    let Asked { list, filter, narrowed } = asked;
    let indexed = narrowed.match_expression.is_some() && tx.dialect() == Dialect::Sqlite;
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
