//! The configuration of a production server: a TOML file, with environment variables before it. What is unsafe is refused at
//! start, each thing by its name.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use qist_providers::blobs::s3::S3Config;
use qist_providers::registry::ProvidersConfig;
use qist_store::DatabaseUrl;
use serde::Deserialize;

/// Keys below are 32 bytes in 64 hexadecimal digits.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    /// Where the outside reaches this server, without a trailing slash.
    pub base_url: String,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// `production`: tokens live 24 hours. `uat`: 7 days, sandboxes allowed.
    pub environment: Environment,
    /// Wraps the keys that encrypt personal data.
    pub master_key: String,
    /// Its name, written beside what it wraps.
    pub master_key_id: String,
    /// Earlier master keys, as long as something is wrapped by them.
    #[serde(default)]
    pub older_master_keys: Vec<OlderKey>,
    /// Keys the hashes of API keys, tokens and OTPs, and signs links.
    pub secret_key: String,
    #[serde(default = "prefix")]
    pub number_prefix: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    pub files: Files,
    #[serde(default)]
    pub providers: ProvidersConfig,
    #[serde(default)]
    pub webhooks: Webhooks,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Whether webhooks may go to addresses that are not public, by http too: for receivers in one's own network alone.
    #[serde(default)]
    pub allow_private: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    Production,
    Uat,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OlderKey {
    pub id: String,
    pub key: String,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Files {
    Local { directory: PathBuf },
    S3(S3Config),
}

fn prefix() -> String {
    "FB".to_owned()
}

/// Settings that may come from the environment instead of the file, because they are secret or differ by machine.
const FROM_ENVIRONMENT: &[(&str, &str)] = &[
    ("QIST_LISTEN", "listen"),
    ("QIST_BASE_URL", "base_url"),
    ("QIST_DATABASE_URL", "database_url"),
    ("QIST_ENVIRONMENT", "environment"),
    ("QIST_MASTER_KEY", "master_key"),
    ("QIST_MASTER_KEY_ID", "master_key_id"),
    ("QIST_SECRET_KEY", "secret_key"),
    ("QIST_NUMBER_PREFIX", "number_prefix"),
];

impl Config {
    /// Reads the file and the environment, and refuses what is unsafe.
    pub fn load(path: Option<&Path>, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
        let text = match path {
            Some(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
            None => String::new(),
        };
        let mut table: toml::Table = text.parse().context("the configuration is not valid TOML")?;
        for (variable, key) in FROM_ENVIRONMENT {
            if let Some(value) = environment(variable) {
                table.insert((*key).to_owned(), toml::Value::String(value));
            }
        }
        let config: Config = toml::Value::Table(table).try_into().context("the configuration is not complete")?;
        let unsafe_settings = config.unsafe_settings();
        anyhow::ensure!(
            unsafe_settings.is_empty(),
            "this configuration is not safe:\n  - {}",
            unsafe_settings.join("\n  - ")
        );
        Ok(config)
    }

    /// Each unsafe setting in a sentence.
    fn unsafe_settings(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, key) in [("master_key", &self.master_key), ("secret_key", &self.secret_key)] {
            if let Err(why) = parse_key(key) {
                found.push(format!("{name} {why}"));
            }
        }
        if self.master_key == self.secret_key {
            found.push("master_key and secret_key are the same: make two".to_owned());
        }
        let production = self.environment == Environment::Production;
        if production && !self.base_url.starts_with("https://") {
            found.push("base_url must begin with https:// in production".to_owned());
        }
        if self.base_url.ends_with('/') {
            found.push("base_url must not end with a slash".to_owned());
        }
        if !self.number_prefix.bytes().all(|b| b.is_ascii_uppercase()) || !(1..=6).contains(&self.number_prefix.len()) {
            found.push("number_prefix must be one to six capital letters".to_owned());
        }
        match self.database_url.parse::<DatabaseUrl>() {
            Ok(url) if production && url.is_plain_to_another_machine() => {
                found.push("database_url turns encryption off to another machine".to_owned());
            }
            Ok(_) => {}
            Err(why) => found.push(format!("database_url: {why}")),
        }
        found
    }
}

/// A key of 32 bytes from 64 hexadecimal digits, which must look random.
pub fn parse_key(text: &str) -> Result<[u8; 32], &'static str> {
    const WHY: &str = "must be 64 hexadecimal digits (make one with: openssl rand -hex 32)";
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(WHY);
    }
    let mut key = [0_u8; 32];
    for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(pair).map_err(|_| WHY)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| WHY)?;
    }
    let distinct = key.iter().collect::<std::collections::BTreeSet<_>>().len();
    if distinct < 16 { Err("is not random: too few different bytes") } else { Ok(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const SECRET: &str = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

    fn load(changes: &[(&str, &str)]) -> anyhow::Result<Config> {
        let file = std::env::temp_dir().join(format!("qist-config-{}-{}.toml", std::process::id(), changes.len()));
        std::fs::write(&file, "[files]\nkind = \"local\"\ndirectory = \"/var/lib/qist\"\n").unwrap();
        let mut values = std::collections::HashMap::from([
            ("QIST_LISTEN", "127.0.0.1:0"),
            ("QIST_BASE_URL", "https://lend.example"),
            ("QIST_DATABASE_URL", "sqlite:/var/lib/qist/qist.db"),
            ("QIST_ENVIRONMENT", "production"),
            ("QIST_MASTER_KEY", MASTER),
            ("QIST_MASTER_KEY_ID", "2026-11"),
            ("QIST_SECRET_KEY", SECRET),
        ]);
        values.extend(changes.iter().copied());
        Config::load(Some(&file), |name| values.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn a_complete_configuration_is_accepted() {
        assert!(load(&[]).is_ok());
    }

    #[test]
    fn each_unsafe_setting_is_refused_by_its_name() {
        let zeros = "0".repeat(64);
        for (variable, value, word) in [
            ("QIST_MASTER_KEY", zeros.as_str(), "master_key"),
            ("QIST_MASTER_KEY", "short", "master_key"),
            ("QIST_SECRET_KEY", MASTER, "same"),
            ("QIST_BASE_URL", "http://lend.example", "https"),
            ("QIST_BASE_URL", "https://lend.example/", "slash"),
            ("QIST_NUMBER_PREFIX", "fb", "number_prefix"),
            ("QIST_DATABASE_URL", "postgres://u@db.example/q?sslmode=disable", "encryption"),
            ("QIST_DATABASE_URL", "postgres://localhost@db.example/127.0.0.1?sslmode=disable", "encryption"),
            ("QIST_DATABASE_URL", "mysql://u@db.example/q", "database_url"),
            ("QIST_ENVIRONMENT", "dev", "environment"),
        ] {
            let error = format!("{:#}", load(&[(variable, value)]).err().unwrap());
            assert!(error.contains(word), "{variable}={value}: {error}");
        }
    }
}
