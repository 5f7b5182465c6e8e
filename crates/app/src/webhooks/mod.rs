//! Telling sourcing entities and lenders what happened.

pub mod arrival;
pub mod catch_up;
pub mod deliver;
pub mod dispatch;
pub mod look;
pub mod ping;
pub mod read;
pub mod replay;
pub mod settings;

use qist_domain::webhook::Owner;

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::run::Moment;

impl Moment {
    /// Whose webhooks the caller may see and change.
    pub(crate) fn webhook_owner(&self) -> Result<Owner> {
        match self.caller {
            Caller::Partner { tenant, .. } => Ok(Owner::SourcingEntity(tenant)),
            Caller::Lender { lender, .. } => Ok(Owner::Lender(lender)),
            _ => Err(Error::Unauthenticated),
        }
    }
}
