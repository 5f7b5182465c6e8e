//! How many rows a list has in each status, so that nobody has to count them.
//!
//! A transaction notes what it adds and takes away, and writes it down at its end: the busiest rows of the database are
//! then locked for the shortest time, and always in the same order.

use std::collections::BTreeMap;

use qist_app::error::Result;

use crate::cells::Cells;
use crate::db::{DbError, Dialect, Row};
use crate::params;
use crate::tx::StoreTx;

/// Over how many rows a busy counter is spread where many transactions run at once.
const SHARDS: u128 = 16;

const ADD: &str = "
    INSERT INTO counters (scope, list, status, shard, total) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (scope, list, status, shard) DO UPDATE SET total = counters.total + excluded.total";
const TAKE: &str = "
    UPDATE counters SET total = total - ?5 WHERE scope = ?1 AND list = ?2 AND status = ?3 AND shard = ?4";
const TOTAL: &str = "
    SELECT scope, status, CAST(sum(total) AS BIGINT) FROM counters WHERE scope = ?1 AND list = ?2 GROUP BY scope, status";

/// What a transaction has added to (or taken from) each counter.
#[derive(Clone)]
pub(crate) struct Counts {
    dialect: Dialect,
    changes: BTreeMap<Counter, i64>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Counter {
    scope: String,
    list: &'static str,
    status: String,
    shard: u128,
}

impl Counts {
    pub fn new(dialect: Dialect) -> Counts {
        Counts { dialect, changes: BTreeMap::new() }
    }

    /// Notes that the list of `scope` has one row more (or, with -1, fewer) in `status`. `row` is the row's id: it
    /// decides the shard, so that a row is taken from where it was added.
    pub fn note(&mut self, scope: String, list: &'static str, status: &str, row: u128, by: i64) {
        let shard = match self.dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => row % SHARDS,
        };
        *self.changes.entry(Counter { scope, list, status: status.to_owned(), shard }).or_default() += by;
    }
}

impl StoreTx<'_, '_> {
    pub(crate) async fn flush_counts(&mut self) -> Result<()> {
        for (Counter { scope, list, status, shard }, by) in std::mem::take(&mut self.counts.changes) {
            let shard = i64::try_from(shard).unwrap_or_default();
            let counter = |by: i64| [(&scope).into(), list.into(), (&status).into(), shard.into(), by.into()];
            match by {
                0 => {}
                1.. => self.change_one(ADD, &counter(by)).await?,
                _ => self.change_one(TAKE, &counter(-by)).await?,
            }
        }
        Ok(())
    }

    /// How many rows the list has, in one status or in all.
    pub(crate) async fn counted(&mut self, scope: &str, list: &'static str, status: Option<&str>) -> Result<i64> {
        self.flush_counts().await?;
        let totals = self.rows(TOTAL, params![scope, list], total_row).await?;
        Ok(totals.iter().filter(|(of, _)| status.is_none_or(|status| of == status)).map(|(_, total)| total).sum())
    }
}

fn total_row(row: &Row<'_>) -> std::result::Result<(String, i64), DbError> {
    let mut cells = Cells::of("counters", row);
    cells.text("scope")?;
    Ok((cells.text("status")?, cells.get("total")?))
}
