//! The repayment mandate: electronic, or a signed form.

use async_trait::async_trait;
use qist_domain::application::{Application, MandateKind};
use qist_domain::id::BlobId;
use qist_domain::journey::Step;
use qist_domain::money::Paise;
use qist_domain::refusal::Code;

use super::kyc::sniff;
use super::view::{JourneyView, Standing, view};
use crate::applications::read::accepted_offer;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::connector::Ask;
use crate::ports::store::{StoredFile, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{App, Command, Moment};

/// Collecting goes on for a while after the last due day, for instalments that bounced.
const DAYS_AFTER_LAST_DUE: i64 = 180;

#[derive(Debug, Clone)]
pub struct StartMandate {
    pub kind: MandateKind,
    /// For a paper form: whether it was sent by e-mail rather than downloaded.
    pub emailed: bool,
}

#[async_trait]
impl Command for StartMandate {
    type Out = JourneyView;
    const OPERATION: &'static str = "start_mandate";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        standing.journey().require(Step::Mandate)?;
        let change = application.start_mandate(self.kind, self.emailed)?;
        let application = change.state().clone();
        tx.save_application(change, at.now).await?;
        if self.kind == MandateKind::Enach {
            let ask = mandate_ask(tx, &application, false).await?;
            enqueue(at, tx, &standing.user, Some(application.id), "", Task::Ask(ask)).await?;
        }
        view(at, tx).await
    }
}

/// The bank is asked for the largest instalment of the accepted offer.
async fn mandate_ask(tx: &mut dyn Tx, application: &Application, paper: bool) -> Result<Ask> {
    let offer = accepted_offer(tx, application).await?;
    let bank = application.details.bank.as_ref().ok_or_else(|| Error::internal("a mandate without a bank account"))?;
    let last_due = offer.quote().rows.last().ok_or_else(|| Error::internal("an offer without instalments"))?.due_day;
    Ok(Ask::Mandate {
        account_number: bank.account_number.to_string(),
        ifsc: bank.ifsc.to_string(),
        holder_name: bank.holder_name.clone(),
        amount_max_paise: offer.quote().rows.iter().map(|row| row.instalment()).max().unwrap_or(Paise::ZERO),
        until: last_due.plus_days(DAYS_AFTER_LAST_DUE),
        paper,
    })
}

impl App {
    /// Stores the scan of a signed mandate form and sends it to the bank.
    pub async fn upload_mandate_form(&self, caller: Caller, claimed: &str, bytes: Vec<u8>) -> Result<JourneyView> {
        let content_type = sniff(claimed, &bytes)?;
        let blob = BlobId(self.ids.uuid(self.clock.now()));
        let sha256 = self.secrets.sha256(&bytes);
        let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        self.blobs.put(&blob.to_string(), bytes).await?;
        self.run(caller, SubmitMandateForm { blob, content_type, sha256, size_bytes }).await
    }
}

struct SubmitMandateForm {
    blob: BlobId,
    content_type: &'static str,
    sha256: String,
    size_bytes: i64,
}

#[async_trait]
impl Command for SubmitMandateForm {
    type Out = JourneyView;
    const OPERATION: &'static str = "submit_mandate_form";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        if application.details.bank.is_none() {
            return Err(Code::MandateIllegalMove.into());
        }
        let change = application.submit_mandate(self.blob)?;
        let application = change.state().clone();
        tx.save_application(change, at.now).await?;
        tx.insert_file(&StoredFile {
            id: self.blob,
            tenant: application.tenant,
            application: Some(application.id),
            kind: "mandate_form".to_owned(),
            content_type: self.content_type.to_owned(),
            sha256: self.sha256.clone(),
            size_bytes: self.size_bytes,
            created_at: at.now,
        })
        .await?;
        let ask = mandate_ask(tx, &application, true).await?;
        enqueue(at, tx, &standing.user, Some(application.id), "", Task::Ask(ask)).await?;
        view(at, tx).await
    }
}
