//! Where the database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::DbError;

/// `sqlite:PATH` or `postgres://user:password@host/name?sslmode=…&sslrootcert=…`.
///
/// `sslmode` is `require` (the default for a host that is not this machine) or `disable`. With
/// `require` the server's certificate is always verified, against the system's authorities or the
/// PEM file named by `sslrootcert`; `verify-ca` and `verify-full` mean the same.
///
/// `Debug` and `Display` never show the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A database file; its directory exists.
    Sqlite { path: PathBuf },
    /// A PostgreSQL server, with the parameters that are ours taken out of the URL.
    Postgres { url: String, tls: Tls },
}

/// How the connection to PostgreSQL is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Plain.
    Disabled,
    /// Encrypted, certificate verified; `authorities` is a PEM file, or the system's set if none.
    Required { authorities: Option<PathBuf> },
}

impl DatabaseUrl {
    /// Whether passwords and personal data would cross a network unencrypted.
    #[must_use]
    pub fn is_plain_to_another_machine(&self) -> bool {
        let Self::Postgres { url, tls: Tls::Disabled } = self else { return false };
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        !is_this_machine(base, &query.split('&').collect::<Vec<_>>())
    }
}

impl FromStr for DatabaseUrl {
    type Err = DbError;

    fn from_str(text: &str) -> Result<Self, DbError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite(path);
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return postgres(text);
        }
        Err(DbError::unusable("a database URL starts with sqlite: or postgres://"))
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, DbError> {
    let path = match path.strip_prefix("//") {
        // `sqlite:///var/lib/x.db` is common; `sqlite://x.db` would name a host.
        Some(absolute) if absolute.starts_with('/') => absolute,
        Some(_) => return Err(DbError::unusable("write sqlite:PATH, without the two slashes")),
        None => path,
    };
    // SQLite would take these for a database in memory and for a URL of its own.
    if path.is_empty() || path.starts_with(":memory:") || path.starts_with("file:") {
        return Err(DbError::unusable("sqlite: must be followed by the path of a file"));
    }
    Ok(DatabaseUrl::Sqlite { path: path.into() })
}

fn postgres(text: &str) -> Result<DatabaseUrl, DbError> {
    let (base, query) = text.split_once('?').unwrap_or((text, ""));
    let mut mode = None;
    let mut authorities = None;
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => authorities = Some(decoded(value)?.into()),
            _ => kept.push(pair),
        }
    }
    let tls = match mode {
        Some("disable") => Tls::Disabled,
        Some("require" | "verify-ca" | "verify-full") => Tls::Required { authorities },
        None if authorities.is_none() && is_this_machine(base, &kept) => Tls::Disabled,
        None => Tls::Required { authorities },
        Some(other) => {
            let reason = format!("sslmode={other} is not supported: write require or disable");
            return Err(DbError::unusable(reason));
        }
    };
    let url = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    Ok(DatabaseUrl::Postgres { url, tls })
}

fn decoded(value: &str) -> Result<String, DbError> {
    let text = percent_decode_str(value).decode_utf8();
    Ok(text.map_err(|_| DbError::unusable("the database URL is not UTF-8"))?.into_owned())
}

/// Whether every host is a socket directory or a loopback address, which nobody can listen to.
fn is_this_machine(base: &str, parameters: &[&str]) -> bool {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let named = parameters.iter().filter_map(|pair| pair.strip_prefix("host="));
    hosts.split(',').chain(named).all(|host| {
        let address = host.trim_start_matches('[').split(']').next().unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        host.is_empty()
            || name.starts_with('/')
            || name.to_ascii_lowercase().starts_with("%2f")
            || name == "localhost"
            || name.starts_with("127.")
            || address == "::1"
    })
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(f, "sqlite:{}", path.display()),
            Self::Postgres { url, .. } => {
                let base = url.split('?').next().unwrap_or_default();
                let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
                let shown = rest.rsplit_once('@').map_or(rest, |(_, shown)| shown);
                write!(f, "postgres://{shown}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> DatabaseUrl {
        text.parse().unwrap()
    }

    fn tls(text: &str) -> Tls {
        match parsed(text) {
            DatabaseUrl::Postgres { tls, .. } => tls,
            DatabaseUrl::Sqlite { .. } => panic!("{text} is no PostgreSQL URL"),
        }
    }

    #[test]
    fn a_sqlite_url_is_a_path_and_never_a_host() {
        let at = |path: &str| DatabaseUrl::Sqlite { path: path.into() };
        assert_eq!(parsed("sqlite:data/qist.db"), at("data/qist.db"));
        assert_eq!(parsed("sqlite:///var/lib/qist.db"), at("/var/lib/qist.db"));
        for refused in
            ["sqlite:", "sqlite::memory:", "sqlite:file:x?mode=memory", "sqlite://qist.db", "mysql://x", "qist.db"]
        {
            assert!(refused.parse::<DatabaseUrl>().is_err(), "{refused}");
        }
    }

    #[test]
    fn a_connection_that_leaves_the_machine_is_encrypted_unless_the_operator_says_otherwise() {
        let required = Tls::Required { authorities: None };
        for remote in [
            "postgres://u:p@db.example.in/qist",
            "postgres://u:p@127.0.0.1,db.example.in/qist",
            "postgres:///qist?host=db.example.in",
            "postgres://u@localhost/qist?sslmode=require",
            "postgres://u@db/qist?sslmode=verify-full",
        ] {
            assert_eq!(tls(remote), required, "{remote}");
        }
        for local in [
            "postgres://u@localhost:5433/qist",
            "postgres://u@127.0.0.1/qist",
            "postgres://u@[::1]:5432/qist",
            "postgres://u@%2Frun%2Fpostgresql:5432/qist",
            "postgres:///qist?host=/run/postgresql",
            "postgres://u@db/qist?sslmode=disable",
        ] {
            assert_eq!(tls(local), Tls::Disabled, "{local}");
        }
        let own = Tls::Required { authorities: Some("/etc/my ca.pem".into()) };
        assert_eq!(tls("postgres://localhost/q?sslrootcert=/etc/my%20ca.pem"), own);
        assert!("postgres://db/q?sslmode=prefer".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn parameters_that_are_not_ours_reach_the_driver() {
        let DatabaseUrl::Postgres { url, .. } =
            parsed("postgres://db/q?application_name=x&sslmode=disable&options=-cjit%3Doff")
        else {
            panic!("not PostgreSQL");
        };
        assert_eq!(url, "postgres://db/q?application_name=x&options=-cjit%3Doff");
    }

    #[test]
    fn the_password_is_never_shown() {
        let url = parsed("postgres://qist:hunter2@db.example.in/qist?password=hunter3");
        assert_eq!(format!("{url} {url:?}"), "postgres://db.example.in/qist ".repeat(2).trim_end());
    }
}
