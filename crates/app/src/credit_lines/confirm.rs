//! The sourcing entity has handed over what was bought.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use qist_domain::credit_line::Delivery;
use qist_domain::id::{BlobId, TransactionId};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::find::{locked, of_partner};
use crate::caller::Caller;
use crate::error::Result;
use crate::journey::kyc::sniff;
use crate::ports::store::{StoredFile, Tx};
use crate::run::{App, Command, IdempotencyKey, Moment};

/// The most files that may prove a delivery.
const PROOFS_MAX: usize = 5;

/// A file as the sourcing entity sends it.
#[derive(Debug, Clone)]
pub struct Proof {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Proof {
    pub fn from_base64(content_type: String, content: &str) -> Result<Proof, Refusal> {
        let bytes = BASE64.decode(content).map_err(|_| Refusal::invalid("proofs.content", "is not base64"))?;
        Ok(Proof { content_type, bytes })
    }
}

#[derive(Debug, Clone, Default)]
pub struct Delivered {
    pub invoice_no: String,
    pub awb: String,
    pub proofs: Vec<Proof>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Moved {
    pub transaction: TransactionId,
    pub status: String,
}

impl App {
    /// Files are written first: without their rows they are only litter. `name` is our id, or the sourcing entity's.
    pub async fn confirm_transaction(
        &self,
        caller: Caller,
        name: String,
        delivered: Delivered,
        key: Option<IdempotencyKey>,
    ) -> Result<Moved> {
        let Delivered { invoice_no, awb, proofs } = delivered;
        if proofs.len() > PROOFS_MAX {
            return Err(Refusal::invalid("proofs", format!("must be at most {PROOFS_MAX}")).into());
        }
        let now = self.clock.now();
        let mut files = Vec::new();
        for proof in proofs {
            files.push(File {
                id: BlobId(self.ids.uuid(now)),
                content_type: sniff(&proof.content_type, &proof.bytes)?,
                sha256: self.secrets.sha256(&proof.bytes),
                bytes: proof.bytes,
            });
        }
        for file in &files {
            self.blobs.put(&file.id.to_string(), file.bytes.clone()).await?;
        }
        Ok(self.run_once(caller, Confirm { name, invoice_no, awb, files }, key).await?.out)
    }
}

struct File {
    id: BlobId,
    content_type: &'static str,
    sha256: String,
    bytes: Vec<u8>,
}

struct Confirm {
    name: String,
    invoice_no: String,
    awb: String,
    files: Vec<File>,
}

#[async_trait]
impl Command for Confirm {
    type Out = Moved;
    const OPERATION: &'static str = "confirm_transaction";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Moved> {
        let found = of_partner(at, tx, &self.name).await?;
        let at = &at.of(tx, found.tenant, found.user).await?;
        let (_, found) = locked(tx, found.tenant, found.line, found.id).await?;
        let keep = |new: &String, old: &String| if new.is_empty() { old.clone() } else { new.clone() };
        let delivery = Delivery {
            invoice_no: keep(&self.invoice_no, &found.delivery.invoice_no),
            awb: self.awb.clone(),
            proofs: self.files.iter().map(|file| file.id).collect(),
        };
        for file in &self.files {
            tx.insert_file(&StoredFile {
                id: file.id,
                tenant: found.tenant,
                application: Some(found.application),
                kind: "delivery_proof".to_owned(),
                content_type: file.content_type.to_owned(),
                sha256: file.sha256.clone(),
                size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
                created_at: at.now,
            })
            .await?;
        }
        let change = found.confirm(delivery, at.now)?;
        let moved = Moved { transaction: change.state().id, status: change.state().status.name().to_owned() };
        tx.save_transaction(change, at.now).await?;
        Ok(moved)
    }
}

/// An invoice or waybill number as a sourcing entity writes it.
pub fn number(field: &str, text: &str) -> Result<String, Refusal> {
    qist_domain::format::clean_text(text, 100).map_err(|why| Refusal::invalid(field, why))
}
