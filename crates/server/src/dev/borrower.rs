//! A borrower of the demo data, taken through the journey by the real use cases.

use anyhow::{Context, bail};
use qist_app::access::issue_token::IssueToken;
use qist_app::access::open_session::OpenSession;
use qist_app::caller::Caller;
use qist_app::credit_lines::draw::Draw;
use qist_app::credit_lines::quote::QuoteDrawdown;
use qist_app::error::Error;
use qist_app::journey::account::AddBankAccount;
use qist_app::journey::apply::Apply;
use qist_app::journey::consent::GiveConsents;
use qist_app::journey::details::{SubmitAddress, SubmitForm};
use qist_app::journey::identity::{SetPan, UpdateProfile};
use qist_app::journey::kyc::SubmitKyc;
use qist_app::journey::mandate::StartMandate;
use qist_app::journey::offer::{AcceptOffer, AcknowledgeStatement, ReadMyOffers};
use qist_app::journey::sign::RequestSignOtp;
use qist_app::journey::view::{JourneyView, ReadJourney};
use qist_app::messages::ReadDevelopmentMessages;
use qist_app::offers::read::ReadStatements;
use qist_app::run::{App, Command};
use qist_app::users::create::CreateUser;
use qist_domain::application::{Address, BankAccount, KycKind, MandateKind, ResidenceType};
use qist_domain::format::{AccountNumber, Email, Ifsc, Pan, Pincode};
use qist_domain::id::{ApplicationId, TransactionId};
use qist_domain::kfs::Language;
use qist_domain::money::Paise;
use qist_domain::user::consent::Purpose;
use qist_domain::user::{Gender, Profile};
use serde_json::json;

use crate::setup::explain;

/// A tiny but real PNG: one grey pixel.
pub const PIXEL_PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49,
    0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// How the demo's borrowers differ.
pub struct Person {
    pub customer_id: &'static str,
    pub mobile: &'static str,
    pub name: &'static str,
    pub pan: &'static str,
    pub account: &'static str,
    pub amount: i32,
}

pub struct Borrower<'a> {
    app: &'a App,
    caller: Caller,
    person: &'a Person,
}

impl<'a> Borrower<'a> {
    /// Creates the user, checks eligibility and issues a token, as the sourcing entity would.
    pub async fn arrive(app: &'a App, partner: Caller, person: &'a Person) -> anyhow::Result<Borrower<'a>> {
        let Caller::Partner { tenant, .. } = partner else { bail!("a sourcing entity sends its customers") };
        let create = CreateUser { customer_id: person.customer_id.to_owned(), mobile: person.mobile.to_owned() };
        let user = app.run(partner, create).await.map_err(explain)?;
        app.eligibility(partner, person.customer_id.to_owned()).await.map_err(explain)?;
        let token = IssueToken { customer_id: person.customer_id.to_owned(), source: Some("demo".to_owned()) };
        app.run(partner, token).await.map_err(explain)?;
        Ok(Borrower { app, caller: Caller::Borrower { tenant, user }, person })
    }

    /// Runs a step and then the jobs that it started.
    async fn step<C: Command>(&self, command: C) -> anyhow::Result<C::Out> {
        let out = self.app.run(self.caller, command).await.map_err(|error| self.at(C::OPERATION, error))?;
        self.settle().await?;
        Ok(out)
    }

    fn at(&self, operation: &str, error: Error) -> anyhow::Error {
        explain(error).context(format!("{} of {}", operation, self.person.customer_id))
    }

    async fn settle(&self) -> anyhow::Result<()> {
        while self.app.work().await.map_err(explain)? > 0 {}
        Ok(())
    }

    pub async fn identify(&self) -> anyhow::Result<()> {
        let dob = "1992-11-09".parse().context("the demo's date of birth")?;
        let email = Email::parse("username@example.com")?;
        let profile = Profile { name: self.person.name.to_owned(), email, dob, gender: Gender::Female };
        self.step(UpdateProfile { profile }).await?;
        let purposes = [Purpose::BureauPull, Purpose::KycVerification, Purpose::SharingWithLender];
        let consents = purposes.iter().map(|purpose| (*purpose, purpose.text().version)).collect();
        self.step(GiveConsents { consents, ip: "127.0.0.1".to_owned() }).await?;
        self.step(SetPan { pan: Pan::parse(self.person.pan)? }).await?;
        Ok(())
    }

    pub async fn apply(&self) -> anyhow::Result<ApplicationId> {
        let view = self.step(Apply { amount: Paise::from_rupees(self.person.amount), lender: None }).await?;
        Ok(view.application.context("applying made no application")?.id)
    }

    pub async fn tell_details(&self) -> anyhow::Result<()> {
        let form = json!({
            "income": "52000", "expenses": "18000", "loanPurpose": "Marriage", "maritalStatus": "Unmarried", "dependents": "0",
            "educationLevel": "MBBS", "fathersName": "Ram Rao", "reference1Name": "Ram Rao", "reference1Contact": "+919999999999",
            "reference1ContactName": "Papa", "reference1Relationship": "Father",
        });
        let form = form.as_object().cloned().context("the demo's form")?;
        self.step(SubmitForm { form }).await?;
        let address = Address {
            line1: "22, 80 Feet Rd".to_owned(),
            line2: "Koramangala".to_owned(),
            city: "Bengaluru".to_owned(),
            pincode: Pincode::parse("560095")?,
            state: "Karnataka".to_owned(),
        };
        self.step(SubmitAddress { address, residence: ResidenceType::Rented }).await?;
        Ok(())
    }

    pub async fn pass_kyc(&self) -> anyhow::Result<()> {
        for kind in [KycKind::PanCard, KycKind::AddressProofFront, KycKind::Selfie] {
            let uploaded = self.app.upload_document(self.caller, kind, "image/png", PIXEL_PNG.to_vec()).await;
            uploaded.map_err(|error| self.at("upload_document", error))?;
        }
        self.step(SubmitKyc).await?;
        Ok(())
    }

    /// The first offer of a loan, or of a credit line.
    pub async fn accept_first_offer(&self, line: bool) -> anyhow::Result<()> {
        let offers = self.app.ask(self.caller, ReadMyOffers).await.map_err(|error| self.at("read offers", error))?;
        let offer = offers.iter().find(|offer| offer.line == line).context("no offer was made")?.id;
        let read = ReadStatements { application: None };
        let told = self.app.ask(self.caller, read).await.map_err(|error| self.at("read statements", error))?;
        let told = told.into_iter().find(|told| told.offer == offer).context("no statement was made")?;
        let proposal_number = told.statement.facts.proposal_number;
        let ip = "127.0.0.1".to_owned();
        self.step(AcknowledgeStatement { offer, proposal_number, language: Language::English, ip }).await?;
        self.step(AcceptOffer { offer }).await?;
        Ok(())
    }

    pub async fn add_bank(&self) -> anyhow::Result<()> {
        let bank = BankAccount {
            account_number: AccountNumber::parse(self.person.account)?,
            ifsc: Ifsc::parse("HDFC0000123")?,
            bank_name: "HDFC Bank".to_owned(),
            holder_name: self.person.name.to_owned(),
        };
        self.step(AddBankAccount { bank }).await?;
        Ok(())
    }

    /// Draws what the sourcing entity opens a session for, by one of the line's plans.
    pub async fn draw(&self, partner: Caller, rupees: i32, id: &str, plan: &str) -> anyhow::Result<TransactionId> {
        let session = OpenSession {
            customer_id: self.person.customer_id.to_owned(),
            redirect_url: "https://shop.example/paid".to_owned(),
            source: None,
            hide_close: false,
            withdraw_amount: Some(Paise::from_rupees(rupees)),
            transaction_id: Some(id.to_owned()),
        };
        self.app.run(partner, session).await.map_err(|error| self.at("open_session", error))?;
        let quoted = self.step(QuoteDrawdown { transaction_id: id.to_owned(), plan: Some(plan.to_owned()) }).await?;
        let draw = Draw {
            proposal_number: quoted.facts.proposal_number,
            language: Language::English,
            otp: self.last_otp().await?,
            ip: "127.0.0.1".to_owned(),
        };
        let drawn = self.app.draw(self.caller, draw).await.map_err(|error| self.at("draw", error))?;
        Ok(drawn.transaction)
    }

    async fn last_otp(&self) -> anyhow::Result<String> {
        let messages = self.app.ask(Caller::System, ReadDevelopmentMessages { limit: 1 }).await.map_err(explain)?;
        Ok(messages.first().and_then(|message| message.text.get(..6)).context("no OTP was sent")?.to_owned())
    }

    pub async fn sign(&self) -> anyhow::Result<()> {
        self.step(StartMandate { kind: MandateKind::Enach, emailed: false }).await?;
        self.app.draft_agreement(self.caller).await.map_err(|error| self.at("draft_agreement", error))?;
        self.step(RequestSignOtp).await?;
        let otp = self.last_otp().await?;
        let signed = self.app.sign_agreement(self.caller, otp, "127.0.0.1".to_owned()).await;
        signed.map_err(|error| self.at("sign_agreement", error))?;
        self.settle().await
    }

    pub async fn standing(&self) -> anyhow::Result<JourneyView> {
        self.app.ask(self.caller, ReadJourney).await.map_err(explain)
    }
}
