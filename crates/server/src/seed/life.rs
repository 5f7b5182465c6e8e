//! One customer's life, told by the domain's own verbs, so that what is measured is what could have happened.

use std::sync::Arc;

use anyhow::Context;
use fastrand::Rng;
use qist_app::ports::secrets::Secrets;
use qist_domain::application::{
    Address, Application, BankAccount, DocumentStatus, Esign, KycDocument, LoanStatus, MandateKind, NewApplication,
    Offer, ResidenceType, application_number,
};
use qist_domain::change::Change;
use qist_domain::day::{Day, Instant};
use qist_domain::event::{EntityType, Event};
use qist_domain::format::{AccountNumber, Email, Ifsc, Mobile, Pan, Pincode};
use qist_domain::id::{ApplicationId, BlobId, FactId, InstallmentId, KycDocumentId, OfferId, UserId};
use qist_domain::kfs::{Acknowledgement, KeyFacts, Language, NewKeyFacts, Statement};
use qist_domain::ledger::Entries;
use qist_domain::loan::{Borrowed, Fact, FactKind, Loan, Paid, Quote};
use qist_domain::money::Paise;
use qist_domain::programme::OfferTemplate;
use qist_domain::user::{Bureau, BureauStatus, Gender, Profile, User};
use qist_store::{ApplicationLife, Life};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::SeedWorld;

/// How often an application has come so far, of all.
#[rustfmt::skip]
const SHARES: &[(LoanStatus, u32)] = &[
    (LoanStatus::FreshLoan, 6), (LoanStatus::LoanDetailsSubmitted, 4), (LoanStatus::KycProcessing, 3),
    (LoanStatus::KycRejected, 2), (LoanStatus::KycSuccess, 2), (LoanStatus::LoanApproved, 6),
    (LoanStatus::LoanRejected, 12), (LoanStatus::BankProcessing, 1), (LoanStatus::BankFailed, 1),
    (LoanStatus::BankAdded, 3), (LoanStatus::SignAgreement, 5), (LoanStatus::Disbursed, 35),
    (LoanStatus::Closed, 15), (LoanStatus::Cancelled, 5),
];
const FIRST_NAMES: &[&str] =
    &["Asha", "Bhavesh", "Chitra", "Dev", "Esha", "Farhan", "Gauri", "Harish", "Isha", "Jatin"];
const LAST_NAMES: &[&str] = &["Rao", "Sharma", "Iyer", "Khan", "Das", "Patel", "Singh", "Nair", "Joshi", "Verma"];
/// One customer comes in so long, so that rows are appended; after the spread the next ones begin on the first day again.
const APART_MICROS: u64 = 50_000_000;
const SPREAD_MICROS: u64 = 600 * 86_400 * 1_000_000;

/// The file that all lives share, under two names.
#[derive(Debug, Clone)]
pub struct Files {
    pub image: BlobId,
    pub agreement: BlobId,
    pub sha256: String,
}

/// Makes lives in one programme.
pub struct Maker {
    world: SeedWorld,
    secrets: Arc<dyn Secrets>,
    files: Files,
    form: Map<String, Value>,
    seed: u64,
    first_day: Day,
}

/// A life that is being told.
struct Telling {
    rng: Rng,
    now: Instant,
    events: Vec<(Event, Instant)>,
}

impl Telling {
    /// Something has happened, and some minutes later the story goes on.
    fn happen<T>(&mut self, change: Change<T>) -> (T, Vec<Entries>) {
        let (state, _, events, entries) = change.into_parts();
        let now = self.now;
        self.events.extend(events.into_iter().map(|event| (event, now)));
        self.now = now.plus_seconds(self.rng.i64(20..3_600));
        (state, entries)
    }

    /// An id of the time at which it was made.
    fn uuid(&mut self) -> Uuid {
        let millis = u64::try_from(self.now.micros() / 1_000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &std::array::from_fn(|_| self.rng.u8(..))).into_uuid()
    }
}

impl Maker {
    pub fn new(world: SeedWorld, secrets: Arc<dyn Secrets>, files: Files, seed: u64) -> anyhow::Result<Maker> {
        let form = json!({ "income": "515241", "expenses": "5152", "loanPurpose": "Marriage" });
        let form = form.as_object().cloned().context("the form is an object")?;
        anyhow::ensure!(!world.templates.is_empty(), "no lender of the programme has an offer template");
        Ok(Maker { world, secrets, files, form, seed, first_day: Day::new(2024, 1, 1)? })
    }

    /// The customer of this number, with so many applications one after the other.
    pub fn life(&self, number: u64, applications: u64) -> anyhow::Result<Life> {
        let mut rng = Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number);
        let offset = number.wrapping_mul(APART_MICROS) % SPREAD_MICROS + rng.u64(0..APART_MICROS);
        let created = Instant::from_micros(self.first_day.start().micros() + i64::try_from(offset)?);
        let mut telling = Telling { rng, now: created, events: Vec::new() };
        let user = self.user(&mut telling, number)?;
        let mut told = Vec::new();
        for _ in 0..applications {
            told.push(self.application(&mut telling, &user)?);
        }
        let events = telling.events;
        Ok(Life { user, applications: told, events })
    }

    fn user(&self, telling: &mut Telling, number: u64) -> anyhow::Result<User> {
        let customer_id = format!("seed{}-{number:08}-{:04x}", self.seed, telling.rng.u16(..));
        let mobile = Mobile::parse(&format!("{}{:09}", telling.rng.u8(6..=9), telling.rng.u32(0..1_000_000_000)))?;
        let user = User::create(UserId(telling.uuid()), self.world.programme.tenant, customer_id, mobile, telling.now);
        let (user, _) = telling.happen(user);
        let (first, last) = (pick(&mut telling.rng, FIRST_NAMES), pick(&mut telling.rng, LAST_NAMES));
        let letters: String = (0..3).map(|_| telling.rng.uppercase()).collect();
        let pan = Pan::parse(&format!("{letters}PD{:04}K", telling.rng.u16(300..=900)))?;
        let profile = Profile {
            name: format!("{first} {last}"),
            dob: Day::new(telling.rng.i16(1965..2003), telling.rng.i8(1..=12), telling.rng.i8(1..=28))?,
            email: Email::parse(&format!("{first}.{last}{number}@example.in"))?,
            gender: if telling.rng.bool() { Gender::Female } else { Gender::Male },
        };
        let (user, _) = telling.happen(user.issue_token(Some("seed".to_owned()))?);
        let today = telling.now.day();
        let (user, _) = telling.happen(user.update_profile(profile, today)?);
        let (user, _) = telling.happen(user.set_pan(pan)?);
        let score = telling.rng.i64(600..=880);
        let bureau = Bureau { status: BureauStatus::Completed, score: Some(score), ..Bureau::default() };
        let asked = user.bureau_asked().context("the bureau was asked already")?;
        let (user, _) = telling.happen(asked);
        let (user, _) = telling.happen(user.bureau_answered(bureau).context("the bureau answered already")?);
        Ok(telling.happen(user.qualified(true)?.context("qualified already")?).0)
    }

    fn application(&self, telling: &mut Telling, user: &User) -> anyhow::Result<ApplicationLife> {
        let template = &self.world.templates[telling.rng.usize(..self.world.templates.len())];
        let rupees = |paise: Paise| paise.get() / 100;
        let amount = telling.rng.i64(rupees(template.amount_min)..=rupees(template.amount_max));
        let amount = Paise::new(amount.checked_mul(100).context("an amount out of range")?);
        let new = NewApplication {
            id: ApplicationId(telling.uuid()),
            number: application_number("FB", telling.now, telling.rng.u32(0..100_000_000)),
            tenant: user.tenant,
            user: user.id,
            programme: self.world.programme.id,
            lender: template.lender,
            amount,
        };
        let mut story = Story { maker: self, telling, template, user, offers: Vec::new(), restated: None, loan: None };
        let end = share(&mut story.telling.rng);
        let application = story.until(new, end)?;
        Ok(ApplicationLife { application, offers: story.offers, restated: story.restated, loan: story.loan })
    }
}

/// Where an application shall stand in the end.
fn share(rng: &mut Rng) -> LoanStatus {
    let all = SHARES.iter().map(|(_, share)| share).sum();
    let mut at = rng.u32(0..all);
    for (status, share) in SHARES {
        match at.checked_sub(*share) {
            Some(rest) => at = rest,
            None => return *status,
        }
    }
    LoanStatus::FreshLoan
}

fn pick<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

/// An application on its way.
struct Story<'a> {
    maker: &'a Maker,
    telling: &'a mut Telling,
    template: &'a OfferTemplate,
    user: &'a User,
    offers: Vec<Offer>,
    restated: Option<(OfferId, Statement)>,
    loan: Option<(Loan, Vec<Entries>)>,
}

impl Story<'_> {
    fn until(&mut self, new: NewApplication, end: LoanStatus) -> anyhow::Result<Application> {
        let (mut application, _) = self.telling.happen(Application::apply(new, self.telling.now));
        if end == LoanStatus::Cancelled {
            let cancelled = application.cancel(EntityType::Customer, "no longer needed".to_owned())?;
            return Ok(self.telling.happen(cancelled).0);
        }
        for step in
            [Story::details, Story::kyc, Story::verify, Story::approve, Story::bank, Story::sign, Story::pay_out]
        {
            if application.status == end {
                break;
            }
            application = step(self, application, end)?;
        }
        Ok(application)
    }

    fn details(&mut self, application: Application, _end: LoanStatus) -> anyhow::Result<Application> {
        let (application, _) = self.telling.happen(application.submit_form(self.maker.form.clone(), false)?);
        let address = Address {
            line1: format!("{}, 80 Feet Road", self.telling.rng.u16(1..999)),
            line2: "Koramangala".to_owned(),
            city: "Bengaluru".to_owned(),
            pincode: Pincode::parse("560095")?,
            state: "Karnataka".to_owned(),
        };
        Ok(self.telling.happen(application.submit_address(address, ResidenceType::Rented, false)?).0)
    }

    fn kyc(&mut self, mut application: Application, end: LoanStatus) -> anyhow::Result<Application> {
        let required = &self.maker.world.programme.settings.kyc_documents;
        for kind in required {
            let document = KycDocument {
                id: KycDocumentId(self.telling.uuid()),
                kind: *kind,
                blob: self.maker.files.image,
                content_type: "image/png".to_owned(),
                uploaded_at: self.telling.now,
                status: DocumentStatus::Uploaded,
            };
            application = self.telling.happen(application.upload_document(document)?).0;
        }
        let (application, _) = self.telling.happen(application.submit_kyc(required)?);
        match application.documents.first().map(|document| document.id) {
            Some(first) if end == LoanStatus::KycRejected => {
                let rejected = application.reject_document(first, "not legible".to_owned(), EntityType::Lender)?;
                Ok(self.telling.happen(rejected).0)
            }
            _ => Ok(application),
        }
    }

    fn verify(&mut self, mut application: Application, end: LoanStatus) -> anyhow::Result<Application> {
        let ids: Vec<_> = application.documents.iter().map(|document| document.id).collect();
        for id in ids {
            application = self.telling.happen(application.verify_document(id, EntityType::System)?).0;
        }
        if end == LoanStatus::LoanRejected {
            let rejected = application.reject(EntityType::System, "the score is too low".to_owned())?;
            return Ok(self.telling.happen(rejected).0);
        }
        Ok(application)
    }

    fn approve(&mut self, application: Application, _end: LoanStatus) -> anyhow::Result<Application> {
        let OfferTemplate { terms, tenure, lender, id, version, .. } = self.template;
        let (now, maker) = (self.telling.now, self.maker);
        let new = NewKeyFacts {
            proposal_number: format!("{}-1", application.number),
            application_number: application.number.clone(),
            issued_at: now,
            offer_days: 30,
            borrower: maker.world.programme.settings.borrower,
            lender: maker.world.lenders.iter().find(|one| one.id == *lender).context("a template of no lender")?,
            platform: &maker.world.platform,
        };
        let facts = KeyFacts::new(new, Quote::new(terms, application.amount, *tenure, now.day())?)?;
        self.offers.push(Offer {
            id: OfferId(self.telling.uuid()),
            application: application.id,
            lender: *lender,
            template: *id,
            template_version: *version,
            statement: Statement::issue(facts, |bytes| maker.secrets.sha256(bytes))?,
            created_at: now,
            line: None,
            drawdown: None,
        });
        Ok(self.telling.happen(application.approve(EntityType::System)?).0)
    }

    fn bank(&mut self, application: Application, end: LoanStatus) -> anyhow::Result<Application> {
        let (language, at) = (Language::English, self.telling.now);
        let offer = self.offers.first_mut().context("an approved application without an offer")?;
        offer.statement.acknowledged = Some(Acknowledgement { language, at, ip: "127.0.0.1".to_owned() });
        let accepted = application.accept_offer(offer, self.telling.now)?;
        let (application, _) = self.telling.happen(accepted);
        let bank = BankAccount {
            account_number: AccountNumber::parse(&format!("501{:011}", self.telling.rng.u64(0..100_000_000_000)))?,
            ifsc: Ifsc::parse("HDFC0000123")?,
            bank_name: "HDFC Bank".to_owned(),
            holder_name: self.user.name.clone().unwrap_or_default(),
        };
        let (application, _) = self.telling.happen(application.add_bank(bank)?);
        if end == LoanStatus::BankProcessing {
            return Ok(application);
        }
        let verified = self.user.name.clone().filter(|_| end != LoanStatus::BankFailed);
        Ok(self.telling.happen(application.bank_answered(verified)?).0)
    }

    fn sign(&mut self, application: Application, _end: LoanStatus) -> anyhow::Result<Application> {
        let telling = &mut *self.telling;
        let (application, _) = telling.happen(application.start_mandate(MandateKind::Enach, false)?);
        let umrn = format!("HDFC{:016}", telling.rng.u64(0..10_000_000_000_000_000));
        let answered = application.mandate_answered(Ok(umrn))?.context("the mandate had an answer")?;
        let (application, _) = telling.happen(answered);
        let drafted = application.draft_agreement(self.maker.files.agreement, self.maker.files.sha256.clone())?;
        let (application, _) = telling.happen(drafted);
        let esign = Esign {
            signer: self.user.name.clone().unwrap_or_default(),
            signed_at: telling.now,
            ip: "127.0.0.1".to_owned(),
            mobile_masked: self.user.mobile.masked(),
            reference: telling.uuid().to_string(),
            draft_sha256: self.maker.files.sha256.clone(),
        };
        let (application, _) = telling.happen(application.sign(esign, true)?);
        let generated = application.agreement_generated(self.maker.files.agreement)?;
        Ok(telling.happen(generated.context("the agreement was there")?).0)
    }

    fn pay_out(&mut self, application: Application, end: LoanStatus) -> anyhow::Result<Application> {
        let telling = &mut *self.telling;
        let offer = self.offers.first().context("a disbursal without an offer")?;
        let (application, _) = telling.happen(application.disburse()?);
        let day = telling.now.day();
        let told = offer.quote();
        let quote = Quote::new(&told.terms, told.amount, told.tenure, day)?;
        if let Some(facts) = offer.statement.facts.paid_out(quote.clone(), telling.now)? {
            let secrets = &self.maker.secrets;
            self.restated = Some((offer.id, Statement::issue(facts, |bytes| secrets.sha256(bytes))?));
        }
        let installment_ids = quote.rows.iter().map(|_| InstallmentId(telling.uuid())).collect();
        let kind = FactKind::Disbursed { utr: format!("SEED{}", telling.uuid().simple()) };
        let fact = Fact { id: FactId(telling.uuid()), value_day: day, recorded_at: telling.now, kind };
        let paid_out = Loan::disburse(
            Borrowed {
                application: application.id,
                transaction: None,
                tenant: self.user.tenant,
                user: self.user.id,
                lender: offer.lender,
            },
            quote,
            installment_ids,
            fact,
        )?;
        let (mut loan, mut booked) = telling.happen(paid_out);
        let rows = loan.quote.rows.clone();
        let repaid = if end == LoanStatus::Closed { rows.len() } else { telling.rng.usize(..rows.len()) };
        for row in rows.iter().take(repaid) {
            telling.now = telling.now.max(row.due_day.start().plus_seconds(telling.rng.i64(40_000..80_000)));
            let paid = Paid {
                installment_num: row.num,
                amount: row.instalment(),
                mode: "upi".to_owned(),
                reference: format!("SEED{}", telling.uuid().simple()),
                by: EntityType::SourcingEntity,
            };
            let (id, now) = (FactId(telling.uuid()), telling.now);
            let (after, entries) = telling.happen(loan.pay(id, paid, now.day(), now)?);
            loan = after;
            booked.extend(entries);
        }
        loan.new_facts_from = 0;
        let closed = loan.closed_day.is_some();
        self.loan = Some((loan, booked));
        if closed { Ok(telling.happen(application.close(EntityType::System)?).0) } else { Ok(application) }
    }
}
