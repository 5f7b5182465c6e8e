//! Credit policies: data with a version, never code. A policy is a JDM decision graph (the open format of GoRules) of which
//! input, expression, decision-table and output nodes are accepted; its cells are evaluated with exact decimals.

mod document;
mod evaluate;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use document::PolicyDocument;

/// When a policy is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// Get Eligibility: may this customer be offered anything, and how much?
    Prequalification,
    /// After profile, PAN and bureau: is the customer let on to apply?
    Qualification,
    /// Per lender: does this lender take such an application at all?
    Matching,
    /// Per lender, after KYC: is the loan approved, and up to which amount?
    Underwriting,
}

impl PolicyKind {
    pub const ALL: &[PolicyKind] =
        &[PolicyKind::Prequalification, PolicyKind::Qualification, PolicyKind::Matching, PolicyKind::Underwriting];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PolicyKind::Prequalification => "prequalification",
            PolicyKind::Qualification => "qualification",
            PolicyKind::Matching => "matching",
            PolicyKind::Underwriting => "underwriting",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<PolicyKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// What a rule, or a whole policy, says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    #[serde(rename = "PASS")]
    Pass,
    #[serde(rename = "FAIL")]
    Fail,
    /// Something that the rule needs is not known: a person decides.
    #[serde(rename = "CAN'T DECIDE")]
    CantDecide,
}

impl Outcome {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Pass => "PASS",
            Outcome::Fail => "FAIL",
            Outcome::CantDecide => "CAN'T DECIDE",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Outcome> {
        [Outcome::Pass, Outcome::Fail, Outcome::CantDecide].into_iter().find(|outcome| outcome.name() == name)
    }
}

/// One rule as it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    pub rule: String,
    pub expression: String,
    pub outcome: Outcome,
}

/// What a policy made of its inputs, with everything needed to see why.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    pub outcome: Outcome,
    pub rules: Vec<RuleOutcome>,
    /// Figures that the policy worked out, such as `eligibleAmount`.
    pub outputs: Map<String, Value>,
    /// Required inputs that were absent. Where there are any, nothing was evaluated.
    pub missing: Vec<String>,
}

#[cfg(test)]
mod tests;
