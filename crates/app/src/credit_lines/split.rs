//! A drawdown comes in several deliveries: parts stand in its place, each with its own figures.

use async_trait::async_trait;
use qist_domain::credit_line::{self, Delivery, Drawdown, NewTransaction, Part, Transaction};
use qist_domain::id::TransactionId;
use qist_domain::kfs::Figures;
use qist_domain::loan::Quote;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::expire::expire_later;
use super::find::{locked, of_partner};
use super::offer::Offering;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct SplitTransaction {
    /// Our id, or the sourcing entity's.
    pub name: String,
    pub invoices: Vec<Part>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SplitPart {
    pub transaction: TransactionId,
    pub invoice_no: String,
    pub amount: Paise,
}

#[async_trait]
impl Command for SplitTransaction {
    type Out = Vec<SplitPart>;
    const OPERATION: &'static str = "split_transaction";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<SplitPart>> {
        let found = of_partner(at, tx, &self.name).await?;
        let at = &at.of(tx, found.tenant, found.user).await?;
        let (line, whole) = locked(tx, found.tenant, found.line, found.id).await?;
        let parts = credit_line::split(&whole, &self.invoices)?;
        let change = whole.clone().split(parts.len(), at.now)?;
        tx.save_transaction(change, at.now).await?;
        let plan = line.terms.plan(&whole.plan).cloned().ok_or(Code::PlanNotFound)?;
        let told = tx.drawdown_offer(whole.offer).await?.ok_or_else(|| Error::internal("a drawdown without offer"))?;
        let count = u32::try_from(parts.len()).map_err(Error::internal)?;
        let (first, change) = line.take_offer_numbers(count);
        let offering = Offering::of(tx, change.state()).await?;
        tx.save_credit_line(change, at.now).await?;
        let (mut made, mut quotes) = (Vec::new(), Vec::new());
        for (number, part) in (first..).zip(&parts) {
            let drawdown = Drawdown { partner_txn_id: whole.partner_txn_id.clone(), plan: plan.code.clone() };
            let offer = offering.offer(at, drawdown, &plan, part.amount, number)?;
            tx.insert_drawdown_offer(&offer, number).await?;
            quotes.push(offer.quote().clone());
            let new = NewTransaction {
                id: TransactionId(at.uuid()),
                amount: part.amount,
                offer: offer.id,
                part_of: Some(whole.part_of.unwrap_or(whole.id)),
                ..like(&whole)
            };
            let id = new.id;
            let invoice = Delivery { invoice_no: part.invoice_no.clone(), ..Delivery::default() };
            tx.save_transaction(Transaction::in_place_of_others(new, invoice, at.now), at.now).await?;
            expire_later(at, tx, whole.tenant, whole.user, id, whole.reserved_until).await?;
            made.push(SplitPart { transaction: id, invoice_no: part.invoice_no.clone(), amount: part.amount });
        }
        costs_no_more(&quotes, &[told.quote().clone()])?;
        Ok(made)
    }
}

/// What stands in the place of a drawdown is like it.
pub(super) fn like(one: &Transaction) -> NewTransaction {
    NewTransaction {
        id: one.id,
        line: one.line,
        application: one.application,
        tenant: one.tenant,
        user: one.user,
        lender: one.lender,
        partner_txn_id: one.partner_txn_id.clone(),
        amount: one.amount,
        plan: one.plan.clone(),
        offer: one.offer,
        part_of: one.part_of,
        reserved_until: one.reserved_until,
    }
}

/// The borrower agreed to a price: what stands in the place of that costs no more, but for the rounding of each instalment.
pub(super) fn costs_no_more(now: &[Quote], before: &[Quote]) -> Result<(), Refusal> {
    // What the seller bears is none of it. Amounts are the same on both sides.
    let cost = |quotes: &[Quote]| {
        Paise::total(quotes.iter().flat_map(|quote| {
            let not_paid_out = [quote.disbursal_amount, quote.subvention, quote.subvention_gst].map(Paise::negated);
            [Figures::of(quote).total_paid].into_iter().chain(not_paid_out)
        }))
    };
    let rounding = now.iter().chain(before).map(|quote| {
        let unit = quote.terms.emi_unit.paise().max(quote.terms.interest_unit.paise());
        Paise::new(unit.saturating_mul(i64::try_from(quote.rows.len()).unwrap_or(i64::MAX)))
    });
    let (after, told) = (cost(now), cost(before));
    let too_large = |why| Refusal::invalid("amount", why);
    let most = told.and_then(|told| Paise::total(rounding.chain([told]))).map_err(too_large)?;
    if after.map_err(too_large)? > most {
        let why = "it would cost the borrower more than the Key Facts Statement said: its fees are not in proportion to the amount";
        return Err(Refusal::because(Code::SplitImpossible, why));
    }
    Ok(())
}
