//! Parts of a drawdown become one again.

use async_trait::async_trait;
use qist_domain::credit_line::{Delivery, Drawdown, NewTransaction, Transaction};
use qist_domain::id::TransactionId;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::expire::expire_later;
use super::find::{locked, of_partner};
use super::offer::Offering;
use super::split::{costs_no_more, like};
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

/// The most parts that become one at once.
const PARTS_MAX: usize = 51;

#[derive(Debug, Clone)]
pub struct MergeTransactions {
    /// Our ids.
    pub names: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Merged {
    pub transaction: TransactionId,
    pub amount: Paise,
}

#[async_trait]
impl Command for MergeTransactions {
    type Out = Merged;
    const OPERATION: &'static str = "merge_transactions";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Merged> {
        if self.names.len() < 2 || self.names.len() > PARTS_MAX {
            return Err(Refusal::invalid("txnIDs", format!("must be from 2 to {PARTS_MAX}")).into());
        }
        let first = match self.names.first() {
            Some(name) => of_partner(at, tx, name).await?,
            None => return Err(Refusal::missing("txnIDs").into()),
        };
        let at = &at.of(tx, first.tenant, first.user).await?;
        let (line, first) = locked(tx, first.tenant, first.line, first.id).await?;
        let mut parts: Vec<Transaction> = Vec::new();
        for name in &self.names {
            let part = of_partner(at, tx, name).await?;
            if parts.iter().any(|other| other.id == part.id) {
                return Err(Refusal::invalid("txnIDs", "must name each transaction once").into());
            }
            let same =
                part.line == first.line && part.partner_txn_id == first.partner_txn_id && part.plan == first.plan;
            if !same {
                return Err(Code::MergeImpossible.into());
            }
            parts.push(part);
        }
        let id = TransactionId(at.uuid());
        let amount = Paise::total(parts.iter().map(|part| part.amount)).map_err(Error::internal)?;
        let plan = line.terms.plan(&first.plan).cloned().ok_or(Code::PlanNotFound)?;
        let (number, change) = line.take_offer_numbers(1);
        let drawdown = Drawdown { partner_txn_id: first.partner_txn_id.clone(), plan: plan.code.clone() };
        let offer = Offering::of(tx, change.state()).await?.offer(at, drawdown, &plan, amount, number)?;
        tx.save_credit_line(change, at.now).await?;
        tx.insert_drawdown_offer(&offer, number).await?;
        let mut told = Vec::new();
        let mut invoices = Vec::new();
        for part in &parts {
            let offer = tx.drawdown_offer(part.offer).await?;
            told.push(offer.ok_or_else(|| Error::internal("a drawdown without offer"))?.quote().clone());
            invoices.extend((!part.delivery.invoice_no.is_empty()).then(|| part.delivery.invoice_no.clone()));
            let merged =
                part.clone().merge(id, at.now).map_err(|why| Refusal::because(Code::MergeImpossible, why.message))?;
            tx.save_transaction(merged, at.now).await?;
        }
        costs_no_more(std::slice::from_ref(offer.quote()), &told)?;
        let root = first.part_of.unwrap_or(first.id);
        let new = NewTransaction { id, amount, offer: offer.id, part_of: Some(root), ..like(&first) };
        let delivery = Delivery { invoice_no: invoices.join(", "), ..Delivery::default() };
        tx.save_transaction(Transaction::in_place_of_others(new, delivery, at.now), at.now).await?;
        expire_later(at, tx, first.tenant, first.user, id, first.reserved_until).await?;
        Ok(Merged { transaction: id, amount })
    }
}
