//! What a provider answers when nothing is wrong.

use qist_app::ports::connector::{Answer, Ask};

/// The answer to a question of an ordinary customer. Figures are derived from the question, references from ours.
pub(super) fn usual(reference: &str, ask: &Ask) -> Answer {
    match ask {
        Ask::Bureau { pan, .. } => Answer::BureauScore { score: 700 + spread(pan, 150) },
        Ask::DeviceInsights { customer_id } => {
            Answer::DeviceScore { fis_score: format!("0.{:06}", 1 + spread(customer_id, 999_998)) }
        }
        Ask::Kyc { .. } => Answer::KycVerified,
        Ask::Gst { .. } => Answer::GstConnected,
        Ask::PennyDrop { holder_name, .. } => Answer::BankVerified { name_at_bank: holder_name.to_uppercase() },
        Ask::Mandate { .. } => Answer::MandateRegistered { umrn: format!("UMRN{}", short(reference)) },
        Ask::Esign { .. } => Answer::Esigned { reference: format!("ESIGN-{}", short(reference)) },
        Ask::Payout { .. } => Answer::PaidOut { utr: format!("SBXP{}", short(reference)) },
        Ask::Payment { .. } => Answer::PaymentSettled { utr: format!("SBXC{}", short(reference)) },
        Ask::Sms { .. } | Ask::Email { .. } => Answer::MessageSent,
    }
}

/// A number from 0 to `below` − 1 that depends on the text alone (FNV-1a).
fn spread(text: &str, below: u64) -> i64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    i64::try_from(hash % below).unwrap_or(0)
}

/// The last twelve letters and digits of our reference, in capitals: where a time-ordered id is random.
fn short(reference: &str) -> String {
    let plain: Vec<char> = reference.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.iter().skip(plain.len().saturating_sub(12)).collect::<String>().to_uppercase()
}
