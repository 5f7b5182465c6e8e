//! Form and addresses.

use async_trait::async_trait;
use qist_domain::application::{Address, FormField, ResidenceType, check_form};
use qist_domain::refusal::{Code, Refusal};
use serde_json::{Map, Value};

use super::view::{JourneyView, Standing, view};
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment, Query};

#[derive(Clone)]
pub struct SubmitForm {
    pub form: Map<String, Value>,
}

#[async_trait]
impl Command for SubmitForm {
    type Out = JourneyView;
    const OPERATION: &'static str = "submit_form";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        let settings = &standing.programme.settings;
        let form = check_form(&settings.form, &self.form)?;
        tx.save_application(application.submit_form(form, settings.is_business())?, at.now).await?;
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct SubmitAddress {
    pub address: Address,
    pub residence: ResidenceType,
}

#[async_trait]
impl Command for SubmitAddress {
    type Out = JourneyView;
    const OPERATION: &'static str = "submit_address";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        let business = standing.programme.settings.is_business();
        tx.save_application(application.submit_address(self.address.clone(), self.residence, business)?, at.now)
            .await?;
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct SubmitBusinessAddress {
    pub address: Address,
}

#[async_trait]
impl Command for SubmitBusinessAddress {
    type Out = JourneyView;
    const OPERATION: &'static str = "submit_business_address";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        if !standing.programme.settings.is_business() {
            return Err(Refusal::because(Code::StepOutOfOrder, "this programme does not ask about a business").into());
        }
        let application = standing.application()?.clone();
        tx.save_application(application.submit_business_address(self.address.clone())?, at.now).await?;
        view(at, tx).await
    }
}

/// The fields of the loan form.
#[derive(Debug, Clone)]
pub struct ReadForm;

#[async_trait]
impl Query for ReadForm {
    type Out = Vec<FormField>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<FormField>> {
        Ok(Standing::of_caller(at, tx).await?.programme.settings.form)
    }
}
