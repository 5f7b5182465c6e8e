//! A signed agreement opens the line that was offered.

use qist_domain::application::Application;
use qist_domain::credit_line::{CreditLine, NewCreditLine};
use qist_domain::id::CreditLineId;

use crate::applications::read::accepted_offer;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::Moment;

/// In the transaction that keeps the signed agreement. Nothing where a loan was offered, which the lender pays out.
pub(crate) async fn open(at: &Moment, tx: &mut dyn Tx, application: Application) -> Result<()> {
    let offer = accepted_offer(tx, &application).await?;
    let Some(terms) = offer.line.clone() else { return Ok(()) };
    let at = &at.of(tx, application.tenant, application.user).await?;
    let lender = application.lender.ok_or_else(|| Error::internal("an application without lender"))?;
    let new = NewCreditLine {
        id: CreditLineId(at.uuid()),
        tenant: application.tenant,
        user: application.user,
        lender,
        application: application.id,
        terms,
        limit_max: offer.quote().amount,
    };
    tx.save_application(application.disburse()?, at.now).await?;
    tx.save_credit_line(CreditLine::open(new, at.now), at.now).await
}
