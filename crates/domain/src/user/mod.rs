//! A customer of a sourcing entity, from "create user" until a loan is asked for.

mod bureau;
pub mod consent;
mod personal;
mod status;

use serde_json::{Map, Value};

pub use bureau::{Bureau, BureauStatus};
pub use personal::{Business, Gender, GstState, Personal};
pub use status::{UserAction, UserStatus};

use crate::bank::StatementState;
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::format::{Email, Gstin, Mobile, Pan};
use crate::id::{SourcingEntityId, UserId};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct User {
    pub id: UserId,
    pub tenant: SourcingEntityId,
    pub customer_id: String,
    pub mobile: Mobile,
    pub status: UserStatus,
    pub name: Option<String>,
    pub personal: Personal,
    pub bureau: Bureau,
    /// FIS: a number from 0 to 1 as decimal text, from device insights.
    pub fis_score: Option<String>,
    /// Where the customer last came from, as the sourcing entity named it.
    pub source: Option<String>,
    /// Once true, the sourcing entity can push no more data.
    pub journey_started: bool,
    pub created_at: Instant,
    pub version: i64,
}

/// What the profile step asks for.
#[derive(Debug, Clone)]
pub struct Profile {
    pub name: String,
    pub email: Email,
    pub dob: Day,
    pub gender: Gender,
}

/// What a sourcing entity may tell about a customer before the journey.
#[derive(Debug, Clone, Default)]
pub struct PartnerData {
    pub pan: Option<Pan>,
    pub name: Option<String>,
    pub dob: Option<Day>,
    pub email: Option<Email>,
    pub gender: Option<Gender>,
    pub gstin: Option<Gstin>,
    pub fields: Map<String, Value>,
}

/// Lenders in India may contract with nobody younger; nobody older than this is alive.
const AGE_YEARS: std::ops::RangeInclusive<i64> = 18..=120;

impl User {
    pub fn create(
        id: UserId,
        tenant: SourcingEntityId,
        customer_id: String,
        mobile: Mobile,
        now: Instant,
    ) -> Change<User> {
        Change::created(User {
            id,
            tenant,
            customer_id,
            mobile,
            status: UserStatus::UserCreated,
            name: None,
            personal: Personal::default(),
            bureau: Bureau::default(),
            fis_score: None,
            source: None,
            journey_started: false,
            created_at: now,
            version: 0,
        })
        .event(Event::new(EventType::UserCreated, EntityType::SourcingEntity))
    }

    fn change(self) -> Change<User> {
        let was = self.version;
        Change::updated(User { version: was + 1, ..self }, was)
    }

    fn moved(mut self, action: UserAction) -> Result<User, Refusal> {
        let after = self.status.after(action);
        self.status = after.ok_or_else(|| {
            Refusal::because(Code::UserIllegalMove, format!("a customer in {} cannot {action:?}", self.status.name()))
        })?;
        Ok(self)
    }

    /// A token was issued, from `source` where the sourcing entity tells.
    pub fn issue_token(mut self, source: Option<String>) -> Result<Change<User>, Refusal> {
        if source.is_some() {
            self.source = source;
        }
        Ok(self.moved(UserAction::IssueToken)?.change())
    }

    /// Whether issuing a token with `source` would change anything.
    #[must_use]
    pub fn token_changes_something(&self, source: Option<&str>) -> bool {
        self.status == UserStatus::UserCreated || (source.is_some() && source != self.source.as_deref())
    }

    /// Data from the sourcing entity, before the journey starts. Fields that are absent stay as they were.
    pub fn push(mut self, data: PartnerData) -> Result<Change<User>, Refusal> {
        if self.journey_started {
            return Err(Code::JourneyStarted.into());
        }
        let pan = data.pan.or(self.personal.pan.take());
        let gstin = data.gstin.or(self.personal.gstin.take());
        if let (Some(pan), Some(gstin)) = (&pan, &gstin)
            && !gstin.is_of(pan)
        {
            return Err(Code::GstinNotOfPan.into());
        }
        self.personal.pan = pan;
        self.personal.gstin = gstin;
        self.personal.dob = data.dob.or(self.personal.dob);
        self.personal.email = data.email.or(self.personal.email.take());
        self.personal.gender = data.gender.or(self.personal.gender);
        self.name = data.name.or(self.name.take());
        self.personal.partner_data.extend(data.fields);
        Ok(self.change())
    }

    /// The profile step. Locked while an application is open, because the lender decides on what it was shown.
    pub fn update_profile(mut self, profile: Profile, today: Day) -> Result<Change<User>, Refusal> {
        if !AGE_YEARS.contains(&profile.dob.age_on(today)) {
            return Err(Refusal::invalid("dob", "the customer must be 18 years old or more"));
        }
        self.name = Some(profile.name);
        self.personal.email = Some(profile.email);
        self.personal.dob = Some(profile.dob);
        self.personal.gender = Some(profile.gender);
        self.journey_started = true;
        Ok(self.moved(UserAction::UpdateProfile)?.change().event(customer(EventType::ProfileUpdated)))
    }

    pub fn set_pan(mut self, pan: Pan) -> Result<Change<User>, Refusal> {
        self.require_profile()?;
        if let Some(gstin) = &self.personal.gstin
            && !gstin.is_of(&pan)
        {
            return Err(Code::GstinNotOfPan.into());
        }
        self.personal.pan = Some(pan);
        Ok(self.change().event(customer(EventType::PanInfoUpdated)))
    }

    pub fn set_business(mut self, business: Business) -> Result<Change<User>, Refusal> {
        self.require_profile()?;
        self.personal.business = Some(business);
        Ok(self.change().event(customer(EventType::BusinessInfoUpdated)))
    }

    pub fn skip_gst(mut self) -> Result<Change<User>, Refusal> {
        self.require_profile()?;
        self.personal.gst = GstState::Skipped;
        Ok(self.change().event(customer(EventType::GstSkipped)))
    }

    /// The customer gives a GSTIN and the provider is asked for the returns behind it.
    pub fn add_gstin(mut self, gstin: Gstin) -> Result<Change<User>, Refusal> {
        self.require_profile()?;
        let pan = self
            .personal
            .pan
            .as_ref()
            .ok_or_else(|| Refusal::because(Code::StepOutOfOrder, "give the PAN before the GSTIN"))?;
        if !gstin.is_of(pan) {
            return Err(Code::GstinNotOfPan.into());
        }
        self.personal.gstin = Some(gstin);
        self.personal.gst = GstState::Connecting;
        Ok(self.change().events([customer(EventType::GstinAdded), customer(EventType::GstConnectAttempted)]))
    }

    /// The provider's answer about the GST returns. A second answer changes nothing.
    pub fn gst_answered(mut self, connected: bool) -> Option<Change<User>> {
        if self.personal.gst != GstState::Connecting {
            return None;
        }
        self.personal.gst = if connected { GstState::Connected } else { GstState::Failed };
        let events = if connected {
            vec![system(EventType::GstConnected), customer(EventType::GstCompleted)]
        } else {
            vec![system(EventType::GstConnectFailed)]
        };
        Some(self.change().events(events))
    }

    /// The bureau is being asked. `None` where it already is, or has answered.
    pub fn bureau_asked(mut self) -> Option<Change<User>> {
        if !matches!(self.bureau.status, BureauStatus::NotFetched | BureauStatus::Failed) {
            return None;
        }
        self.bureau = Bureau { status: BureauStatus::Waiting, ..Bureau::default() };
        Some(self.change())
    }

    /// The bureau's answer. `None` where nothing was waiting for one: a repeated answer changes nothing.
    pub fn bureau_answered(mut self, bureau: Bureau) -> Option<Change<User>> {
        if self.bureau.status != BureauStatus::Waiting {
            return None;
        }
        self.bureau = bureau;
        Some(self.change())
    }

    /// The customer answers the bureau's question.
    pub fn answer_bureau(mut self) -> Result<Change<User>, Refusal> {
        if self.bureau.question.take().is_none() {
            return Err(Code::BureauQuestionAbsent.into());
        }
        Ok(self.change().event(customer(EventType::BureauAuthAnswerSubmitted)))
    }

    /// The consent to fetch the credit report was given.
    pub fn consented_to_bureau(self) -> Change<User> {
        self.change().event(customer(EventType::BureauConsentGiven))
    }

    pub fn device_insights(mut self, fis_score: String) -> Change<User> {
        self.fis_score = Some(fis_score);
        self.change()
    }

    /// The outcome of the qualification policy. `None` where it is what already stands.
    pub fn qualified(self, yes: bool) -> Result<Option<Change<User>>, Refusal> {
        let (action, event, stands) = if yes {
            (UserAction::Qualify, EventType::UserQualified, UserStatus::UserQualified)
        } else {
            (UserAction::Disqualify, EventType::UserDisqualified, UserStatus::UserDisqualified)
        };
        if self.status == stands {
            return Ok(None);
        }
        Ok(Some(self.moved(action)?.change().event(system(event))))
    }

    /// A bank statement of theirs came, and how it stands.
    pub fn bank_statement(self, state: StatementState) -> Change<User> {
        let event = match state {
            StatementState::Processing => customer(EventType::BankConnectUploaded),
            StatementState::Completed => system(EventType::BankConnectCompleted),
            StatementState::Failed => system(EventType::BankConnectFailed),
        };
        self.change().event(event)
    }

    /// The eligible amount was computed.
    pub fn eligibility_calculated(self, amount: crate::money::Paise) -> Change<User> {
        self.change()
            .event(Event::new(EventType::EligibilityCalculated, EntityType::SourcingEntity).with_amount(amount))
    }

    fn require_profile(&self) -> Result<(), Refusal> {
        if self.personal.dob.is_none() || self.name.is_none() || !self.journey_started {
            return Err(Refusal::because(Code::StepOutOfOrder, "the profile comes first"));
        }
        Ok(())
    }
}

fn customer(event: EventType) -> Event {
    Event::new(event, EntityType::Customer)
}

fn system(event: EventType) -> Event {
    Event::new(event, EntityType::System)
}
