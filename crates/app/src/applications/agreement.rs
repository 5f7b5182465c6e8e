//! The agreement's PDFs: the draft that the borrower reads, and the signed one. Rendering happens outside transactions.

use async_trait::async_trait;
use qist_domain::application::{Application, LoanStatus, Offer};
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, BlobId, SourcingEntityId};
use qist_domain::loan::Quote;
use qist_domain::money::Paise;
use qist_domain::programme::{Lender, Officer, SourcingEntity};
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::User;

use super::read::{accepted_offer, user_of};
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::journey::view::Standing;
use crate::ports::documents as doc;
use crate::ports::store::{Job, StoredFile, Tx};
use crate::run::{App, Command, Moment, Query};

/// Everything that the document is made of.
struct Papers {
    application: Application,
    user: User,
    offer: Offer,
    lender: Lender,
    entity: SourcingEntity,
}

async fn papers(tx: &mut dyn Tx, application: Application) -> Result<Papers> {
    let user = user_of(tx, &application).await?;
    let offer = accepted_offer(tx, &application).await?;
    let lender = tx.lender(offer.lender).await?.ok_or_else(|| Error::internal("an offer of no lender"))?;
    let entity =
        tx.sourcing_entity(application.tenant).await?.ok_or_else(|| Error::internal("a tenant that is gone"))?;
    Ok(Papers { application, user, offer, lender, entity })
}

impl App {
    /// The signed agreement where there is one; otherwise the draft to read, made once and then shown again.
    pub async fn draft_agreement(&self, caller: Caller) -> Result<BlobId> {
        let papers = self.ask(caller, MyPapers).await?;
        let made = &papers.application.agreement;
        if let Some(blob) = made.signed.or(made.draft) {
            return Ok(blob);
        }
        let (tenant, application) = (papers.application.tenant, papers.application.id);
        let pdf = self.documents.agreement(agreement(&*self.documents, &papers, self.clock.now())?).await?;
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
    let pdf = app.documents.agreement(agreement(&*app.documents, &papers, signed_at)?).await?;
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
        papers(tx, application).await
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
        papers(tx, application).await
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
            tx.save_application(change, at.now).await?;
        }
        Ok(())
    }
}

/// The document's data. What is masked here is masked for good.
fn agreement(documents: &dyn doc::Documents, papers: &Papers, on: Instant) -> Result<doc::Agreement> {
    let Papers { application, user, offer, lender, entity } = papers;
    let bank = application.details.bank.as_ref();
    Ok(doc::Agreement {
        application_number: application.number.clone(),
        agreement_day: on.day(),
        place: application.details.current_address.as_ref().map(|address| address.city.clone()).unwrap_or_default(),
        lender: doc::Lender {
            legal_name: lender.settings.legal_name.clone(),
            address: lines(&lender.settings.address),
            cin: lender.settings.cin.clone(),
            grievance_officer: officer(&lender.settings.grievance_officer),
        },
        platform: doc::Platform {
            name: entity.name.clone(),
            address: lines(&entity.settings.address),
            grievance_officer: officer(&entity.settings.grievance_officer),
        },
        borrower: borrower(application, user),
        loan: loan_summary(offer)?,
        fees: deductions(&offer.quote),
        disbursal_account: doc::BankAccount {
            account_number_masked: bank.map(|bank| bank.account_number.masked()).unwrap_or_default(),
            ifsc: bank.map(|bank| bank.ifsc.to_string()).unwrap_or_default(),
            bank_name: bank.map(|bank| bank.bank_name.clone()).unwrap_or_default(),
            holder_name: bank.map(|bank| bank.holder_name.clone()).unwrap_or_default(),
        },
        schedule: schedule(offer),
        clauses: documents.standard_clauses(&terms(lender)),
        e_sign: application.details.esign.as_ref().map(|esign| doc::ESignRecord {
            signer_name: esign.signer.clone(),
            signed_at_ist: esign.signed_at.ist_text(),
            ip_address: esign.ip.clone(),
            otp_reference: esign.reference.clone(),
            mobile_masked: esign.mobile_masked.clone(),
            unsigned_document_sha256: esign.draft_sha256.clone(),
            verification_note: "The hash is that of the draft which the signer read. The lender keeps the draft."
                .to_owned(),
        }),
    })
}

fn terms(lender: &Lender) -> doc::StandardTerms {
    let agreement = lender.settings.agreement.clone();
    doc::StandardTerms {
        cooling_off_days: agreement.cooling_off_days,
        penal_charge: agreement.penal_charge,
        prepayment_charge: agreement.prepayment_charge,
        courts_at: agreement.courts_at,
    }
}

fn borrower(application: &Application, user: &User) -> doc::Borrower {
    let address = application.details.current_address.as_ref().map(|address| {
        [
            address.line1.clone(),
            address.line2.clone(),
            format!("{} {}", address.city, address.pincode),
            address.state.clone(),
        ]
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .collect()
    });
    doc::Borrower {
        name: user.name.clone().unwrap_or_default(),
        name_in_hindi: None,
        customer_id: user.customer_id.clone(),
        mobile_masked: user.mobile.masked(),
        pan_masked: user.personal.pan.as_ref().map(qist_domain::format::Pan::masked).unwrap_or_default(),
        address: address.unwrap_or_default(),
    }
}

/// What is taken from the amount before it is paid out.
fn deductions(quote: &Quote) -> Vec<doc::Fee> {
    let gst_percent = quote.terms.gst.to_string();
    let taxed = |name: &str, amount: Paise, gst: Paise| doc::Fee {
        name: name.to_owned(),
        amount,
        gst_percent: gst_percent.clone(),
        gst,
        total: [amount, gst].into_iter().sum(),
    };
    let untaxed = |name: &str, amount: Paise| doc::Fee {
        name: name.to_owned(),
        amount,
        gst_percent: "0".to_owned(),
        gst: Paise::ZERO,
        total: amount,
    };
    let mut fees = vec![taxed("Processing fee", quote.processing_fee, quote.gst_amount)];
    fees.extend(
        [
            taxed("Subvention, borne by the seller", quote.subvention, quote.subvention_gst),
            untaxed("Instalments in advance", quote.advance_emi),
            untaxed("Interest until the first whole period", quote.upfront_interest),
        ]
        .into_iter()
        .filter(|fee| !fee.total.is_zero()),
    );
    fees
}

fn loan_summary(offer: &Offer) -> Result<doc::LoanSummary> {
    let quote = &offer.quote;
    let first = quote.rows.first();
    Ok(doc::LoanSummary {
        amount: quote.amount,
        tenure_months: quote.tenure_months(),
        annual_rate_percent: quote.terms.annual_rate.to_string(),
        emi_method: quote.terms.method,
        emi: quote.regular_instalment(),
        instalment_count: u32::try_from(quote.rows.len()).unwrap_or(u32::MAX),
        first_due_day: first.map_or(offer.created_at.day(), |row| row.due_day),
        net_disbursal: quote.disbursal_amount,
        total_payable: quote.total_payable,
        total_interest: quote.total_interest(),
        apr_percent: Some(quote.apr()?.shown()),
    })
}

fn schedule(offer: &Offer) -> Vec<doc::ScheduleRow> {
    let rows = offer.quote.rows.iter();
    rows.map(|row| doc::ScheduleRow {
        number: row.num,
        due_day: row.due_day,
        opening_principal: row.opening,
        principal: row.principal,
        interest: row.interest,
        instalment: row.instalment(),
        closing_principal: row.opening.minus(row.principal).unwrap_or_default(),
    })
    .collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn officer(officer: &Officer) -> doc::Officer {
    doc::Officer { name: officer.name.clone(), phone: officer.phone.clone(), email: officer.email.clone() }
}
