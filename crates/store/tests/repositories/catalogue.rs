//! Sourcing entities, lenders, programmes, policies, offer templates.

use qist_app::ports::store::PolicyVersion;
use qist_domain::id::{LenderId, OfferTemplateId};
use qist_domain::money::Paise;
use qist_domain::policy::PolicyKind;
use qist_domain::programme::{
    EntitySettings, Lender, LenderSettings, OfferTemplate, Officer, Programme, ProgrammeLender, SourcingEntity,
};
use qist_domain::refusal::Code;
use qist_store::DbStore;
use serde_json::json;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed};

on_both_engines! {
    an_entity_is_replaced_under_its_own_code_alone,
    a_lender_is_replaced_under_its_own_code_alone,
    a_programme_keeps_the_order_of_its_lenders,
    policies_gain_versions_and_the_newest_counts,
    a_template_is_replaced_by_its_next_version_alone,
}

fn entity(code: &str) -> SourcingEntity {
    let settings = EntitySettings {
        repayment_api: true,
        redirect_origins: vec!["https://shop.example".into()],
        ..EntitySettings::default()
    };
    SourcingEntity { id: TENANT, code: code.into(), name: "Shop".into(), settings }
}

fn lender(id: LenderId, code: &str) -> Lender {
    let officer = Officer { name: "R. Rao".into(), email: "r@example.in".into(), phone: "080".into() };
    let settings = LenderSettings { grievance_officer: officer, ..LenderSettings::default() };
    Lender { id, code: code.into(), name: "Bank".into(), settings }
}

async fn save_parties(store: &DbStore) {
    let entity = fixed(entity("shop"));
    in_write!(store, tx => tx.save_sourcing_entity(entity)).unwrap();
    for lender in fixed([lender(LENDER, "one"), lender(OTHER_LENDER, "two")]) {
        in_write!(store, tx => tx.save_lender(lender)).unwrap();
    }
    let programme = fixed(programme(vec![]));
    in_write!(store, tx => tx.save_programme(programme)).unwrap();
}

fn programme(lenders: Vec<ProgrammeLender>) -> Programme {
    let settings = json!({
        "borrower": "business",
        "consents": ["bureau_pull"],
        "kyc_documents": ["pan_card"],
        "form": [{ "key": "income", "label": "Income", "required": true, "kind": "amount" }],
        "needs_mandate": true,
        "eligibility_days": 30,
        "offer_days": 7,
    });
    let settings = serde_json::from_value(settings).unwrap();
    Programme { id: PROGRAMME, tenant: TENANT, name: "Stock loans".into(), settings, lenders }
}

async fn an_entity_is_replaced_under_its_own_code_alone(fixture: Fixture) {
    let store = &fixture.store;
    let first = fixed(entity("shop"));
    in_write!(store, tx => tx.save_sourcing_entity(first)).unwrap();
    let renamed =
        fixed(SourcingEntity { name: "Shop & Co".into(), settings: EntitySettings::default(), ..entity("shop") });
    in_write!(store, tx => tx.save_sourcing_entity(renamed)).unwrap();
    assert_eq!(in_read!(store, tx => tx.sourcing_entity(TENANT)).unwrap().as_ref(), Some(renamed));
    assert_eq!(in_read!(store, tx => tx.sourcing_entity_by_code("shop")).unwrap().as_ref(), Some(renamed));
    assert_eq!(in_read!(store, tx => tx.sourcing_entity_by_code("SHOP")).unwrap(), None);
    let rival = fixed(SourcingEntity { id: OTHER_TENANT, ..entity("shop") });
    assert_eq!(code_of(in_write!(store, tx => tx.save_sourcing_entity(rival))), Code::InvalidField);
    let other = fixed(SourcingEntity { id: OTHER_TENANT, ..entity("another") });
    in_write!(store, tx => tx.save_sourcing_entity(other)).unwrap();
    let all = in_read!(store, tx => tx.sourcing_entities()).unwrap();
    assert_eq!(all, [other.clone(), renamed.clone()]);
}

async fn a_lender_is_replaced_under_its_own_code_alone(fixture: Fixture) {
    let store = &fixture.store;
    let (first, renamed) =
        (fixed(lender(LENDER, "bank")), fixed(Lender { name: "Bank Ltd".into(), ..lender(LENDER, "bank") }));
    in_write!(store, tx => tx.save_lender(first)).unwrap();
    in_write!(store, tx => tx.save_lender(renamed)).unwrap();
    assert_eq!(in_read!(store, tx => tx.lender(LENDER)).unwrap().as_ref(), Some(renamed));
    assert_eq!(in_read!(store, tx => tx.lender_by_code("bank")).unwrap().as_ref(), Some(renamed));
    let rival = fixed(lender(OTHER_LENDER, "bank"));
    assert_eq!(code_of(in_write!(store, tx => tx.save_lender(rival))), Code::InvalidField);
    assert_eq!(in_read!(store, tx => tx.lender(OTHER_LENDER)).unwrap(), None);
}

async fn a_programme_keeps_the_order_of_its_lenders(fixture: Fixture) {
    let store = &fixture.store;
    save_parties(store).await;
    let part = |lender, auto_approve| ProgrammeLender { lender, auto_approve };
    for lenders in [
        vec![part(OTHER_LENDER, true), part(LENDER, false)],
        vec![part(LENDER, true), part(OTHER_LENDER, true)],
        vec![],
    ] {
        let saved = fixed(programme(lenders));
        in_write!(store, tx => tx.save_programme(saved)).unwrap();
        assert_eq!(in_read!(store, tx => tx.programme(PROGRAMME)).unwrap().as_ref(), Some(saved));
        assert_eq!(in_read!(store, tx => tx.programme_of(TENANT)).unwrap().as_ref(), Some(saved));
    }
    assert_eq!(in_read!(store, tx => tx.programme_of(OTHER_TENANT)).unwrap(), None);
}

async fn policies_gain_versions_and_the_newest_counts(fixture: Fixture) {
    let store = &fixture.store;
    save_parties(store).await;
    let policy = |lender, version| {
        fixed(PolicyVersion {
            programme: PROGRAMME,
            lender,
            kind: PolicyKind::Matching,
            version,
            document: json!({ "nodes": [], "edges": [], "n": 0.1 }),
            created_at: at(version),
        })
    };
    for (lender, version) in [(None, 1), (None, 2), (Some(LENDER), 1)] {
        let policy = policy(lender, version);
        in_write!(store, tx => tx.insert_policy(policy)).unwrap();
        let newest = in_read!(store, tx => tx.policy(PROGRAMME, lender, PolicyKind::Matching)).unwrap().unwrap();
        assert_eq!(format!("{newest:?}"), format!("{policy:?}"));
    }
    let again = policy(None, 2);
    assert_eq!(code_of(in_write!(store, tx => tx.insert_policy(again))), Code::VersionConflict);
    assert!(in_read!(store, tx => tx.policy(PROGRAMME, None, PolicyKind::Underwriting)).unwrap().is_none());
    assert!(in_read!(store, tx => tx.policy(PROGRAMME, Some(OTHER_LENDER), PolicyKind::Matching)).unwrap().is_none());
}

async fn a_template_is_replaced_by_its_next_version_alone(fixture: Fixture) {
    let store = &fixture.store;
    save_parties(store).await;
    let template = |version, name: &str| {
        fixed(OfferTemplate {
            id: OfferTemplateId(uuid(6)),
            lender: LENDER,
            programme: PROGRAMME,
            name: name.into(),
            active: version == 1,
            line: None,
            amount_min: Paise::from_rupees(5_000),
            amount_max: Paise::from_rupees(50_000),
            tenure: 6,
            terms: terms(),
            version,
        })
    };
    let (one, two, three) = (template(1, "one"), template(2, "two"), template(3, "three"));
    in_write!(store, tx => tx.save_offer_template(one)).unwrap();
    for refused in [one, three] {
        assert_eq!(code_of(in_write!(store, tx => tx.save_offer_template(refused))), Code::VersionConflict);
    }
    in_write!(store, tx => tx.save_offer_template(two)).unwrap();
    assert_eq!(in_read!(store, tx => tx.offer_template(LENDER, two.id)).unwrap().as_ref(), Some(two));
    assert_eq!(in_read!(store, tx => tx.offer_template(OTHER_LENDER, two.id)).unwrap(), None);
    assert_eq!(in_read!(store, tx => tx.offer_templates(LENDER)).unwrap(), std::slice::from_ref(two));
    assert_eq!(in_read!(store, tx => tx.offer_templates(OTHER_LENDER)).unwrap(), []);
}
