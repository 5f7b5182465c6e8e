use uuid::Uuid;

use super::*;
use crate::id::{BlobId, KycDocumentId};

fn fresh() -> Application {
    let id = Uuid::from_u128(9);
    let new = NewApplication {
        id: ApplicationId(id),
        number: "FB1".into(),
        tenant: SourcingEntityId(id),
        user: UserId(id),
        programme: ProgrammeId(id),
        lender: LenderId(id),
        amount: Paise::from_rupees(15_000),
    };
    Application::apply(new, Instant::from_micros(0)).into_parts().0
}

fn at(status: LoanStatus) -> Application {
    Application { status, ..fresh() }
}

fn names(change: Change<Application>) -> (LoanStatus, Vec<&'static str>) {
    let (state, _, events, _) = change.into_parts();
    (state.status, events.iter().map(|event| event.event_type.name()).collect())
}

fn document(kind: KycKind, number: u128) -> KycDocument {
    KycDocument {
        id: KycDocumentId(Uuid::from_u128(number)),
        kind,
        blob: BlobId(Uuid::from_u128(number)),
        content_type: "image/png".into(),
        uploaded_at: Instant::from_micros(0),
        status: DocumentStatus::Uploaded,
    }
}

#[test]
fn the_number_is_the_prefix_and_the_microsecond_of_creation() {
    assert_eq!(application_number("FB", Instant::from_micros(1_600_196_175_625_806), 0), "FB1600196175625806");
}

#[test]
fn the_application_moves_on_when_form_and_address_are_both_in() {
    let address = Address {
        line1: "22, 80 Feet Rd".into(),
        line2: "Koramangala".into(),
        city: "Bengaluru".into(),
        pincode: crate::format::Pincode::parse("560095").unwrap(),
        state: "Karnataka".into(),
    };
    let change = fresh().submit_address(address.clone(), ResidenceType::Rented, true).unwrap();
    assert_eq!(change.state().status, LoanStatus::FreshLoan);
    let change = change.into_parts().0.submit_form(serde_json::Map::new(), true).unwrap();
    assert_eq!(change.state().status, LoanStatus::FreshLoan, "a business programme waits for the business address too");
    let change = change.into_parts().0.submit_business_address(address).unwrap();
    assert_eq!(names(change), (LoanStatus::LoanDetailsSubmitted, vec!["business_address_updated"]));
}

#[test]
fn kyc_succeeds_with_its_last_document_and_a_rejected_one_must_be_uploaded_again() {
    let required = [KycKind::PanCard, KycKind::Selfie];
    let mut application = at(LoanStatus::LoanDetailsSubmitted);
    application = application.upload_document(document(KycKind::PanCard, 1)).unwrap().into_parts().0;
    assert_eq!(application.clone().submit_kyc(&required).unwrap_err().code, Code::KycDocumentMissing);
    application = application.upload_document(document(KycKind::Selfie, 2)).unwrap().into_parts().0;
    application = application.submit_kyc(&required).unwrap().into_parts().0;
    let change = application.verify_document(KycDocumentId(Uuid::from_u128(1)), EntityType::Lender).unwrap();
    assert_eq!(change.state().status, LoanStatus::KycProcessing);
    let change = change
        .into_parts()
        .0
        .reject_document(KycDocumentId(Uuid::from_u128(2)), "blurred".into(), EntityType::Lender)
        .unwrap();
    let application = change.into_parts().0;
    assert_eq!(application.status, LoanStatus::KycRejected);
    assert_eq!(application.clone().submit_kyc(&required).unwrap_err().code, Code::KycDocumentMissing);
    let application = application.upload_document(document(KycKind::Selfie, 3)).unwrap().into_parts().0;
    let (status, events) = names(application.clone().submit_kyc(&required).unwrap());
    assert_eq!((status, events), (LoanStatus::KycProcessing, vec!["kyc_resubmitted"]));
    let application = application.submit_kyc(&required).unwrap().into_parts().0;
    let change = application.verify_document(KycDocumentId(Uuid::from_u128(3)), EntityType::System).unwrap();
    assert_eq!(names(change), (LoanStatus::KycSuccess, vec!["kyc_verified"]));
}

#[test]
fn a_repeated_answer_changes_nothing() {
    let started = at(LoanStatus::BankAdded).start_mandate(MandateKind::Enach, false).unwrap().into_parts().0;
    let done = started.mandate_answered(Ok("UMRN1".into())).unwrap().unwrap();
    assert_eq!(names(done.clone()).1, ["enach_auth_success", "enach_completed"]);
    assert!(done.into_parts().0.mandate_answered(Err("late".into())).unwrap().is_none());
    assert_eq!(at(LoanStatus::BankAdded).bank_answered(Some("A".into())).unwrap_err().code, Code::LoanIllegalMove);
}

#[test]
fn nothing_is_signed_without_mandate_or_by_the_hash_of_another_draft() {
    let esign = |hash: &str| Esign {
        signer: "Asha".into(),
        signed_at: Instant::from_micros(0),
        ip: "::1".into(),
        mobile_masked: "99XXXXXX99".into(),
        reference: "r".into(),
        draft_sha256: hash.into(),
    };
    let drafted = at(LoanStatus::BankAdded).draft_agreement(BlobId(Uuid::nil()), "abc".into()).unwrap().into_parts().0;
    assert_eq!(drafted.clone().sign(esign("abc"), true).unwrap_err().code, Code::MandateMissing);
    assert_eq!(drafted.clone().sign(esign("abd"), false).unwrap_err().code, Code::StepOutOfOrder);
    let signed = drafted.sign(esign("abc"), false).unwrap();
    assert_eq!(signed.state().status, LoanStatus::SignAgreement);
    let signed = signed.into_parts().0;
    assert_eq!(signed.clone().disburse().unwrap_err().code, Code::AgreementNotReady);
    let generated = signed.agreement_generated(BlobId(Uuid::nil())).unwrap().unwrap().into_parts().0;
    assert!(generated.clone().agreement_generated(BlobId(Uuid::nil())).unwrap().is_none());
    assert_eq!(generated.disburse().unwrap().state().status, LoanStatus::Disbursed);
}
