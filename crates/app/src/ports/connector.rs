//! Outside providers. One port: a question of some kind goes out under an idempotent reference, and answers come back at
//! once, when asked again, or by callback; wherever they come from they pass through the inbox.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::money::Paise;
use serde::{Deserialize, Serialize};

/// What is asked of whom. A deployment names one connector for each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    Bureau,
    DeviceInsights,
    Kyc,
    Gst,
    PennyDrop,
    Mandate,
    Esign,
    Payout,
    Payment,
    Message,
}

impl ProviderKind {
    pub const ALL: &[ProviderKind] = &[
        ProviderKind::Bureau,
        ProviderKind::DeviceInsights,
        ProviderKind::Kyc,
        ProviderKind::Gst,
        ProviderKind::PennyDrop,
        ProviderKind::Mandate,
        ProviderKind::Esign,
        ProviderKind::Payout,
        ProviderKind::Payment,
        ProviderKind::Message,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ProviderKind::Bureau => "bureau",
            ProviderKind::DeviceInsights => "device_insights",
            ProviderKind::Kyc => "kyc",
            ProviderKind::Gst => "gst",
            ProviderKind::PennyDrop => "penny_drop",
            ProviderKind::Mandate => "mandate",
            ProviderKind::Esign => "esign",
            ProviderKind::Payout => "payout",
            ProviderKind::Payment => "payment",
            ProviderKind::Message => "message",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<ProviderKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// A question. It holds personal data: it is encrypted where it waits, and never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// The credit report; `answer` answers the bureau's earlier question.
    Bureau {
        name: String,
        pan: String,
        dob: Day,
        mobile: String,
        answer: Option<String>,
    },
    /// What the borrower's device has told, under the customer's id.
    DeviceInsights {
        customer_id: String,
    },
    /// Whether a document is what it says. The file's bytes go as base64.
    Kyc {
        document: String,
        content_type: String,
        file_base64: String,
        name: String,
        pan: String,
    },
    Gst {
        gstin: String,
    },
    /// One rupee to the account, to learn the holder's name.
    PennyDrop {
        account_number: String,
        ifsc: String,
        holder_name: String,
    },
    /// The right to collect up to `amount_max_paise` each month until `until`.
    Mandate {
        account_number: String,
        ifsc: String,
        holder_name: String,
        amount_max_paise: Paise,
        until: Day,
        paper: bool,
    },
    /// Collects what falls due by a mandate.
    Debit {
        umrn: String,
        account_number: String,
        amount_paise: Paise,
        installment_num: u32,
    },
    /// Ends the right to collect.
    CancelMandate {
        umrn: String,
    },
    /// A signature under the document with this hash; the borrower has proved the mobile by OTP.
    Esign {
        signer: String,
        mobile: String,
        document_sha256: String,
    },
    Payout {
        account_number: String,
        ifsc: String,
        holder_name: String,
        amount_paise: Paise,
    },
    /// Collects from the borrower.
    Payment {
        mobile: String,
        amount_paise: Paise,
        method: String,
    },
    Sms {
        to: String,
        text: String,
    },
    Email {
        to: String,
        subject: String,
        text: String,
    },
}

impl Ask {
    #[must_use]
    pub fn kind(&self) -> ProviderKind {
        match self {
            Ask::Bureau { .. } => ProviderKind::Bureau,
            Ask::DeviceInsights { .. } => ProviderKind::DeviceInsights,
            Ask::Kyc { .. } => ProviderKind::Kyc,
            Ask::Gst { .. } => ProviderKind::Gst,
            Ask::PennyDrop { .. } => ProviderKind::PennyDrop,
            Ask::Mandate { .. } | Ask::Debit { .. } | Ask::CancelMandate { .. } => ProviderKind::Mandate,
            Ask::Esign { .. } => ProviderKind::Esign,
            Ask::Payout { .. } => ProviderKind::Payout,
            Ask::Payment { .. } => ProviderKind::Payment,
            Ask::Sms { .. } | Ask::Email { .. } => ProviderKind::Message,
        }
    }
}

impl Ask {
    /// Whether money may have moved although no answer came.
    #[must_use]
    pub fn moves_money(&self) -> bool {
        matches!(self, Ask::Payout { .. } | Ask::Debit { .. })
    }
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ask({})", self.kind().name())
    }
}

/// What a provider found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    BureauScore {
        score: i64,
    },
    /// A report without a score.
    BureauNoScore,
    BureauNoRecord,
    /// The bureau wants this answered first.
    BureauQuestion {
        question: String,
    },
    /// `fis_score` is a decimal from 0 to 1.
    DeviceScore {
        fis_score: String,
    },
    /// No device data under this customer id.
    DeviceUnknown,
    KycVerified,
    /// A person has to look.
    KycUnclear {
        reason: String,
    },
    KycRejected {
        reason: String,
    },
    GstConnected,
    BankVerified {
        name_at_bank: String,
    },
    MandateRegistered {
        umrn: String,
    },
    MandateCancelled,
    Esigned {
        reference: String,
    },
    PaidOut {
        utr: String,
    },
    PaymentSettled {
        utr: String,
    },
    MessageSent,
    /// The answer is no, for good.
    Refused {
        reason: String,
    },
}

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Nothing came back: it may have happened or not. Ask again under the same reference.
    #[error("no answer in time")]
    TimedOut,
    /// The provider is not well; ask again later.
    #[error("provider unavailable: {0}")]
    Unavailable(String),
    /// The question itself is wrong, or the connector is not set up: asking again cannot help.
    #[error("provider refused the question: {0}")]
    Rejected(String),
}

/// What came back. Providers repeat themselves: two equal answers are one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    pub answers: Vec<Answer>,
    /// Where nothing final came: seconds until asking again under the same reference.
    pub ask_again_after_seconds: Option<i64>,
}

impl Reply {
    #[must_use]
    pub fn now(answer: Answer) -> Reply {
        Reply { answers: vec![answer], ask_again_after_seconds: None }
    }

    #[must_use]
    pub fn later(seconds: i64) -> Reply {
        Reply { answers: Vec::new(), ask_again_after_seconds: Some(seconds) }
    }
}

/// A callback as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Callback<'a> {
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    pub now: qist_domain::day::Instant,
}

/// A callback that proved where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The reference under which we asked.
    pub reference: String,
    pub answer: Answer,
}

#[async_trait]
pub trait Connector: Send + Sync {
    /// Asks under `reference`, which is the same at each repetition. `attempt` counts from 1.
    async fn ask(&self, reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError>;

    /// Verifies and reads a callback; `None` where it does not prove to come from this provider.
    fn read_callback(&self, callback: Callback<'_>) -> Option<Called>;
}

/// The connector for each kind.
pub trait Connectors: Send + Sync {
    fn of(&self, kind: ProviderKind) -> &dyn Connector;
}
