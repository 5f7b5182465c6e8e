//! What an agreement says: the loan, its parties and its terms, gathered for the document.

use qist_domain::application::{Application, Offer};
use qist_domain::day::Instant;
use qist_domain::kfs::Figures;
use qist_domain::loan::Quote;
use qist_domain::money::Paise;
use qist_domain::programme::{Lender, Officer, SourcingEntity};
use qist_domain::user::User;

use super::read::{accepted_offer, user_of};
use crate::error::{Error, Result};
use crate::ports::documents as doc;
use crate::ports::store::Tx;

/// Everything that the document is made of.
pub(super) struct Papers {
    pub application: Application,
    pub user: User,
    pub offer: Offer,
    pub lender: Lender,
    pub entity: SourcingEntity,
}

impl Papers {
    pub async fn of(tx: &mut dyn Tx, application: Application) -> Result<Papers> {
        let user = user_of(tx, &application).await?;
        let offer = accepted_offer(tx, &application).await?;
        let lender = tx.lender(offer.lender).await?.ok_or_else(|| Error::internal("an offer of no lender"))?;
        let entity =
            tx.sourcing_entity(application.tenant).await?.ok_or_else(|| Error::internal("a tenant that is gone"))?;
        Ok(Papers { application, user, offer, lender, entity })
    }
}

/// The document's data. What is masked here is masked for good.
pub(super) fn agreement(documents: &dyn doc::Documents, papers: &Papers, on: Instant) -> doc::Agreement {
    let Papers { application, user, offer, lender, entity } = papers;
    let bank = application.details.bank.as_ref();
    doc::Agreement {
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
        loan: loan_summary(offer),
        fees: deductions(offer.quote()),
        disbursal_account: doc::BankAccount {
            account_number_masked: bank.map(|bank| bank.account_number.masked()).unwrap_or_default(),
            ifsc: bank.map(|bank| bank.ifsc.to_string()).unwrap_or_default(),
            bank_name: bank.map(|bank| bank.bank_name.clone()).unwrap_or_default(),
            holder_name: bank.map(|bank| bank.holder_name.clone()).unwrap_or_default(),
        },
        schedule: schedule(offer),
        clauses: documents.standard_clauses(&terms(lender, offer)),
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
    }
}

fn terms(lender: &Lender, offer: &Offer) -> doc::StandardTerms {
    doc::StandardTerms {
        cooling_off_days: offer.statement.facts.practice.cooling_off_days,
        contingent: offer.quote().terms.contingent.clone(),
        parts: offer.quote().parts.iter().map(|part| (part.day, part.amount)).collect(),
        line_months: offer.line.as_ref().map(|line| line.validity_months),
        courts_at: lender.settings.agreement.courts_at.clone(),
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
    fees.extend(quote.charges.iter().map(|charge| doc::Fee {
        name: match &charge.name {
            Some(name) => format!("{}: {name}", charge.kind.label()),
            None => charge.kind.label().to_owned(),
        },
        amount: charge.amount,
        gst_percent: charge.gst_percent.to_string(),
        gst: charge.gst,
        total: charge.total(),
    }));
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

fn loan_summary(offer: &Offer) -> doc::LoanSummary {
    let quote = offer.quote();
    let first = quote.rows.first();
    doc::LoanSummary {
        amount: quote.amount,
        tenure_months: quote.tenure_months(),
        annual_rate_percent: quote.terms.annual_rate.to_string(),
        emi_method: quote.terms.method,
        emi: quote.regular_instalment(),
        instalment_count: u32::try_from(quote.rows.len()).unwrap_or(u32::MAX),
        first_due_day: first.map_or(offer.created_at.day(), |row| row.due_day),
        net_disbursal: quote.disbursal_amount,
        // With interest taken at disbursal, as in row 8 of the statement's Annex B.
        total_payable: Figures::of(quote).total_paid,
        total_interest: quote.total_interest(),
        apr_percent: Some(offer.statement.facts.apr.nominal.clone()),
    }
}

fn schedule(offer: &Offer) -> Vec<doc::ScheduleRow> {
    let rows = offer.quote().rows.iter();
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
