//! KYC documents: uploading and submitting.

use async_trait::async_trait;
use qist_domain::application::{DocumentStatus, KycDocument, KycKind};
use qist_domain::id::{BlobId, KycDocumentId};
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::consent::Purpose;

use super::view::{JourneyView, Standing, view};
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::{StoredFile, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{App, Command, Moment};

const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;

impl App {
    /// Stores a document and puts it beside the application. The file is written first: without its row it is only litter.
    pub async fn upload_document(
        &self,
        caller: Caller,
        kind: KycKind,
        claimed: &str,
        bytes: Vec<u8>,
    ) -> Result<JourneyView> {
        let content_type = sniff(claimed, &bytes)?;
        let now = self.clock.now();
        let blob = BlobId(self.ids.uuid(now));
        let upload = AddDocument {
            kind,
            blob,
            content_type,
            sha256: self.secrets.sha256(&bytes),
            size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        self.blobs.put(&blob.to_string(), bytes).await?;
        self.run(caller, upload).await
    }
}

/// What the bytes themselves say. A file that claims to be something else is refused.
pub(crate) fn sniff(claimed: &str, bytes: &[u8]) -> Result<&'static str, Refusal> {
    let found = match bytes {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        _ => None,
    };
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::because(Code::UploadType, "the file is larger than 10 MiB"));
    }
    match found {
        Some(found) if claimed == found => Ok(found),
        Some(found) => {
            Err(Refusal::because(Code::UploadType, format!("the file is {found} and not what it claims to be")))
        }
        None => Err(Refusal::because(Code::UploadType, "only PNG, JPEG and PDF files are accepted")),
    }
}

struct AddDocument {
    kind: KycKind,
    blob: BlobId,
    content_type: &'static str,
    sha256: String,
    size_bytes: i64,
}

#[async_trait]
impl Command for AddDocument {
    type Out = JourneyView;
    const OPERATION: &'static str = "upload_document";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        let (tenant, id) = (application.tenant, application.id);
        let document = KycDocument {
            id: KycDocumentId(at.uuid()),
            kind: self.kind,
            blob: self.blob,
            content_type: self.content_type.to_owned(),
            uploaded_at: at.now,
            status: DocumentStatus::Uploaded,
        };
        tx.save_application(application.upload_document(document)?, at.now).await?;
        tx.insert_file(&StoredFile {
            id: self.blob,
            tenant,
            application: Some(id),
            kind: format!("kyc_{}", self.kind.name()),
            content_type: self.content_type.to_owned(),
            sha256: self.sha256.clone(),
            size_bytes: self.size_bytes,
            created_at: at.now,
        })
        .await?;
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct SubmitKyc;

#[async_trait]
impl Command for SubmitKyc {
    type Out = JourneyView;
    const OPERATION: &'static str = "submit_kyc";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        standing.require_consent(Purpose::KycVerification)?;
        let change = application.submit_kyc(&standing.programme.settings.kyc_documents)?;
        let submitted: Vec<KycDocument> = change
            .state()
            .documents
            .iter()
            .filter(|document| document.status == DocumentStatus::Submitted)
            .cloned()
            .collect();
        let id = change.state().id;
        tx.save_application(change, at.now).await?;
        let user = &standing.user;
        for document in submitted {
            let task = Task::AskKyc {
                blob: document.blob,
                document: document.kind.name().to_owned(),
                content_type: document.content_type.clone(),
                name: user.name.clone().unwrap_or_default(),
                pan: user.personal.pan.as_ref().map(ToString::to_string).unwrap_or_default(),
            };
            enqueue(at, tx, user, Some(id), &document.id.to_string(), task).await?;
        }
        view(at, tx).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(sniff("image/png", b"\x89PNG\r\n\x1a\n...").unwrap(), "image/png");
        assert_eq!(sniff("application/pdf", b"%PDF-1.7").unwrap(), "application/pdf");
        for (claimed, bytes) in [
            ("image/png", b"%PDF-1.7".as_slice()),
            ("application/pdf", b"\x89PNG\r\n\x1a\n"),
            ("image/png", b"<html>"),
            ("text/html", b"<html>"),
            ("image/jpeg", b""),
        ] {
            assert_eq!(sniff(claimed, bytes).unwrap_err().code, Code::UploadType);
        }
    }
}
