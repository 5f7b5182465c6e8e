//! The pool of connections and what each of them is told once.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::{Config, SslMode};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::super::url::Tls;
use super::super::{DbError, Options};
use super::fault::unconnected;
use super::tls;

/// How long a server may take to accept a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// How much longer than a statement may run its answer is waited for, at most.
const GRACE_MAX: Duration = Duration::from_secs(5);

/// The time limits of a connection.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Limits {
    pub statement_max: Duration,
    pub lock_wait_max: Duration,
    pub idle_in_transaction_max: Duration,
}

impl Limits {
    pub fn of(options: &Options) -> Self {
        Self {
            statement_max: options.statement_max,
            lock_wait_max: options.lock_wait_max,
            idle_in_transaction_max: options.idle_in_transaction_max,
        }
    }

    /// After how long without an answer a connection is given up.
    pub fn patience(self) -> Duration {
        self.statement_max.saturating_add(self.statement_max.min(GRACE_MAX))
    }

    fn settings(self) -> String {
        format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}",
            self.statement_max.as_millis(),
            self.lock_wait_max.as_millis(),
            self.idle_in_transaction_max.as_millis(),
        )
    }
}

/// Makes the pool and looks at the server once, so that a wrong URL or an unsafe server is found
/// when the program starts.
pub(super) async fn open(url: &str, tls: &Tls, options: &Options) -> Result<Pool, DbError> {
    let manager = manager(config(url, tls)?, tls)?;
    let settings = Limits::of(options).settings();
    let prepare = Hook::async_fn(move |client: &mut ClientWrapper, _| {
        let settings = settings.clone();
        Box::pin(async move { client.batch_execute(&settings).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(options.connections_max.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.wait_max))
        .create_timeout(Some(CONNECT_MAX))
        .post_create(prepare)
        .build()
        .map_err(|error| DbError::unusable(error.to_string()))?;
    inspect(&pool, options.accept_volatile_server).await?;
    Ok(pool)
}

fn config(url: &str, tls: &Tls) -> Result<Config, DbError> {
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        // The driver's text names the parameter at fault, never its value.
        DbError::unusable(format!("the database URL cannot be used: {error}"))
    })?;
    config.ssl_mode(match tls {
        Tls::Disabled => SslMode::Disable,
        Tls::Required { .. } => SslMode::Require,
    });
    if config.get_application_name().is_none() {
        config.application_name("qist");
    }
    // A half-open connection is noticed in a minute, not after the system's two hours.
    config.keepalives_idle(Duration::from_secs(30));
    config.keepalives_interval(Duration::from_secs(10));
    config.keepalives_retries(3);
    Ok(config)
}

fn manager(config: Config, tls: &Tls) -> Result<Manager, DbError> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Ok(match tls {
        Tls::Disabled => Manager::from_config(config, NoTls, recycling),
        Tls::Required { authorities } => {
            Manager::from_config(config, tls::connector(authorities.as_deref())?, recycling)
        }
    })
}

/// Refuses a server that answers differently from what the store is written for.
async fn inspect(pool: &Pool, accept_volatile: bool) -> Result<(), DbError> {
    let client = pool.get().await.map_err(unconnected)?;
    for (setting, wrong, why) in [
        ("fsync", "off", "committed data can be lost"),
        ("full_page_writes", "off", "committed data can be lost"),
        ("synchronous_commit", "off", "committed data can be lost"),
        ("standard_conforming_strings", "off", "statements would be misread"),
    ] {
        let is_durability = why.starts_with("committed");
        if !(is_durability && accept_volatile) && shown(&client, setting).await? == wrong {
            let reason = format!("the PostgreSQL server has {setting} = {wrong}: {why}");
            return Err(DbError::unusable(reason));
        }
    }
    let encoding = shown(&client, "server_encoding").await?;
    if encoding != "UTF8" {
        return Err(DbError::unusable(format!("the database's encoding is {encoding}, not UTF8")));
    }
    Ok(())
}

async fn shown(client: &ClientWrapper, setting: &str) -> Result<String, DbError> {
    let answer = client.simple_query(&format!("SHOW {setting}")).await;
    let messages = answer.map_err(|error| super::fault::fault(&error).error)?;
    let row = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    Ok(row.unwrap_or_default())
}
