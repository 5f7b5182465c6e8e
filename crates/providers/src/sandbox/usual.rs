//! What the sandbox answers to ordinary input: yes, with figures and references that follow from the question.

use qist_app::ports::connector::{Answer, Ask};
use sha2::{Digest, Sha256};

const SCORE_MIN: u64 = 650;
const SCORE_MAX: u64 = 850;
/// The device score is between 0.5000 and 0.9499.
const FIS_SCORE_MIN: u64 = 5_000;
const FIS_SCORE_COUNT: u64 = 4_500;

pub(super) fn answer(reference: &str, ask: &Ask) -> Answer {
    match ask {
        Ask::Bureau { pan, .. } => {
            let score = SCORE_MIN + number("score", pan) % (SCORE_MAX - SCORE_MIN + 1);
            Answer::BureauScore { score: i64::try_from(score).unwrap_or_default() }
        }
        Ask::DeviceInsights { customer_id } => {
            let score = FIS_SCORE_MIN + number("fis score", customer_id) % FIS_SCORE_COUNT;
            Answer::DeviceScore { fis_score: format!("0.{score:04}") }
        }
        Ask::Kyc { .. } => Answer::KycVerified,
        Ask::Gst { .. } => Answer::GstConnected,
        Ask::PennyDrop { holder_name, .. } => Answer::BankVerified { name_at_bank: holder_name.to_uppercase() },
        Ask::Debit { .. } => Answer::PaymentSettled { utr: format!("SBOXD{:016}", digits::<16>("debit", reference)) },
        Ask::CancelMandate { .. } => Answer::MandateCancelled,
        Ask::Mandate { .. } => {
            Answer::MandateRegistered { umrn: format!("SBOX{:016}", digits::<16>("umrn", reference)) }
        }
        Ask::Esign { .. } => Answer::Esigned { reference: format!("SBOXSIGN{:018}", digits::<18>("esign", reference)) },
        Ask::Payout { .. } => Answer::PaidOut { utr: format!("SBOX{:018}", digits::<18>("payout", reference)) },
        Ask::Payment { .. } => {
            Answer::PaymentSettled { utr: format!("SBOX{:018}", digits::<18>("payment", reference)) }
        }
        Ask::Sms { .. } | Ask::Email { .. } => Answer::MessageSent,
    }
}

/// A number of at most so many decimal digits: banks' references are unique, and among a million of these two are
/// equal with a chance of one in ten thousand at most.
fn digits<const COUNT: u32>(purpose: &str, text: &str) -> u64 {
    number(purpose, text) % 10_u64.pow(COUNT)
}

/// A number that looks random, and is the same for the same text. Different purposes give different numbers.
fn number(purpose: &str, text: &str) -> u64 {
    let digest = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(text).finalize();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
