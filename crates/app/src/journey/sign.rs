//! Signing: an OTP to the borrower's mobile, then the e-sign provider.

use async_trait::async_trait;
use qist_domain::application::LoanStatus;
use qist_domain::journey::Step;
use qist_domain::refusal::{Code, Refusal};

use super::view::{JourneyView, Standing, view};
use crate::access::otp;
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue};
use crate::run::{App, Command, Moment};

const PURPOSE: &str = "sign_agreement";

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
        let text = "is your code to sign the loan agreement.";
        otp::send(at, tx, &standing.user, PURPOSE, text).await?;
        view(at, tx).await
    }
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
        if let Some(wrong) = otp::check(at, tx, user.id, PURPOSE, &self.otp).await? {
            return Ok(Tried::Wrong(wrong.code));
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
