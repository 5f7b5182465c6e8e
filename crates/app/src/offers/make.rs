//! One offer from each active template of the lender that fits, with its Key Facts Statement.

use qist_domain::application::{Application, Offer};
use qist_domain::id::OfferId;
use qist_domain::kfs::{KeyFacts, NewKeyFacts, Statement};
use qist_domain::loan::Quote;
use qist_domain::money::Paise;
use qist_domain::programme::OfferTemplate;
use qist_domain::refusal::Code;

use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::Moment;

/// Makes and stores what is not on offer yet; the answer is all that stands for this amount. Refused where no template fits.
pub(crate) async fn make_offers(at: &Moment, tx: &mut dyn Tx, application: &Application, amount: Paise) -> Result<()> {
    let lender = application.lender.ok_or_else(|| Error::internal("an application without lender"))?;
    let lender = tx.lender(lender).await?.ok_or_else(|| Error::internal("an application of no lender"))?;
    let platform = tx.sourcing_entity(application.tenant).await?;
    let platform = platform.ok_or_else(|| Error::internal("a tenant that is gone"))?;
    let programme = tx.programme(application.programme).await?;
    let programme = programme.ok_or_else(|| Error::internal("an application of no programme"))?;
    let mut templates = tx.offer_templates(lender.id).await?;
    templates.retain(|template| template.programme == programme.id && template.fits(amount));
    if templates.is_empty() {
        return Err(Code::OfferTemplateMissing.into());
    }
    let made = tx.offers(application.id).await?;
    let stands = |template: &OfferTemplate| {
        made.iter().any(|offer| {
            offer.template == template.id
                && offer.template_version == template.version
                && offer.quote().amount == amount
                && at.now < offer.valid_until()
        })
    };
    let mut offers = Vec::new();
    for template in templates.iter().filter(|template| !stands(template)) {
        let new = NewKeyFacts {
            proposal_number: format!("{}-{}", application.number, made.len() + offers.len() + 1),
            application_number: application.number.clone(),
            issued_at: at.now,
            offer_days: programme.settings.offer_days,
            borrower: programme.settings.borrower,
            lender: &lender,
            platform: &platform,
        };
        let facts = KeyFacts::new(new, Quote::new(&template.terms, amount, template.tenure, at.today())?)?;
        offers.push(Offer {
            id: OfferId(at.uuid()),
            application: application.id,
            lender: lender.id,
            template: template.id,
            template_version: template.version,
            statement: Statement::issue(facts, |bytes| at.secrets.sha256(bytes))?,
            line: template.line.clone(),
            drawdown: None,
            created_at: at.now,
        });
    }
    tx.insert_offers(&offers).await
}
