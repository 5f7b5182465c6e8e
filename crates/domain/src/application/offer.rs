//! What a lender offers on an approved application. Immutable: a changed term is another offer.

use crate::day::Instant;
use crate::id::{ApplicationId, LenderId, OfferId, OfferTemplateId};
use crate::loan::Quote;

#[derive(Debug, Clone)]
pub struct Offer {
    pub id: OfferId,
    pub application: ApplicationId,
    pub lender: LenderId,
    /// The lender's template and the version of it that made this offer.
    pub template: OfferTemplateId,
    pub template_version: i64,
    pub quote: Quote,
    pub created_at: Instant,
    pub valid_until: Instant,
}
