//! One-time passwords: sent by SMS, stored as a hash, tried a few times.

use qist_domain::id::UserId;
use qist_domain::refusal::Code;
use qist_domain::user::User;

use crate::error::Result;
use crate::ports::store::{OtpRecord, Tx};
use crate::run::Moment;
use crate::servicing::tell::tell;

const OTP_SECONDS: i64 = 600;
const TRIES_MAX: u32 = 5;
/// Codes for one purpose in an hour.
const CODES_MAX: u32 = 5;
const WINDOW_SECONDS: i64 = 3_600;

/// A new code replaces the old one of the same purpose; the number of codes in an hour is limited. `what` says what it is for.
pub(crate) async fn send(at: &Moment, tx: &mut dyn Tx, user: &User, purpose: &str, what: &str) -> Result<()> {
    let old = tx.otp(user.id, purpose).await?;
    let window = old.filter(|old| at.now < old.window_started_at.plus_seconds(WINDOW_SECONDS));
    let (sent_count, window_started_at) = window.map_or((0, at.now), |old| (old.sent_count, old.window_started_at));
    if sent_count >= CODES_MAX {
        return Err(Code::OtpLimit.into());
    }
    let code = at.secrets.otp();
    tx.save_otp(&OtpRecord {
        user: user.id,
        purpose: purpose.to_owned(),
        code_hash: at.secrets.hash(&format!("otp:{}", user.id), &code),
        expires_at: at.now.plus_seconds(OTP_SECONDS),
        tries: 0,
        sent_count: sent_count + 1,
        window_started_at,
        used: false,
    })
    .await?;
    tell(at, tx, user, None, format!("{code} {what} It is valid for 10 minutes. Tell it to nobody.")).await
}

/// A code that was not right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wrong {
    pub code: Code,
    /// Whether this was the try after which no other helps.
    pub used_up: bool,
}

/// Uses the code up, or says what is wrong. A wrong one has to be counted, so it is not an error of the transaction: the caller
/// answers it once that is committed.
pub(crate) async fn check(
    at: &Moment,
    tx: &mut dyn Tx,
    user: UserId,
    purpose: &str,
    code: &str,
) -> Result<Option<Wrong>> {
    let wrong = |code| Ok(Some(Wrong { code, used_up: false }));
    let live = |otp: &OtpRecord| !otp.used && at.now < otp.expires_at;
    let Some(mut otp) = tx.otp(user, purpose).await?.filter(live) else { return wrong(Code::OtpExpired) };
    if otp.tries >= TRIES_MAX {
        return wrong(Code::OtpLimit);
    }
    otp.tries += 1;
    // Both sides are keyed hashes, so comparing them tells nothing about the code.
    otp.used = otp.code_hash == at.secrets.hash(&format!("otp:{user}"), code);
    tx.save_otp(&otp).await?;
    if otp.used {
        return Ok(None);
    }
    if otp.tries >= TRIES_MAX {
        return Ok(Some(Wrong { code: Code::OtpLimit, used_up: true }));
    }
    wrong(Code::OtpWrong)
}
