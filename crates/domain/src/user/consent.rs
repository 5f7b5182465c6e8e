//! Consents: for one purpose each, to a text of a known version, revocable.

use serde::{Deserialize, Serialize};

use crate::day::Instant;
use crate::id::{ConsentId, UserId};

/// What a borrower can consent to. Each stands alone; none is ticked beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    BureauPull,
    KycVerification,
    SharingWithLender,
    DeviceInsights,
    GstReturns,
    Communication,
}

/// The text in force for a purpose. A new wording is a new version: an old consent no longer covers it.
#[derive(Debug, Clone, Copy)]
pub struct ConsentText {
    pub purpose: Purpose,
    pub version: u32,
    pub text: &'static str,
}

/// The one list of consents. `docs/generated/consents.md` is printed from it.
pub const CONSENT_TEXTS: &[ConsentText] = &[
    ConsentText {
        purpose: Purpose::BureauPull,
        version: 1,
        text: "I agree that my credit report is fetched from a credit information company, once, to decide on this loan application. I can revoke this until the report is fetched.",
    },
    ConsentText {
        purpose: Purpose::KycVerification,
        version: 1,
        text: "I agree that the identity and address documents which I upload are checked with their issuers to verify who I am. They are kept only as long as the law demands.",
    },
    ConsentText {
        purpose: Purpose::SharingWithLender,
        version: 1,
        text: "I agree that the details of this application are shared with the lender named on my offer, so that it can decide and serve the loan. Nobody else receives them.",
    },
    ConsentText {
        purpose: Purpose::DeviceInsights,
        version: 1,
        text: "I agree that the insights computed on my device are used to estimate what I am eligible for. My contacts, files and messages are not read by the lender.",
    },
    ConsentText {
        purpose: Purpose::GstReturns,
        version: 1,
        text: "I agree that the GST returns of my business are fetched from the GST network to decide on this loan application.",
    },
    ConsentText {
        purpose: Purpose::Communication,
        version: 1,
        text: "I agree to receive messages about this loan, such as due dates and receipts, by SMS and e-mail.",
    },
];

impl Purpose {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Purpose::BureauPull => "bureau_pull",
            Purpose::KycVerification => "kyc_verification",
            Purpose::SharingWithLender => "sharing_with_lender",
            Purpose::DeviceInsights => "device_insights",
            Purpose::GstReturns => "gst_returns",
            Purpose::Communication => "communication",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Purpose> {
        CONSENT_TEXTS.iter().map(|text| text.purpose).find(|purpose| purpose.name() == name)
    }

    /// The text in force.
    #[must_use]
    pub fn text(self) -> ConsentText {
        let position = CONSENT_TEXTS.iter().position(|text| text.purpose == self).unwrap_or(0);
        CONSENT_TEXTS[position]
    }
}

/// A consent as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    pub user: UserId,
    pub purpose: Purpose,
    pub text_version: u32,
    pub given_at: Instant,
    pub ip: String,
    pub revoked_at: Option<Instant>,
}

impl Consent {
    /// Whether it covers the text in force now.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.revoked_at.is_none() && self.text_version == self.purpose.text().version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_text_and_a_name_that_reads_back() {
        for text in CONSENT_TEXTS {
            assert_eq!(Purpose::from_name(text.purpose.name()), Some(text.purpose));
            assert_eq!(text.purpose.text().version, text.version);
        }
    }
}
