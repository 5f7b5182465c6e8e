//! A lender charges what the Key Facts Statement has, and nothing else.

use async_trait::async_trait;
use qist_domain::id::{FactId, LoanId};
use qist_domain::money::Paise;
use qist_domain::product::ContingentKind;
use serde::{Deserialize, Serialize};

use super::find::running;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};
use crate::servicing::save::save;

#[derive(Debug, Clone)]
pub struct ChargeInstallment {
    pub loan: LoanId,
    pub installment_num: u32,
    pub kind: ContingentKind,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Charged {
    pub reference: FactId,
    /// What was charged now.
    pub amount: Paise,
    /// All charges on the instalment.
    pub total: Paise,
}

#[async_trait]
impl Command for ChargeInstallment {
    type Out = Charged;
    const OPERATION: &'static str = "charge_installment";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Charged> {
        at.lender_id()?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let charges = |loan: &qist_domain::loan::Loan| {
            let position = loan.position(at.today());
            let one = position.installments.iter().find(|one| one.row.num == self.installment_num);
            one.map_or(Paise::ZERO, |one| one.charge)
        };
        let before = charges(&loan);
        let reference = FactId(at.uuid());
        let change = loan.charge(reference, self.installment_num, self.kind, at.now)?;
        let total = charges(change.state());
        save(at, tx, change).await?;
        Ok(Charged { reference, amount: total.minus(before).unwrap_or_default(), total })
    }
}
