//! How much a line gives, and whether it gives: the borrower asks, the lender decides.

use async_trait::async_trait;
use qist_domain::credit_line::{CreditLine, LimitAsked};
use qist_domain::day::Day;
use qist_domain::id::{CreditLineId, LimitRequestId};
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::view::LineView;
use crate::error::Result;
use crate::ports::store::{LimitRequest, Tx};
use crate::run::{Command, Moment};

/// The borrower asks for a higher limit, in words that are kept (RBI/2025-26/36, paragraph 7(ii)).
#[derive(Debug, Clone)]
pub struct RequestLimit {
    pub limit: Paise,
    pub ip: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestedLimit {
    pub id: LimitRequestId,
    pub consent: String,
}

#[async_trait]
impl Command for RequestLimit {
    type Out = RequestedLimit;
    const OPERATION: &'static str = "request_limit";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<RequestedLimit> {
        let (tenant, user) = at.borrower_ids()?;
        let at = &at.of(tx, tenant, user).await?;
        let line = tx.credit_line_of(tenant, user).await?.ok_or(Code::CreditLineNotFound)?;
        if self.limit <= line.limit_max {
            let why = format!("must be more than the {} of today", line.limit_max);
            return Err(Refusal::invalid("limit", why).into());
        }
        if tx.limit_requests(line.id).await?.iter().any(|request| request.answered_at.is_none()) {
            return Err(Refusal::because(Code::CreditLineIllegalMove, "a request is open already").into());
        }
        let (from, to) = (line.limit_max.with_paise(), self.limit.with_paise());
        let consent = format!("I ask for the limit of my credit line to be raised from Rs {from} to at most Rs {to}.");
        let request = LimitRequest {
            id: LimitRequestId(at.uuid()),
            line: line.id,
            limit: self.limit,
            consent: consent.clone(),
            ip: self.ip.clone(),
            asked_at: at.now,
            granted: None,
            answered_at: None,
        };
        tx.insert_limit_request(&request).await?;
        Ok(RequestedLimit { id: request.id, consent })
    }
}

async fn of_lender(at: &Moment, tx: &mut dyn Tx, id: CreditLineId) -> Result<(Moment, CreditLine)> {
    let line = tx.credit_line_of_lender(at.lender_id()?, id).await?.ok_or(Code::CreditLineNotFound)?;
    Ok((at.of(tx, line.tenant, line.user).await?, line))
}

/// The lender gives more, on the borrower's request, or less.
#[derive(Debug, Clone)]
pub struct SetLimit {
    pub line: CreditLineId,
    pub limit: Paise,
    /// For more than before.
    pub request: Option<LimitRequestId>,
}

#[async_trait]
impl Command for SetLimit {
    type Out = LineView;
    const OPERATION: &'static str = "set_limit";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LineView> {
        let (at, line) = of_lender(at, tx, self.line).await?;
        let asked = match self.request {
            None => LimitAsked::ByNobody,
            Some(id) => {
                let requests = tx.limit_requests(line.id).await?;
                let open = requests.into_iter().find(|request| request.id == id && request.answered_at.is_none());
                let open = open.ok_or(Code::LimitRequestNotFound)?;
                LimitAsked::ByBorrower { request: id, limit: open.limit }
            }
        };
        let change = line.set_limit(self.limit, asked)?;
        if let Some(id) = self.request
            && !tx.grant_limit_request(id, self.limit, at.now).await?
        {
            return Err(Code::LimitRequestNotFound.into());
        }
        let view = LineView::of(&at, change.state());
        tx.save_credit_line(change, at.now).await?;
        Ok(view)
    }
}

/// The lender stops drawing, with a reason that is told, or lets it go on.
#[derive(Debug, Clone)]
pub struct HoldLine {
    pub line: CreditLineId,
    pub reason: Option<String>,
}

#[async_trait]
impl Command for HoldLine {
    type Out = LineView;
    const OPERATION: &'static str = "hold_line";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LineView> {
        let (at, line) = of_lender(at, tx, self.line).await?;
        let change = line.hold(self.reason.clone())?;
        let view = LineView::of(&at, change.state());
        tx.save_credit_line(change, at.now).await?;
        Ok(view)
    }
}

/// KYC was renewed and holds until a day.
#[derive(Debug, Clone)]
pub struct RenewKyc {
    pub line: CreditLineId,
    pub until: Day,
}

#[async_trait]
impl Command for RenewKyc {
    type Out = LineView;
    const OPERATION: &'static str = "renew_kyc";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LineView> {
        let (at, line) = of_lender(at, tx, self.line).await?;
        let change = line.renew_kyc(self.until, at.today())?;
        let view = LineView::of(&at, change.state());
        tx.save_credit_line(change, at.now).await?;
        Ok(view)
    }
}
