//! The files of an application: KYC documents, mandate form, agreements.

use async_trait::async_trait;
use qist_domain::id::{ApplicationId, BlobId};

use super::read::assigned;
use crate::error::Result;
use crate::ports::store::{StoredFile, Tx};
use crate::run::{App, Moment, Query};

#[derive(Debug, Clone)]
pub struct ListFiles {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ListFiles {
    type Out = Vec<StoredFile>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<StoredFile>> {
        let application = assigned(at, tx, self.application).await?;
        let mut ids: Vec<BlobId> = application.documents.iter().map(|document| document.blob).collect();
        ids.extend(application.mandate.as_ref().and_then(|mandate| mandate.blob));
        ids.extend([application.agreement.draft, application.agreement.signed].into_iter().flatten());
        let mut files = Vec::new();
        for id in ids {
            files.extend(tx.file(id).await?);
        }
        Ok(files)
    }
}

struct FindFile(BlobId);

#[async_trait]
impl Query for FindFile {
    type Out = Option<StoredFile>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Option<StoredFile>> {
        tx.file(self.0).await
    }
}

impl App {
    /// A link to a file that opens without a key for a while.
    #[must_use]
    pub fn file_link(&self, id: BlobId) -> String {
        self.signed_link(&format!("/files/{id}"))
    }

    /// What is behind a link that has been verified.
    pub async fn file_behind_link(&self, id: BlobId) -> Result<Option<(StoredFile, Vec<u8>)>> {
        let Some(file) = self.ask(crate::caller::Caller::System, FindFile(id)).await? else { return Ok(None) };
        Ok(self.blobs.get(&id.to_string()).await?.map(|bytes| (file, bytes)))
    }
}
