//! The agreement's PDFs: the draft that the borrower reads, and the signed one. Rendering happens outside transactions.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::id::{ApplicationId, BlobId, SourcingEntityId};
use qist_domain::refusal::{Code, Refusal};

use super::papers::{Papers, agreement};
use crate::caller::Caller;
use crate::credit_lines::open::open;
use crate::error::{Error, Result};
use crate::journey::view::Standing;
use crate::ports::store::{Job, StoredFile, Tx};
use crate::run::{App, Command, Moment, Query};

impl App {
    /// The signed agreement where there is one; otherwise the draft to read, made once and then shown again.
    pub async fn draft_agreement(&self, caller: Caller) -> Result<BlobId> {
        let papers = self.ask(caller, MyPapers).await?;
        let made = &papers.application.agreement;
        if let Some(blob) = made.signed.or(made.draft) {
            return Ok(blob);
        }
        let (tenant, application) = (papers.application.tenant, papers.application.id);
        let pdf = self.documents.agreement(agreement(&*self.documents, &papers, self.clock.now())).await?;
        let file = self.store_pdf(tenant, application, "agreement_draft", pdf).await?;
        let blob = file.id;
        self.run(caller, SaveDraft { tenant, application, file }).await?;
        Ok(blob)
    }

    async fn store_pdf(
        &self,
        tenant: SourcingEntityId,
        application: ApplicationId,
        kind: &str,
        pdf: Vec<u8>,
    ) -> Result<StoredFile> {
        let now = self.clock.now();
        let file = StoredFile {
            id: BlobId(self.ids.uuid(now)),
            tenant,
            application: Some(application),
            kind: kind.to_owned(),
            content_type: "application/pdf".to_owned(),
            sha256: self.secrets.sha256(&pdf),
            size_bytes: i64::try_from(pdf.len()).unwrap_or(i64::MAX),
            created_at: now,
        };
        self.blobs.put(&file.id.to_string(), pdf).await?;
        Ok(file)
    }
}

/// The job that follows a signature. Run twice it makes two files, and keeps the first.
pub(crate) async fn make_signed(app: &App, job: &Job) -> Result<()> {
    let id = job.application.ok_or_else(|| Error::internal("an agreement of no application"))?;
    let papers = app.ask(Caller::System, PapersOf { tenant: job.tenant, application: id }).await?;
    if papers.application.agreement.signed.is_some() || papers.application.status != LoanStatus::SignAgreement {
        return Ok(());
    }
    let signed_at = papers.application.details.esign.as_ref().map(|esign| esign.signed_at);
    let signed_at = signed_at.ok_or_else(|| Error::internal("a signed application without its e-sign record"))?;
    let pdf = app.documents.agreement(agreement(&*app.documents, &papers, signed_at)).await?;
    let file = app.store_pdf(job.tenant, id, "agreement_signed", pdf).await?;
    app.run(Caller::System, SaveSigned { tenant: job.tenant, application: id, file }).await
}

struct MyPapers;

#[async_trait]
impl Query for MyPapers {
    type Out = Papers;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Papers> {
        let application = Standing::of_caller(at, tx).await?.application()?.clone();
        if application.details.bank.is_none() || application.status < LoanStatus::BankAdded {
            let why = "the agreement is drafted once the bank account is verified";
            return Err(Refusal::because(Code::StepOutOfOrder, why).into());
        }
        Papers::of(tx, application).await
    }
}

struct PapersOf {
    tenant: SourcingEntityId,
    application: ApplicationId,
}

#[async_trait]
impl Query for PapersOf {
    type Out = Papers;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Papers> {
        let application = tx.application(self.tenant, self.application).await?.ok_or(Code::LoanNotFound)?;
        Papers::of(tx, application).await
    }
}

struct SaveDraft {
    tenant: SourcingEntityId,
    application: ApplicationId,
    file: StoredFile,
}

#[async_trait]
impl Command for SaveDraft {
    type Out = ();
    const OPERATION: &'static str = "save_draft_agreement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let application = tx.application(self.tenant, self.application).await?.ok_or(Code::LoanNotFound)?;
        tx.insert_file(&self.file).await?;
        tx.save_application(application.draft_agreement(self.file.id, self.file.sha256.clone())?, at.now).await
    }
}

struct SaveSigned {
    tenant: SourcingEntityId,
    application: ApplicationId,
    file: StoredFile,
}

#[async_trait]
impl Command for SaveSigned {
    type Out = ();
    const OPERATION: &'static str = "save_signed_agreement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let application = tx.application(self.tenant, self.application).await?.ok_or(Code::LoanNotFound)?;
        if let Some(change) = application.agreement_generated(self.file.id)? {
            tx.insert_file(&self.file).await?;
            let signed = change.state().clone();
            tx.save_application(change, at.now).await?;
            open(at, tx, signed).await?;
        }
        Ok(())
    }
}
