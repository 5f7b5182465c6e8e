//! Which connector stands behind which port: the one place where all crates meet.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use async_trait::async_trait;
use qist_app::access::authenticate::KeyCache;
use qist_app::error::Result;
use qist_app::ports::blobs::Blobs;
use qist_app::ports::clock::{Clock, Ids};
use qist_app::ports::connector::Connectors;
use qist_app::ports::courier::Courier;
use qist_app::ports::downloads::Downloads;
use qist_app::ports::reader::StatementReader;
use qist_app::ports::secrets::Secrets;
use qist_app::run::{App, Settings};
use qist_documents::Renderer;
use qist_providers::blobs::local::LocalBlobs;
use qist_providers::blobs::s3::S3Blobs;
use qist_providers::blobs::seal::{FileKeys, SealedBlobs};
use qist_providers::client::Reach;
use qist_providers::downloads::HttpDownloads;
use qist_providers::registry::{Needs, ProvidersConfig, Registry};
use qist_providers::secrets::KeyedSecrets;
use qist_providers::system::{SystemClock, SystemIds};
use qist_providers::trust::Trust;
use qist_providers::webhook::WebhookCourier;
use qist_store::{DatabaseUrl, DbStore, MasterKeys, Options};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use zeroize::Zeroizing;

use crate::cli::ConfigArgs;
use crate::config::{Config, Environment, Files, parse_key};
use crate::documents::BlockingRenderer;
use crate::reader::Reader;
use crate::serve::{self, Parts};
use crate::setup::explain;

const DAY_SECONDS: i64 = 86_400;

/// An application with what its server needs besides.
pub struct Wired {
    pub app: App,
    pub wake: Arc<Notify>,
    /// Wakes the delivery of webhooks.
    pub wake_delivery: Arc<Notify>,
    pub store: DbStore,
}

/// What differs from one deployment to another, and in tests.
pub struct Pieces {
    pub store: DbStore,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub secrets: Arc<dyn Secrets>,
    pub blobs: Arc<dyn Blobs>,
    pub connectors: Arc<dyn Connectors>,
    pub courier: Arc<dyn Courier>,
    pub reader: Arc<dyn StatementReader>,
    pub downloads: Arc<dyn Downloads>,
    pub settings: Settings,
}

/// Puts the pieces together.
pub fn assemble(pieces: Pieces) -> Wired {
    let wake = Arc::new(Notify::new());
    let waker = Arc::clone(&wake);
    let wake_delivery = Arc::new(Notify::new());
    let delivery_waker = Arc::clone(&wake_delivery);
    let app = App {
        store: Arc::new(pieces.store.clone()),
        clock: pieces.clock,
        ids: pieces.ids,
        secrets: pieces.secrets,
        blobs: pieces.blobs,
        documents: Arc::new(BlockingRenderer(Renderer::new())),
        connectors: pieces.connectors,
        courier: pieces.courier,
        reader: pieces.reader,
        downloads: pieces.downloads,
        settings: Arc::new(pieces.settings),
        keys: Arc::new(KeyCache::default()),
        nudge: Arc::new(move || waker.notify_one()),
        nudge_delivery: Arc::new(move || delivery_waker.notify_one()),
    };
    Wired { app, wake, wake_delivery, store: pieces.store }
}

/// A development server's application: its keys lie beside its data.
pub async fn development(data: &Path, database_url: Option<&str>, base_url: &str) -> anyhow::Result<Wired> {
    let master_key = key_file(&data.join("master.key"))?;
    let secret_key = key_file(&data.join("secret.key"))?;
    let url = database_url.map_or_else(|| format!("sqlite:{}", data.join("qist.db").display()), str::to_owned);
    let options = Options { accept_volatile_server: true, ..Options::default() };
    let store = open(&url, options, MasterKeys::new("dev", &master_key)).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let files = LocalBlobs::open(data.join("files"), clock.now())?;
    Ok(assemble(Pieces {
        blobs: sealed(Arc::new(files), &store, &clock),
        store,
        clock: Arc::clone(&clock),
        ids: Arc::new(SystemIds::default()),
        secrets: Arc::new(KeyedSecrets::new(&secret_key)),
        connectors: Arc::new(registry(&ProvidersConfig::default(), true, &clock)?),
        courier: Arc::new(WebhookCourier::new(Reach::Anywhere, &Trust::system())?),
        reader: Arc::new(reader()?),
        downloads: Arc::new(HttpDownloads::new(true, &Trust::system())?),
        settings: Settings {
            base_url: base_url.to_owned(),
            number_prefix: "FB".to_owned(),
            token_seconds: 7 * DAY_SECONDS,
            development: true,
        },
    }))
}

/// A production server's application, from its configuration.
pub async fn production(args: &ConfigArgs) -> anyhow::Result<Wired> {
    let config = Config::load(args.config.as_deref(), environment)?;
    wire(&config).await
}

async fn wire(config: &Config) -> anyhow::Result<Wired> {
    let key = |text: &str| parse_key(text).map_err(|why| anyhow::anyhow!("a key {why}"));
    let master = key(&config.master_key)?;
    let mut masters = MasterKeys::new(&*config.master_key_id, &master);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let files: Arc<dyn Blobs> = match &config.files {
        Files::Local { directory } => Arc::new(LocalBlobs::open(directory, clock.now())?),
        Files::S3(s3) => Arc::new(S3Blobs::new(s3, &environment, &Trust::system(), Arc::clone(&clock))?),
    };
    for older in &config.older_master_keys {
        masters = masters.with_older(&*older.id, &key(&older.key)?);
    }
    let store = open(&config.database_url, Options::default(), masters).await?;
    let sandbox_allowed = config.environment == Environment::Uat;
    Ok(assemble(Pieces {
        blobs: sealed(files, &store, &clock),
        store,
        clock: Arc::clone(&clock),
        ids: Arc::new(SystemIds::default()),
        secrets: Arc::new(KeyedSecrets::new(&key(&config.secret_key)?)),
        connectors: Arc::new(registry(&config.providers, sandbox_allowed, &clock)?),
        courier: Arc::new(WebhookCourier::new(Reach::of(config.webhooks.allow_private), &Trust::system())?),
        reader: Arc::new(reader()?),
        downloads: Arc::new(HttpDownloads::new(config.webhooks.allow_private, &Trust::system())?),
        settings: Settings {
            base_url: config.base_url.clone(),
            number_prefix: config.number_prefix.clone(),
            token_seconds: if config.environment == Environment::Uat { 7 * DAY_SECONDS } else { DAY_SECONDS },
            development: false,
        },
    }))
}

/// Statements are read in processes of this very program.
fn reader() -> anyhow::Result<Reader> {
    Ok(Reader::in_processes(std::env::current_exe().context("the program does not know where it lies")?))
}

/// The keys of files are kept by the store.
struct StoredKeys(DbStore, Arc<dyn Clock>);

#[async_trait]
impl FileKeys for StoredKeys {
    async fn file_keys(&self) -> Result<Vec<Zeroizing<[u8; 32]>>> {
        self.0.file_keys(self.1.now()).await
    }
}

/// Storage whose files are sealed with the store's keys.
pub fn sealed(files: Arc<dyn Blobs>, store: &DbStore, clock: &Arc<dyn Clock>) -> Arc<dyn Blobs> {
    Arc::new(SealedBlobs::new(files, Arc::new(StoredKeys(store.clone(), Arc::clone(clock)))))
}

fn registry(config: &ProvidersConfig, sandbox_allowed: bool, clock: &Arc<dyn Clock>) -> anyhow::Result<Registry> {
    let needs = Needs { clock: Arc::clone(clock), trust: &Trust::system(), environment: &environment, sandbox_allowed };
    Ok(Registry::new(config, &needs)?)
}

async fn open(url: &str, options: Options, masters: MasterKeys) -> anyhow::Result<DbStore> {
    let url: DatabaseUrl = url.parse().context("the database URL is not usable")?;
    DbStore::open(&url, options, masters).await.context("the database cannot be opened")
}

fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A key that is made once and then kept, readable by its owner alone.
fn key_file(path: &Path) -> anyhow::Result<[u8; 32]> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    match std::fs::read_to_string(path) {
        Ok(text) => parse_key(text.trim()).map_err(|why| anyhow::anyhow!("{} {why}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut key = [0_u8; 32];
            getrandom::fill(&mut key).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
            let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            writeln!(file, "{text}")?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// `qist serve`.
pub async fn serve(args: &ConfigArgs) -> anyhow::Result<()> {
    let config = Config::load(args.config.as_deref(), environment)?;
    let wired = wire(&config).await?;
    let pending = wired.store.pending().await.context("the schema cannot be read")?;
    anyhow::ensure!(pending.is_empty(), "{} migrations are missing: run `qist migrate` first", pending.len());
    wired.store.check_keys().await.map_err(explain).context("a data key does not open")?;
    refuse_development_keys(&wired.app).await?;
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let parts = Parts {
        app: wired.app,
        wake: wired.wake,
        wake_delivery: wired.wake_delivery,
        listener,
        trusted_proxies: config.trusted_proxies,
    };
    let running = serve::start(parts)?;
    serve::stop_signal().await?;
    tracing::info!("stopping");
    running.stop().await;
    wired.store.close().await;
    Ok(())
}

/// A database that development keys open has never been meant for production.
async fn refuse_development_keys(app: &App) -> anyhow::Result<()> {
    for credential in crate::dev::CREDENTIALS {
        let opens = app.key_owner(credential.key).await.is_ok();
        anyhow::ensure!(!opens, "the development key {} opens this database: revoke it first", credential.key);
    }
    for credential in crate::dev::BANK_CREDENTIALS {
        let opens = app.bank_client(credential.key).await.is_ok();
        anyhow::ensure!(!opens, "the development key {} opens this database: revoke it first", credential.key);
    }
    Ok(())
}

/// `qist migrate`.
pub async fn migrate(args: &ConfigArgs) -> anyhow::Result<()> {
    let wired = production(args).await?;
    let applied = wired.store.migrate(wired.app.clock.now()).await.context("the database could not be migrated")?;
    println!("{} migrations applied", applied.len());
    wired.store.close().await;
    Ok(())
}

/// `qist verify`.
pub async fn verify(args: &ConfigArgs) -> anyhow::Result<ExitCode> {
    let wired = production(args).await?;
    let verified = wired.app.verify().await.map_err(explain)?;
    for difference in &verified.differences {
        println!("{difference}");
    }
    println!(
        "{} loans and {} credit lines verified, {} differences",
        verified.loans,
        verified.lines,
        verified.differences.len()
    );
    wired.store.close().await;
    Ok(if verified.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
