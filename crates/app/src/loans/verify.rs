//! Does what is stored follow from the facts? Every loan's projection and ledger are made again and compared.

use async_trait::async_trait;
use qist_domain::id::LoanId;
use qist_domain::ledger::{Account, Booked};
use qist_domain::loan::Loan;
use qist_domain::money::Paise;

use crate::caller::Caller;
use crate::credit_lines::verify::VerifyLines;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{App, Moment, Query, Reading};

const LOANS_AT_ONCE: i64 = 200;

/// What a verification found.
#[derive(Debug, Default)]
pub struct Verified {
    pub loans: usize,
    pub lines: usize,
    /// Each in a sentence that names the loan.
    pub differences: Vec<String>,
}

impl App {
    /// Walks all loans. Read-only: beside a running server on PostgreSQL; on SQLite the server has the file and must stop first.
    pub async fn verify(&self) -> Result<Verified> {
        let mut verified = Verified::default();
        let mut after = None;
        loop {
            let (last, count, differences) = self.ask(Caller::System, VerifyLoans { after }).await?;
            verified.loans += count;
            verified.differences.extend(differences);
            after = match last {
                Some(last) => Some(last),
                None => break,
            };
        }
        let mut after = None;
        loop {
            let (last, count, differences) = self.ask(Caller::System, VerifyLines { after }).await?;
            verified.lines += count;
            verified.differences.extend(differences);
            after = match last {
                Some(last) => Some(last),
                None => return Ok(verified),
            };
        }
    }
}

struct VerifyLoans {
    after: Option<LoanId>,
}

#[async_trait]
impl Query for VerifyLoans {
    type Out = (Option<LoanId>, usize, Vec<String>);
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let ids = tx.loan_ids(self.after, LOANS_AT_ONCE).await?;
        let mut differences = Vec::new();
        for id in &ids {
            verify_loan(at, tx, *id, &mut differences).await?;
        }
        Ok((ids.last().copied(), ids.len(), differences))
    }
}

async fn verify_loan(at: &Moment, tx: &mut dyn Tx, id: LoanId, differences: &mut Vec<String>) -> Result<()> {
    let Some(loan) = tx.loan(id).await? else {
        differences.push(format!("loan {id} cannot be read"));
        return Ok(());
    };
    let position = loan.position(loan.booked_day);
    let stored = tx.stored_installments(id).await?;
    let rebuilt: Vec<(u32, Paise, bool)> = position
        .installments
        .iter()
        .map(|installment| (installment.row.num, installment.received(), installment.paid_day.is_some()))
        .collect();
    if stored != rebuilt {
        differences.push(format!("loan {id}: the stored instalments differ from those rebuilt from its facts"));
    }
    let balances = tx.ledger_balances(id).await?;
    let balance = |account: Account| {
        balances.iter().find(|(other, _)| *other == account).map_or(Paise::ZERO, |(_, amount)| *amount)
    };
    let expected = Booked::of(&loan.quote, &position);
    for (account, amount) in Account::ALL.iter().zip(expected.0) {
        if balance(*account) != amount {
            let stored = balance(*account);
            differences.push(format!("loan {id}: account {} holds {stored} and should hold {amount}", account.name()));
        }
    }
    let owed = position.principal_outstanding();
    if position.written_off.is_none() && expected.balance(Account::LoanPrincipal) != owed {
        let booked = expected.balance(Account::LoanPrincipal);
        differences.push(format!("loan {id}: {owed} of principal are owed and {booked} are booked"));
    }
    if position.is_paid_off() != loan.closed_day.is_some() {
        differences.push(format!("loan {id}: open and paid off disagree"));
    }
    verify_statements(at, tx, &loan, differences).await
}

/// The borrower was told what is booked, and what was told is what was hashed.
async fn verify_statements(at: &Moment, tx: &mut dyn Tx, loan: &Loan, differences: &mut Vec<String>) -> Result<()> {
    let statements = match loan.transaction() {
        None => tx.statements(loan.application).await?.into_iter().map(|(_, statement)| statement).collect(),
        Some(id) => match tx.transaction(loan.tenant, id).await? {
            Some(transaction) => tx.statements_of_offer(transaction.offer).await?,
            None => Vec::new(),
        },
    };
    for statement in &statements {
        if at.secrets.sha256(statement.document.as_bytes()) != statement.sha256 {
            let (number, version) = (&statement.facts.proposal_number, statement.facts.version);
            differences
                .push(format!("loan {}: statement {number} v{version} is not the text that was hashed", loan.id));
        }
    }
    if !statements.iter().any(|statement| statement.facts.quote == loan.quote) {
        differences.push(format!("loan {}: no Key Facts Statement tells the schedule that is booked", loan.id));
    }
    Ok(())
}
