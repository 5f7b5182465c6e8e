//! A statement as a page and as a PDF, behind links that open without a key.

use async_trait::async_trait;
use qist_domain::id::BlobId;
use qist_domain::kfs::{KeyFacts, Language, Statement};
use qist_domain::refusal::Code;

use crate::caller::Caller;
use crate::error::Result;
use crate::ports::documents::StatementToPrint;
use crate::ports::store::{FoundStatement, StoredFile, Tx};
use crate::run::{App, Command, Moment, Query};

/// Where a statement's page is. Its PDF and its other languages open with the same signature.
#[must_use]
pub fn statement_path(facts: &KeyFacts) -> String {
    format!("/kfs/{}/{}", facts.proposal_number, facts.version)
}

impl App {
    /// A link to the statement's page that opens without a key for a while; `language` is to be added to it.
    #[must_use]
    pub fn statement_link(&self, facts: &KeyFacts) -> String {
        self.signed_link(&statement_path(facts))
    }

    /// The statement as a page of HTML. The caller has verified the link; `query` is its signature, for the links of the page.
    pub async fn statement_page(&self, number: &str, version: u32, language: Language, query: &str) -> Result<String> {
        let found = self.found(number, version).await?;
        let print = to_print(&found.statement, language);
        self.documents.statement_page(&print, query)
    }

    /// The statement as a PDF: made when it is first asked for, and from then on the same file.
    pub async fn statement_pdf(&self, number: &str, version: u32, language: Language) -> Result<Vec<u8>> {
        let found = self.found(number, version).await?;
        let (number, version) = (found.statement.facts.proposal_number.clone(), found.statement.facts.version);
        let find = FindStatementFile { number: number.clone(), version, language };
        if let Some(blob) = self.ask(Caller::System, find).await?
            && let Some(pdf) = self.blobs.get(&blob.to_string()).await?
        {
            return Ok(pdf);
        }
        let pdf = self.documents.statement(to_print(&found.statement, language)).await?;
        let now = self.clock.now();
        let file = StoredFile {
            id: BlobId(self.ids.uuid(now)),
            tenant: found.tenant,
            application: Some(found.application),
            kind: format!("key_facts_{}", language.code()),
            content_type: "application/pdf".to_owned(),
            sha256: self.secrets.sha256(&pdf),
            size_bytes: i64::try_from(pdf.len()).unwrap_or(i64::MAX),
            created_at: now,
        };
        self.blobs.put(&file.id.to_string(), pdf.clone()).await?;
        self.run(Caller::System, KeepStatementFile { number, version, language, file }).await?;
        Ok(pdf)
    }

    async fn found(&self, number: &str, version: u32) -> Result<FoundStatement> {
        let find = FindStatement { number: number.to_owned(), version };
        self.ask(Caller::System, find).await?.ok_or_else(|| Code::KfsNotFound.into())
    }
}

fn to_print(statement: &Statement, language: Language) -> StatementToPrint {
    StatementToPrint { facts: statement.facts.clone(), sha256: statement.sha256.clone(), language }
}

struct FindStatement {
    number: String,
    version: u32,
}

#[async_trait]
impl Query for FindStatement {
    type Out = Option<FoundStatement>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Option<FoundStatement>> {
        tx.find_any_statement(&self.number, self.version).await
    }
}

struct FindStatementFile {
    number: String,
    version: u32,
    language: Language,
}

#[async_trait]
impl Query for FindStatementFile {
    type Out = Option<BlobId>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Option<BlobId>> {
        tx.statement_file(&self.number, self.version, self.language).await
    }
}

struct KeepStatementFile {
    number: String,
    version: u32,
    language: Language,
    file: StoredFile,
}

#[async_trait]
impl Command for KeepStatementFile {
    type Out = ();
    const OPERATION: &'static str = "keep_statement_file";

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        if tx.keep_statement_file(&self.number, self.version, self.language, self.file.id).await? {
            tx.insert_file(&self.file).await?;
        }
        Ok(())
    }
}
