//! Every "no" that Qist can say, as data: a stable code, its kind, and what it means.

use std::fmt;

/// What sort of "no" it is. The HTTP status follows from it on routes of our own; the contract's routes state theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is wrong: mend it and send it again.
    Invalid,
    /// Nothing of that name is visible to the caller.
    NotFound,
    /// The state of things forbids it now.
    Conflict,
    /// The caller may not do this.
    Forbidden,
    /// Too many attempts.
    Limited,
}

macro_rules! codes {
    ($($variant:ident $code:literal $kind:ident $meaning:literal;)*) => {
        /// Stable codes: partners program against them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $variant,)* }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            #[must_use]
            pub fn kind(self) -> Kind {
                match self { $(Code::$variant => Kind::$kind,)* }
            }

            /// What it means, in a sentence; also the message where a refusal adds nothing of its own.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    MissingField "missing_field" Invalid "a required field is missing";
    InvalidField "invalid_field" Invalid "a field has a value that is not allowed";
    InvalidMobile "invalid_mobile" Invalid "mobile must be 10 digits and begin with 6, 7, 8 or 9";
    WebhookNotFound "webhook_not_found" NotFound "you have no such webhook endpoint";
    WebhookDeliveryNotFound "webhook_delivery_not_found" NotFound "this endpoint has no such delivery";
    WebhookNotEnabled "webhook_not_enabled" Conflict "the endpoint has to answer a ping first";
    WebhookSecretsTooMany "webhook_secrets_too_many" Conflict "three secrets live already: wait until one has expired, or rotate without overlap";
    WebhooksTooMany "webhooks_too_many" Conflict "there are as many webhook endpoints as one owner may have: delete one";
    UserExists "user_exists" Conflict "user already exists";
    UserNotFound "user_not_found" NotFound "user not found";
    UserIllegalMove "user_illegal_move" Conflict "the user's status does not allow this";
    ProfileLocked "profile_locked" Conflict "the profile can no longer be changed: a loan application exists";
    JourneyStarted "journey_started" Conflict "the journey has already started";
    EligibilityMissing "eligibility_missing" Conflict "user eligibility not available";
    EligibilityDataMissing "eligibility_data_missing" Conflict "user does not have eligibility data";
    NotEligible "not_eligible" Forbidden "user not eligible for loan";
    StepOutOfOrder "step_out_of_order" Conflict "another step comes first";
    ConsentMissing "consent_missing" Conflict "this needs a consent that has not been given or was revoked";
    ConsentNotFound "consent_not_found" NotFound "consent not found";
    ConsentTextChanged "consent_text_changed" Conflict "the consent text has changed: read it and consent again";
    BureauQuestionAbsent "bureau_question_absent" Conflict "the bureau has not asked anything";
    GstinNotOfPan "gstin_not_of_pan" Invalid "characters 3 to 12 of the GSTIN are not the PAN";
    LoanNotFound "loan_not_found" NotFound "loan application not found";
    LoanIllegalMove "loan_illegal_move" Conflict "the loan application's status does not allow this";
    LoanOpen "loan_open" Conflict "the user already has an open loan application";
    AmountAboveLimit "amount_above_limit" Invalid "the amount is above what the user is eligible for";
    LenderNotFound "lender_not_found" NotFound "lender not found among those that match";
    NoLenderMatches "no_lender_matches" Conflict "no lender of the programme matches this application";
    KycDocumentMissing "kyc_document_missing" Conflict "a required KYC document is missing";
    KycDocumentNotFound "kyc_document_not_found" NotFound "KYC document not found";
    UploadType "upload_type" Invalid "the file is not of the type that it claims, or of a type that is not accepted";
    OffersNotReady "offers_not_ready" Conflict "offers exist only after the loan is approved";
    OfferNotFound "offer_not_found" NotFound "offer not found";
    OfferExpired "offer_expired" Conflict "the offer has expired";
    KfsNotAcknowledged "kfs_not_acknowledged" Conflict "the Key Facts Statement of this offer has to be read and acknowledged first";
    KfsReplaced "kfs_replaced" Conflict "the Key Facts Statement is another one now: read that";
    KfsNotFound "kfs_not_found" NotFound "Key Facts Statement not found";
    FigureNotExplained "figure_not_explained" Conflict "this figure cannot be explained by this version of the engine";
    ChargeNotDue "charge_not_due" Conflict "by its rule nothing is to be charged now";
    ChargeNotInKfs "charge_not_in_kfs" Conflict "the Key Facts Statement does not have this charge";
    OfferTemplateNotFound "offer_template_not_found" NotFound "offer template not found";
    PolicyInputMissing "policy_input_missing" Conflict "the policy needs something that is not known of the customer";
    OfferTemplateMissing "offer_template_missing" Conflict "no active offer template of the lender fits the amount";
    OfferImpossible "offer_impossible" Invalid "these terms do not make a loan that can be repaid";
    MandateIllegalMove "mandate_illegal_move" Conflict "the mandate's status does not allow this";
    MandateMissing "mandate_missing" Conflict "the mandate is not complete";
    AgreementNotReady "agreement_not_ready" Conflict "the signed agreement has not been generated yet";
    OtpWrong "otp_wrong" Invalid "the OTP is wrong";
    OtpExpired "otp_expired" Conflict "the OTP has expired or was never sent: request a new one";
    OtpLimit "otp_limit" Limited "too many attempts: wait before another OTP";
    CreditLineNotFound "credit_line_not_found" NotFound "user with credit line not found";
    CreditLineInactive "credit_line_inactive" Conflict "the credit line is inactive";
    CreditLineIllegalMove "credit_line_illegal_move" Conflict "the credit line's state does not allow this";
    LimitExceeded "limit_exceeded" Conflict "the amount is above the available limit";
    LimitNotAskedFor "limit_not_asked_for" Conflict "a higher limit needs the borrower's own recorded request for it (RBI/2025-26/36, paragraph 7)";
    LimitBelowUsed "limit_below_used" Conflict "the limit cannot be less than what is used of it";
    LimitRequestNotFound "limit_request_not_found" NotFound "no such open request for a higher limit";
    PlanNotFound "plan_not_found" NotFound "the credit line has no such plan for this amount";
    TransactionNotFound "transaction_not_found" NotFound "txnID not found";
    TransactionIllegalMove "transaction_illegal_move" Conflict "the transaction's status does not allow this";
    ReservationExpired "reservation_expired" Conflict "the transaction was not confirmed in time: its limit is released";
    WithdrawalNotFound "withdrawal_not_found" NotFound "no session of this customer was opened for such a transactionID";
    SplitImpossible "split_impossible" Invalid "the transaction cannot be split like that";
    MergeImpossible "merge_impossible" Conflict "only parts of one drawdown that are in PROCESSING with the same plan can be merged";
    NotDisbursed "not_disbursed" Conflict "the loan is not disbursed";
    UtrReused "utr_reused" Conflict "this UTR is recorded for another movement of money";
    RepaymentDisabled "repayment_disabled" Forbidden "repayment API is not enabled";
    InstallmentNotFound "installment_not_found" NotFound "instalment not found";
    TransactionReused "transaction_reused" Conflict "this transactionID is recorded with other values";
    LoanClosed "loan_closed" Conflict "the loan is closed";
    LoanNotClosed "loan_not_closed" Conflict "the loan is not closed: something may still be owed";
    PaperNotFound "paper_not_found" NotFound "there is no such paper of a loan";
    YearNotOfLoan "year_not_of_loan" Conflict "the loan did not live in this financial year";
    PaymentReversed "payment_reversed" Conflict "this payment is reversed already";
    ReversalImpossible "reversal_impossible" Conflict "this cannot be reversed";
    PrepaymentImpossible "prepayment_impossible" Conflict "the loan cannot be prepaid like that";
    PayoffNotFound "payoff_not_found" NotFound "pay-off quote not found";
    LoanDecisionNotFound "loan_decision_not_found" NotFound "no such decision about this loan";
    ClosingTaskNotFound "closing_task_not_found" NotFound "this loan has no such closing task";
    PayoffStale "payoff_stale" Conflict "the loan has changed since this pay-off quote, or its day has passed: ask for another";
    CoolingOffOver "cooling_off_over" Conflict "the cooling-off period is over: ask for a foreclosure quote";
    RescheduleImpossible "reschedule_impossible" Conflict "the instalments cannot be changed like that";
    SamePerson "same_person" Forbidden "what one person asks for, another has to approve";
    ClockBackwards "clock_backwards" Invalid "a customer's clock only goes forward";
    BankEntityNotFound "bank_entity_not_found" NotFound "Not found.";
    StatementIllegalMove "statement_illegal_move" Conflict "this bank statement has ended already";
    BankUnknown "bank_unknown" Invalid "no bank has this identifier";
    IncidentOpen "incident_open" Conflict "this bank has an open incident already: resolve that first";
    IncidentAbsent "incident_absent" Conflict "this bank has no open incident";
    SandboxOnly "sandbox_only" Forbidden "this exists on test servers alone";
    PaymentNotFound "payment_not_found" NotFound "payment not found";
    SessionTransactionExists "session_transaction_exists" Conflict "transactionID already exists";
    SessionNotFound "session_not_found" NotFound "session not found, used or expired";
    RedirectForbidden "redirect_forbidden" Invalid "redirectURL is not among the sourcing entity's allowed origins";
    DecisionNotFound "decision_not_found" NotFound "no decision has been taken yet";
    PolicyInvalid "policy_invalid" Invalid "the policy document cannot be used";
    FileNotFound "file_not_found" NotFound "file not found";
    IdempotencyReused "idempotency_reused" Conflict "this Idempotency-Key was used with another request";
    VersionConflict "version_conflict" Conflict "somebody else changed this at the same time: read it and try again";
}

/// A "no" with its reason, for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    /// The field to mend, where there is one.
    pub field: Option<String>,
    pub message: String,
}

impl Refusal {
    #[must_use]
    pub fn new(code: Code) -> Refusal {
        Refusal { code, field: None, message: code.meaning().to_owned() }
    }

    /// With a message that says more than the code's own meaning.
    #[must_use]
    pub fn because(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, field: None, message: message.into() }
    }

    #[must_use]
    pub fn missing(field: &str) -> Refusal {
        Refusal { code: Code::MissingField, field: Some(field.to_owned()), message: format!("missing {field}") }
    }

    #[must_use]
    pub fn invalid(field: &str, why: impl fmt::Display) -> Refusal {
        Refusal {
            code: Code::InvalidField,
            field: Some(field.to_owned()),
            message: format!("request validation failed: {field}: {why}"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        Refusal::new(code)
    }
}
