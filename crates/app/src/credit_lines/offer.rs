//! The offer of a drawdown, with its Key Facts Statement.

use qist_domain::application::{Application, Offer};
use qist_domain::credit_line::{CreditLine, Drawdown, Plan};
use qist_domain::id::OfferId;
use qist_domain::kfs::{KeyFacts, NewKeyFacts, Statement};
use qist_domain::loan::Quote;
use qist_domain::money::Paise;

use crate::applications::read::accepted_offer;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::Moment;

/// What a line's offers are made of.
pub(super) struct Offering {
    application: Application,
    accepted: Offer,
    lender: qist_domain::programme::Lender,
    platform: qist_domain::programme::SourcingEntity,
    programme: qist_domain::programme::Programme,
}

impl Offering {
    pub async fn of(tx: &mut dyn Tx, line: &CreditLine) -> Result<Offering> {
        let gone = |what: &str| Error::internal(format!("a credit line of no {what}"));
        let application = tx.application(line.tenant, line.application).await?.ok_or_else(|| gone("application"))?;
        let accepted = accepted_offer(tx, &application).await?;
        let lender = tx.lender(line.lender).await?.ok_or_else(|| gone("lender"))?;
        let platform = tx.sourcing_entity(line.tenant).await?.ok_or_else(|| gone("sourcing entity"))?;
        let programme = tx.programme(application.programme).await?.ok_or_else(|| gone("programme"))?;
        Ok(Offering { application, accepted, lender, platform, programme })
    }

    /// `number` is the offer's among those of its line.
    pub fn offer(&self, at: &Moment, drawdown: Drawdown, plan: &Plan, amount: Paise, number: u32) -> Result<Offer> {
        let new = NewKeyFacts {
            proposal_number: format!("{}-D{number}", self.application.number),
            application_number: self.application.number.clone(),
            issued_at: at.now,
            offer_days: self.programme.settings.offer_days,
            borrower: self.programme.settings.borrower,
            lender: &self.lender,
            platform: &self.platform,
        };
        let facts = KeyFacts::new(new, Quote::new(&plan.terms, amount, plan.tenure, at.today())?)?;
        Ok(Offer {
            id: OfferId(at.uuid()),
            application: self.application.id,
            lender: self.lender.id,
            template: self.accepted.template,
            template_version: self.accepted.template_version,
            statement: Statement::issue(facts, |bytes| at.secrets.sha256(bytes))?,
            line: None,
            drawdown: Some(drawdown),
            created_at: at.now,
        })
    }
}
