//! Customers, their events, and what was decided about them.

use qist_app::ports::store::{DecisionRecord, Eligibility};
use qist_domain::day::Instant;
use qist_domain::event::EventType;
use qist_domain::id::{ConsentId, DecisionId, SourcingEntityId};
use qist_domain::money::Paise;
use qist_domain::policy::{Outcome, PolicyKind, RuleOutcome};
use qist_domain::refusal::Code;
use qist_domain::user::consent::{Consent, Purpose};
use qist_domain::user::{Bureau, BureauStatus, Business, PartnerData, User, UserStatus};
use serde_json::json;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed};

on_both_engines! {
    a_user_reads_back_as_it_was_saved,
    a_new_user_has_nothing_personal,
    a_customer_id_is_taken_once_in_each_tenant,
    a_users_mobile_may_be_anothers_too,
    a_user_is_invisible_to_another_tenant,
    a_change_of_what_somebody_else_has_changed_is_refused,
    a_failed_unit_leaves_nothing,
    events_read_back_oldest_first_whoever_logged_them,
    eligibility_is_replaced_and_forgotten,
    a_preapproved_limit_may_come_before_the_customer_and_be_replaced,
    the_newest_decision_of_a_kind_is_found,
    a_consent_is_revoked_once_and_by_its_user,
    a_text_with_a_nul_is_refused_as_the_callers_fault,
}

fn assert_same(left: &User, right: &User) {
    assert_eq!((left.id, left.tenant, &left.customer_id), (right.id, right.tenant, &right.customer_id));
    assert_eq!((&left.mobile, left.status, &left.name), (&right.mobile, right.status, &right.name));
    assert_eq!((&left.personal, &left.bureau), (&right.personal, &right.bureau));
    assert_eq!((&left.fis_score, &left.source), (&right.fis_score, &right.source));
    assert_eq!((left.journey_started, left.created_at), (right.journey_started, right.created_at));
    assert_eq!(left.version, right.version);
}

async fn a_user_reads_back_as_it_was_saved(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let pushed = PartnerData {
        pan: Some("ABCPE1234F".to_owned().try_into().unwrap()),
        name: Some("आशा \"A\" O'Neil \\ %_".to_owned()),
        fields: json!({ "vintage": 3, "nested": { "a": [1, null] } }).as_object().unwrap().clone(),
        ..PartnerData::default()
    };
    let business = Business {
        name: "Iyengar Stores".into(),
        constitution: "proprietorship".into(),
        vintage_day: day("2019-04-01"),
    };
    let bureau = Bureau {
        status: BureauStatus::Failed,
        score: Some(742),
        question: Some("which branch?".into()),
        failure: Some("time-out".into()),
    };
    let steps: Vec<Box<dyn Fn(User) -> qist_domain::change::Change<User>>> = vec![
        Box::new(move |user| user.push(pushed.clone()).unwrap()),
        Box::new(|user| user.issue_token(Some("android".to_owned())).unwrap()),
        Box::new(|user| user.update_profile(profile(), at(0).day()).unwrap()),
        Box::new(move |user| user.set_business(business.clone()).unwrap()),
        Box::new(|user| user.bureau_asked().unwrap()),
        Box::new(move |user| user.bureau_answered(bureau.clone()).unwrap()),
        Box::new(|user| user.device_insights("0.7342".to_owned())),
        Box::new(|user| user.qualified(true).unwrap().unwrap()),
    ];
    for step in steps {
        let change = step(load_user(store, 1).await);
        let expected = change.state().clone();
        save_user(store, change).await;
        assert_same(&load_user(store, 1).await, &expected);
        let found = in_read!(store, tx => tx.user_by_customer(TENANT, "Cust-1")).unwrap().unwrap();
        assert_same(&found, &expected);
    }
}

async fn a_new_user_has_nothing_personal(fixture: Fixture) {
    let store = &fixture.store;
    let change = new_user(1);
    let expected = change.state().clone();
    save_user(store, change).await;
    assert_same(&load_user(store, 1).await, &expected);
}

async fn a_customer_id_is_taken_once_in_each_tenant(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let create = |id: u128, tenant: SourcingEntityId| {
        fixed(User::create(user_id(id), tenant, "Cust-1".to_owned(), mobile(id), at(0)))
    };
    let twice = create(2, TENANT);
    assert_eq!(code_of(in_write!(store, tx => tx.save_user(twice.clone(), at(0)))), Code::UserExists);
    let elsewhere = create(3, OTHER_TENANT);
    in_write!(store, tx => tx.save_user(elsewhere.clone(), at(0))).unwrap();
    // The case of the letters counts.
    let other_case = fixed(User::create(user_id(4), TENANT, "cust-1".to_owned(), mobile(4), at(0)));
    in_write!(store, tx => tx.save_user(other_case.clone(), at(0))).unwrap();
    let found = in_read!(store, tx => tx.user_by_customer(TENANT, "Cust-1")).unwrap().unwrap();
    assert_eq!(found.id, user_id(1));
}

async fn a_users_mobile_may_be_anothers_too(fixture: Fixture) {
    let store = &fixture.store;
    for number in [1, 2] {
        let change = User::create(user_id(number), TENANT, format!("c{number}"), mobile(7), at(0));
        save_user(store, change).await;
    }
}

async fn a_user_is_invisible_to_another_tenant(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    assert!(in_read!(store, tx => tx.user(OTHER_TENANT, user_id(1))).unwrap().is_none());
    assert!(in_read!(store, tx => tx.user_by_customer(OTHER_TENANT, "Cust-1")).unwrap().is_none());
}

async fn a_change_of_what_somebody_else_has_changed_is_refused(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let read = load_user(store, 1).await;
    save_user(store, read.clone().device_insights("0.1".to_owned())).await;
    let late = fixed(read.device_insights("0.2".to_owned()));
    assert_eq!(code_of(in_write!(store, tx => tx.save_user(late.clone(), at(1)))), Code::VersionConflict);
    let stands = load_user(store, 1).await;
    assert_eq!((stands.fis_score.as_deref(), stands.version), (Some("0.1"), 1));
}

async fn a_failed_unit_leaves_nothing(fixture: Fixture) {
    let store = &fixture.store;
    let change = fixed(new_user(1));
    let refused: qist_app::error::Result<()> = in_write!(store, tx => async {
        tx.save_user(change.clone(), at(0)).await?;
        Err(Code::NotEligible.into())
    });
    assert_eq!(code_of(refused), Code::NotEligible);
    assert!(in_read!(store, tx => tx.user(TENANT, user_id(1))).unwrap().is_none());
    assert!(in_read!(store, tx => tx.activity(user_id(1))).unwrap().is_empty());
    let listed = in_read!(store, tx => tx.list_users(TENANT, fixed(Default::default()))).unwrap();
    assert_eq!(listed.total, 0);
}

async fn events_read_back_oldest_first_whoever_logged_them(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_user(store, load_user(store, 1).await.eligibility_calculated(Paise::from_rupees(25_000))).await;
    save_application(store, new_application(9, 1)).await;
    let profiled = fixed(load_user(store, 1).await.update_profile(profile(), at(0).day()).unwrap());
    in_write!(store, tx => tx.save_user(profiled.clone(), at(500))).unwrap();
    let activity = in_read!(store, tx => tx.activity(user_id(1))).unwrap();
    let types: Vec<EventType> = activity.iter().map(|event| event.event_type).collect();
    assert_eq!(
        types,
        [
            EventType::UserCreated,
            EventType::EligibilityCalculated,
            EventType::LoanApplicationCreated,
            EventType::LenderAssigned,
            EventType::ProfileUpdated,
        ]
    );
    assert_eq!(activity[1].description, "25000.00");
    assert_eq!((activity[0].application, activity[2].application), (None, Some(application_id(9))));
    assert_eq!((activity[0].entity_type.name(), activity[3].entity_type.name()), ("sourcing_entity", "system"));
    assert_eq!(activity[4].logged_at, at(500));
}

async fn eligibility_is_replaced_and_forgotten(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    for (amount, eligible) in [(10, true), (0, false)] {
        let eligibility = fixed(Eligibility {
            user: user_id(1),
            eligible,
            amount: Paise::from_rupees(amount),
            decision: DecisionId(uuid(8)),
            calculated_at: at(1),
            expires_at: at(2),
        });
        in_write!(store, tx => tx.save_eligibility(eligibility)).unwrap();
        let stored = in_read!(store, tx => tx.eligibility(user_id(1))).unwrap().unwrap();
        assert_eq!(format!("{stored:?}"), format!("{eligibility:?}"));
        let of_customer = in_read!(store, tx => tx.eligibility_of_customer(TENANT, "Cust-1")).unwrap();
        assert_eq!(format!("{of_customer:?}"), format!("{:?}", Some(Some(eligibility))));
    }
    in_write!(store, tx => tx.forget_eligibility(user_id(1))).unwrap();
    assert!(in_read!(store, tx => tx.eligibility(user_id(1))).unwrap().is_none());
    assert!(in_read!(store, tx => tx.eligibility_of_customer(TENANT, "Cust-1")).unwrap().unwrap().is_none());
    assert!(in_read!(store, tx => tx.eligibility_of_customer(OTHER_TENANT, "Cust-1")).unwrap().is_none());
    in_write!(store, tx => tx.forget_eligibility(user_id(1))).unwrap();
}

async fn a_preapproved_limit_may_come_before_the_customer_and_be_replaced(fixture: Fixture) {
    let store = &fixture.store;
    for rupees in [5_000, 7_500] {
        let limit = Paise::from_rupees(rupees);
        in_write!(store, tx => tx.save_preapproved_limit(TENANT, "Cust-1", limit, at(0))).unwrap();
        assert_eq!(in_read!(store, tx => tx.preapproved_limit(TENANT, "Cust-1")).unwrap(), Some(limit));
    }
    assert_eq!(in_read!(store, tx => tx.preapproved_limit(OTHER_TENANT, "Cust-1")).unwrap(), None);
}

fn decision(number: u128, kind: PolicyKind, decided_at: Instant) -> DecisionRecord {
    DecisionRecord {
        id: DecisionId(uuid(7_000_000 + number)),
        tenant: TENANT,
        user: user_id(1),
        application: (kind == PolicyKind::Underwriting).then(|| application_id(1)),
        lender: (kind == PolicyKind::Underwriting).then_some(LENDER),
        kind,
        policy_version: 3,
        inputs: json!({ "pan": "ABCPE1234F", "score": 742 }).as_object().unwrap().clone(),
        outcome: Outcome::CantDecide,
        rules: vec![RuleOutcome { rule: "age".into(), expression: "age >= 21".into(), outcome: Outcome::CantDecide }],
        outputs: json!({ "eligibleAmount": "25000" }).as_object().unwrap().clone(),
        decided_at,
    }
}

async fn the_newest_decision_of_a_kind_is_found(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed([
        decision(1, PolicyKind::Underwriting, at(5)),
        decision(2, PolicyKind::Underwriting, at(9)),
        decision(3, PolicyKind::Underwriting, at(9)),
        decision(4, PolicyKind::Prequalification, at(20)),
    ]);
    for decision in made {
        in_write!(store, tx => tx.insert_decision(decision)).unwrap();
    }
    let newest = in_read!(store, tx => tx.decision(user_id(1), PolicyKind::Underwriting)).unwrap().unwrap();
    assert_eq!(format!("{newest:?}"), format!("{:?}", made[2]));
    assert!(in_read!(store, tx => tx.decision(user_id(1), PolicyKind::Matching)).unwrap().is_none());
    let of_application = in_read!(store, tx => tx.decisions_of(application_id(1))).unwrap();
    assert_eq!(of_application.iter().map(|made| made.id).collect::<Vec<_>>(), [made[2].id, made[1].id, made[0].id]);
}

async fn a_consent_is_revoked_once_and_by_its_user(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let consent = fixed(Consent {
        id: ConsentId(uuid(9)),
        user: user_id(1),
        purpose: Purpose::BureauPull,
        text_version: 1,
        given_at: at(1),
        ip: "2001:db8::1".to_owned(),
        revoked_at: None,
    });
    in_write!(store, tx => tx.insert_consent(consent)).unwrap();
    assert_eq!(in_read!(store, tx => tx.consents(user_id(1))).unwrap(), std::slice::from_ref(consent));
    assert!(!in_write!(store, tx => tx.revoke_consent(user_id(2), consent.id, at(2))).unwrap());
    assert!(in_write!(store, tx => tx.revoke_consent(user_id(1), consent.id, at(2))).unwrap());
    assert!(!in_write!(store, tx => tx.revoke_consent(user_id(1), consent.id, at(3))).unwrap());
    assert_eq!(in_read!(store, tx => tx.consents(user_id(1))).unwrap()[0].revoked_at, Some(at(2)));
}

async fn a_text_with_a_nul_is_refused_as_the_callers_fault(fixture: Fixture) {
    let store = &fixture.store;
    let change = fixed(User::create(user_id(1), TENANT, "a\0b".to_owned(), mobile(1), at(0)));
    assert_eq!(code_of(in_write!(store, tx => tx.save_user(change.clone(), at(0)))), Code::InvalidField);
    assert_eq!(change.state().status, UserStatus::UserCreated);
}
