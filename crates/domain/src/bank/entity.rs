//! An entity: whoever the statements are of, under the integrator's own `link_id` where there is one.

use serde_json::Value;

use crate::day::Instant;
use crate::format::{FormatError, clean_text};
use crate::id::{BankEntityId, BlobId, SourcingEntityId};

pub const LINK_ID_CHARS_MAX: usize = 255;

#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    pub id: BankEntityId,
    pub tenant: SourcingEntityId,
    /// One to one with the id; absent where a statement came without.
    pub link_id: Option<String>,
    pub meta_data: Option<Value>,
    /// What was made of all its statements.
    pub analysis: Option<BlobId>,
    pub version: i64,
    pub created_at: Instant,
}

impl Entity {
    pub fn create(
        id: BankEntityId,
        tenant: SourcingEntityId,
        link_id: Option<&str>,
        now: Instant,
    ) -> Result<Entity, FormatError> {
        let link_id = link_id.map(|text| clean_text(text, LINK_ID_CHARS_MAX)).transpose()?;
        Ok(Entity { id, tenant, link_id, meta_data: None, analysis: None, version: 1, created_at: now })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_link_id_is_text_that_says_something_and_may_be_absent() {
        let create = |link_id| {
            let (id, tenant) = (BankEntityId(Uuid::from_u128(1)), SourcingEntityId(Uuid::from_u128(2)));
            Entity::create(id, tenant, link_id, Instant::from_micros(0)).map(|entity| entity.link_id)
        };
        assert_eq!(create(None).unwrap(), None);
        assert_eq!(create(Some(" loan 7 ")).unwrap().as_deref(), Some("loan 7"));
        let long = "x".repeat(LINK_ID_CHARS_MAX + 1);
        for wrong in ["", "  ", "a\u{0}b", "a\u{202e}b", &long] {
            assert!(create(Some(wrong)).is_err(), "{wrong:?}");
        }
    }
}
