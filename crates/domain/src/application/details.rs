//! What the borrower tells for the loan: form, addresses, residence.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::sign::Esign;
use super::{Application, BankAccount, LoanAction, LoanStatus};
use crate::change::Change;
use crate::event::{EntityType, EventType};
use crate::format::Pincode;
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub pincode: Pincode,
    pub state: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResidenceType {
    Rented,
    Owned,
}

impl ResidenceType {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ResidenceType::Rented => "Rented",
            ResidenceType::Owned => "Owned",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<ResidenceType> {
        [ResidenceType::Rented, ResidenceType::Owned].into_iter().find(|kind| kind.name() == name)
    }
}

/// The part of an application that is encrypted at rest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    pub form: Option<Map<String, Value>>,
    pub residence: Option<ResidenceType>,
    pub current_address: Option<Address>,
    pub business_address: Option<Address>,
    pub bank: Option<BankAccount>,
    pub esign: Option<Esign>,
}

impl Application {
    /// The form, already checked against the programme's schema.
    pub fn submit_form(
        mut self,
        form: Map<String, Value>,
        needs_business_address: bool,
    ) -> Result<Change<Application>, Refusal> {
        self.details.form = Some(form);
        let event = self.event(EventType::FormUpdated, EntityType::Customer);
        Ok(self.edited(needs_business_address)?.change().event(event))
    }

    pub fn submit_address(
        mut self,
        address: Address,
        residence: ResidenceType,
        needs_business_address: bool,
    ) -> Result<Change<Application>, Refusal> {
        self.details.current_address = Some(address);
        self.details.residence = Some(residence);
        let event = self.event(EventType::AddressUpdated, EntityType::Customer);
        Ok(self.edited(needs_business_address)?.change().event(event))
    }

    pub fn submit_business_address(mut self, address: Address) -> Result<Change<Application>, Refusal> {
        self.details.business_address = Some(address);
        let event = self.event(EventType::BusinessAddressUpdated, EntityType::Customer);
        Ok(self.edited(true)?.change().event(event))
    }

    /// Details may be mended until KYC begins; with all of them in, the application moves on.
    fn edited(self, needs_business_address: bool) -> Result<Application, Refusal> {
        let details = &self.details;
        let complete = details.form.is_some()
            && details.current_address.is_some()
            && (details.business_address.is_some() || !needs_business_address);
        let edited = self.moved(LoanAction::EditDetails)?;
        if complete && edited.status == LoanStatus::FreshLoan {
            edited.moved(LoanAction::SubmitDetails)
        } else {
            Ok(edited)
        }
    }
}
