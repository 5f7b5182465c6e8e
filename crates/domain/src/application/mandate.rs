//! The mandate that lets the lender collect each EMI: electronic (eNACH) or on paper.

use serde::{Deserialize, Serialize};

use super::{Application, LoanAction};
use crate::change::Change;
use crate::event::{EntityType, EventType};
use crate::id::BlobId;
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateKind {
    Enach,
    Physical,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MandateStatus {
    /// Electronic: the borrower is authenticating. Paper: the form is with the borrower.
    Started,
    /// The signed paper is with the bank.
    Submitted,
    Failed,
    Completed,
}

impl MandateStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MandateStatus::Started => "STARTED",
            MandateStatus::Submitted => "SUBMITTED",
            MandateStatus::Failed => "FAILED",
            MandateStatus::Completed => "COMPLETED",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    pub kind: MandateKind,
    pub status: MandateStatus,
    /// The bank's reference once it is registered (UMRN).
    pub umrn: Option<String>,
    /// The scan of the signed paper.
    pub blob: Option<BlobId>,
    pub failure: Option<String>,
}

impl Application {
    /// Begins a mandate; after a failure it can be begun again, in the same or the other way.
    pub fn start_mandate(mut self, kind: MandateKind, emailed: bool) -> Result<Change<Application>, Refusal> {
        if self.mandate.as_ref().is_some_and(|mandate| mandate.status != MandateStatus::Failed && mandate.kind == kind)
        {
            return Err(Refusal::because(Code::MandateIllegalMove, "the mandate is under way already"));
        }
        if self.mandate.as_ref().is_some_and(|mandate| mandate.status == MandateStatus::Completed) {
            return Err(Refusal::because(Code::MandateIllegalMove, "the mandate is complete"));
        }
        let event = match (kind, emailed) {
            (MandateKind::Enach, _) => EventType::EnachStarted,
            (MandateKind::Physical, false) => EventType::PhysicalMandateDownloaded,
            (MandateKind::Physical, true) => EventType::PhysicalMandateEmailed,
        };
        self.mandate = Some(Mandate { kind, status: MandateStatus::Started, umrn: None, blob: None, failure: None });
        let event = self.event(event, EntityType::Customer);
        Ok(self.moved(LoanAction::RunMandate)?.change().event(event))
    }

    /// The signed paper was uploaded.
    pub fn submit_mandate(mut self, blob: BlobId) -> Result<Change<Application>, Refusal> {
        let mandate = self
            .mandate
            .as_mut()
            .filter(|mandate| mandate.kind == MandateKind::Physical && mandate.status == MandateStatus::Started);
        let mandate = mandate.ok_or(Code::MandateIllegalMove)?;
        mandate.status = MandateStatus::Submitted;
        mandate.blob = Some(blob);
        let event = self.event(EventType::PhysicalMandateSubmitted, EntityType::Customer);
        Ok(self.moved(LoanAction::RunMandate)?.change().event(event))
    }

    /// The bank's answer. `Ok(None)` where no answer was awaited: a repeated one changes nothing.
    pub fn mandate_answered(mut self, answer: Result<String, String>) -> Result<Option<Change<Application>>, Refusal> {
        let awaited = self.mandate.as_mut().filter(|mandate| match mandate.kind {
            MandateKind::Enach => mandate.status == MandateStatus::Started,
            MandateKind::Physical => mandate.status == MandateStatus::Submitted,
        });
        let Some(mandate) = awaited else { return Ok(None) };
        let events = match (mandate.kind, answer) {
            (kind, Ok(umrn)) => {
                mandate.status = MandateStatus::Completed;
                mandate.umrn = Some(umrn);
                match kind {
                    MandateKind::Enach => vec![EventType::EnachAuthSuccess, EventType::EnachCompleted],
                    MandateKind::Physical => vec![EventType::PhysicalMandateApproved],
                }
            }
            (kind, Err(failure)) => {
                mandate.status = MandateStatus::Failed;
                mandate.failure = Some(failure);
                if kind == MandateKind::Enach { vec![EventType::EnachAuthFailed] } else { vec![] }
            }
        };
        let events: Vec<_> = events.into_iter().map(|event| self.event(event, EntityType::System)).collect();
        Ok(Some(self.moved(LoanAction::RunMandate)?.change().events(events)))
    }

    #[must_use]
    pub fn mandate_is_complete(&self) -> bool {
        self.mandate.as_ref().is_some_and(|mandate| mandate.status == MandateStatus::Completed)
    }
}
