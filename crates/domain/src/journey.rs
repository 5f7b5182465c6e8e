//! What a borrower does next. One function answers it, for the API, the pages and the checks alike.

use serde::{Deserialize, Serialize};

use crate::application::{Application, DocumentStatus, LoanStatus, MandateStatus};
use crate::programme::Programme;
use crate::refusal::{Code, Refusal};
use crate::user::consent::Purpose;
use crate::user::{BureauStatus, GstState, User, UserStatus};

macro_rules! steps {
    ($($variant:ident $name:literal $call:literal $meaning:literal;)*) => {
        /// The steps of the journey, in their order. Those named `…_wait` need nothing from the borrower.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Step { $(#[doc = $meaning] #[serde(rename = $name)] $variant,)* }

        impl Step {
            pub const ALL: &[Step] = &[$(Step::$variant,)*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Step::$variant => $name,)* }
            }

            /// The call of the borrower API that does it; empty where there is nothing to call.
            #[must_use]
            pub fn call(self) -> &'static str {
                match self { $(Step::$variant => $call,)* }
            }

            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Step::$variant => $meaning,)* }
            }
        }
    };
}

steps! {
    Profile "profile" "POST /v1/borrower/profile" "Tell name, e-mail, date of birth and gender.";
    Consents "consents" "POST /v1/borrower/consents" "Read and give the consents that the programme needs.";
    Pan "pan" "POST /v1/borrower/pan" "Give the PAN.";
    Business "business" "POST /v1/borrower/business" "Describe the business.";
    Gst "gst" "POST /v1/borrower/gst" "Give the GSTIN, or skip it.";
    GstWait "gst_wait" "" "The GST returns are being fetched.";
    BureauQuestion "bureau_question" "POST /v1/borrower/bureau-answer" "Answer the credit bureau's question.";
    BureauWait "bureau_wait" "" "The credit report is being fetched.";
    Disqualified "disqualified" "" "No loan can be offered.";
    Apply "apply" "POST /v1/borrower/applications" "Apply for an amount.";
    Form "form" "POST /v1/borrower/form" "Fill the loan form.";
    Address "address" "POST /v1/borrower/address" "Give the current address.";
    BusinessAddress "business_address" "POST /v1/borrower/business-address" "Give the address of the business.";
    Kyc "kyc" "POST /v1/borrower/kyc/submit" "Upload the KYC documents and submit them.";
    KycWait "kyc_wait" "" "The documents are being verified.";
    DecisionWait "decision_wait" "" "The lender is deciding.";
    Offer "offer" "POST /v1/borrower/offers/accept" "Read an offer's Key Facts Statement, acknowledge it (POST /v1/borrower/kfs/acknowledge), and accept the offer.";
    BankAccount "bank_account" "POST /v1/borrower/bank-account" "Give the bank account for the money.";
    BankWait "bank_wait" "" "The bank account is being verified.";
    Mandate "mandate" "POST /v1/borrower/mandate" "Set up the repayment mandate.";
    MandateForm "mandate_form" "POST /v1/borrower/mandate/form" "Upload the signed mandate form.";
    MandateWait "mandate_wait" "" "The bank is registering the mandate.";
    Sign "sign" "POST /v1/borrower/agreement/sign" "Read the agreement, ask for an OTP and sign with it.";
    AgreementWait "agreement_wait" "" "The signed agreement is being made.";
    DisbursalWait "disbursal_wait" "" "The lender is paying out.";
    Repay "repay" "POST /v1/borrower/payments" "Repay the instalments.";
    Closed "closed" "" "The loan is repaid.";
    Rejected "rejected" "" "The lender has rejected the application.";
    Cancelled "cancelled" "" "The application is cancelled.";
}

/// All that the next step depends on.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    pub user: &'a User,
    pub live_consents: &'a [Purpose],
    /// The newest application.
    pub application: Option<&'a Application>,
    pub programme: &'a Programme,
}

impl Journey<'_> {
    #[must_use]
    pub fn next(&self) -> Step {
        match self.application {
            Some(application) => self.with_application(application),
            None => self.before_application(),
        }
    }

    fn before_application(&self) -> Step {
        let personal = &self.user.personal;
        let business = self.programme.settings.is_business();
        if !self.user.journey_started || personal.dob.is_none() {
            return Step::Profile;
        }
        if self.programme.settings.consents.iter().any(|purpose| !self.live_consents.contains(purpose)) {
            return Step::Consents;
        }
        if personal.pan.is_none() || self.user.bureau.status == BureauStatus::NotFetched {
            return Step::Pan;
        }
        if business && personal.business.is_none() {
            return Step::Business;
        }
        match personal.gst {
            GstState::NotAsked | GstState::Added | GstState::Failed if business => return Step::Gst,
            GstState::Connecting if business => return Step::GstWait,
            _ => {}
        }
        if self.user.bureau.question.is_some() {
            return Step::BureauQuestion;
        }
        match self.user.status {
            UserStatus::UserDisqualified => Step::Disqualified,
            UserStatus::UserQualified => Step::Apply,
            _ => Step::BureauWait,
        }
    }

    fn with_application(&self, application: &Application) -> Step {
        let details = &application.details;
        match application.status {
            LoanStatus::FreshLoan if details.form.is_none() => Step::Form,
            LoanStatus::FreshLoan if details.current_address.is_none() => Step::Address,
            LoanStatus::FreshLoan => Step::BusinessAddress,
            LoanStatus::LoanDetailsSubmitted | LoanStatus::KycRejected => Step::Kyc,
            LoanStatus::KycProcessing => Step::KycWait,
            LoanStatus::KycSuccess => Step::DecisionWait,
            LoanStatus::LoanApproved if application.accepted_offer.is_none() => Step::Offer,
            LoanStatus::LoanApproved | LoanStatus::BankFailed => Step::BankAccount,
            LoanStatus::BankProcessing => Step::BankWait,
            LoanStatus::BankAdded => self.mandate_or_sign(application),
            LoanStatus::SignAgreement if application.agreement.signed.is_none() => Step::AgreementWait,
            LoanStatus::SignAgreement => Step::DisbursalWait,
            LoanStatus::Disbursed => Step::Repay,
            LoanStatus::Closed => Step::Closed,
            LoanStatus::LoanRejected => Step::Rejected,
            LoanStatus::Cancelled => Step::Cancelled,
        }
    }

    fn mandate_or_sign(&self, application: &Application) -> Step {
        if !self.programme.settings.needs_mandate {
            return Step::Sign;
        }
        use crate::application::MandateKind::{Enach, Physical};
        match application.mandate.as_ref().map(|mandate| (mandate.kind, mandate.status)) {
            None | Some((_, MandateStatus::Failed)) => Step::Mandate,
            Some((Enach, MandateStatus::Started)) | Some((_, MandateStatus::Submitted)) => Step::MandateWait,
            Some((Physical, MandateStatus::Started)) => Step::MandateForm,
            Some((_, MandateStatus::Completed)) => Step::Sign,
        }
    }

    /// Refuses what comes later than the next step; mending an earlier one is for the aggregate to judge.
    pub fn require(&self, step: Step) -> Result<(), Refusal> {
        let next = self.next();
        if step > next {
            return Err(Refusal::because(
                Code::StepOutOfOrder,
                format!("{} comes first: {}", next.name(), next.meaning()),
            ));
        }
        Ok(())
    }

    /// The kinds of document that still have to be uploaded.
    #[must_use]
    pub fn documents_to_upload(&self) -> Vec<crate::application::KycKind> {
        let Some(application) = self.application else { return Vec::new() };
        let is_there = |kind: &crate::application::KycKind| {
            application
                .documents
                .iter()
                .any(|document| document.kind == *kind && !matches!(document.status, DocumentStatus::Rejected { .. }))
        };
        self.programme.settings.kyc_documents.iter().copied().filter(|kind| !is_there(kind)).collect()
    }
}
