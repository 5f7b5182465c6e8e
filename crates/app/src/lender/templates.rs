//! Offer templates: each change is a new version; offers keep the version that made them.

use async_trait::async_trait;
use qist_domain::credit_line::LineTerms;
use qist_domain::id::{OfferTemplateId, ProgrammeId};
use qist_domain::money::Paise;
use qist_domain::product::Terms;
use qist_domain::programme::OfferTemplate;
use qist_domain::refusal::{Code, Refusal};

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone)]
pub struct ListTemplates;

#[async_trait]
impl Query for ListTemplates {
    type Out = Vec<OfferTemplate>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<OfferTemplate>> {
        tx.offer_templates(at.lender_id()?).await
    }
}

#[derive(Debug, Clone)]
pub struct SaveTemplate {
    /// `None` makes a new one.
    pub id: Option<OfferTemplateId>,
    /// For a new one: which programme. Left as it is otherwise.
    pub programme: Option<ProgrammeId>,
    pub name: String,
    pub active: bool,
    pub amount_min: Paise,
    pub amount_max: Paise,
    pub tenure: u32,
    pub terms: Terms,
    pub line: Option<LineTerms>,
}

#[async_trait]
impl Command for SaveTemplate {
    type Out = OfferTemplateId;
    const OPERATION: &'static str = "save_offer_template";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<OfferTemplateId> {
        let lender = at.lender_id()?;
        let (id, programme, version) = match self.id {
            Some(id) => {
                let old = tx.offer_template(lender, id).await?.ok_or(Code::OfferTemplateNotFound)?;
                (id, old.programme, old.version + 1)
            }
            None => {
                let programme = self.programme.ok_or_else(|| Refusal::missing("programmeID"))?;
                let found = tx.programme(programme).await?;
                let takes_part =
                    found.is_some_and(|programme| programme.lenders.iter().any(|part| part.lender == lender));
                if !takes_part {
                    return Err(Refusal::invalid("programmeID", "is not a programme of this lender").into());
                }
                (OfferTemplateId(at.uuid()), programme, 1)
            }
        };
        let template = OfferTemplate {
            id,
            lender,
            programme,
            name: self.name.clone(),
            active: self.active,
            amount_min: self.amount_min,
            amount_max: self.amount_max,
            tenure: self.tenure,
            terms: self.terms.clone(),
            line: self.line.clone(),
            version,
        };
        template.check()?;
        tx.save_offer_template(&template).await?;
        Ok(id)
    }
}
