//! The agreement: a draft to read, a signature by OTP, then the signed PDF.

use serde::{Deserialize, Serialize};

use super::{Application, LoanAction};
use crate::change::Change;
use crate::day::Instant;
use crate::event::{EntityType, EventType};
use crate::id::BlobId;
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreement {
    /// What the borrower reads before signing.
    pub draft: Option<BlobId>,
    /// SHA-256 of the draft, in hex: what the signature is bound to.
    pub draft_sha256: Option<String>,
    pub signed: Option<BlobId>,
}

/// Who signed what, when, from where. Encrypted at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Esign {
    pub signer: String,
    pub signed_at: Instant,
    pub ip: String,
    pub mobile_masked: String,
    /// The e-sign provider's reference.
    pub reference: String,
    pub draft_sha256: String,
}

impl Application {
    /// A draft was made. Only the one that is read last can be signed.
    pub fn draft_agreement(mut self, draft: BlobId, draft_sha256: String) -> Result<Change<Application>, Refusal> {
        let drafted = self.clone().moved(LoanAction::RunMandate);
        drafted.map_err(|_| {
            Refusal::because(Code::StepOutOfOrder, "the agreement is drafted once the bank account is verified")
        })?;
        self.agreement.draft = Some(draft);
        self.agreement.draft_sha256 = Some(draft_sha256);
        Ok(self.change())
    }

    pub fn sign(mut self, esign: Esign, needs_mandate: bool) -> Result<Change<Application>, Refusal> {
        let event = self.event(EventType::LoanEsigned, EntityType::Customer);
        let signed = self.clone().moved(LoanAction::Sign)?;
        if needs_mandate && !self.mandate_is_complete() {
            return Err(Code::MandateMissing.into());
        }
        if self.agreement.draft_sha256.as_deref() != Some(esign.draft_sha256.as_str()) {
            return Err(Refusal::because(Code::StepOutOfOrder, "read the agreement before signing it"));
        }
        self.details.esign = Some(esign);
        Ok(Application { status: signed.status, ..self }.change().event(event))
    }

    /// The signed PDF exists. `None` where it already did: making it twice changes nothing.
    pub fn agreement_generated(mut self, signed: BlobId) -> Result<Option<Change<Application>>, Refusal> {
        if self.agreement.signed.is_some() {
            return Ok(None);
        }
        self.agreement.signed = Some(signed);
        let event = self.event(EventType::LoanSignedAgreementGenerated, EntityType::System);
        Ok(Some(self.moved(LoanAction::GenerateAgreement)?.change().event(event)))
    }
}
