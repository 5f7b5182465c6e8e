use std::collections::BTreeSet;

use qist_app::ports::connector::{Answer, ProviderKind};
use qist_domain::day::Instant;
use qist_domain::format::{AccountNumber, Gstin, Mobile, Pan};
use qist_domain::money::Paise;

use super::*;

const REFERENCE: &str = "0190a8f4-7b1e-7000-8000-000000000001";

fn bureau(pan: &str, answer: Option<&str>) -> Ask {
    Ask::Bureau {
        name: "Asha Rao".to_owned(),
        pan: pan.to_owned(),
        dob: "1990-04-01".parse().unwrap(),
        mobile: "9999999999".to_owned(),
        answer: answer.map(str::to_owned),
    }
}

fn kyc(pan: &str, document: &str) -> Ask {
    Ask::Kyc {
        document: document.to_owned(),
        content_type: "image/jpeg".to_owned(),
        file_base64: String::new(),
        name: "Asha Rao".to_owned(),
        pan: pan.to_owned(),
    }
}

fn payment(mobile: &str, amount_paise: i64) -> Ask {
    Ask::Payment { mobile: mobile.to_owned(), amount_paise: Paise::new(amount_paise), method: "upi".to_owned() }
}

/// An ordinary question of a kind about `input`; the input is whatever the kind's personas are told apart by.
fn question(kind: ProviderKind, when: Option<When>, input: &str) -> Ask {
    let (account_number, ifsc, holder_name) = (input.to_owned(), "HDFC0000123".to_owned(), "Asha Rao".to_owned());
    match (kind, when) {
        (ProviderKind::Bureau, _) => bureau(input, None),
        (ProviderKind::DeviceInsights, _) => Ask::DeviceInsights { customer_id: input.to_owned() },
        (ProviderKind::Kyc, Some(When::PanDigitsAndDocument(_, document))) => kyc(input, document),
        (ProviderKind::Kyc, _) => kyc(input, "pan_card"),
        (ProviderKind::Gst, _) => Ask::Gst { gstin: input.to_owned() },
        (ProviderKind::PennyDrop, _) => Ask::PennyDrop { account_number, ifsc, holder_name },
        (ProviderKind::Mandate, Some(When::DebitOf(_, num))) => Ask::Debit {
            umrn: UMRN.to_owned(),
            account_number,
            amount_paise: Paise::new(116_100),
            installment_num: num.max(1),
        },
        (ProviderKind::Mandate, _) => Ask::Mandate {
            account_number,
            ifsc,
            holder_name,
            amount_max_paise: Paise::new(500_000),
            until: "2030-01-01".parse().unwrap(),
            paper: false,
        },
        (ProviderKind::Esign, _) => {
            Ask::Esign { signer: holder_name, mobile: input.to_owned(), document_sha256: String::new() }
        }
        (ProviderKind::Payout, _) => Ask::Payout { account_number, ifsc, holder_name, amount_paise: Paise::new(100) },
        (ProviderKind::Payment, Some(When::AmountEnds(_))) => {
            payment("9999999999", Paise::parse_rupees(input).unwrap().get())
        }
        (ProviderKind::Payment, _) => payment(input, 100_000),
        (ProviderKind::Message, _) => Ask::Sms { to: input.to_owned(), text: "123456".to_owned() },
    }
}

fn ordinary(kind: ProviderKind) -> Ask {
    let input = match kind {
        ProviderKind::Bureau | ProviderKind::Kyc => "ABCPD1234N",
        ProviderKind::DeviceInsights => "customer-17",
        ProviderKind::Gst => "27AAPFU0939F1ZV",
        ProviderKind::PennyDrop | ProviderKind::Mandate | ProviderKind::Payout => "50100001234567",
        ProviderKind::Esign | ProviderKind::Payment | ProviderKind::Message => "9999999999",
    };
    question(kind, None, input)
}

fn reply(attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
    Sandbox::reply(REFERENCE, attempt, ask)
}

fn usual(ask: &Ask) -> Answer {
    super::usual::answer(REFERENCE, ask)
}

fn later() -> Result<Reply, AskError> {
    Ok(Reply::later(2))
}

#[test]
fn ordinary_input_succeeds_at_once_with_every_provider() {
    let answers: Vec<_> = ProviderKind::ALL.iter().map(|kind| reply(1, &ordinary(*kind)).unwrap()).collect();
    assert_eq!(
        answers,
        [
            Reply::now(Answer::BureauScore { score: SCORE }),
            Reply::now(Answer::DeviceScore { fis_score: FIS_SCORE.to_owned() }),
            Reply::now(Answer::KycVerified),
            Reply::now(Answer::GstConnected),
            Reply::now(Answer::BankVerified { name_at_bank: "ASHA RAO".to_owned() }),
            Reply::now(Answer::MandateRegistered { umrn: UMRN.to_owned() }),
            Reply::now(Answer::Esigned { reference: ESIGN.to_owned() }),
            Reply::now(Answer::PaidOut { utr: PAYOUT_UTR.to_owned() }),
            Reply::now(Answer::PaymentSettled { utr: PAYMENT_UTR.to_owned() }),
            Reply::now(Answer::MessageSent),
        ]
    );
    let email = Ask::Email { to: "a@example.com".to_owned(), subject: "s".to_owned(), text: "t".to_owned() };
    assert_eq!(reply(1, &email), Ok(Reply::now(Answer::MessageSent)));
}

// Written down, because a demonstration that is repeated next year has to show the same figures.
const SCORE: i64 = 705;
const FIS_SCORE: &str = "0.8212";
const UMRN: &str = "SBOX1835292050583353";
const ESIGN: &str = "SBOXSIGN255343915083286983";
const PAYOUT_UTR: &str = "SBOX202143704577326810";
const PAYMENT_UTR: &str = "SBOX785114014953178070";

#[test]
fn every_persona_is_made_by_its_example_and_by_no_other_persona_before_it() {
    for persona in PERSONAS {
        let ask = question(persona.kind, Some(persona.when), persona.example);
        let first = PERSONAS.iter().find(|other| other.is_meant_by(&ask)).unwrap();
        assert_eq!((first.when, first.then), (persona.when, persona.then), "{}", persona.example);
    }
}

#[test]
fn examples_are_well_formed() {
    for persona in PERSONAS {
        let example = persona.example;
        let well_formed = match persona.when {
            When::PanDigits(_) | When::PanDigitsBetween(..) | When::PanDigitsAndDocument(..) => {
                Pan::parse(example).is_ok_and(|pan| pan.is_of_a_person())
            }
            When::CustomerIdStarts(_) => !example.is_empty(),
            When::GstinEntity(_) => Gstin::parse(example).is_ok(),
            When::AccountEnds(_) | When::DebitOf(..) => AccountNumber::parse(example).is_ok(),
            When::MobileEnds(_) => Mobile::parse(example).is_ok(),
            When::AmountEnds(_) => Paise::parse_rupees(example).is_ok(),
        };
        assert!(well_formed, "{example}");
    }
}

#[test]
fn every_persona_does_what_it_is_listed_to_do() {
    for persona in PERSONAS {
        let ask = question(persona.kind, Some(persona.when), persona.example);
        let usual = usual(&ask);
        let now = Ok(Reply::now(usual.clone()));
        let down = Err(AskError::Unavailable("the sandbox plays a provider that is down".to_owned()));
        let expected = match persona.then {
            Then::Later(2) => [later(), now.clone(), now],
            Then::Later(_) => [later(), later(), now],
            Then::TimesOutFirst => [Err(AskError::TimedOut), now.clone(), now],
            Then::DownUntil(_) => [down.clone(), down, now],
            Then::Twice => {
                let twice = Ok(Reply { answers: vec![usual.clone(), usual], ask_again_after_seconds: None });
                [twice.clone(), twice.clone(), twice]
            }
            Then::Says(_) | Then::AsksFirst | Then::AsksOnce | Then::Silent => {
                let said = reply(1, &ask);
                assert_ne!(said, now, "{} says something of its own", persona.example);
                [said.clone(), said.clone(), said]
            }
        };
        assert_eq!([1, 2, 3].map(|attempt| reply(attempt, &ask)), expected, "{}", persona.example);
    }
}

#[test]
fn every_provider_can_be_made_to_refuse_delay_time_out_be_down_and_repeat_itself() {
    for kind in ProviderKind::ALL.iter().filter(|kind| **kind != ProviderKind::Message) {
        let listed: Vec<_> =
            PERSONAS.iter().filter(|persona| persona.kind == *kind).map(|persona| persona.then).collect();
        for then in [Then::Later(2), Then::Later(3), Then::TimesOutFirst, Then::DownUntil(3), Then::Twice] {
            assert!(listed.contains(&then), "{} {then:?}", kind.name());
        }
        let refuses = |then: &Then| matches!(then, Then::Says(Says::Refused(_) | Says::KycRejected(_)));
        assert!(listed.iter().any(refuses), "{}", kind.name());
    }
}

#[test]
fn bureau_personas_answer_as_documented() {
    let said = |pan: &str, answer| reply(1, &bureau(pan, answer)).unwrap().answers;
    let asks = |answers: Vec<Answer>| matches!(answers.as_slice(), [Answer::BureauQuestion { .. }]);
    assert_eq!(said("ABCPD0001N", None), [Answer::BureauScore { score: 520 }]);
    assert_eq!(said("ABCPD0002N", None), [Answer::BureauNoScore]);
    assert_eq!(said("ABCPD0003N", None), [Answer::BureauNoRecord]);
    for (digits, score) in [("0300", 300), ("0720", 720), ("0900", 900)] {
        assert_eq!(said(&format!("XYZPA{digits}B"), None), [Answer::BureauScore { score }]);
    }
    for pan in ["ABCPD0004N", "ABCPD0005N"] {
        assert!(asks(said(pan, None)));
        assert!(matches!(said(pan, Some(" 1990 ")).as_slice(), [Answer::BureauScore { .. }]));
    }
    assert!(asks(said("ABCPD0004N", Some("1991"))), "it goes on asking");
    assert!(matches!(said("ABCPD0005N", Some("1991")).as_slice(), [Answer::Refused { .. }]));
}

#[test]
fn a_persona_of_one_document_leaves_the_others_alone() {
    assert_eq!(reply(1, &kyc("ABCPD0108N", "pan_card")), Ok(Reply::now(Answer::KycVerified)));
    let said = reply(1, &kyc("ABCPD0108N", "selfie")).unwrap();
    assert_eq!(said, Reply::now(Answer::KycUnclear { reason: "the face does not match".to_owned() }));
    let said = reply(1, &kyc("ABCPD0109N", "address_proof_back")).unwrap();
    assert_eq!(said, Reply::now(Answer::KycRejected { reason: "the document has expired".to_owned() }));
}

#[test]
fn a_persona_of_one_provider_is_ordinary_to_the_others() {
    let account = |kind| question(kind, None, "50100000000101");
    for kind in [ProviderKind::PennyDrop, ProviderKind::Payout] {
        assert_eq!(reply(1, &account(kind)), Ok(Reply::now(usual(&account(kind)))), "{}", kind.name());
    }
    assert!(matches!(reply(1, &bureau("ABCPD0101N", None)).unwrap().answers[..], [Answer::BureauScore { .. }]));
    assert_eq!(reply(1, &kyc("ABCPD0001N", "pan_card")), Ok(Reply::now(Answer::KycVerified)));
}

#[test]
fn scores_stay_in_their_range_and_references_differ() {
    let mut scores = BTreeSet::new();
    let mut utrs = BTreeSet::new();
    for number in 1000..6000 {
        let Answer::BureauScore { score } = usual(&bureau(&format!("ABCPD{number}N"), None)) else { unreachable!() };
        scores.insert(score);
        let ask = Ask::DeviceInsights { customer_id: number.to_string() };
        let Answer::DeviceScore { fis_score } = usual(&ask) else { unreachable!() };
        assert!(("0.5000"..="0.9499").contains(&fis_score.as_str()) && fis_score.len() == 6, "{fis_score}");
        for ask in [ordinary(ProviderKind::Payout), ordinary(ProviderKind::Payment)] {
            let (Answer::PaidOut { utr } | Answer::PaymentSettled { utr }) =
                super::usual::answer(&number.to_string(), &ask)
            else {
                unreachable!()
            };
            assert_eq!(utr.len(), 22);
            utrs.insert(utr);
        }
    }
    assert_eq!((scores.first(), scores.last()), (Some(&650), Some(&850)));
    assert_eq!(utrs.len(), 10_000, "a payout and a payment under the same reference differ too");
}

#[test]
fn input_of_no_shape_at_all_is_ordinary_input() {
    for input in ["", "0001", "é", "आशा", "ABCP"] {
        for kind in ProviderKind::ALL {
            assert!(reply(1, &question(*kind, None, input)).is_ok_and(|reply| reply.answers.len() <= 1), "{input}");
        }
    }
}

#[test]
fn nobody_can_call_back_in_the_name_of_a_sandbox() {
    let body = br#"{"reference":"ref-1","answer":{"answer":"kyc_verified"}}"#;
    let callback = Callback { headers: &[], body, now: Instant::from_micros(0) };
    assert_eq!(Sandbox.read_callback(callback), None);
}

#[test]
fn the_page_names_every_persona_and_every_provider() {
    let page = personas_markdown();
    for persona in PERSONAS {
        assert!(page.contains(&format!("| `{}` |", persona.example)), "{}", persona.example);
    }
    assert_eq!(page.matches("\n## ").count(), ProviderKind::ALL.len());
    assert_eq!(page.matches("| anything else |").count(), ProviderKind::ALL.len());
    assert!(page.contains("| PAN with the digits 0001 | `ABCPD0001N` | score 520 |"));
    assert!(page.contains(
        "| `50100000000004` | wants to be asked again after 2 seconds; succeeds when asked for the third time |"
    ));
}
