//! The borrower's papers of a loan: statement of account, interest certificate, no-dues certificate.

use async_trait::async_trait;
use qist_domain::application::Application;
use qist_domain::financial_year::FinancialYear;
use qist_domain::id::ApplicationId;
use qist_domain::loan::Loan;
use qist_domain::refusal::Code;

use crate::applications::read::{user_of, visible};
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::documents::{PaperHead, PaperSays, PaperToPrint};
use crate::ports::store::Tx;
use crate::run::{App, Moment, Query};

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Statement,
    InterestCertificate(FinancialYear),
    NoDues,
}

impl Paper {
    /// How a link names it: `statement`, `interest-certificate-2024`, `no-dues`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Paper::Statement => "statement".to_owned(),
            Paper::InterestCertificate(year) => format!("interest-certificate-{}", year.begins_in()),
            Paper::NoDues => "no-dues".to_owned(),
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Paper> {
        match name {
            "statement" => Some(Paper::Statement),
            "no-dues" => Some(Paper::NoDues),
            _ => name.strip_prefix("interest-certificate-")?.parse().ok().map(Paper::InterestCertificate),
        }
    }
}

/// Where a paper's PDF is.
#[must_use]
pub fn paper_path(application: ApplicationId, paper: Paper) -> String {
    format!("/papers/{application}/{}", paper.name())
}

/// A paper as it is today, in the customer's own time. Borrower, sourcing entity and lender see the same.
#[derive(Debug, Clone)]
pub struct ReadPaper {
    /// None where a borrower asks for the newest loan.
    pub application: Option<ApplicationId>,
    pub paper: Paper,
}

pub struct PaperView {
    pub application: ApplicationId,
    pub paper: Paper,
    pub print: PaperToPrint,
}

#[async_trait]
impl Query for ReadPaper {
    type Out = PaperView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<PaperView> {
        let application = visible(at, tx, self.application).await?;
        let loan = tx.loan(application.id.into()).await?.ok_or(Code::NotDisbursed)?;
        view(at, tx, &application, &loan, self.paper).await
    }
}

/// What is behind a link that has been verified: it names one loan.
struct OpenPaper {
    application: ApplicationId,
    paper: Paper,
}

#[async_trait]
impl Query for OpenPaper {
    type Out = PaperView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<PaperView> {
        let loan = tx.loan(self.application.into()).await?.ok_or(Code::PaperNotFound)?;
        let application = tx.application(loan.tenant, loan.application).await?.ok_or(Code::PaperNotFound)?;
        view(at, tx, &application, &loan, self.paper).await
    }
}

async fn view(at: &Moment, tx: &mut dyn Tx, application: &Application, loan: &Loan, paper: Paper) -> Result<PaperView> {
    let today = at.of(tx, application.tenant, application.user).await?.today();
    let says = match paper {
        Paper::Statement => PaperSays::Statement(loan.account(today)),
        Paper::InterestCertificate(year) => PaperSays::Interest(loan.year(year, today)?),
        Paper::NoDues => PaperSays::NoDues(loan.no_dues(today)?),
    };
    let user = user_of(tx, application).await?;
    let lender = tx.lender(loan.lender).await?.ok_or_else(|| Error::internal("a loan of no lender"))?;
    let platform =
        tx.sourcing_entity(application.tenant).await?.ok_or_else(|| Error::internal("a tenant that is gone"))?;
    let settings = lender.settings;
    let legal_name = if settings.legal_name.is_empty() { lender.name } else { settings.legal_name };
    let head = PaperHead {
        lender: legal_name,
        lender_address: settings.address,
        lender_cin: settings.cin,
        officer: settings.grievance_officer,
        platform: platform.name,
        borrower: user.name.clone().unwrap_or_default(),
        customer_id: user.customer_id.clone(),
        application_number: application.number.clone(),
        lent: loan.quote.amount,
        annual_rate_percent: loan.quote.terms.annual_rate.to_string(),
        disbursed_day: loan.disbursed_day().ok_or(Code::NotDisbursed)?,
        issued_day: today,
    };
    Ok(PaperView { application: application.id, paper, print: PaperToPrint { name: paper.name(), head, says } })
}

impl App {
    /// A link to the paper's PDF that opens without a key for a while.
    #[must_use]
    pub fn paper_link(&self, view: &PaperView) -> String {
        self.signed_link(&paper_path(view.application, view.paper))
    }

    /// The paper as a PDF of today, with the number of its loan. The caller has verified the link.
    pub async fn paper_pdf(&self, application: ApplicationId, paper: Paper) -> Result<(String, Vec<u8>)> {
        let view = self.ask(Caller::System, OpenPaper { application, paper }).await?;
        let number = view.print.head.application_number.clone();
        Ok((number, self.documents.paper(view.print).await?))
    }
}
