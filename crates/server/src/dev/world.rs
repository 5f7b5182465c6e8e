//! Who lives on a development server: two sourcing entities, two lenders, and their fixed keys.

use anyhow::Context;
use qist_app::access::keys::CreateKey;
use qist_app::caller::{Caller, KeyOwner};
use qist_app::catalogue::{CreateLender, CreateSourcingEntity};
use qist_app::run::App;
use qist_domain::money::Paise;
use qist_domain::programme::{EntitySettings, LenderSettings, Officer};

use super::bank;
use crate::setup::{ProgrammeFile, create_programme, explain, find, find_lender};

/// A key of the development server. A production server refuses each of them.
#[derive(Debug, Clone, Copy)]
pub struct Credential {
    pub owner: &'static str,
    pub kind: &'static str,
    pub key: &'static str,
}

/// The one list of development keys.
pub const CREDENTIALS: &[Credential] = &[
    Credential { owner: "acme", kind: "server", key: "dev-acme-server-key" },
    Credential { owner: "globex", kind: "server", key: "dev-globex-server-key" },
    Credential { owner: "acme", kind: "client", key: "dev-acme-client-key" },
    Credential { owner: "globex", kind: "client", key: "dev-globex-client-key" },
    Credential { owner: "meridian", kind: "lender", key: "dev-meridian-lender-key" },
    Credential { owner: "sahyadri", kind: "lender", key: "dev-sahyadri-lender-key" },
];

const PROGRAMMES: &[&str] =
    &[include_str!("../../../../fixtures/demo/acme.json"), include_str!("../../../../fixtures/demo/globex.json")];

/// Makes the world, unless it is there already. Its keys are stored as hashes that only the secret of the same data folder makes.
pub async fn build(app: &App) -> anyhow::Result<()> {
    if find(app, "acme").await?.0.is_some() {
        opens(app).await?;
    } else {
        people(app).await?;
    }
    bank::build(app).await
}

async fn people(app: &App) -> anyhow::Result<()> {
    lender(app, "meridian", "Meridian", "Meridian Finance Limited", "14 Marine Drive\nMumbai 400020\nMaharashtra")
        .await?;
    lender(app, "sahyadri", "Sahyadri", "Sahyadri Capital Private Limited", "7 Karve Road\nPune 411004\nMaharashtra")
        .await?;
    entity(app, "acme", "Acme", true, "22, 80 Feet Road, Koramangala\nBengaluru 560095\nKarnataka").await?;
    entity(app, "globex", "Globex", false, "Plot 9, Sector 44\nGurugram 122003\nHaryana").await?;
    for text in PROGRAMMES {
        let file: ProgrammeFile = serde_json::from_str(text).context("a demo programme cannot be read")?;
        create_programme(app, file).await?;
    }
    for credential in CREDENTIALS {
        let owner = key_owner(app, credential.kind, credential.owner).await?;
        app.run(Caller::System, CreateKey { owner, fixed: Some(credential.key.to_owned()) }).await.map_err(explain)?;
    }
    Ok(())
}

async fn opens(app: &App) -> anyhow::Result<()> {
    for credential in CREDENTIALS {
        if app.key_owner(credential.key).await.is_ok() {
            return Ok(());
        }
    }
    anyhow::bail!(
        "this database was filled with another data folder, whose secret.key alone opens it: give that folder with --data, or another database"
    )
}

/// Whose key it is, from the words of a command line.
pub async fn key_owner(app: &App, kind: &str, code: &str) -> anyhow::Result<KeyOwner> {
    if kind == "lender" {
        return Ok(KeyOwner::Lender(find_lender(app, code).await?));
    }
    let (entity, _) = find(app, code).await?;
    let tenant = entity.with_context(|| format!("no sourcing entity has the code {code}"))?.id;
    match kind {
        "server" => Ok(KeyOwner::Server(tenant)),
        "client" => Ok(KeyOwner::Client(tenant)),
        other => anyhow::bail!("a key is of kind server, client or lender, not {other}"),
    }
}

async fn lender(app: &App, code: &str, name: &str, legal_name: &str, address: &str) -> anyhow::Result<()> {
    let settings = LenderSettings {
        legal_name: legal_name.to_owned(),
        address: address.to_owned(),
        cin: "U65999MH2016PTC000000".to_owned(),
        grievance_officer: officer("Meera Joshi", code),
        one_person_paise: Paise::from_rupees(1_000),
        ..LenderSettings::default()
    };
    let command = CreateLender { code: code.to_owned(), name: name.to_owned(), settings };
    app.run(Caller::System, command).await.map_err(explain)?;
    Ok(())
}

async fn entity(app: &App, code: &str, name: &str, repayment_api: bool, address: &str) -> anyhow::Result<()> {
    let settings = EntitySettings {
        repayment_api,
        redirect_origins: Vec::new(),
        address: address.to_owned(),
        grievance_officer: officer("Arun Nair", code),
    };
    let command = CreateSourcingEntity { code: code.to_owned(), name: name.to_owned(), settings };
    app.run(Caller::System, command).await.map_err(explain)?;
    Ok(())
}

fn officer(name: &str, code: &str) -> Officer {
    Officer { name: name.to_owned(), email: format!("grievance@{code}.example"), phone: "1800 000 0000".to_owned() }
}
