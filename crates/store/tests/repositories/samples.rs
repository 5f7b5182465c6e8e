//! Things to store.

use qist_domain::application::{Application, NewApplication, Offer};
use qist_domain::change::Change;
use qist_domain::day::Day;
use qist_domain::event::EntityType;
use qist_domain::format::Mobile;
use qist_domain::id::{
    ApplicationId, FactId, InstallmentId, LenderId, OfferId, OfferTemplateId, ProgrammeId, SourcingEntityId, UserId,
};
use qist_domain::kfs::{Acknowledgement, KeyFacts, Language, Party, Practice, PrintedApr, Statement};
use qist_domain::loan::{Borrowed, Fact, FactKind, Loan, Paid, Quote};
use qist_domain::money::Paise;
use qist_domain::product::Terms;
use qist_domain::programme::{BorrowerKind, Officer};
use qist_domain::user::{Gender, Profile, User};
use qist_store::DbStore;
use serde_json::json;
use uuid::Uuid;

use crate::support::{at, fixed};

pub const TENANT: SourcingEntityId = SourcingEntityId(uuid(1));
pub const OTHER_TENANT: SourcingEntityId = SourcingEntityId(uuid(2));
pub const LENDER: LenderId = LenderId(uuid(3));
pub const OTHER_LENDER: LenderId = LenderId(uuid(4));
pub const PROGRAMME: ProgrammeId = ProgrammeId(uuid(5));

/// Ids in the order of their numbers.
pub const fn uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub fn user_id(number: u128) -> UserId {
    UserId(uuid(1_000_000 + number))
}

pub fn application_id(number: u128) -> ApplicationId {
    ApplicationId(uuid(2_000_000 + number))
}

pub fn mobile(number: u128) -> Mobile {
    Mobile::parse(&format!("98{number:08}")).unwrap()
}

/// The user of this number, created so many seconds after the beginning.
pub fn new_user(number: u128) -> Change<User> {
    let seconds = i64::try_from(number).unwrap();
    User::create(user_id(number), TENANT, format!("Cust-{number}"), mobile(number), at(seconds))
}

pub async fn save_user(store: &DbStore, change: Change<User>) {
    let change = fixed(change);
    let now = change.state().created_at;
    in_write!(store, tx => tx.save_user(change.clone(), now)).unwrap();
}

pub async fn load_user(store: &DbStore, number: u128) -> User {
    in_read!(store, tx => tx.user(TENANT, user_id(number))).unwrap().unwrap()
}

pub fn profile() -> Profile {
    Profile {
        name: "Asha Iyengar".to_owned(),
        email: "asha@example.in".to_owned().try_into().unwrap(),
        dob: "1992-11-09".parse().unwrap(),
        gender: Gender::Female,
    }
}

/// An application of a user.
pub fn new_application(number: u128, user: u128) -> Change<Application> {
    let seconds = i64::try_from(number).unwrap();
    Application::apply(unapplied(number, user), at(seconds))
}

pub fn unapplied(number: u128, user: u128) -> NewApplication {
    NewApplication {
        id: application_id(number),
        number: format!("FB{number:016}"),
        tenant: TENANT,
        user: user_id(user),
        programme: PROGRAMME,
        lender: LENDER,
        amount: Paise::from_rupees(10_000),
    }
}

pub async fn save_application(store: &DbStore, change: Change<Application>) {
    let change = fixed(change);
    let now = change.state().created_at;
    in_write!(store, tx => tx.save_application(change.clone(), now)).unwrap();
}

pub async fn load_application(store: &DbStore, number: u128) -> Application {
    in_read!(store, tx => tx.application(TENANT, application_id(number))).unwrap().unwrap()
}

pub fn terms() -> Terms {
    serde_json::from_value(json!({
        "method": "flat_rate",
        "annual_rate": "14.4",
        "fee": { "kind": "fixed", "amount_paise": 70_000 },
        "gst": "18",
    }))
    .unwrap()
}

pub fn quote() -> Quote {
    Quote::new(&terms(), Paise::from_rupees(6_500), 6, day("2026-11-20")).unwrap()
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn offer(number: u128, application: u128) -> Offer {
    Offer {
        id: OfferId(uuid(3_000_000 + number)),
        application: application_id(application),
        lender: LENDER,
        template: OfferTemplateId(uuid(6)),
        template_version: 2,
        statement: statement(number),
        line: None,
        drawdown: None,
        created_at: at(100),
    }
}

/// The same, its statement read.
pub fn acknowledged(mut offer: Offer) -> Offer {
    let read = Acknowledgement { language: Language::Hindi, at: at(120), ip: "203.0.113.9".to_owned() };
    offer.statement.acknowledged = Some(read);
    offer
}

/// Of an offer of 6,500 rupees.
pub fn statement(number: u128) -> Statement {
    let party = |name: &str| Party { name: name.to_owned(), officer: Officer::default() };
    let facts = KeyFacts {
        proposal_number: format!("FB{number}-1"),
        version: 1,
        application_number: format!("FB{number}"),
        issued_at: at(100),
        valid_until: at(200),
        borrower: BorrowerKind::Personal,
        lender: party("Meridian"),
        platform: party("Acme"),
        practice: Practice {
            cooling_off_days: 3,
            recovery_agents: false,
            platform_recovers: false,
            transferable: false,
        },
        apr: PrintedApr { nominal: "74.35".to_owned(), effective: Some("105.73".to_owned()) },
        quote: quote(),
    };
    Statement::issue(facts, |bytes| format!("{:064x}", bytes.len())).unwrap()
}

pub fn fact_id(number: u128) -> FactId {
    FactId(uuid(4_000_000 + number))
}

/// A user's loan on an application.
pub fn borrowed(application: u128, user: u128) -> Borrowed {
    let (application, user) = (application_id(application), user_id(user));
    Borrowed { application, transaction: None, tenant: TENANT, user, lender: LENDER }
}

/// The loan of an application, paid out on the first day.
pub fn new_loan(number: u128, user: u128) -> Change<Loan> {
    let kind = FactKind::Disbursed { utr: format!("UTR{number}") };
    let fact = Fact { id: fact_id(number * 100), value_day: at(0).day(), recorded_at: at(0), kind };
    let ids = (0..6).map(|num| InstallmentId(uuid(5_000_000 + number * 100 + num))).collect();
    Loan::disburse(borrowed(number, user), quote(), ids, fact).unwrap()
}

/// A payment of so many rupees for an instalment.
pub fn paid(installment_num: u32, rupees: i32, reference: &str) -> Paid {
    Paid {
        installment_num,
        amount: Paise::from_rupees(rupees),
        mode: "UPI".to_owned(),
        reference: reference.to_owned(),
        by: EntityType::SourcingEntity,
    }
}

/// A user, its application and its loan, all of one number.
pub async fn disbursed(store: &DbStore, number: u128) -> Loan {
    save_user(store, new_user(number)).await;
    save_application(store, new_application(number, number)).await;
    let change = fixed(new_loan(number, number));
    in_write!(store, tx => tx.save_loan(change.clone(), at(0))).unwrap();
    load_loan(store, number).await
}

pub async fn load_loan(store: &DbStore, number: u128) -> Loan {
    in_read!(store, tx => tx.loan(application_id(number).into())).unwrap().unwrap()
}
