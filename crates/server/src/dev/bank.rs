//! BankConnect on a development server: keys, the banks that are watched, and Acme's demo entities.

use anyhow::Context;
use qist_app::bankconnect::entities::ListEntities;
use qist_app::bankconnect::health::{ReadHealth, ReportIncident, WatchBank};
use qist_app::bankconnect::keys::{CreateBankKey, ListBankKeys};
use qist_app::caller::Caller;
use qist_app::run::App;
use qist_domain::id::{ApiKeyId, SourcingEntityId};
use uuid::Uuid;

use crate::setup::{explain, find};

/// A key of BankConnect with its server hash. A production server refuses each of them.
#[derive(Debug, Clone, Copy)]
pub struct BankCredential {
    pub owner: &'static str,
    pub key: &'static str,
    pub server_hash: &'static str,
}

/// The one list of development keys of BankConnect.
pub const BANK_CREDENTIALS: &[BankCredential] = &[
    BankCredential { owner: "acme", key: "dev-acme-bankconnect-key", server_hash: "dev-acme-bankconnect-hash" },
    BankCredential { owner: "globex", key: "dev-globex-bankconnect-key", server_hash: "dev-globex-bankconnect-hash" },
];

const WATCHED: &[&str] = &["axis", "hdfc", "icici", "kotak", "pnbbnk", "sbi"];
const DOWN: (&str, &str) = ("hdfc", "Logging in fails for some customers while the bank changes its page");

/// Entities of the demo; every third has no `link_id`.
const ENTITIES: usize = 28;

/// Keys and banks, unless they are there already.
pub async fn build(app: &App) -> anyhow::Result<()> {
    for BankCredential { owner, key, server_hash } in BANK_CREDENTIALS {
        let tenant = tenant(app, owner).await?;
        if app.ask(Caller::System, ListBankKeys { tenant }).await.map_err(explain)?.is_empty() {
            let fixed = Some(((*key).to_owned(), (*server_hash).to_owned()));
            app.run(Caller::System, CreateBankKey { tenant, fixed }).await.map_err(explain)?;
        }
    }
    if app.ask(Caller::System, ReadHealth).await.map_err(explain)?.is_empty() {
        for bank in WATCHED {
            app.run(Caller::System, WatchBank { bank: (*bank).to_owned() }).await.map_err(explain)?;
        }
        let (bank, issue) = DOWN;
        let report = ReportIncident { bank: bank.to_owned(), issue: issue.to_owned() };
        app.run(Caller::System, report).await.map_err(explain)?;
    }
    Ok(())
}

/// Acme's demo entities, unless it has entities already.
pub async fn entities(app: &App) -> anyhow::Result<()> {
    let acme = Caller::Partner { tenant: tenant(app, "acme").await?, key: ApiKeyId(Uuid::nil()) };
    let list = ListEntities { link_id: None, limit: 1, offset: 0 };
    if app.ask(acme, list).await.map_err(explain)?.total > 0 {
        return Ok(());
    }
    for number in 1..=ENTITIES {
        let link_id = (number % 3 != 0).then(|| format!("acme-link-{number:02}"));
        app.create_bank_entity(acme, link_id).await.map_err(explain)?;
    }
    Ok(())
}

async fn tenant(app: &App, code: &str) -> anyhow::Result<SourcingEntityId> {
    let (entity, _) = find(app, code).await?;
    Ok(entity.with_context(|| format!("no sourcing entity has the code {code}"))?.id)
}
