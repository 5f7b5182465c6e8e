//! The borrower confirms a drawdown with the OTP: the limit is reserved.

use async_trait::async_trait;
use qist_domain::application::Offer;
use qist_domain::credit_line::{NewTransaction, Transaction};
use qist_domain::id::TransactionId;
use qist_domain::kfs::{Acknowledgement, Language};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};

use super::expire::expire_later;
use super::quote::otp_purpose;
use crate::access::otp as one_time;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{App, Command, Moment};

#[derive(Debug, Clone)]
pub struct Draw {
    pub proposal_number: String,
    /// In which the Key Facts Statement was read: drawing acknowledges it.
    pub language: Language,
    pub otp: String,
    pub ip: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Drawn {
    pub transaction: TransactionId,
    pub partner_txn_id: String,
    pub amount: Paise,
    pub available: Paise,
}

/// What came of a code. A wrong one has to be counted, so it is not an error of the transaction.
enum Tried {
    Right(Drawn),
    Wrong(Code),
}

impl App {
    pub async fn draw(&self, caller: Caller, draw: Draw) -> Result<Drawn> {
        match self.run(caller, TryDraw(draw)).await? {
            Tried::Right(drawn) => Ok(drawn),
            Tried::Wrong(code) => Err(code.into()),
        }
    }
}

struct TryDraw(Draw);

#[async_trait]
impl Command for TryDraw {
    type Out = Tried;
    const OPERATION: &'static str = "draw";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Tried> {
        let TryDraw(Draw { proposal_number, language, otp, ip }) = self;
        let (tenant, user) = at.borrower_ids()?;
        let at = &at.of(tx, tenant, user).await?;
        let line = tx.credit_line_of(tenant, user).await?.ok_or(Code::CreditLineNotFound)?;
        let offer = tx.drawdown_offer_by_proposal(proposal_number).await?;
        let offer: Offer = offer.filter(|offer| offer.application == line.application).ok_or(Code::OfferNotFound)?;
        let drawdown = offer.drawdown.clone().ok_or_else(|| Error::internal("a drawdown's offer of no drawdown"))?;
        let amount = offer.quote().amount;
        let read = Acknowledgement { language: *language, at: at.now, ip: ip.clone() };
        let read = offer.acknowledge(proposal_number, read)?;
        line.refuse(amount, at.today())?;
        let purpose = otp_purpose(&drawdown.partner_txn_id);
        if let Some(wrong) = one_time::check(at, tx, user, &purpose, otp).await? {
            if wrong.used_up {
                tx.save_credit_line(line.withdrawal_failed(amount, &drawdown.partner_txn_id), at.now).await?;
            }
            return Ok(Tried::Wrong(wrong.code));
        }
        if let Some(read) = read {
            tx.acknowledge_statement(&offer.statement, &read).await?;
        }
        let hours = i64::from(line.terms.reservation_hours);
        let new = NewTransaction {
            id: TransactionId(at.uuid()),
            line: line.id,
            application: line.application,
            tenant,
            user,
            lender: line.lender,
            partner_txn_id: drawdown.partner_txn_id.clone(),
            amount,
            plan: drawdown.plan,
            offer: offer.id,
            part_of: None,
            reserved_until: at.now.plus_seconds(hours * 3_600),
        };
        let change = line.reserve(amount, at.today())?;
        let available = change.state().available();
        let (transaction, reserved_until) = (new.id, new.reserved_until);
        tx.save_transaction(Transaction::withdraw(new, at.now), at.now).await?;
        tx.save_credit_line(change, at.now).await?;
        expire_later(at, tx, tenant, user, transaction, reserved_until).await?;
        Ok(Tried::Right(Drawn { transaction, partner_txn_id: drawdown.partner_txn_id, amount, available }))
    }
}
