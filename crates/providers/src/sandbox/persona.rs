//! What a persona is: the input that makes it, and what it does.

use qist_app::ports::connector::{Answer, Ask, AskError, ProviderKind, Reply};

use super::ASK_AGAIN_SECONDS;

/// The right answer to the question that a bureau asks first.
const RIGHT_ANSWER: &str = "1990";
const QUESTION: &str = "In which year did you open your oldest bank account?";

/// One input and one behaviour.
#[derive(Debug)]
pub struct Persona {
    pub kind: ProviderKind,
    pub when: When,
    pub then: Then,
    /// An input that makes it, well-formed.
    pub example: &'static str,
}

/// The input that makes a persona.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The four digits of the PAN.
    PanDigits(&'static str),
    /// The four digits of the PAN are a number from the first to the second, both included.
    PanDigitsBetween(u16, u16),
    /// The four digits of the PAN, and how the name of the document begins.
    PanDigitsAndDocument(&'static str, &'static str),
    CustomerIdStarts(&'static str),
    /// The 13th character of the GSTIN.
    GstinEntity(&'static str),
    AccountEnds(&'static str),
    /// The last four digits of the account that a mandate is on, and the instalment that is collected; 0 for any.
    DebitOf(&'static str, u32),
    MobileEnds(&'static str),
    /// The last digits of the amount in paise.
    AmountEnds(&'static str),
}

/// What a persona does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Says(Says),
    /// Puts off its usual answer until this attempt.
    Later(u32),
    /// Does not answer the first attempt in time, and as usual afterwards.
    TimesOutFirst,
    /// Cannot be reached before this attempt.
    DownUntil(u32),
    /// Gives its usual answer twice.
    Twice,
    /// Takes the question and would answer by callback, which never comes.
    Silent,
    /// Asks a question first, and goes on asking until it is answered rightly.
    AsksFirst,
    /// Asks a question first, and refuses where it is answered wrongly.
    AsksOnce,
}

/// An answer other than the usual one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Score(i64),
    /// The number that the four digits of the PAN are.
    ScoreOfPan,
    NoScore,
    NoRecord,
    FisScore(&'static str),
    DeviceUnknown,
    KycRejected(&'static str),
    KycUnclear(&'static str),
    NameAtBank(&'static str),
    Refused(&'static str),
}

impl Persona {
    pub(super) fn is_meant_by(&self, ask: &Ask) -> bool {
        self.kind == ask.kind() && self.when.fits(ask)
    }
}

impl When {
    fn fits(self, ask: &Ask) -> bool {
        match self {
            When::PanDigits(digits) => pan_digits(ask) == Some(digits),
            When::PanDigitsBetween(from, to) => {
                pan_number(ask).is_some_and(|number| (i64::from(from)..=i64::from(to)).contains(&number))
            }
            When::PanDigitsAndDocument(digits, begin) => {
                let begins = matches!(ask, Ask::Kyc { document, .. } if document.starts_with(begin));
                begins && pan_digits(ask) == Some(digits)
            }
            When::CustomerIdStarts(begin) => {
                matches!(ask, Ask::DeviceInsights { customer_id } if customer_id.starts_with(begin))
            }
            When::GstinEntity(entity) => matches!(ask, Ask::Gst { gstin } if gstin.get(12..13) == Some(entity)),
            When::AccountEnds(end) => account_number(ask).is_some_and(|number| number.ends_with(end)),
            When::DebitOf(end, num) => match ask {
                Ask::Debit { account_number, installment_num, .. } => {
                    account_number.ends_with(end) && (num == 0 || num == *installment_num)
                }
                _ => false,
            },
            When::MobileEnds(end) => mobile(ask).is_some_and(|mobile| mobile.ends_with(end)),
            When::AmountEnds(end) => {
                matches!(ask, Ask::Payment { amount_paise, .. } if amount_paise.get().to_string().ends_with(end))
            }
        }
    }
}

fn pan_digits(ask: &Ask) -> Option<&str> {
    match ask {
        Ask::Bureau { pan, .. } | Ask::Kyc { pan, .. } => pan.get(5..9),
        _ => None,
    }
}

fn pan_number(ask: &Ask) -> Option<i64> {
    pan_digits(ask)?.parse().ok()
}

fn account_number(ask: &Ask) -> Option<&str> {
    match ask {
        Ask::PennyDrop { account_number, .. }
        | Ask::Mandate { account_number, .. }
        | Ask::Payout { account_number, .. } => Some(account_number),
        _ => None,
    }
}

fn mobile(ask: &Ask) -> Option<&str> {
    match ask {
        Ask::Esign { mobile, .. } | Ask::Payment { mobile, .. } => Some(mobile),
        _ => None,
    }
}

impl Then {
    pub(super) fn reply(self, attempt: u32, ask: &Ask, usual: impl Fn() -> Answer) -> Result<Reply, AskError> {
        match self {
            Then::Says(says) => Ok(Reply::now(says.answer(ask))),
            Then::Later(until) if attempt < until => Ok(Reply::later(ASK_AGAIN_SECONDS)),
            Then::TimesOutFirst if attempt <= 1 => Err(AskError::TimedOut),
            Then::DownUntil(until) if attempt < until => {
                Err(AskError::Unavailable("the sandbox plays a provider that is down".to_owned()))
            }
            Then::Twice => Ok(Reply { answers: vec![usual(), usual()], ask_again_after_seconds: None }),
            Then::Silent => Ok(Reply::default()),
            Then::AsksFirst | Then::AsksOnce => Ok(Reply::now(self.ask_first(ask, usual))),
            Then::Later(_) | Then::TimesOutFirst | Then::DownUntil(_) => Ok(Reply::now(usual())),
        }
    }

    fn ask_first(self, ask: &Ask, usual: impl Fn() -> Answer) -> Answer {
        let given = match ask {
            Ask::Bureau { answer, .. } => answer.as_deref().map(str::trim),
            _ => None,
        };
        match given {
            Some(RIGHT_ANSWER) => usual(),
            Some(_) if self == Then::AsksOnce => {
                Answer::Refused { reason: "the bureau's question was answered wrongly".to_owned() }
            }
            _ => Answer::BureauQuestion { question: QUESTION.to_owned() },
        }
    }
}

impl Says {
    fn answer(self, ask: &Ask) -> Answer {
        match self {
            Says::Score(score) => Answer::BureauScore { score },
            Says::ScoreOfPan => pan_number(ask).map_or(Answer::BureauNoScore, |score| Answer::BureauScore { score }),
            Says::NoScore => Answer::BureauNoScore,
            Says::NoRecord => Answer::BureauNoRecord,
            Says::FisScore(score) => Answer::DeviceScore { fis_score: score.to_owned() },
            Says::DeviceUnknown => Answer::DeviceUnknown,
            Says::KycRejected(reason) => Answer::KycRejected { reason: reason.to_owned() },
            Says::KycUnclear(reason) => Answer::KycUnclear { reason: reason.to_owned() },
            Says::NameAtBank(name) => Answer::BankVerified { name_at_bank: name.to_owned() },
            Says::Refused(reason) => Answer::Refused { reason: reason.to_owned() },
        }
    }
}
