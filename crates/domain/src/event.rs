//! Every activity that Qist announces, each with its frozen name.

use serde::{Deserialize, Serialize};

use crate::id::{ApplicationId, TransactionId};
use crate::money::Paise;

/// Who caused an activity: the contract's entity types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    SourcingEntity,
    SourcingEntityAgent,
    Customer,
    Lender,
    LenderAgent,
    System,
}

impl EntityType {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EntityType::SourcingEntity => "sourcing_entity",
            EntityType::SourcingEntityAgent => "sourcing_entity_agent",
            EntityType::Customer => "customer",
            EntityType::Lender => "lender",
            EntityType::LenderAgent => "lender_agent",
            EntityType::System => "system",
        }
    }
}

macro_rules! events {
    ($($variant:ident = $name:literal,)*) => {
        /// The contract's list of activities. A name, once announced, never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum EventType {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl EventType {
            /// All of them, in the order in which they are documented.
            pub const ALL: &[EventType] = &[$(EventType::$variant,)*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(EventType::$variant => $name,)* }
            }

            #[must_use]
            pub fn from_name(name: &str) -> Option<EventType> {
                match name { $($name => Some(EventType::$variant),)* _ => None }
            }
        }
    };
}

events! {
    UserCreated = "user_created",
    EligibilityCalculated = "eligibility_calculated",
    ProfileUpdated = "profile_updated",
    BureauConsentGiven = "bureau_consent_given",
    PanInfoUpdated = "pan_info_updated",
    BureauAuthAnswerSubmitted = "bureau_auth_answer_submitted",
    BusinessInfoUpdated = "business_info_updated",
    GstSkipped = "gst_skipped",
    GstinAdded = "gstin_added",
    GstConnectAttempted = "gst_connect_attempted",
    GstConnected = "gst_connected",
    GstConnectFailed = "gst_connect_failed",
    GstCompleted = "gst_completed",
    BankConnectUploaded = "bank_connect_uploaded",
    BankConnectCompleted = "bank_connect_completed",
    BankConnectFailed = "bank_connect_failed",
    UserQualified = "user_qualified",
    UserDisqualified = "user_disqualified",
    LoanApplicationCreated = "loan_application_created",
    LenderAssigned = "lender_assigned",
    FormUpdated = "form_updated",
    AddressUpdated = "address_updated",
    BusinessAddressUpdated = "business_address_updated",
    KycSubmitted = "kyc_submitted",
    KycResubmitted = "kyc_resubmitted",
    KycVerified = "kyc_verified",
    KycDocRejected = "kyc_doc_rejected",
    LoanApproved = "loan_approved",
    LoanRejected = "loan_rejected",
    LoanOfferAccepted = "loan_offer_accepted",
    BankDetailsAdded = "bank_details_added",
    BankDetailsVerified = "bank_details_verified",
    BankVerificationFailed = "bank_verification_failed",
    EnachStarted = "enach_started",
    EnachAuthSuccess = "enach_auth_success",
    EnachAuthFailed = "enach_auth_failed",
    EnachCompleted = "enach_completed",
    PhysicalMandateDownloaded = "physical_mandate_downloaded",
    PhysicalMandateEmailed = "physical_mandate_emailed",
    PhysicalMandateSubmitted = "physical_mandate_submitted",
    PhysicalMandateApproved = "physical_mandate_approved",
    LoanEsigned = "loan_esigned",
    LoanSignedAgreementGenerated = "loan_signed_agreement_generated",
    LoanDisbursed = "loan_disbursed",
    LoanCancelled = "loan_cancelled",
    EmiPaymentInitiated = "emi_payment_initiated",
    EmiPaid = "emi_paid",
    LoanClosed = "loan_closed",
    LateFeeAdded = "late_fee_added",
    LateFeeUpdated = "late_fee_updated",
    EmiDueIn7Days = "emi_due_in_7_days",
    EmiDueIn3Days = "emi_due_in_3_days",
    EmiDueInTomorrow = "emi_due_in_tomorrow",
    EmiDueTomorrow = "emi_due_tomorrow",
    EmiOverdue = "emi_overdue",
    CreditLineCreated = "credit_line_created",
    CreditLineLimitUpdated = "credit_line_limit_updated",
    CreditLineWithdrew = "credit_line_withdrew",
    CreditLineWithdrewFailed = "credit_line_withdrew_failed",
    CreditLineTxnConfirmed = "credit_line_txn_confirmed",
    CreditLineTxnCancelled = "credit_line_txn_cancelled",
    CreditLineTxnSplitted = "credit_line_txn_splitted",
    CreditLineTxnDisbursed = "credit_line_txn_disbursed",
    CreditLineTxnPaid = "credit_line_txn_paid",
}

/// Something that happened, to be written with the change that it announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub event_type: EventType,
    pub by: EntityType,
    /// Always text; for some events the text of a JSON object.
    pub description: String,
    /// The agreement that it is about: its lender hears of it.
    pub application: Option<ApplicationId>,
    /// What happens to a credit line is told without the application.
    line: bool,
    transaction: Option<TransactionId>,
}

impl Event {
    #[must_use]
    pub fn new(event_type: EventType, by: EntityType) -> Event {
        Event { event_type, by, description: String::new(), application: None, line: false, transaction: None }
    }

    #[must_use]
    pub fn of(mut self, application: ApplicationId) -> Event {
        self.application = Some(application);
        self
    }

    /// Of a credit line that stands on this agreement.
    #[must_use]
    pub fn of_line(mut self, application: ApplicationId) -> Event {
        (self.application, self.line) = (Some(application), true);
        self
    }

    /// Of a running loan: for a drawdown's, the names that the contract has for those.
    #[must_use]
    pub fn of_loan(mut self, application: ApplicationId, transaction: Option<TransactionId>) -> Event {
        self.application = Some(application);
        if let Some(transaction) = transaction {
            (self.line, self.transaction) = (true, Some(transaction));
            self.event_type = match self.event_type {
                EventType::EmiDueInTomorrow => EventType::EmiDueTomorrow,
                EventType::LoanDisbursed => {
                    return self.named(EventType::CreditLineTxnDisbursed).with_transaction(transaction);
                }
                other => other,
            };
        }
        self
    }

    fn named(mut self, event_type: EventType) -> Event {
        self.event_type = event_type;
        self
    }

    /// The application as sourcing entities and lenders are told it.
    #[must_use]
    pub fn told_application(&self) -> Option<ApplicationId> {
        self.application.filter(|_| !self.line)
    }

    /// `{"txnID":"…"}`.
    #[must_use]
    pub fn with_transaction(mut self, transaction: TransactionId) -> Event {
        self.description = format!("{{\"txnID\":\"{transaction}\"}}");
        self
    }

    /// `{"limit":100000.00}`.
    #[must_use]
    pub fn with_limit(mut self, name: &str, limit: Paise) -> Event {
        self.description = format!("{{\"{name}\":{}}}", limit.with_paise());
        self
    }

    /// `{"amount":2323.00,"txnID":"…","refID":"…"}`: our id, and the sourcing entity's own. Before there is a drawdown ours is empty.
    #[must_use]
    pub fn with_withdrawal(mut self, amount: Paise, transaction: Option<TransactionId>, partner_txn_id: &str) -> Event {
        let transaction = transaction.map(|id| id.to_string()).unwrap_or_default();
        let partner = serde_json::Value::from(partner_txn_id);
        self.description =
            format!("{{\"amount\":{},\"txnID\":\"{transaction}\",\"refID\":{partner}}}", amount.with_paise());
        self
    }

    fn of_transaction(&self) -> String {
        self.transaction.map(|id| format!(",\"txnID\":\"{id}\"")).unwrap_or_default()
    }

    /// `25000.00`.
    #[must_use]
    pub fn with_amount(mut self, amount: Paise) -> Event {
        self.description = amount.with_paise();
        self
    }

    /// `{"installmentNum":1}`, for a drawdown with its `txnID`.
    #[must_use]
    pub fn with_installment(mut self, installment_num: u32) -> Event {
        self.description = format!("{{\"installmentNum\":{installment_num}{}}}", self.of_transaction());
        self
    }

    /// `{"installmentNum":1,"lateCharge":250.00}`: all charges on the instalment.
    #[must_use]
    pub fn with_late_charge(mut self, installment_num: u32, total: Paise) -> Event {
        let total = total.with_paise();
        let of = self.of_transaction();
        self.description = format!("{{\"installmentNum\":{installment_num},\"lateCharge\":{total}{of}}}");
        self
    }

    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Event {
        self.description = text.into();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_from_its_name() {
        for event in EventType::ALL {
            assert_eq!(EventType::from_name(event.name()), Some(*event));
        }
    }
}
