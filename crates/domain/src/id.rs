//! Typed identifiers. They are made by the caller of a rule, never by the rule.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            /// Only the hyphenated form is an id: no braces, no `urn:`, so that one id has one spelling.
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                if text.len() == 36 { Uuid::try_parse(text).map($name) } else { Uuid::try_parse("").map($name) }
            }
        }
    )*};
}

ids! {
    /// A sourcing entity: the tenant that users, applications and loans belong to.
    SourcingEntityId;
    /// A lender.
    LenderId;
    /// A lending programme of a sourcing entity.
    ProgrammeId;
    ApiKeyId;
    UserId;
    TokenId;
    SessionId;
    ConsentId;
    DecisionId;
    ApplicationId;
    /// A loan that has been paid out: that of an application has its id, that of a drawdown the drawdown's.
    LoanId;
    CreditLineId;
    /// A drawdown on a credit line: the contract's `txnID`.
    TransactionId;
    /// A borrower's request for a higher limit.
    LimitRequestId;
    OfferId;
    OfferTemplateId;
    KycDocumentId;
    /// One instalment of a loan: the contract's `loanPaymentID`.
    InstallmentId;
    /// An immutable fact of a loan's life.
    FactId;
    /// A payment that a borrower has started.
    PaymentId;
    /// A stored file.
    BlobId;
    JobId;
    InboxId;
    MessageId;
    EventId;
    /// A quote for closing a loan early.
    PayoffId;
    /// A lender's decision about a running loan.
    LoanDecisionId;
    /// Whoever bank statements are of.
    BankEntityId;
    BankStatementId;
    /// What was told, or was to be told, of a bank statement.
    BankPayloadId;
    /// Somebody's address for webhooks.
    WebhookEndpointId;
}

impl From<ApplicationId> for LoanId {
    fn from(id: ApplicationId) -> LoanId {
        LoanId(id.0)
    }
}

impl From<TransactionId> for LoanId {
    fn from(id: TransactionId) -> LoanId {
        LoanId(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let text = "2fee9ba7-52e1-4873-8328-e0dff99cdc83";
        assert_eq!(text.parse::<UserId>().unwrap().to_string(), text);
        for other in [
            "2fee9ba752e148738328e0dff99cdc83",
            "{2fee9ba7-52e1-4873-8328-e0dff99cdc83}",
            "",
            "2fee9ba7-52e1-4873-8328-e0dff99cdc8g",
        ] {
            assert!(other.parse::<UserId>().is_err(), "{other}");
        }
    }
}
