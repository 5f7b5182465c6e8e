//! Does the limit agree with the drawdowns? Every line is added up again.

use async_trait::async_trait;
use qist_domain::credit_line::CreditLine;
use qist_domain::id::CreditLineId;
use qist_domain::money::Paise;

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query, Reading};

const LINES_AT_ONCE: i64 = 200;

pub(crate) struct VerifyLines {
    pub after: Option<CreditLineId>,
}

#[async_trait]
impl Query for VerifyLines {
    type Out = (Option<CreditLineId>, usize, Vec<String>);
    const READING: Reading = Reading::Scan;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let lines = tx.any_credit_lines(self.after, LINES_AT_ONCE).await?;
        let mut differences = Vec::new();
        for line in &lines {
            verify_line(tx, line, &mut differences).await?;
        }
        Ok((lines.last().map(|line| line.id), lines.len(), differences))
    }
}

async fn verify_line(tx: &mut dyn Tx, line: &CreditLine, differences: &mut Vec<String>) -> Result<()> {
    let sums = tx.line_sums(line.id).await?;
    let mut differ = |what: &str, stored: Paise, should: Paise| {
        if stored != should {
            differences.push(format!("credit line {}: {what} is {stored} and should be {should}", line.id));
        }
    };
    differ("reserved", line.reserved, sums.reserved);
    differ("what is owed", [line.drawn, line.over_limit].into_iter().sum(), sums.outstanding);
    let used: Paise = [line.drawn, line.reserved].into_iter().sum();
    if used > line.limit_max || line.drawn < Paise::ZERO || line.reserved < Paise::ZERO {
        differences.push(format!("credit line {}: {used} are used of {}", line.id, line.limit_max));
    }
    if line.overdue != sums.overdue {
        differences.push(format!(
            "credit line {}: {} drawdowns are overdue and {} are counted",
            line.id, sums.overdue, line.overdue
        ));
    }
    for transaction in tx.transactions_of(line.id).await? {
        let loan = tx.loan(transaction.id.into()).await?;
        let owed = loan.as_ref().map(|loan| {
            let position = loan.position(loan.booked_day);
            position.written_off.map_or(position.principal_outstanding().max(Paise::ZERO), |then| then.principal)
        });
        if transaction.status.is_drawn() != loan.is_some() || transaction.outstanding != owed.unwrap_or_default() {
            let (id, status) = (transaction.id, transaction.status.name());
            differences.push(format!("transaction {id} in {status}: its loan owes another amount"));
        }
    }
    Ok(())
}
