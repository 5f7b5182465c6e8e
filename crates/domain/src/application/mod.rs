//! A loan application, from "apply" until the money is paid out or the application ends.

mod details;
mod form;
mod kyc;
mod mandate;
mod offer;
mod sign;
mod status;

use serde::{Deserialize, Serialize};

pub use details::{Address, Details, ResidenceType};
pub use form::{FieldKind, FormField, check_form};
pub use kyc::{DocumentStatus, KycDocument, KycKind};
pub use mandate::{Mandate, MandateKind, MandateStatus};
pub use offer::Offer;
pub use sign::{Agreement, Esign};
pub use status::{LoanAction, LoanStatus};

use crate::change::Change;
use crate::day::Instant;
use crate::event::{EntityType, Event, EventType};
use crate::format::{AccountNumber, Ifsc};
use crate::id::{ApplicationId, LenderId, OfferId, ProgrammeId, SourcingEntityId, UserId};
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct Application {
    pub id: ApplicationId,
    /// Prefix and microseconds: `FB1600196175625806`.
    pub number: String,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub programme: ProgrammeId,
    pub lender: Option<LenderId>,
    pub status: LoanStatus,
    pub amount: Paise,
    /// Form, addresses, bank account, e-sign record: encrypted at rest.
    pub details: Details,
    pub documents: Vec<KycDocument>,
    pub accepted_offer: Option<OfferId>,
    pub mandate: Option<Mandate>,
    pub agreement: Agreement,
    /// Why it was rejected or cancelled, in the words of who did it.
    pub end_reason: Option<String>,
    pub created_at: Instant,
    pub version: i64,
}

/// Where the money goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    pub account_number: AccountNumber,
    pub ifsc: Ifsc,
    pub bank_name: String,
    /// As the borrower wrote it until the penny drop tells the name at the bank.
    pub holder_name: String,
}

/// What makes an application.
#[derive(Debug, Clone)]
pub struct NewApplication {
    pub id: ApplicationId,
    pub number: String,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub programme: ProgrammeId,
    pub lender: LenderId,
    pub amount: Paise,
}

/// The readable number: a prefix and the creation instant in microseconds; `bump` makes it unique where two fall in one.
#[must_use]
pub fn application_number(prefix: &str, created_at: Instant, bump: u32) -> String {
    format!("{prefix}{}", created_at.micros().saturating_add(i64::from(bump)))
}

impl Application {
    pub fn apply(new: NewApplication, now: Instant) -> Change<Application> {
        let NewApplication { id, number, tenant, user, programme, lender, amount } = new;
        let application = Application {
            id,
            number,
            tenant,
            user,
            programme,
            lender: Some(lender),
            status: LoanStatus::FreshLoan,
            amount,
            details: Details::default(),
            documents: Vec::new(),
            accepted_offer: None,
            mandate: None,
            agreement: Agreement::default(),
            end_reason: None,
            created_at: now,
            version: 0,
        };
        Change::created(application).events([
            Event::new(EventType::LoanApplicationCreated, EntityType::Customer).of(id),
            Event::new(EventType::LenderAssigned, EntityType::System).of(id),
        ])
    }

    pub(self) fn change(self) -> Change<Application> {
        let was = self.version;
        Change::updated(Application { version: was + 1, ..self }, was)
    }

    /// Moves the status, or refuses by the table.
    pub(self) fn moved(mut self, action: LoanAction) -> Result<Application, Refusal> {
        let after = self.status.after(action);
        let why = || {
            Refusal::because(
                Code::LoanIllegalMove,
                format!("an application in {} does not allow this", self.status.name()),
            )
        };
        self.status = after.ok_or_else(why)?;
        Ok(self)
    }

    pub(self) fn event(&self, event: EventType, by: EntityType) -> Event {
        Event::new(event, by).of(self.id)
    }

    /// KYC has passed and policy or lender say yes. Offers are saved beside it.
    pub fn approve(self, by: EntityType) -> Result<Change<Application>, Refusal> {
        let event = self.event(EventType::LoanApproved, by);
        Ok(self.moved(LoanAction::Approve)?.change().event(event))
    }

    pub fn reject(mut self, by: EntityType, reason: String) -> Result<Change<Application>, Refusal> {
        self.end_reason = Some(reason);
        let event = self.event(EventType::LoanRejected, by);
        Ok(self.moved(LoanAction::Reject)?.change().event(event))
    }

    pub fn cancel(mut self, by: EntityType, reason: String) -> Result<Change<Application>, Refusal> {
        self.end_reason = Some(reason);
        let event = self.event(EventType::LoanCancelled, by);
        Ok(self.moved(LoanAction::Cancel)?.change().event(event))
    }

    /// The lender makes offers besides those that stand, while none has been acted upon with a bank account.
    pub fn renew_offers(self) -> Result<Change<Application>, Refusal> {
        Ok(self.moved(LoanAction::RenewOffers)?.change())
    }

    /// The borrower takes one of the offers. Taking another before the bank account is given is allowed.
    pub fn accept_offer(mut self, offer: &Offer, now: Instant) -> Result<Change<Application>, Refusal> {
        if offer.application != self.id {
            return Err(Code::OfferNotFound.into());
        }
        if now >= offer.valid_until() {
            return Err(Code::OfferExpired.into());
        }
        if offer.statement.acknowledged.is_none() {
            return Err(Code::KfsNotAcknowledged.into());
        }
        if self.accepted_offer == Some(offer.id) {
            return Err(Refusal::because(Code::LoanIllegalMove, "this offer is accepted already"));
        }
        self.accepted_offer = Some(offer.id);
        let event = self.event(EventType::LoanOfferAccepted, EntityType::Customer);
        Ok(self.moved(LoanAction::AcceptOffer)?.change().event(event))
    }

    pub fn add_bank(mut self, bank: BankAccount) -> Result<Change<Application>, Refusal> {
        if self.accepted_offer.is_none() && self.status == LoanStatus::LoanApproved {
            return Err(Refusal::because(Code::StepOutOfOrder, "accept an offer before giving the bank account"));
        }
        self.details.bank = Some(bank);
        let event = self.event(EventType::BankDetailsAdded, EntityType::Customer);
        Ok(self.moved(LoanAction::AddBank)?.change().event(event))
    }

    /// The penny drop's answer: the holder's name at the bank, or nothing. A repeated answer is refused by the table.
    pub fn bank_answered(mut self, verified_name: Option<String>) -> Result<Change<Application>, Refusal> {
        let (action, event) = match verified_name {
            Some(_) => (LoanAction::VerifyBank, EventType::BankDetailsVerified),
            None => (LoanAction::FailBank, EventType::BankVerificationFailed),
        };
        if let (Some(name), Some(bank)) = (verified_name, self.details.bank.as_mut()) {
            bank.holder_name = name;
        }
        let event = self.event(event, EntityType::System);
        Ok(self.moved(action)?.change().event(event))
    }

    /// The lender has paid out. The loan itself is another aggregate, saved in the same transaction.
    pub fn disburse(self) -> Result<Change<Application>, Refusal> {
        if self.status == LoanStatus::SignAgreement && self.agreement.signed.is_none() {
            return Err(Code::AgreementNotReady.into());
        }
        Ok(self.moved(LoanAction::Disburse)?.change())
    }

    pub fn close(self, by: EntityType) -> Result<Change<Application>, Refusal> {
        let event = self.event(EventType::LoanClosed, by);
        Ok(self.moved(LoanAction::Close)?.change().event(event))
    }
}

#[cfg(test)]
mod tests;
