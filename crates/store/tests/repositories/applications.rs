//! Loan applications, offers, files.

use qist_app::ports::store::StoredFile;
use qist_domain::application::{
    Address, Application, BankAccount, DocumentStatus, KycDocument, KycKind, MandateKind, NewApplication, ResidenceType,
};
use qist_domain::event::EntityType;
use qist_domain::id::{BlobId, KycDocumentId};
use qist_domain::refusal::Code;
use serde_json::json;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed};

on_both_engines! {
    an_application_reads_back_after_every_step,
    an_application_is_seen_by_its_tenant_and_its_lender_alone,
    a_users_applications_are_listed_newest_first,
    a_customer_is_found_with_the_ids_of_applications,
    an_application_is_found_with_its_user,
    a_number_is_given_once,
    an_application_needs_its_user,
    a_change_of_what_somebody_else_has_changed_is_refused,
    offers_keep_the_order_in_which_they_were_made,
    a_file_reads_back_as_it_was_stored,
}

fn assert_same(left: &Application, right: &Application) {
    // Only the parts that hide themselves from `Debug` are compared besides.
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
    assert_eq!(left.details, right.details);
}

fn address() -> Address {
    Address {
        line1: "12, 4th Cross".into(),
        line2: String::new(),
        city: "Bengaluru".into(),
        pincode: "560001".to_owned().try_into().unwrap(),
        state: "Karnataka".into(),
    }
}

fn bank() -> BankAccount {
    BankAccount {
        account_number: "0050100100999".to_owned().try_into().unwrap(),
        ifsc: "HDFC0000001".to_owned().try_into().unwrap(),
        bank_name: "HDFC Bank".into(),
        holder_name: "Asha".into(),
    }
}

fn document() -> KycDocument {
    KycDocument {
        id: KycDocumentId(uuid(30)),
        kind: KycKind::PanCard,
        blob: BlobId(uuid(31)),
        content_type: "image/png".into(),
        uploaded_at: at(3),
        status: DocumentStatus::Uploaded,
    }
}

async fn an_application_reads_back_after_every_step(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let applied = new_application(1, 1);
    let expected = applied.state().clone();
    save_application(store, applied).await;
    assert_same(&load_application(store, 1).await, &expected);
    type Step = fn(Application) -> qist_domain::change::Change<Application>;
    let steps: [Step; 11] = [
        |a| a.submit_form(json!({ "income": "50000" }).as_object().unwrap().clone(), false).unwrap(),
        |a| a.submit_address(address(), ResidenceType::Owned, false).unwrap(),
        |a| a.upload_document(document()).unwrap(),
        |a| a.submit_kyc(&[KycKind::PanCard]).unwrap(),
        |a| a.verify_document(document().id, EntityType::LenderAgent).unwrap(),
        |a| a.approve(EntityType::Lender).unwrap(),
        |a| a.accept_offer(&acknowledged(offer(1, 1)), at(150)).unwrap(),
        |a| a.add_bank(bank()).unwrap(),
        |a| a.bank_answered(Some("ASHA IYENGAR".into())).unwrap(),
        |a| a.start_mandate(MandateKind::Enach, false).unwrap(),
        |a| a.mandate_answered(Err("refused by the bank".into())).unwrap().unwrap(),
    ];
    for step in steps {
        let change = step(load_application(store, 1).await);
        let expected = change.state().clone();
        save_application(store, change).await;
        assert_same(&load_application(store, 1).await, &expected);
    }
}

async fn an_application_is_seen_by_its_tenant_and_its_lender_alone(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let id = application_id(1);
    assert!(in_read!(store, tx => tx.application(OTHER_TENANT, id)).unwrap().is_none());
    assert!(in_read!(store, tx => tx.application_of_lender(OTHER_LENDER, id)).unwrap().is_none());
    let of_lender = in_read!(store, tx => tx.application_of_lender(LENDER, id)).unwrap().unwrap();
    assert_same(&of_lender, &load_application(store, 1).await);
}

async fn a_users_applications_are_listed_newest_first(fixture: Fixture) {
    let store = &fixture.store;
    for user in [1, 2] {
        save_user(store, new_user(user)).await;
    }
    for (number, user) in [(3, 1), (1, 1), (2, 2)] {
        save_application(store, new_application(number, user)).await;
    }
    let ids = [application_id(3), application_id(1)];
    let applications = in_read!(store, tx => tx.applications_of(user_id(1))).unwrap();
    assert_eq!(applications.iter().map(|application| application.id).collect::<Vec<_>>(), ids);
}

async fn a_customer_is_found_with_the_ids_of_applications(fixture: Fixture) {
    let store = &fixture.store;
    for user in [1, 2] {
        save_user(store, new_user(user)).await;
    }
    for (number, user) in [(3, 1), (1, 1), (2, 2)] {
        save_application(store, new_application(number, user)).await;
    }
    save_user(store, new_user(3)).await;
    let found = |tenant, customer: &'static str| async move {
        let found = in_read!(store, tx => tx.user_with_application_ids(tenant, customer)).unwrap();
        found.map(|(user, ids)| (user.id, ids))
    };
    assert_eq!(found(TENANT, "Cust-1").await, Some((user_id(1), vec![application_id(3), application_id(1)])));
    assert_eq!(found(TENANT, "Cust-3").await, Some((user_id(3), vec![])));
    assert_eq!(found(TENANT, "Cust-4").await, None);
    assert_eq!(found(OTHER_TENANT, "Cust-1").await, None);
}

async fn an_application_is_found_with_its_user(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_user(store, load_user(store, 1).await.update_profile(profile(), at(0).day()).unwrap()).await;
    save_application(store, new_application(1, 1)).await;
    let id = application_id(1);
    let (application, user) = in_read!(store, tx => tx.application_with_user(TENANT, id)).unwrap().unwrap();
    assert_same(&application, &load_application(store, 1).await);
    let alone = load_user(store, 1).await;
    assert_eq!((user.id, &user.personal, user.version), (alone.id, &alone.personal, alone.version));
    assert!(in_read!(store, tx => tx.application_with_user(OTHER_TENANT, id)).unwrap().is_none());
}

async fn a_number_is_given_once(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    let one = new_application(1, 1);
    let number = fixed(one.state().number.clone());
    assert!(in_read!(store, tx => tx.number_is_free(number)).unwrap());
    save_application(store, one).await;
    assert!(!in_read!(store, tx => tx.number_is_free(number)).unwrap());
    let same = fixed(Application::apply(NewApplication { number: number.clone(), ..unapplied(2, 1) }, at(0)));
    assert_eq!(code_of(in_write!(store, tx => tx.save_application(same.clone(), at(0)))), Code::VersionConflict);
}

async fn an_application_needs_its_user(fixture: Fixture) {
    let store = &fixture.store;
    let orphan = fixed(new_application(1, 1));
    assert!(in_write!(store, tx => tx.save_application(orphan.clone(), at(0))).is_err());
}

async fn a_change_of_what_somebody_else_has_changed_is_refused(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let read = load_application(store, 1).await;
    save_application(store, read.clone().cancel(EntityType::System, "first".to_owned()).unwrap()).await;
    let late = fixed(read.cancel(EntityType::System, "second".to_owned()).unwrap());
    assert_eq!(code_of(in_write!(store, tx => tx.save_application(late.clone(), at(1)))), Code::VersionConflict);
    assert_eq!(load_application(store, 1).await.end_reason.as_deref(), Some("first"));
    assert_eq!(in_read!(store, tx => tx.activity(user_id(1))).unwrap().len(), 4);
}

async fn offers_keep_the_order_in_which_they_were_made(fixture: Fixture) {
    let store = &fixture.store;
    save_user(store, new_user(1)).await;
    save_application(store, new_application(1, 1)).await;
    let made = fixed([offer(7, 1), offer(3, 1), offer(5, 1)]);
    in_write!(store, tx => tx.insert_offers(&made[..2])).unwrap();
    in_write!(store, tx => tx.insert_offers(&made[2..])).unwrap();
    let stored = in_read!(store, tx => tx.offers(application_id(1))).unwrap();
    assert_eq!(format!("{stored:?}"), format!("{made:?}"));
    assert!(in_read!(store, tx => tx.offers(application_id(2))).unwrap().is_empty());
}

async fn a_file_reads_back_as_it_was_stored(fixture: Fixture) {
    let store = &fixture.store;
    let file = fixed(StoredFile {
        id: BlobId(uuid(40)),
        tenant: TENANT,
        application: Some(application_id(1)),
        kind: "agreement_signed".into(),
        content_type: "application/pdf".into(),
        sha256: "ab".repeat(32),
        size_bytes: 137_000,
        created_at: at(1),
    });
    in_write!(store, tx => tx.insert_file(file)).unwrap();
    let stored = in_read!(store, tx => tx.file(file.id)).unwrap().unwrap();
    assert_eq!(format!("{stored:?}"), format!("{file:?}"));
    assert!(in_read!(store, tx => tx.file(BlobId(uuid(41)))).unwrap().is_none());
}
