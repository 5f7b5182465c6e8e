//! `qist lab run`: a case from a file, with its schedule, its allocations, its position, its derivations, and what was expected.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, anyhow};
use qist_domain::day::Day;
use qist_domain::loan::{Derivation, FIGURES, Figure, InstallmentPosition, Loan, Quote, explain};
use qist_domain::money::Paise;
use serde_json::{Value, json};

use super::scenario::Scenario;
use super::schedule::{as_json, table};

/// The report, and whether everything was as expected.
pub fn run(file: &Path, as_json_text: bool) -> anyhow::Result<(String, bool)> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let scenario = Scenario::parse(&text)?;
    if let Some(words) = &scenario.refused {
        return Ok(refused(&scenario, words));
    }
    let case = Case::of(scenario)?;
    let report = if as_json_text { format!("{:#}\n", case.json()?) } else { case.text()? };
    Ok((report, case.outcomes.iter().all(|outcome| outcome.came == outcome.expected)))
}

/// The terms should not have made a loan.
fn refused(scenario: &Scenario, words: &str) -> (String, bool) {
    match scenario.quote() {
        Err(refusal) if refusal.to_string().contains(words) => {
            (format!("{}\n\nRefused as expected: {refusal}\n", scenario.name), true)
        }
        Err(refusal) => (format!("{}\n\nRefused, but not with {words:?}: {refusal}\n", scenario.name), false),
        Ok(_) => (format!("{}\n\nNot refused, with {words:?} expected\n", scenario.name), false),
    }
}

pub struct Case {
    scenario: Scenario,
    quote: Quote,
    lives: Vec<Loan>,
    as_of: Day,
    derivations: Vec<Derivation>,
    pub outcomes: Vec<Outcome>,
}

/// What was expected of a figure, and what came.
pub struct Outcome {
    pub figure: String,
    pub expected: String,
    pub came: String,
}

/// What a fact did to one instalment, or to the money held (number `None`).
struct Allocation {
    fact: usize,
    on: Day,
    num: Option<u32>,
    charge: Paise,
    interest: Paise,
    principal: Paise,
    excess: Paise,
}

impl Case {
    pub fn of(scenario: Scenario) -> anyhow::Result<Case> {
        let quote = scenario.quote()?;
        let lives = scenario.lives(quote.clone())?;
        let as_of = scenario.as_of();
        let loan = lives.last().context("a loan has at least one state")?;
        let derive = |name: &String| {
            let figure = Figure::from_name(name).ok_or_else(|| anyhow!("{name} is not a figure: use {FIGURES}"))?;
            explain(&quote, figure, Some((loan, as_of))).map_err(|refusal| anyhow!("{name}: {refusal}"))
        };
        let derivations = scenario.explain.iter().map(derive).collect::<anyhow::Result<_>>()?;
        let mut outcomes = Vec::new();
        for (figure, expected) in &scenario.expect {
            let came = match of_position(loan, as_of, figure) {
                Some(came) => came,
                None => derive(figure)?.result,
            };
            outcomes.push(Outcome { figure: figure.clone(), expected: expected.clone(), came });
        }
        Ok(Case { quote, lives, as_of, derivations, outcomes, scenario })
    }

    fn loan(&self) -> Option<&Loan> {
        self.lives.last()
    }

    /// Each fact's part is the difference that it made to the position at the end.
    fn allocations(&self) -> Vec<Allocation> {
        let mut all = Vec::new();
        for (at, (pair, fact)) in self.lives.windows(2).zip(&self.scenario.facts).enumerate() {
            let [before, after] = [pair[0].position(self.as_of), pair[1].position(self.as_of)];
            let less = |after: Paise, before: Paise| after.minus(before).unwrap_or_default();
            for (after, before) in after.installments.iter().zip(&before.installments) {
                let part = |of: fn(&InstallmentPosition) -> Paise| less(of(after), of(before));
                let [charge, interest, principal] =
                    [part(|one| one.paid_charge), part(|one| one.paid_interest), part(|one| one.paid_principal)];
                if [charge, interest, principal].iter().any(|part| !part.is_zero()) {
                    let (num, excess) = (Some(after.row.num), Paise::ZERO);
                    all.push(Allocation { fact: at, on: fact.on, num, charge, interest, principal, excess });
                }
            }
            let excess = less(after.excess, before.excess);
            if !excess.is_zero() {
                let zero = Paise::ZERO;
                all.push(Allocation {
                    fact: at,
                    on: fact.on,
                    num: None,
                    charge: zero,
                    interest: zero,
                    principal: zero,
                    excess,
                });
            }
        }
        all
    }

    fn json(&self) -> anyhow::Result<Value> {
        let position = self.loan().map(|loan| loan.position(self.as_of));
        let installments = position.iter().flat_map(|position| &position.installments).map(|one| {
            json!({
                "num": one.row.num, "due_day": one.row.due_day, "amount_paise": one.row.instalment(),
                "charge_paise": one.charge, "paid_charge_paise": one.paid_charge,
                "paid_interest_paise": one.paid_interest, "paid_principal_paise": one.paid_principal,
                "outstanding_paise": one.outstanding(), "paid_day": one.paid_day,
            })
        });
        let allocation = |one: Allocation| {
            json!({
                "fact": one.fact, "on": one.on, "num": one.num, "charge_paise": one.charge,
                "interest_paise": one.interest, "principal_paise": one.principal, "excess_paise": one.excess,
            })
        };
        let derivation = |told: &Derivation| {
            let input = |input: &qist_domain::loan::Input| json!({ "symbol": input.symbol, "meaning": input.meaning, "value": input.value, "figure": input.figure });
            json!({
                "figure": told.figure, "meaning": told.meaning, "formula": told.formula,
                "inputs": told.inputs.iter().map(input).collect::<Vec<_>>(), "conventions": told.conventions,
                "unrounded": told.unrounded, "rounding": told.rounding, "result": told.result,
            })
        };
        let outcome = |one: &Outcome| {
            let as_expected = one.came == one.expected;
            json!({ "figure": one.figure, "expected": one.expected, "came": one.came, "as_expected": as_expected })
        };
        Ok(json!({
            "name": self.scenario.name, "source": self.scenario.source, "schedule": as_json(&self.quote)?,
            "as_of": self.as_of,
            "position": {
                "installments": installments.collect::<Vec<_>>(),
                "principal_outstanding_paise": position.as_ref().map(qist_domain::loan::Position::principal_outstanding),
                "excess_paise": position.as_ref().map(|position| position.excess),
                "dpd": position.as_ref().map(|position| position.dpd(self.as_of)),
            },
            "allocations": self.allocations().into_iter().map(allocation).collect::<Vec<_>>(),
            "derivations": self.derivations.iter().map(derivation).collect::<Vec<_>>(),
            "expectations": self.outcomes.iter().map(outcome).collect::<Vec<_>>(),
        }))
    }

    fn text(&self) -> anyhow::Result<String> {
        let mut out = format!("{}\n", self.scenario.name);
        if let Some(source) = &self.scenario.source {
            writeln!(out, "{source}")?;
        }
        write!(out, "\n{}", table(&self.quote)?)?;
        if !self.scenario.facts.is_empty() {
            writeln!(out, "\nAllocations")?;
        }
        for one in self.allocations() {
            let [charge, interest, principal, excess] =
                [one.charge, one.interest, one.principal, one.excess].map(Paise::with_paise);
            match one.num {
                Some(num) => writeln!(
                    out,
                    "  fact {} of {}: instalment {num}: charge {charge}, interest {interest}, principal {principal}",
                    one.fact, one.on
                )?,
                None => writeln!(out, "  fact {} of {}: held for dues to come: {excess}", one.fact, one.on)?,
            }
        }
        if let Some(loan) = self.loan() {
            let position = loan.position(self.as_of);
            let owed = position.principal_outstanding().with_paise();
            let (excess, dpd) = (position.excess.with_paise(), position.dpd(self.as_of));
            writeln!(out, "\nOn {}: principal outstanding {owed}, held {excess}, {dpd} days past due", self.as_of)?;
        }
        for told in &self.derivations {
            write!(out, "\n{}", told.text())?;
        }
        if !self.outcomes.is_empty() {
            writeln!(out, "\nExpected")?;
        }
        for Outcome { figure, expected, came } in &self.outcomes {
            let verdict = if expected == came { "as expected".to_owned() } else { format!("BUT CAME {came}") };
            writeln!(out, "  {figure} = {expected}: {verdict}")?;
        }
        Ok(out)
    }
}

/// A figure of where the loan stands.
fn of_position(loan: &Loan, as_of: Day, figure: &str) -> Option<String> {
    let position = loan.position(as_of);
    match figure {
        "principalOutstanding" => Some(position.principal_outstanding().with_paise()),
        "excess" => Some(position.excess.with_paise()),
        "received" => Some(position.received.with_paise()),
        "dpd" => Some(position.dpd(as_of).to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use qist_domain::product::{EmiMethod, Terms};

    use super::*;

    fn root() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
    }

    fn scenarios() -> Vec<PathBuf> {
        let folder = std::fs::read_dir(root().join("fixtures/scenarios")).unwrap();
        folder.map(|entry| entry.unwrap().path()).collect()
    }

    /// The published cases of the field, each with its source.
    #[test]
    fn every_published_case_comes_out_as_its_source_has_it() {
        let mut played = 0;
        for file in scenarios() {
            let (report, as_expected) = run(&file, false).unwrap();
            assert!(as_expected, "{}:\n{report}", file.display());
            let text: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            let expects = text["expect"].as_object().is_some_and(|all| !all.is_empty()) || text["refused"].is_string();
            assert!(expects && text["source"].is_string(), "{} expects something of a source", file.display());
            played += 1;
        }
        assert!(played > 12, "{played}");
    }

    #[test]
    fn what_does_not_come_as_expected_is_named() {
        let text = std::fs::read_to_string(root().join("fixtures/scenarios/contract-offer.json")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("case.json");
        std::fs::write(&file, text.replace("\"74.35\"", "\"74.36\"")).unwrap();
        let (report, as_expected) = run(&file, false).unwrap();
        assert!(!as_expected && report.contains("apr = 74.36: BUT CAME 74.35"), "{report}");
        let (json, _) = run(&file, true).unwrap();
        let json: Value = serde_json::from_str(&json).unwrap();
        let charged = &json["allocations"][1];
        assert_eq!((&charged["fact"], &charged["num"], &charged["charge_paise"]), (&json!(2), &json!(2), &json!(763)));
        assert_eq!(json["allocations"][2]["num"], 3, "what is left of the payment pays the next on its due day");
        assert_eq!(json["derivations"][0]["unrounded"], "1161.333333333333");
    }

    #[test]
    fn a_case_that_cannot_be_read_is_refused_by_the_name_of_what_is_wrong() {
        let plain = std::fs::read_to_string(root().join("fixtures/scenarios/contract-offer.json")).unwrap();
        for (from, to, said) in [
            ("\"6500\"", "\"6500.005\"", "amount has more than two decimals"),
            ("\"tenure\": 6", "\"tenure\": 0", "tenure"),
            ("\"gst\": \"18\"", "\"vat\": \"18\"", "vat is not a setting"),
            ("\"gst\": \"18\"", "\"gst\": \"x\"", "terms.gst cannot be so"),
            ("\"14.4\"", "\"999\"", "annualInterest"),
            ("\"amount\": \"1161\"", "\"amount\": \"-5\"", "facts.0"),
            ("\"installment\": 2, \"kind\"", "\"installment\": 9, \"kind\"", "facts.1"),
            ("\"2021-02-03\"", "\"2020-02-03\"", "facts.0"),
            ("\"emi\", ", "\"ami\", ", "ami is not a figure"),
            ("\"facts\"", "\"acts\"", "unknown field `acts`"),
        ] {
            let text = plain.replacen(from, to, 1);
            assert_ne!(text, plain, "{from}");
            let refusal = match Scenario::parse(&text).and_then(Case::of) {
                Err(refusal) => format!("{refusal:#}"),
                Ok(_) => panic!("{to} was taken"),
            };
            assert!(refusal.contains(said), "{to}: {refusal}");
        }
    }

    /// Every object that the schema describes has the very fields that are read.
    #[test]
    fn the_schema_has_the_fields_that_are_read() {
        let schema: Value =
            serde_json::from_str(&std::fs::read_to_string(root().join("docs/scenario.schema.json")).unwrap()).unwrap();
        let names = |at: &str| -> Vec<String> {
            let mut names: Vec<String> = schema.pointer(at).unwrap().as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        let rate = "12".parse().unwrap();
        let terms = serde_json::to_value(Terms::new(EmiMethod::ReducingBalance, rate)).unwrap();
        let mut settings: Vec<String> = terms.as_object().unwrap().keys().cloned().collect();
        settings.sort();
        assert_eq!(names("/$defs/terms/properties"), settings);
        let unknown = serde_json::from_value::<Scenario>(json!({ "?": 1 })).unwrap_err().to_string();
        for name in names("/properties") {
            assert!(unknown.contains(&format!("`{name}`")), "{name}: {unknown}");
        }
        assert_eq!(unknown.matches('`').count() / 2 - 1, names("/properties").len());
    }
}
