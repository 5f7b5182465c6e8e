//! What is personal about a customer. All of this is encrypted at rest.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::day::Day;
use crate::format::{Email, Gstin, Pan};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gender {
    Male,
    Female,
    Other,
}

impl Gender {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Gender::Male => "Male",
            Gender::Female => "Female",
            Gender::Other => "Other",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Gender> {
        [Gender::Male, Gender::Female, Gender::Other].into_iter().find(|gender| gender.name() == name)
    }
}

/// A customer's firm, for business programmes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    pub name: String,
    /// Such as `proprietorship`, `partnership`, `private_limited`.
    pub constitution: String,
    /// The day on which the business began.
    pub vintage_day: Day,
}

/// How far the GST step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GstState {
    #[default]
    NotAsked,
    Skipped,
    Added,
    /// The provider is being asked for the returns.
    Connecting,
    Failed,
    Connected,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Personal {
    pub email: Option<Email>,
    pub dob: Option<Day>,
    pub gender: Option<Gender>,
    pub pan: Option<Pan>,
    pub business: Option<Business>,
    pub gstin: Option<Gstin>,
    pub gst: GstState,
    /// The programme's own fields, as the sourcing entity pushed them.
    pub partner_data: Map<String, Value>,
}

impl Personal {
    /// Whether the GST step needs nothing more from the customer.
    #[must_use]
    pub fn gst_is_settled(&self) -> bool {
        matches!(self.gst, GstState::Skipped | GstState::Connected)
    }
}
