//! What a sourcing entity offers its customers, and how: settings as versioned data.

use serde::{Deserialize, Serialize};

use crate::application::{FormField, KycKind};
use crate::credit_line::LineTerms;
use crate::id::{LenderId, OfferTemplateId, ProgrammeId, SourcingEntityId};
use crate::money::Paise;
use crate::product::Terms;
use crate::refusal::Refusal;
use crate::user::consent::Purpose;

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcingEntity {
    pub id: SourcingEntityId,
    /// A short lower-case name, unique in the deployment.
    pub code: String,
    pub name: String,
    pub settings: EntitySettings,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EntitySettings {
    /// Repay Loan is off unless this is set.
    pub repayment_api: bool,
    /// Origins that a journey may return to, such as `https://shop.example`. Empty: any https origin.
    pub redirect_origins: Vec<String>,
    pub address: String,
    pub grievance_officer: Officer,
}

/// The nodal grievance officer that each borrower page and document shows (RBI/2025-26/36, paragraph 11).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Officer {
    pub name: String,
    pub email: String,
    pub phone: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lender {
    pub id: LenderId,
    pub code: String,
    pub name: String,
    pub settings: LenderSettings,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LenderSettings {
    pub legal_name: String,
    pub address: String,
    /// Corporate identification number.
    pub cin: String,
    pub grievance_officer: Officer,
    pub agreement: AgreementTerms,
    /// What one person may give up alone in a decision about a loan; above it a second has to agree.
    pub one_person_paise: Paise,
}

/// What a lender's agreements say besides the figures of the offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementTerms {
    /// Days in which the borrower may give the loan back: at least one (RBI/2025-26/36, paragraph 10).
    pub cooling_off_days: u32,
    /// Whether the lender engages agents to recover what is overdue.
    pub recovery_agents: bool,
    /// Whether the sourcing entity is one of them.
    pub platform_recovers: bool,
    /// Whether the loan may be transferred to other lenders or securitised.
    pub transferable: bool,
    /// Completes "the courts at …".
    pub courts_at: String,
}

impl Default for AgreementTerms {
    fn default() -> AgreementTerms {
        AgreementTerms {
            cooling_off_days: 3,
            recovery_agents: false,
            platform_recovers: false,
            transferable: false,
            courts_at: "Mumbai".to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BorrowerKind {
    Personal,
    Business,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub id: ProgrammeId,
    pub tenant: SourcingEntityId,
    pub name: String,
    pub settings: ProgrammeSettings,
    /// In the order of preference, which is disclosed to the borrower.
    pub lenders: Vec<ProgrammeLender>,
}

/// A lender's part in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgrammeLender {
    pub lender: LenderId,
    /// Whether a `PASS` of underwriting approves the loan without a person.
    pub auto_approve: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeSettings {
    pub borrower: BorrowerKind,
    pub consents: Vec<Purpose>,
    pub kyc_documents: Vec<KycKind>,
    pub form: Vec<FormField>,
    pub needs_mandate: bool,
    /// Keys that the sourcing entity may push besides the contract's.
    #[serde(default)]
    pub partner_fields: Vec<String>,
    pub eligibility_days: i64,
    pub offer_days: i64,
}

impl ProgrammeSettings {
    #[must_use]
    pub fn is_business(&self) -> bool {
        self.borrower == BorrowerKind::Business
    }
}

/// How a lender makes an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferTemplate {
    pub id: OfferTemplateId,
    pub lender: LenderId,
    pub programme: ProgrammeId,
    pub name: String,
    pub active: bool,
    pub amount_min: Paise,
    pub amount_max: Paise,
    pub tenure: u32,
    pub terms: Terms,
    /// For a credit line: `terms` and `tenure` are then those of drawing all of it at once.
    pub line: Option<LineTerms>,
    pub version: i64,
}

impl OfferTemplate {
    /// Refuses a template that could not make an offer at either end of its range.
    pub fn check(&self) -> Result<(), Refusal> {
        if !self.amount_min.is_positive() || self.amount_min > self.amount_max {
            return Err(Refusal::invalid("minAmount", "must be more than zero and at most maxAmount"));
        }
        let start = crate::day::Day::new(2024, 1, 31).map_err(|why| Refusal::invalid("calendar", why))?;
        for amount in [self.amount_min, self.amount_max] {
            crate::loan::Quote::new(&self.terms, amount, self.tenure, start)?;
        }
        self.line.as_ref().map_or(Ok(()), LineTerms::check)
    }

    #[must_use]
    pub fn fits(&self, amount: Paise) -> bool {
        self.active && (self.amount_min..=self.amount_max).contains(&amount)
    }
}
