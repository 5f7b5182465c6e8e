//! What is sent: the contract's body, and the id that it is known by.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::day::Instant;
use crate::event::{EntityType, Event, EventType};
use crate::id::{TransactionId, UserId};
use crate::money::Paise;

/// The name of an event towards receivers: the same at every attempt, at every endpoint and in the event log, so that whoever
/// has seen it once knows it again. It holds no full stop, which separates the parts of what is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    pub user: UserId,
    /// The event's number among those of its customer, from 1.
    pub seq: i64,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "msg_{}_{}", self.user.0.simple(), self.seq)
    }
}

impl FromStr for MessageId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<MessageId, &'static str> {
        const WRONG: &str = "it is not the id of a message";
        let (user, seq) = text.strip_prefix("msg_").and_then(|rest| rest.split_once('_')).ok_or(WRONG)?;
        let id =
            MessageId { user: UserId(Uuid::try_parse(user).map_err(|_| WRONG)?), seq: seq.parse().map_err(|_| WRONG)? };
        if id.seq > 0 && id.to_string() == text { Ok(id) } else { Err(WRONG) }
    }
}

/// The body of the contract (seed, "Webhook"): six fields, in its order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    #[serde(rename = "customerID")]
    customer_id: &'a str,
    entity_type: &'static str,
    event_description: &'a str,
    event_type: &'static str,
    /// Empty where the event is of no loan application.
    #[serde(rename = "loanApplicationID")]
    loan_application_id: String,
    /// UTC, to the second.
    logged_at: String,
}

impl<'a> Body<'a> {
    #[must_use]
    pub fn of(customer_id: &'a str, event: &'a Event, logged_at: Instant) -> Body<'a> {
        Body {
            customer_id,
            entity_type: event.by.name(),
            event_description: &event.description,
            event_type: event.event_type.name(),
            loan_application_id: event.told_application().map(|id| id.to_string()).unwrap_or_default(),
            logged_at: logged_at.utc_text(),
        }
    }
}

/// Whether a lender hears of it, where the application is assigned to that lender. What a customer does before there is an
/// application, and what is asked of the bureau, stays between customer and sourcing entity.
#[must_use]
pub fn is_for_lenders(event: &Event) -> bool {
    event.application.is_some()
}

/// An event as it could have happened, for the reference and for previews.
#[must_use]
pub fn example(event_type: EventType) -> Event {
    use EventType as E;
    let by = match event_type {
        E::UserCreated | E::EligibilityCalculated | E::LoanCancelled | E::EmiPaid => EntityType::SourcingEntity,
        E::CreditLineTxnConfirmed | E::CreditLineTxnCancelled | E::CreditLineTxnSplitted => EntityType::SourcingEntity,
        E::LoanApproved | E::LoanRejected | E::LoanDisbursed | E::KycDocRejected | E::CreditLineTxnDisbursed => {
            EntityType::Lender
        }
        E::UserQualified
        | E::UserDisqualified
        | E::BankConnectCompleted
        | E::BankConnectFailed
        | E::LenderAssigned
        | E::KycVerified
        | E::BankDetailsVerified
        | E::BankVerificationFailed
        | E::LoanSignedAgreementGenerated
        | E::CreditLineCreated
        | E::CreditLineLimitUpdated
        | E::CreditLineTxnPaid
        | E::LoanClosed => EntityType::System,
        _ => EntityType::Customer,
    };
    let application = crate::id::ApplicationId(Uuid::from_u128(0x2fee_9ba7_52e1_4873_8328_e0df_f99c_dc83));
    let event = Event::new(event_type, by);
    let transaction = TransactionId(Uuid::from_u128(0xe07a_8733_2d7e_46a1_9146_fda5_47ce_8b0d));
    let limit = Paise::new(9_880_000);
    let event = match event_type {
        _ if is_of_the_customer(event_type) => event,
        _ if event_type.name().starts_with("credit_line") => event.of_line(application),
        E::EmiDueTomorrow => event.of_loan(application, Some(transaction)),
        _ => event.of(application),
    };
    match event_type {
        E::CreditLineCreated => event.with_limit("limit", Paise::new(10_000_000)),
        E::CreditLineLimitUpdated => event.with_limit("availableLimit", limit),
        E::CreditLineWithdrew => event.with_withdrawal(Paise::new(120_000), Some(transaction), "1234OD123312"),
        E::CreditLineWithdrewFailed => event.with_withdrawal(Paise::new(120_000), None, "1234OD123312"),
        E::CreditLineTxnSplitted => event.with_text(format!("{{\"txnID\":\"{transaction}\",\"splitCount\":5}}")),
        E::CreditLineTxnConfirmed | E::CreditLineTxnCancelled | E::CreditLineTxnDisbursed | E::CreditLineTxnPaid => {
            event.with_transaction(transaction)
        }
        E::EmiDueTomorrow => event.with_installment(1),
        E::EmiPaymentInitiated | E::EmiPaid => event.with_installment(1),
        E::LoanApplicationCreated => event.with_amount(Paise::new(650_000)),
        E::LoanRejected | E::LoanCancelled | E::KycDocRejected => event.with_text("the photo cannot be read"),
        _ => event,
    }
}

/// Whether it happens before there is a loan application.
fn is_of_the_customer(event_type: EventType) -> bool {
    let first = EventType::ALL.iter().position(|event| *event == EventType::LoanApplicationCreated);
    let at = EventType::ALL.iter().position(|event| *event == event_type);
    at < first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_has_one_spelling_and_no_full_stop() {
        let user = UserId(Uuid::from_u128(0x2fee_9ba7_52e1_4873_8328_e0df_f99c_dc83));
        let text = MessageId { user, seq: 12 }.to_string();
        assert_eq!(text, "msg_2fee9ba752e148738328e0dff99cdc83_12");
        assert_eq!(text.parse(), Ok(MessageId { user, seq: 12 }));
        for other in [
            "",
            "msg_",
            "msg_2fee9ba752e148738328e0dff99cdc83_012",
            "msg_2fee9ba752e148738328e0dff99cdc83_0",
            "msg_2fee9ba752e148738328e0dff99cdc83_+1",
            "msg_2FEE9BA752e148738328e0dff99cdc83_1",
        ] {
            assert!(other.parse::<MessageId>().is_err(), "{other}");
        }
    }

    #[test]
    fn the_body_is_that_of_the_contract_field_by_field() {
        let event = Event::new(EventType::EligibilityCalculated, EntityType::SourcingEntity);
        let at = Instant::from_micros(1_600_207_111_000_000);
        let body = serde_json::to_string(&Body::of("some_customer_id", &event, at)).unwrap();
        assert_eq!(
            body,
            r#"{"customerID":"some_customer_id","entityType":"sourcing_entity","eventDescription":"","eventType":"eligibility_calculated","loanApplicationID":"","loggedAt":"2020-09-15 21:58:31"}"#
        );
    }

    #[test]
    fn there_is_an_example_of_every_event() {
        for event_type in EventType::ALL {
            assert_eq!(example(*event_type).event_type, *event_type);
        }
    }
}
