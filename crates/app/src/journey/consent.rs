//! Giving and revoking consents.

use async_trait::async_trait;
use qist_domain::id::ConsentId;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::consent::{Consent, Purpose};

use super::view::{JourneyView, Standing, view};
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone)]
pub struct GiveConsents {
    /// Each purpose with the version of the text that the borrower saw.
    pub consents: Vec<(Purpose, u32)>,
    pub ip: String,
}

#[async_trait]
impl Command for GiveConsents {
    type Out = JourneyView;
    const OPERATION: &'static str = "give_consents";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let mut user = standing.user;
        if self.consents.is_empty() {
            return Err(Refusal::missing("consents").into());
        }
        let mut given = standing.live_consents;
        for (purpose, version) in &self.consents {
            if *version != purpose.text().version {
                return Err(Code::ConsentTextChanged.into());
            }
            if given.contains(purpose) {
                continue;
            }
            given.push(*purpose);
            tx.insert_consent(&Consent {
                id: ConsentId(at.uuid()),
                user: user.id,
                purpose: *purpose,
                text_version: *version,
                given_at: at.now,
                ip: self.ip.clone(),
                revoked_at: None,
            })
            .await?;
            match purpose {
                Purpose::BureauPull => {
                    tx.save_user(user.consented_to_bureau(), at.now).await?;
                    user = Standing::of_caller(at, tx).await?.user;
                }
                Purpose::DeviceInsights => {
                    let ask = Ask::DeviceInsights { customer_id: user.customer_id.clone() };
                    enqueue(at, tx, &user, None, "", Task::Ask(ask)).await?;
                }
                _ => {}
            }
        }
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct RevokeConsent {
    pub id: ConsentId,
}

#[async_trait]
impl Command for RevokeConsent {
    type Out = JourneyView;
    const OPERATION: &'static str = "revoke_consent";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let (_, user) = at.borrower_ids()?;
        if !tx.revoke_consent(user, self.id, at.now).await? {
            return Err(Code::ConsentNotFound.into());
        }
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct ListConsents;

#[async_trait]
impl Query for ListConsents {
    type Out = Vec<Consent>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Consent>> {
        let (_, user) = at.borrower_ids()?;
        tx.consents(user).await
    }
}
