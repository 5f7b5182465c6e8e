//! Signing: an OTP to the borrower's mobile, then the e-sign provider.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::id::MessageId;
use qist_domain::journey::Step;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::User;

use super::view::{JourneyView, Standing, view};
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::{MessageRow, OtpRecord, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{App, Command, Moment};

const PURPOSE: &str = "sign_agreement";
const OTP_SECONDS: i64 = 600;
const TRIES_MAX: u32 = 5;
/// Codes in an hour.
const CODES_MAX: u32 = 5;
const WINDOW_SECONDS: i64 = 3_600;

#[derive(Debug, Clone)]
pub struct RequestSignOtp;

#[async_trait]
impl Command for RequestSignOtp {
    type Out = JourneyView;
    const OPERATION: &'static str = "request_sign_otp";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?;
        if standing.journey().next() != Step::Sign {
            standing.journey().require(Step::Sign)?;
            return Err(Refusal::because(Code::LoanIllegalMove, "there is nothing to sign now").into());
        }
        if application.agreement.draft.is_none() {
            return Err(Refusal::because(Code::StepOutOfOrder, "read the agreement before signing it").into());
        }
        let code = at.secrets.otp();
        send_code(at, tx, &standing.user, &code).await?;
        view(at, tx).await
    }
}

/// A new code replaces the old one; the number of codes in an hour is limited.
async fn send_code(at: &Moment, tx: &mut dyn Tx, user: &User, code: &str) -> Result<()> {
    let old = tx.otp(user.id, PURPOSE).await?;
    let window = old.filter(|old| at.now < old.window_started_at.plus_seconds(WINDOW_SECONDS));
    let (sent_count, window_started_at) = window.map_or((0, at.now), |old| (old.sent_count, old.window_started_at));
    if sent_count >= CODES_MAX {
        return Err(Code::OtpLimit.into());
    }
    tx.save_otp(&OtpRecord {
        user: user.id,
        purpose: PURPOSE.to_owned(),
        code_hash: at.secrets.hash(&format!("otp:{}", user.id), code),
        expires_at: at.now.plus_seconds(OTP_SECONDS),
        tries: 0,
        sent_count: sent_count + 1,
        window_started_at,
        used: false,
    })
    .await?;
    let text =
        format!("{code} is your code to sign the loan agreement. It is valid for 10 minutes. Tell it to nobody.");
    send_message(at, tx, user, text).await
}

/// A message to a borrower: kept, and sent by a job.
async fn send_message(at: &Moment, tx: &mut dyn Tx, user: &User, text: String) -> Result<()> {
    let id = MessageId(at.uuid());
    let to = user.mobile.to_string();
    tx.insert_message(&MessageRow {
        id,
        tenant: user.tenant,
        user: user.id,
        channel: "sms".to_owned(),
        to: to.clone(),
        subject: String::new(),
        text: text.clone(),
        sent_at: None,
        created_at: at.now,
    })
    .await?;
    enqueue(at, tx, user, None, &id.to_string(), Task::Ask(Ask::Sms { to, text })).await?;
    Ok(())
}

/// What came of a code. A wrong one has to be counted, so it is not an error of the transaction.
enum Tried {
    Right(Box<JourneyView>),
    Wrong(Code),
}

impl App {
    /// The borrower gives the code and thereby signs the draft that was read.
    pub async fn sign_agreement(&self, caller: Caller, otp: String, ip: String) -> Result<JourneyView> {
        match self.run(caller, TryCode { otp, ip }).await? {
            Tried::Right(view) => Ok(*view),
            Tried::Wrong(code) => Err(code.into()),
        }
    }
}

struct TryCode {
    otp: String,
    ip: String,
}

#[async_trait]
impl Command for TryCode {
    type Out = Tried;
    const OPERATION: &'static str = "sign_agreement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Tried> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        if application.status != LoanStatus::BankAdded {
            standing.journey().require(Step::Sign)?;
            return Err(Refusal::because(Code::LoanIllegalMove, "there is nothing to sign now").into());
        }
        standing.journey().require(Step::Sign)?;
        let user = &standing.user;
        let live = |otp: &OtpRecord| !otp.used && at.now < otp.expires_at;
        let Some(mut otp) = tx.otp(user.id, PURPOSE).await?.filter(live) else {
            return Ok(Tried::Wrong(Code::OtpExpired));
        };
        if otp.tries >= TRIES_MAX {
            return Ok(Tried::Wrong(Code::OtpLimit));
        }
        otp.tries += 1;
        // Both sides are keyed hashes, so comparing them tells nothing about the code.
        let right = otp.code_hash == at.secrets.hash(&format!("otp:{}", user.id), &self.otp);
        otp.used = right;
        tx.save_otp(&otp).await?;
        if !right {
            return Ok(Tried::Wrong(if otp.tries >= TRIES_MAX { Code::OtpLimit } else { Code::OtpWrong }));
        }
        let ask = Ask::Esign {
            signer: user.name.clone().unwrap_or_default(),
            mobile: user.mobile.to_string(),
            document_sha256: application.agreement.draft_sha256.clone().unwrap_or_default(),
        };
        enqueue(at, tx, user, Some(application.id), "", Task::AskEsign { ask, ip: self.ip.clone() }).await?;
        Ok(Tried::Right(Box::new(view(at, tx).await?)))
    }
}
