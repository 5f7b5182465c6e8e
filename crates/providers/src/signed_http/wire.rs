//! The JSON between us and a vendor. What a vendor says is read strictly: an answer that does not fit the question, or
//! that no vendor in its right mind would give, is not an answer.

use qist_app::ports::connector::{Answer, Ask, AskError, Called, ProviderKind, Reply};
use serde::{Deserialize, Serialize};

const TEXT_LENGTH_MAX: usize = 500;
const ASK_AGAIN_SECONDS_MAX: i64 = 86_400;

#[derive(Serialize)]
struct Question<'a> {
    reference: &'a str,
    attempt: u32,
    ask: &'a Ask,
}

#[derive(Default, Deserialize)]
struct Replied {
    #[serde(default)]
    answers: Vec<Answer>,
    ask_again_after_seconds: Option<i64>,
}

#[derive(Deserialize)]
struct CalledBack {
    reference: String,
    answer: Answer,
}

pub(super) fn question(reference: &str, attempt: u32, ask: &Ask) -> Result<Vec<u8>, AskError> {
    serde_json::to_vec(&Question { reference, attempt, ask })
        .map_err(|_| AskError::Rejected("the question cannot be written as JSON".to_owned()))
}

/// Reads an answer to a question of this kind, or says what is wrong with it.
pub(super) fn reply(kind: ProviderKind, body: &[u8]) -> Result<Reply, &'static str> {
    let replied: Replied = match body {
        [] => Replied::default(),
        body => serde_json::from_slice(body).map_err(|_| "its answer is not the JSON we understand")?,
    };
    let Replied { answers, ask_again_after_seconds } = replied;
    if !answers.iter().all(|answer| is_sound(kind, answer)) {
        return Err("its answer does not fit the question");
    }
    if ask_again_after_seconds.is_some_and(|seconds| !(1..=ASK_AGAIN_SECONDS_MAX).contains(&seconds)) {
        return Err("ask_again_after_seconds must be from 1 to 86400");
    }
    Ok(Reply { answers, ask_again_after_seconds })
}

/// Reads a callback that was proved genuine.
pub(super) fn called(kind: ProviderKind, body: &[u8]) -> Option<Called> {
    let CalledBack { reference, answer } = serde_json::from_slice(body).ok()?;
    (is_text(&reference) && is_sound(kind, &answer)).then_some(Called { reference, answer })
}

fn is_sound(kind: ProviderKind, answer: &Answer) -> bool {
    use ProviderKind as K;
    match answer {
        Answer::BureauScore { score } => kind == K::Bureau && (300..=900).contains(score),
        Answer::BureauNoScore | Answer::BureauNoRecord => kind == K::Bureau,
        Answer::BureauQuestion { question } => kind == K::Bureau && is_text(question),
        Answer::DeviceScore { fis_score } => kind == K::DeviceInsights && is_probability(fis_score),
        Answer::DeviceUnknown => kind == K::DeviceInsights,
        Answer::KycVerified => kind == K::Kyc,
        Answer::KycUnclear { reason } | Answer::KycRejected { reason } => kind == K::Kyc && is_text(reason),
        Answer::GstConnected => kind == K::Gst,
        Answer::BankVerified { name_at_bank } => kind == K::PennyDrop && is_text(name_at_bank),
        Answer::MandateRegistered { umrn } => kind == K::Mandate && is_text(umrn),
        Answer::MandateCancelled => kind == K::Mandate,
        Answer::Esigned { reference } => kind == K::Esign && is_text(reference),
        Answer::PaidOut { utr } => kind == K::Payout && is_text(utr),
        // A debit by mandate is settled like a payment.
        Answer::PaymentSettled { utr } => matches!(kind, K::Payment | K::Mandate) && is_text(utr),
        Answer::MessageSent => kind == K::Message,
        Answer::Refused { reason } => is_text(reason),
    }
}

/// Something a person can read, and a database and a page can hold.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= TEXT_LENGTH_MAX && !text.chars().any(char::is_control)
}

/// `0`, `1`, or a plain decimal between them with at most six places.
fn is_probability(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = (1..=6).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    digits && (whole == "0" || (whole == "1" && fraction.bytes().all(|byte| byte == b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_must_fit_the_kind_of_the_question() {
        let own = |kind| match kind {
            ProviderKind::Bureau => r#"{"answer":"bureau_score","score":720}"#,
            ProviderKind::DeviceInsights => r#"{"answer":"device_score","fis_score":"0.71"}"#,
            ProviderKind::Kyc => r#"{"answer":"kyc_verified"}"#,
            ProviderKind::Gst => r#"{"answer":"gst_connected"}"#,
            ProviderKind::PennyDrop => r#"{"answer":"bank_verified","name_at_bank":"ASHA RAO"}"#,
            ProviderKind::Mandate => r#"{"answer":"mandate_registered","umrn":"HDFC0000000001"}"#,
            ProviderKind::Esign => r#"{"answer":"esigned","reference":"E-1"}"#,
            ProviderKind::Payout => r#"{"answer":"paid_out","utr":"N1"}"#,
            ProviderKind::Payment => r#"{"answer":"payment_settled","utr":"N1"}"#,
            ProviderKind::Message => r#"{"answer":"message_sent"}"#,
        };
        for kind in ProviderKind::ALL {
            for other in ProviderKind::ALL {
                let body = format!(r#"{{"answers":[{}]}}"#, own(*other));
                assert_eq!(
                    reply(*kind, body.as_bytes()).is_ok(),
                    // What a mandate collects is settled like a payment.
                    kind == other || (*kind, *other) == (ProviderKind::Mandate, ProviderKind::Payment),
                    "{} got {}",
                    kind.name(),
                    other.name()
                );
            }
            assert!(reply(*kind, br#"{"answers":[{"answer":"refused","reason":"no"}]}"#).is_ok());
        }
    }

    #[test]
    fn values_that_no_vendor_would_give_are_not_answers() {
        for (kind, answer) in [
            (ProviderKind::Bureau, r#"{"answer":"bureau_score","score":299}"#),
            (ProviderKind::Bureau, r#"{"answer":"bureau_score","score":901}"#),
            (ProviderKind::Bureau, r#"{"answer":"bureau_score","score":720.5}"#),
            (ProviderKind::Bureau, r#"{"answer":"bureau_question","question":" "}"#),
            (ProviderKind::DeviceInsights, r#"{"answer":"device_score","fis_score":"1.1"}"#),
            (ProviderKind::DeviceInsights, r#"{"answer":"device_score","fis_score":"-0.1"}"#),
            (ProviderKind::DeviceInsights, r#"{"answer":"device_score","fis_score":"1e-3"}"#),
            (ProviderKind::DeviceInsights, r#"{"answer":"device_score","fis_score":"NaN"}"#),
            (ProviderKind::DeviceInsights, r#"{"answer":"device_score","fis_score":""}"#),
            (ProviderKind::Payout, r#"{"answer":"paid_out","utr":""}"#),
            (ProviderKind::Payout, r#"{"answer":"paid_out","utr":"N1\u0000"}"#),
        ] {
            let body = format!(r#"{{"answers":[{answer}]}}"#);
            assert!(reply(kind, body.as_bytes()).is_err(), "{answer}");
        }
        let long = format!(r#"{{"answers":[{{"answer":"refused","reason":"{}"}}]}}"#, "a".repeat(501));
        assert!(reply(ProviderKind::Payout, long.as_bytes()).is_err());
        for text in ["0", "1", "0.0", "1.0", "0.123456", "1.000"] {
            assert!(is_probability(text), "{text}");
        }
    }

    #[test]
    fn no_answer_yet_is_an_answer() {
        assert_eq!(reply(ProviderKind::Kyc, b""), Ok(Reply::default()));
        assert_eq!(reply(ProviderKind::Kyc, b"{}"), Ok(Reply::default()));
        assert_eq!(reply(ProviderKind::Kyc, br#"{"ask_again_after_seconds":5,"more":1}"#), Ok(Reply::later(5)));
        for seconds in [-1, 0, 86_401] {
            let body = format!(r#"{{"ask_again_after_seconds":{seconds}}}"#);
            assert!(reply(ProviderKind::Kyc, body.as_bytes()).is_err());
        }
    }
}
