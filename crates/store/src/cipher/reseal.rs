//! Sealing again, with the newest data key, what an older one has sealed: in batches, beside the running program.

use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_domain::day::Instant;

use super::keyring::Keyring;
use super::{Place, Scope, key_id_of};
use crate::db::{Body, Conn, DbError, Param, Row};
use crate::store::DbStore;
use crate::tx::{Purpose, StoreTx};

/// A column whose values are sealed.
struct Sealed {
    table: &'static str,
    column: &'static str,
    /// The columns of the row's key.
    key: &'static [&'static str],
    /// What says, in SQL, whose data key it is.
    scope: &'static str,
}

/// Every one of them.
const SEALED: &[Sealed] = &[
    Sealed { table: "users", column: "personal", key: &["id"], scope: "tenant_id" },
    Sealed { table: "applications", column: "details", key: &["id"], scope: "tenant_id" },
    Sealed { table: "decisions", column: "inputs", key: &["id"], scope: "tenant_id" },
    Sealed { table: "decisions", column: "outputs", key: &["id"], scope: "tenant_id" },
    Sealed { table: "jobs", column: "payload", key: &["id"], scope: "tenant_id" },
    Sealed { table: "messages", column: "content", key: &["id"], scope: "tenant_id" },
    Sealed {
        table: "webhook_endpoints",
        column: "sealed",
        key: &["id"],
        scope: "CASE owner_kind WHEN 'lender' THEN 'system' ELSE owner_id END",
    },
    Sealed { table: "bank_settings", column: "webhook", key: &["tenant_id"], scope: "tenant_id" },
    Sealed { table: "bank_entities", column: "meta_data", key: &["id"], scope: "tenant_id" },
    Sealed { table: "bank_entities", column: "features", key: &["id"], scope: "tenant_id" },
    Sealed { table: "bank_statements", column: "outcome", key: &["id"], scope: "tenant_id" },
    Sealed { table: "inbox", column: "body", key: &["id"], scope: "'system'" },
    Sealed {
        table: "idempotency",
        column: "response",
        key: &["scope", "operation", "idempotency_key"],
        scope: "'system'",
    },
];

/// How far sealing again has come; a new one stands at the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResealCursor {
    /// Into the list of sealed columns.
    column: usize,
    /// The key of the row that was looked at last.
    after: Option<Vec<String>>,
}

/// What a batch of sealing again has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reseal {
    /// Values that an older data key had sealed.
    pub resealed: u64,
    /// Where the next batch goes on; `None` when everything has been looked at.
    pub next: Option<ResealCursor>,
}

impl DbStore {
    /// Looks at up to `limit` sealed values from a cursor on, and seals again those that an older data key has sealed. It
    /// may be broken off between two batches, and beginning anew does no harm.
    pub async fn reseal(&self, from: ResealCursor, limit: i64, now: Instant) -> Result<Reseal> {
        self.db().write(Arc::new(Batch { keyring: Arc::clone(&self.keyring), from, limit, now })).await
    }
}

struct Batch {
    keyring: Arc<Keyring>,
    from: ResealCursor,
    limit: i64,
    now: Instant,
}

#[async_trait]
impl Body for Batch {
    type Out = Reseal;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Reseal> {
        let Some(sealed) = SEALED.get(self.from.column) else { return Ok(Reseal { resealed: 0, next: None }) };
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        let values = sealed.page(&mut tx, self.from.after.as_deref(), self.limit).await?;
        let mut resealed = 0;
        for value in &values {
            resealed += sealed.seal_again(&mut tx, value, self.now).await?;
        }
        let next = match values.into_iter().next_back() {
            Some(last) => ResealCursor { column: self.from.column, after: Some(last.key) },
            None => ResealCursor { column: self.from.column + 1, after: None },
        };
        Ok(Reseal { resealed, next: (next.column < SEALED.len()).then_some(next) })
    }
}

struct Value {
    key: Vec<String>,
    scope: Scope,
    sealed: Vec<u8>,
}

impl Sealed {
    /// The values after the one with the key `after`.
    async fn page(&self, tx: &mut StoreTx<'_, '_>, after: Option<&[String]>, limit: i64) -> Result<Vec<Value>> {
        let width = self.key.len();
        let beginning = vec![String::new(); width];
        let mut params: Vec<Param<'_>> = after.unwrap_or(&beginning).iter().map(Param::from).collect();
        params.push(limit.into());
        tx.rows(&self.page_sql(), &params, |row| self.value(row)).await
    }

    fn page_sql(&self) -> String {
        let Sealed { table, column, key, scope } = self;
        let (keys, markers) = (key.join(", "), markers(1, key.len()));
        let limit = key.len() + 1;
        format!(
            "SELECT {scope}, {column}, {keys} FROM {table} WHERE ({keys}) > ({markers}) AND {column} IS NOT NULL
            ORDER BY {keys} LIMIT ?{limit}"
        )
    }

    /// Only where the value is still the one that was read.
    fn update_sql(&self) -> String {
        let Sealed { table, column, key, .. } = self;
        let (keys, markers) = (key.join(", "), markers(3, key.len()));
        format!("UPDATE {table} SET {column} = ?1 WHERE {column} = ?2 AND ({keys}) = ({markers})")
    }

    fn value(&self, row: &Row<'_>) -> std::result::Result<Value, DbError> {
        let key: std::result::Result<Vec<String>, DbError> =
            (2..2 + self.key.len()).map(|index| row.get(index)).collect();
        let key = key?;
        let scope: String = row.get(0)?;
        let scope =
            scope.parse().map_err(|why: String| DbError::corrupt(self.table, self.scope, key.join("|"), why))?;
        Ok(Value { scope, sealed: row.get(1)?, key })
    }

    /// How many values were sealed again: this one, or none.
    async fn seal_again(&self, tx: &mut StoreTx<'_, '_>, value: &Value, now: Instant) -> Result<u64> {
        let row = value.key.join("|");
        let place = Place { table: self.table, column: self.column, row: &row };
        let newest = tx.newest_key(value.scope, now).await?;
        if key_id_of(place, &value.sealed)? == newest.id {
            return Ok(0);
        }
        let plain = tx.open(value.scope, place, &value.sealed).await?;
        let again = newest.seal(place, &plain)?;
        let mut params = vec![Param::from(&again), Param::from(&value.sealed)];
        params.extend(value.key.iter().map(Param::from));
        tx.change(&self.update_sql(), &params).await
    }
}

fn markers(first: usize, count: usize) -> String {
    let markers: Vec<String> = (first..first + count).map(|number| format!("?{number}")).collect();
    markers.join(", ")
}
