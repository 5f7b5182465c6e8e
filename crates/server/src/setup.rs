//! Setting up a programme from a file: what `qist admin create-programme` and the development server share.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use qist_app::caller::Caller;
use qist_app::catalogue::{CreateProgramme, FindByCode, InstallTemplate, PublishPolicy};
use qist_app::error::Error;
use qist_app::run::App;
use qist_domain::credit_line::LineTerms;
use qist_domain::id::{LenderId, OfferTemplateId, ProgrammeId};
use qist_domain::money::Paise;
use qist_domain::policy::PolicyKind;
use qist_domain::product::Terms;
use qist_domain::programme::{OfferTemplate, ProgrammeLender, ProgrammeSettings};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// A programme with everything that belongs to it. Policies are JDM documents; amounts are whole rupees.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProgrammeFile {
    pub sourcing_entity: String,
    pub name: String,
    pub settings: ProgrammeSettings,
    pub prequalification: Value,
    pub qualification: Value,
    /// In the order of preference that is disclosed to borrowers.
    pub lenders: Vec<LenderPart>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LenderPart {
    pub code: String,
    pub auto_approve: bool,
    pub matching: Value,
    pub underwriting: Value,
    pub templates: Vec<TemplatePart>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplatePart {
    pub name: String,
    pub amount_min: i32,
    pub amount_max: i32,
    pub tenure: u32,
    pub terms: Terms,
    /// For a credit line.
    pub line: Option<LineTerms>,
}

/// An error of a use case with its context, for an operator's eyes.
pub fn explain(error: Error) -> anyhow::Error {
    match &error {
        Error::Internal(context) | Error::Unavailable(context) => anyhow!("{error}: {context}"),
        _ => anyhow!("{error}"),
    }
}

/// Creates the programme, its policies and its offer templates.
pub async fn create_programme(app: &App, file: ProgrammeFile) -> anyhow::Result<ProgrammeId> {
    let mut lenders = BTreeMap::new();
    for part in &file.lenders {
        lenders.insert(part.code.clone(), find_lender(app, &part.code).await?);
    }
    let (entity, _) = find(app, &file.sourcing_entity).await?;
    let tenant = entity.with_context(|| format!("no sourcing entity has the code {}", file.sourcing_entity))?.id;
    let parts = file
        .lenders
        .iter()
        .map(|part| ProgrammeLender { lender: lenders[&part.code], auto_approve: part.auto_approve });
    let command = CreateProgramme { tenant, name: file.name, settings: file.settings, lenders: parts.collect() };
    let programme = app.run(Caller::System, command).await.map_err(explain)?;
    publish(app, programme, None, PolicyKind::Prequalification, file.prequalification).await?;
    publish(app, programme, None, PolicyKind::Qualification, file.qualification).await?;
    for part in file.lenders {
        let lender = lenders[&part.code];
        publish(app, programme, Some(lender), PolicyKind::Matching, part.matching).await?;
        publish(app, programme, Some(lender), PolicyKind::Underwriting, part.underwriting).await?;
        for template in part.templates {
            let name = template.name.clone();
            let command = InstallTemplate { template: offer_template(template, lender, programme) };
            app.run(Caller::System, command)
                .await
                .map_err(explain)
                .with_context(|| format!("offer template {name}"))?;
        }
    }
    Ok(programme)
}

fn offer_template(part: TemplatePart, lender: LenderId, programme: ProgrammeId) -> OfferTemplate {
    OfferTemplate {
        id: OfferTemplateId(Uuid::nil()),
        lender,
        programme,
        name: part.name,
        active: true,
        amount_min: Paise::from_rupees(part.amount_min),
        amount_max: Paise::from_rupees(part.amount_max),
        tenure: part.tenure,
        terms: part.terms,
        line: part.line,
        version: 1,
    }
}

async fn publish(
    app: &App,
    programme: ProgrammeId,
    lender: Option<LenderId>,
    kind: PolicyKind,
    document: Value,
) -> anyhow::Result<()> {
    let command = PublishPolicy { programme, lender, kind, document };
    app.run(Caller::System, command).await.map_err(explain).with_context(|| format!("the {} policy", kind.name()))?;
    Ok(())
}

type Found = (Option<qist_domain::programme::SourcingEntity>, Option<qist_domain::programme::Lender>);

pub async fn find(app: &App, code: &str) -> anyhow::Result<Found> {
    app.ask(Caller::System, FindByCode { code: code.to_owned() }).await.map_err(explain)
}

pub async fn find_lender(app: &App, code: &str) -> anyhow::Result<LenderId> {
    let (_, lender) = find(app, code).await?;
    Ok(lender.with_context(|| format!("no lender has the code {code}"))?.id)
}
