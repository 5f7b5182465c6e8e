//! The tables: the same on both engines, with the names of the domain, and understanding every statement of the program.

use std::collections::BTreeSet;
use std::path::Path;

use qist_app::ports::store::{JobState, PaymentState};
use qist_domain::application::LoanStatus;
use qist_domain::bank::health::Condition;
use qist_domain::bank::{Source, StatementState};
use qist_domain::policy::Outcome;
use qist_domain::user::UserStatus;
use qist_domain::webhook::{DeliveryState, EndpointState, Profile};
use qist_store::{DbStore, Dialect};

use crate::support::{Fixture, at, texts};

on_both_engines! {
    a_constraint_lists_the_names_of_its_enumeration,
    every_statement_of_the_source_is_understood,
    a_migrated_database_has_nothing_pending,
}

/// What only one engine has, and why: SQLite's full-text index and the numbers that it points at.
const SQLITE_ALONE: [&str; 4] = ["users.seq ", "applications.seq ", "search_marks.", "_search"];

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (Fixture::sqlite().await, Fixture::postgres().await);
    let of_sqlite = texts(
        &sqlite.store,
        "SELECT m.name || '.' || p.name || ' ' || lower(p.type) || ' ' || CASE WHEN p.\"notnull\" = 1 OR p.pk > 0
            THEN 'not null' ELSE 'null' END
        FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
    );
    let of_postgres = texts(
        &postgres.store,
        "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || CASE WHEN is_nullable = 'NO'
            THEN 'not null' ELSE 'null' END
        FROM information_schema.columns WHERE table_schema = 'public'",
    );
    let is_shared = |column: &String| !SQLITE_ALONE.iter().any(|alone| column.contains(alone));
    // A number that the row has of itself is spelt INTEGER there.
    let of_sqlite: BTreeSet<String> = of_sqlite
        .await
        .into_iter()
        .filter(is_shared)
        .map(|column| column.replace(" blob ", " bytea "))
        .map(|column| column.replace(" integer ", " bigint "))
        .collect();
    let of_postgres: BTreeSet<String> = of_postgres.await.into_iter().collect();
    assert_eq!(of_sqlite, of_postgres);
    assert!(of_sqlite.len() > 150, "{}", of_sqlite.len());
}

async fn a_constraint_lists_the_names_of_its_enumeration(fixture: Fixture) {
    let names = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect::<BTreeSet<String>>();
    for (table, column, expected) in [
        ("users", "status", names(UserStatus::ALL.iter().map(|status| status.name()).collect())),
        ("applications", "status", names(LoanStatus::ALL.iter().map(|status| status.name()).collect())),
        ("jobs", "state", {
            let all = [JobState::Ready, JobState::Waiting, JobState::Done, JobState::Refused, JobState::Dead];
            names(all.into_iter().map(JobState::name).collect())
        }),
        ("payments", "state", {
            let all = [PaymentState::Pending, PaymentState::Settled, PaymentState::Failed];
            names(all.into_iter().map(PaymentState::name).collect())
        }),
        ("webhook_endpoints", "state", names(EndpointState::ALL.iter().map(|state| state.name()).collect())),
        ("webhook_endpoints", "profile", names(Profile::ALL.iter().map(|profile| profile.name()).collect())),
        ("webhook_deliveries", "state", names(DeliveryState::ALL.iter().map(|state| state.name()).collect())),
        ("bank_statements", "state", names(StatementState::ALL.iter().map(|state| state.name()).collect())),
        ("bank_statements", "source", names(Source::ALL.iter().map(|source| source.name()).collect())),
        ("bank_health", "condition", names(Condition::ALL.iter().map(|condition| condition.name()).collect())),
        ("decisions", "outcome", {
            let all = [Outcome::Pass, Outcome::Fail, Outcome::CantDecide];
            names(all.into_iter().map(Outcome::name).collect())
        }),
    ] {
        assert_eq!(allowed(&fixture.store, table, column).await, expected, "{table}.{column}");
    }
}

/// The names that a check constraint lets through.
async fn allowed(store: &DbStore, table: &str, column: &str) -> BTreeSet<String> {
    let definition = match store.db().dialect() {
        Dialect::Sqlite => {
            let table = texts(store, format!("SELECT sql FROM sqlite_master WHERE name = '{table}'")).await.remove(0);
            let from = table.find(&format!("CHECK ({column} IN")).unwrap();
            let length = table[from..].find("))").unwrap();
            table[from..from + length].to_owned()
        }
        Dialect::Postgres => {
            let constraint = format!("{table}_{column}_check");
            let sql = format!("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{constraint}'");
            texts(store, sql).await.remove(0)
        }
    };
    let unescaped = definition.replace("''", "\u{0}");
    let quoted = unescaped.split('\'').skip(1).step_by(2);
    quoted.map(|name| name.replace('\u{0}', "'")).collect()
}

async fn a_migrated_database_has_nothing_pending(fixture: Fixture) {
    assert!(fixture.store.pending().await.unwrap().is_empty());
    assert!(fixture.store.migrate(at(1)).await.unwrap().is_empty());
}

/// Statements that are put together from pieces are left out here: the exercises run them on both engines.
async fn every_statement_of_the_source_is_understood(fixture: Fixture) {
    let mut checked = 0;
    for entry in walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let source = std::fs::read_to_string(&entry).unwrap();
        let written = source.split("#[cfg(test)]").next().unwrap();
        for statement in literals(written).into_iter().filter(|text| is_statement(text)) {
            if let Err(error) = fixture.store.db().check(&statement).await {
                panic!("{}: {statement}: {}", entry.display(), error.detail());
            }
            checked += 1;
        }
    }
    assert!(checked > 90, "only {checked} statements were found");
}

/// The source files of the repositories; the engine below has tests of its own.
fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("db") {
            files.extend(walk(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("migrate.rs") {
            files.push(path);
        }
    }
    files
}

fn is_statement(text: &str) -> bool {
    let begins = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    // The verb alone is the beginning of a constant that `concat!` makes.
    let is_put_together =
        text.trim() == "SELECT" || text.replace("{for_update}", "").replace("{skip_locked}", "").contains('{');
    begins.iter().any(|verb| text.trim_start().starts_with(verb)) && !is_put_together
}

/// The string literals of Rust source without raw strings.
fn literals(source: &str) -> Vec<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n").replace("'\"'", "' '").replace("\\\"", "\u{1}");
    code.split('"').skip(1).step_by(2).map(|text| text.replace('\u{1}', "\"").replace("\\\\", "\\")).collect()
}
