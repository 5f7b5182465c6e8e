//! A case in the lab: terms, money, what happened, and what should come of it. `docs/scenario.schema.json` describes the form.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow, bail};
use qist_domain::day::Day;
use qist_domain::event::EntityType;
use qist_domain::id::{ApplicationId, FactId, InstallmentId, LenderId, SourcingEntityId, UserId};
use qist_domain::loan::{Borrowed, Fact, FactKind, Loan, Paid, Quote};
use qist_domain::money::Paise;
use qist_domain::product::{ContingentKind, EmiMethod, Terms};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Amounts are rupees as text, such as `"6500.50"`; days are `YYYY-MM-DD`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    /// Where the case and what is expected of it come from.
    #[serde(default)]
    pub source: Option<String>,
    pub amount: String,
    pub tenure: u32,
    pub disbursed_on: Day,
    /// `method` and `annual_rate`; every other setting has its default.
    pub terms: Map<String, Value>,
    #[serde(default)]
    pub facts: Vec<FactGiven>,
    /// The last day of the facts where absent.
    #[serde(default)]
    pub as_of: Option<Day>,
    /// Figures to be derived.
    #[serde(default)]
    pub explain: Vec<String>,
    /// By figure, or `principalOutstanding`, `excess`, `received`, `dpd` of the position.
    #[serde(default)]
    pub expect: BTreeMap<String, String>,
    /// Words of the refusal that these terms should meet; then nothing else is expected.
    #[serde(default)]
    pub refused: Option<String>,
}

/// What happened: one of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactGiven {
    pub on: Day,
    #[serde(default)]
    pub paid: Option<PaidGiven>,
    #[serde(default)]
    pub charged: Option<ChargedGiven>,
    /// The number of a later part of the money that went out.
    #[serde(default)]
    pub disbursed: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidGiven {
    pub installment: u32,
    pub amount: String,
}

/// By the rule that the terms have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChargedGiven {
    pub installment: u32,
    pub kind: ContingentKind,
}

impl Scenario {
    pub fn parse(text: &str) -> anyhow::Result<Scenario> {
        serde_json::from_str(text).context("this is not a scenario")
    }

    pub fn quote(&self) -> anyhow::Result<Quote> {
        let amount = super::schedule::rupees("amount", &self.amount)?;
        let terms = terms(&self.terms)?;
        Quote::new(&terms, amount, self.tenure, self.disbursed_on).map_err(|refusal| anyhow!("{refusal}"))
    }

    /// The day on which the position is looked at.
    pub fn as_of(&self) -> Day {
        let last = self.facts.iter().map(|fact| fact.on).max();
        self.as_of.or(last).unwrap_or(self.disbursed_on)
    }

    /// The loan after each fact, in the order in which they are given: as they were learned.
    pub fn lives(&self, quote: Quote) -> anyhow::Result<Vec<Loan>> {
        let mut loan = paid_out(quote)?;
        let mut lives = vec![loan.clone()];
        for (number, fact) in (1_u128..).zip(&self.facts) {
            let id = FactId(Uuid::from_u128(number));
            let at = format!("facts.{}", number - 1);
            // Learned on its day, or at the end of the case where that is later.
            let now = self.as_of().max(fact.on).start().plus_seconds(43_200);
            let change = match (&fact.paid, &fact.charged, fact.disbursed) {
                (Some(paid), None, None) => {
                    let amount = super::schedule::rupees(&format!("{at}.paid.amount"), &paid.amount)?;
                    loan.pay(id, payment(paid.installment, amount, number), fact.on, now)
                }
                (None, Some(charged), None) => {
                    loan.charge(id, charged.installment, charged.kind, fact.on.start().plus_seconds(43_200))
                }
                (None, None, Some(part)) if loan.next_part().is_some_and(|(next, _)| next == part) => {
                    loan.disburse_part(id, format!("LAB{part}"), fact.on, now)
                }
                (None, None, Some(part)) => bail!("{at}.disbursed: {part} is not the part that goes out next"),
                _ => bail!("{at} must be either paid, charged or disbursed"),
            };
            loan = change.map_err(|refusal| anyhow!("{at}: {refusal}"))?.into_parts().0;
            lives.push(loan.clone());
        }
        Ok(lives)
    }
}

fn payment(installment_num: u32, amount: Paise, number: u128) -> Paid {
    let reference = format!("fact {number}");
    Paid { installment_num, amount, mode: "lab".to_owned(), reference, by: EntityType::System }
}

fn paid_out(quote: Quote) -> anyhow::Result<Loan> {
    let id = Uuid::nil();
    let (value_day, kind) = (quote.start, FactKind::Disbursed { utr: "LAB".to_owned() });
    let fact = Fact { id: FactId(id), value_day, recorded_at: value_day.start(), kind };
    let ids = quote.rows.iter().map(|row| InstallmentId(Uuid::from_u128(row.num.into()))).collect();
    let (tenant, user, lender) = (SourcingEntityId(id), UserId(id), LenderId(id));
    let of = Borrowed { application: ApplicationId(id), transaction: None, tenant, user, lender };
    let loan = Loan::disburse(of, quote, ids, fact);
    Ok(loan.map_err(|refusal| anyhow!("{refusal}"))?.into_parts().0)
}

/// The defaults with what is given in their place; a setting that there is not is refused by name.
fn terms(given: &Map<String, Value>) -> anyhow::Result<Terms> {
    let part = |name: &str| given.get(name).cloned().with_context(|| format!("terms.{name} is missing"));
    let method: EmiMethod = serde_json::from_value(part("method")?).context("terms.method")?;
    let rate = serde_json::from_value(part("annual_rate")?).context("terms.annual_rate")?;
    let mut settings = serde_json::to_value(Terms::new(method, rate))?;
    for (name, value) in given {
        super::terms::put(&mut settings, name, value.clone())?;
        // One by one, so that the refusal is about the setting that it names.
        serde_json::from_value::<Terms>(settings.clone()).with_context(|| format!("terms.{name} cannot be so"))?;
    }
    Ok(serde_json::from_value(settings)?)
}
