//! The renderer behind its port: on threads that may compute for long.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::documents::{
    Agreement, Clause, Documents, PaperToPrint, PayToPrint, StandardTerms, StatementToPrint,
};
use qist_documents::Renderer;

/// Documents made on the blocking pool.
pub struct BlockingRenderer(pub Renderer);

#[async_trait]
impl Documents for BlockingRenderer {
    async fn agreement(&self, agreement: Agreement) -> Result<Vec<u8>> {
        let renderer = self.0.clone();
        let rendered = tokio::task::spawn_blocking(move || renderer.agreement(&agreement)).await;
        rendered.map_err(Error::internal)?.map_err(Error::internal)
    }

    async fn statement(&self, statement: StatementToPrint) -> Result<Vec<u8>> {
        let renderer = self.0.clone();
        let rendered = tokio::task::spawn_blocking(move || renderer.statement(&statement)).await;
        rendered.map_err(Error::internal)?.map_err(Error::internal)
    }

    async fn paper(&self, paper: PaperToPrint) -> Result<Vec<u8>> {
        let renderer = self.0.clone();
        let rendered = tokio::task::spawn_blocking(move || renderer.paper(&paper)).await;
        rendered.map_err(Error::internal)?.map_err(Error::internal)
    }

    fn pay_page(&self, pay: &PayToPrint) -> Result<String> {
        qist_documents::pay_page(pay).map_err(Error::internal)
    }

    fn statement_page(&self, statement: &StatementToPrint, query: &str) -> Result<String> {
        qist_documents::statement_page(statement, query).map_err(Error::internal)
    }

    fn standard_clauses(&self, terms: &StandardTerms) -> Vec<Clause> {
        qist_documents::standard_clauses(terms)
    }
}
