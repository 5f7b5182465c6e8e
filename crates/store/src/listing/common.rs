//! Texts that many rows hold: counting them takes long, so the total is remembered and kept exact.
//!
//! What a filter looks at never changes once a row is there, and rows are never deleted. A total can therefore be remembered as
//! "so many up to this moment", and later only newer rows be looked at. Whether rows have been added before that moment since,
//! the counters tell: then everything is counted again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use qist_app::error::Result;

use super::{Asked, List};
use crate::db::Dialect;
use crate::tx::StoreTx;

/// Where a text is in more than one of so many rows, reading all rows in order is quicker than jumping to each match.
const COMMON_SHARE: i64 = 12;
/// Fewer matches than this are gathered in no time wherever they are. From here on a page is found quickly by reading all rows
/// in order, once the total is known.
const COMMON_MIN: i64 = 1_000;
/// As many of the newest rows are looked at to guess how common a text is that is in no index.
const SAMPLE: i64 = 400;
/// Newer rows than these may still be joined by older ones, from transactions that take their time.
const SETTLED_MICROS: i64 = 2_000_000;
/// After so many newer rows the total is remembered anew.
const NEWER_MAX: i64 = 10_000;
/// Texts whose totals are remembered at once.
const REMEMBERED_MAX: usize = 1_000;

/// Totals of common texts, of one process.
#[derive(Default)]
pub(crate) struct Totals(Mutex<HashMap<Key, Remembered>>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    owner: String,
    of: (&'static str, &'static str),
    patterns: Vec<(&'static str, String)>,
}

/// How many rows, and how many of them match, were created before a moment.
#[derive(Debug, Clone, Copy)]
struct Remembered {
    until_micros: i64,
    rows: i64,
    matches: i64,
}

impl Totals {
    fn get(&self, key: &Key) -> Option<Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied()
    }

    fn put(&self, key: Key, remembered: Remembered) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX {
            known.clear();
        }
        known.insert(key, remembered);
    }
}

fn key(Asked { list, filter, narrowed }: &Asked<'_>) -> Option<Key> {
    let by_text_alone = filter.status.is_none() && filter.from.is_none() && filter.until.is_none();
    by_text_alone.then(|| Key {
        owner: filter.owner.clone(),
        of: (list.table, list.owner),
        patterns: narrowed.patterns.clone(),
    })
}

/// The exact total, where it follows from a remembered one.
pub(super) async fn remembered(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>) -> Result<Option<i64>> {
    let Some((totals, key)) = tx.totals.zip(key(asked)) else { return Ok(None) };
    let Some(before) = totals.get(&key) else { return Ok(None) };
    let (rows, matches) = since(tx, asked, before.until_micros).await?;
    if before.rows + rows != tx.counted(&asked.filter.owner, asked.list.counted, None).await? {
        return Ok(None);
    }
    let total = before.matches + matches;
    if rows > NEWER_MAX {
        remember(tx, asked, total).await?;
    }
    Ok(Some(total))
}

/// Remembers a total that has just been counted in this transaction, if it is worth it.
pub(super) async fn remember(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>, total: i64) -> Result<()> {
    let Some((totals, key)) = tx.totals.zip(key(asked)) else { return Ok(()) };
    if total < COMMON_MIN {
        return Ok(());
    }
    let all = tx.counted(&asked.filter.owner, asked.list.counted, None).await?;
    let Asked { list, filter, .. } = asked;
    let sql = format!("SELECT max(t.created_at) FROM {} t WHERE t.{} = ?1", list.table, list.owner);
    let newest: Option<i64> = tx.row(&sql, &[(&filter.owner).into()], |row| row.get(0)).await?.flatten();
    let until_micros = newest.unwrap_or_default().saturating_sub(SETTLED_MICROS);
    let (rows, matches) = since(tx, asked, until_micros).await?;
    totals.put(key, Remembered { until_micros, rows: all - rows, matches: total - matches });
    Ok(())
}

/// How many rows there are from a moment on, and how many of them match.
async fn since(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>, from_micros: i64) -> Result<(i64, i64)> {
    let Asked { list, filter, narrowed } = asked;
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE {}) FROM {} t WHERE t.{} = ?1 AND t.created_at >= ?2",
        narrowed.text_conditions(3),
        list.table,
        list.owner,
    );
    let mut params = vec![(&filter.owner).into(), from_micros.into()];
    params.extend(narrowed.patterns.iter().map(|(_, pattern)| pattern.into()));
    Ok(tx.row(&sql, &params, |row| Ok((row.get(0)?, row.get(1)?))).await?.unwrap_or_default())
}

/// Whether reading the whole list in order is quicker than jumping to each match: as SQLite's full-text index has it, or as the
/// newest rows make believe.
pub(super) async fn is_common(tx: &mut StoreTx<'_, '_>, asked: &Asked<'_>) -> Result<bool> {
    let Asked { list, filter, narrowed } = asked;
    if let Some(expression) = narrowed.match_expression.as_ref().filter(|_| tx.dialect() == Dialect::Sqlite) {
        let common = COMMON_MIN.max(tx.counted(&asked.filter.owner, asked.list.counted, None).await? / COMMON_SHARE);
        let sql = format!("SELECT count(*) FROM (SELECT rowid FROM {0} WHERE {0} MATCH ?1 LIMIT ?2)", list.search);
        let matches = tx.row(&sql, &[expression.into(), common.into()], |row| row.get::<i64>(0)).await?;
        return Ok(matches.unwrap_or_default() >= common);
    }
    let List { table, owner, .. } = list;
    let sql = format!(
        "SELECT count(*) FROM (
            SELECT t.customer_key, t.mobile FROM {table} t WHERE t.{owner} = ?1
            ORDER BY t.created_at DESC, t.id DESC LIMIT ?2
        ) t WHERE {}",
        narrowed.text_conditions(3),
    );
    let mut params = vec![(&filter.owner).into(), SAMPLE.into()];
    params.extend(narrowed.patterns.iter().map(|(_, pattern)| pattern.into()));
    let matches = tx.row(&sql, &params, |row| row.get::<i64>(0)).await?.unwrap_or_default();
    Ok(matches * COMMON_SHARE > SAMPLE)
}
