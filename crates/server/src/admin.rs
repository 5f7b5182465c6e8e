//! What an operator does by command.

use anyhow::Context;
use qist_app::access::keys::{CreateKey, ListKeys, RevokeKey};
use qist_app::bankconnect::keys::{CreateBankKey, ListBankKeys, RevokeBankKey, SetLegacyKeyOnly};
use qist_app::caller::{Caller, KeyOwner};
use qist_app::catalogue::{CreateLender, CreateSourcingEntity, ListSourcingEntities};
use qist_app::run::App;
use qist_app::users::preapprove::Preapprove;
use qist_domain::id::SourcingEntityId;
use qist_domain::money::Paise;
use qist_domain::programme::{EntitySettings, LenderSettings};
use qist_store::{DbStore, Reseal, ResealCursor};

use crate::cli::{AdminArgs, AdminCommand};
use crate::dev::key_owner;
use crate::setup::{ProgrammeFile, create_programme, explain, find};
use crate::wiring::{self, Wired};

/// Rows of a CSV in one transaction.
const LIMITS_AT_ONCE: usize = 500;
/// Values that are encrypted anew in one transaction.
const ROWS_AT_ONCE: i64 = 500;

pub async fn run(args: AdminArgs) -> anyhow::Result<()> {
    let Wired { app, store, .. } = wiring::production(&args.config).await?;
    match args.command {
        AdminCommand::CreateSourcingEntity { code, name } => {
            let command = CreateSourcingEntity { code, name, settings: EntitySettings::default() };
            println!("{}", app.run(Caller::System, command).await.map_err(explain)?);
        }
        AdminCommand::CreateLender { code, name } => {
            let command = CreateLender { code, name, settings: LenderSettings::default() };
            println!("{}", app.run(Caller::System, command).await.map_err(explain)?);
        }
        AdminCommand::CreateKey { kind, owner } if kind == "bankconnect" => {
            let command = CreateBankKey { tenant: tenant(&app, &owner).await?, fixed: None };
            let made = app.run(Caller::System, command).await.map_err(explain)?;
            println!("{}  {}  (id {}; neither is shown again)", made.key, made.server_hash, made.id);
        }
        AdminCommand::CreateKey { kind, owner } => {
            let owner = key_owner(&app, &kind, &owner).await?;
            let made = app.run(Caller::System, CreateKey { owner, fixed: None }).await.map_err(explain)?;
            println!("{}  (id {}; it is not shown again)", made.key, made.id);
        }
        AdminCommand::ListKeys { owner } => list_keys(&app, &owner).await?,
        AdminCommand::RevokeKey { id } => {
            let id = id.parse().context("a key is revoked by its id, as list-keys shows it")?;
            let revoked = app.run(Caller::System, RevokeKey { id }).await.map_err(explain)?
                || app.run(Caller::System, RevokeBankKey { id }).await.map_err(explain)?;
            anyhow::ensure!(revoked, "no live key has this id");
            println!("revoked");
        }
        AdminCommand::LegacyKeyOnly { owner, switch } => {
            let command = SetLegacyKeyOnly { tenant: tenant(&app, &owner).await?, on: switch == "on" };
            app.run(Caller::System, command).await.map_err(explain)?;
            println!("{switch}");
        }
        AdminCommand::CreateProgramme { file } => {
            let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let file: ProgrammeFile = serde_json::from_str(&text).context("the programme file is not valid")?;
            println!("{}", create_programme(&app, file).await?);
        }
        AdminCommand::LoadLimits { owner, file } => load_limits(&app, &owner, &file).await?,
        AdminCommand::RotateMasterKey => {
            println!("{} data keys wrapped anew", store.rewrap_data_keys().await.map_err(explain)?)
        }
        AdminCommand::RotateDataKeys => rotate_data_keys(&app, &store).await?,
    }
    Ok(())
}

/// A new data key for everybody; then every row that an older one sealed is sealed again. Stopped halfway it can be begun anew.
async fn rotate_data_keys(app: &App, store: &DbStore) -> anyhow::Result<()> {
    let now = app.clock.now();
    let entities = app.ask(Caller::System, ListSourcingEntities).await.map_err(explain)?;
    for tenant in entities.iter().map(|entity| Some(entity.id)).chain([None]) {
        store.rotate_data_key(tenant, now).await.map_err(explain)?;
    }
    store.rotate_file_key(now).await.map_err(explain)?;
    let (mut rows, mut from) = (0, Some(ResealCursor::default()));
    while let Some(cursor) = from {
        let Reseal { resealed, next } = store.reseal(cursor, ROWS_AT_ONCE, now).await.map_err(explain)?;
        rows += resealed;
        from = next;
    }
    println!("{rows} values encrypted anew");
    Ok(())
}

async fn list_keys(app: &App, code: &str) -> anyhow::Result<()> {
    let (entity, lender) = find(app, code).await?;
    let mut owners: Vec<KeyOwner> = Vec::new();
    owners.extend(entity.iter().flat_map(|entity| [KeyOwner::Server(entity.id), KeyOwner::Client(entity.id)]));
    owners.extend(lender.iter().map(|lender| KeyOwner::Lender(lender.id)));
    anyhow::ensure!(!owners.is_empty(), "nobody has the code {code}");
    if let Some(entity) = entity {
        for key in app.ask(Caller::System, ListBankKeys { tenant: entity.id }).await.map_err(explain)? {
            let state = key.revoked_at.map_or("live".to_owned(), |at| format!("revoked {}", at.utc_text()));
            println!("{}  {}…  {state}, BankConnect", key.id, key.hint);
        }
    }
    for owner in owners {
        for key in app.ask(Caller::System, ListKeys { owner }).await.map_err(explain)? {
            let state = key.revoked_at.map_or("live".to_owned(), |at| format!("revoked {}", at.utc_text()));
            let used = key.last_used_at.map_or("never used".to_owned(), |at| format!("last used {}", at.utc_text()));
            println!("{}  {}…  {state}, {used}", key.id, key.hint);
        }
    }
    Ok(())
}

async fn tenant(app: &App, code: &str) -> anyhow::Result<SourcingEntityId> {
    let (entity, _) = find(app, code).await?;
    Ok(entity.with_context(|| format!("no sourcing entity has the code {code}"))?.id)
}

/// A CSV of `customerID,limit`, with or without a heading line.
async fn load_limits(app: &App, code: &str, file: &std::path::Path) -> anyhow::Result<()> {
    let tenant = tenant(app, code).await?;
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut limits = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((customer, limit)) = line.rsplit_once(',') else {
            anyhow::ensure!(line.trim().is_empty(), "line {number}: expected customerID,limit");
            continue;
        };
        match Paise::parse_rupees(limit.trim()) {
            Ok(limit) if limit.is_positive() => limits.push((customer.trim().to_owned(), limit)),
            _ if number == 1 => {}
            _ => anyhow::bail!("line {number}: the limit must be an amount of rupees above zero"),
        }
    }
    for chunk in limits.chunks(LIMITS_AT_ONCE) {
        app.run(Caller::System, Preapprove { tenant, limits: chunk.to_vec() }).await.map_err(explain)?;
    }
    println!("{} limits loaded", limits.len());
    Ok(())
}
