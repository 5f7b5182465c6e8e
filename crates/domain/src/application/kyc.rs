//! KYC documents: uploaded, submitted together, verified or rejected one by one.

use serde::{Deserialize, Serialize};

use super::{Application, LoanAction, LoanStatus};
use crate::change::Change;
use crate::day::Instant;
use crate::event::{EntityType, EventType};
use crate::id::{BlobId, KycDocumentId};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KycKind {
    PanCard,
    AddressProofFront,
    AddressProofBack,
    Selfie,
    BusinessProof,
}

impl KycKind {
    pub const ALL: &[KycKind] = &[
        KycKind::PanCard,
        KycKind::AddressProofFront,
        KycKind::AddressProofBack,
        KycKind::Selfie,
        KycKind::BusinessProof,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KycKind::PanCard => "pan_card",
            KycKind::AddressProofFront => "address_proof_front",
            KycKind::AddressProofBack => "address_proof_back",
            KycKind::Selfie => "selfie",
            KycKind::BusinessProof => "business_proof",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<KycKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum DocumentStatus {
    Uploaded,
    Submitted,
    Verified,
    Rejected { reason: String },
}

impl DocumentStatus {
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            DocumentStatus::Uploaded => "UPLOADED",
            DocumentStatus::Submitted => "SUBMITTED",
            DocumentStatus::Verified => "VERIFIED",
            DocumentStatus::Rejected { .. } => "REJECTED",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KycDocument {
    pub id: KycDocumentId,
    pub kind: KycKind,
    pub blob: BlobId,
    pub content_type: String,
    pub uploaded_at: Instant,
    pub status: DocumentStatus,
}

impl Application {
    /// Puts a document beside the others; one of the same kind is replaced, unless it is already verified.
    pub fn upload_document(mut self, document: KycDocument) -> Result<Change<Application>, Refusal> {
        if !matches!(self.status, LoanStatus::LoanDetailsSubmitted | LoanStatus::KycRejected) {
            let why = format!("documents are taken after the form and the address, not in {}", self.status.name());
            return Err(Refusal::because(Code::StepOutOfOrder, why));
        }
        if self.documents.iter().any(|old| old.kind == document.kind && old.status == DocumentStatus::Verified) {
            return Err(Refusal::because(Code::LoanIllegalMove, "a document of this kind is verified already"));
        }
        self.documents.retain(|old| old.kind != document.kind);
        self.documents.push(document);
        Ok(self.change())
    }

    /// All required kinds are in and none stands rejected: the documents go to verification.
    pub fn submit_kyc(mut self, required: &[KycKind]) -> Result<Change<Application>, Refusal> {
        let again = self.status == LoanStatus::KycRejected;
        let mut submitted = self.clone().moved(LoanAction::SubmitKyc)?;
        let usable = |kind: &KycKind| {
            self.documents
                .iter()
                .any(|document| document.kind == *kind && !matches!(document.status, DocumentStatus::Rejected { .. }))
        };
        if let Some(kind) = required.iter().find(|kind| !usable(kind)) {
            return Err(Refusal::because(Code::KycDocumentMissing, format!("upload the document {}", kind.name())));
        }
        for document in &mut self.documents {
            if document.status == DocumentStatus::Uploaded {
                document.status = DocumentStatus::Submitted;
            }
        }
        submitted.documents = self.documents;
        let event = if again { EventType::KycResubmitted } else { EventType::KycSubmitted };
        let event = submitted.event(event, EntityType::Customer);
        Ok(submitted.change().event(event))
    }

    /// One document is good. With the last one KYC has succeeded.
    pub fn verify_document(mut self, id: KycDocumentId, by: EntityType) -> Result<Change<Application>, Refusal> {
        if self.status != LoanStatus::KycProcessing {
            return self.moved(LoanAction::VerifyKyc).map(Application::change);
        }
        self.document_mut(id)?.status = DocumentStatus::Verified;
        if !self.documents.iter().all(|document| document.status == DocumentStatus::Verified) {
            return Ok(self.change());
        }
        let event = self.event(EventType::KycVerified, by);
        Ok(self.moved(LoanAction::VerifyKyc)?.change().event(event))
    }

    /// One document is bad: the borrower has to upload that kind again. What is verified only a person can take back.
    pub fn reject_document(
        mut self,
        id: KycDocumentId,
        reason: String,
        by: EntityType,
    ) -> Result<Change<Application>, Refusal> {
        let event = self.event(EventType::KycDocRejected, by);
        let document = self.document_mut(id)?;
        if by == EntityType::System && document.status == DocumentStatus::Verified {
            return Err(Refusal::because(Code::LoanIllegalMove, "the document is verified already"));
        }
        document.status = DocumentStatus::Rejected { reason };
        Ok(self.moved(LoanAction::RejectKyc)?.change().event(event))
    }

    fn document_mut(&mut self, id: KycDocumentId) -> Result<&mut KycDocument, Refusal> {
        self.documents.iter_mut().find(|document| document.id == id).ok_or_else(|| Code::KycDocumentNotFound.into())
    }
}
