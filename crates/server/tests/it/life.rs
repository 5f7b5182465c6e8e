//! Whole lives of loans.

use serde_json::json;

use crate::on_both;
use crate::world::{ACME, MERIDIAN};

on_both! {
    /// From "create user" to "closed", with every event in its order.
    async fn a_loan_lives_from_create_user_to_closed(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
        for num in 1..=6 {
            let body = world.repayment(&loan, num, json!(1161), &format!("T{num}"));
            world.post(ACME, "/v1/loan/repay", body).await.ok();
        }
        assert_eq!(world.status(&loan).await, "CLOSED");
        let expected = [
            "user_created", "eligibility_calculated", "profile_updated", "bureau_consent_given", "pan_info_updated",
            "user_qualified", "loan_application_created", "lender_assigned", "form_updated", "address_updated", "kyc_submitted",
            "kyc_verified", "loan_approved", "loan_offer_accepted", "bank_details_added", "bank_details_verified",
            "enach_started", "enach_auth_success", "enach_completed", "loan_esigned", "loan_signed_agreement_generated",
            "loan_disbursed", "emi_paid", "emi_paid", "emi_paid", "emi_paid", "emi_paid", "emi_paid", "loan_closed",
        ];
        assert_eq!(world.events("c1").await, expected);
        let verified = world.app.verify().await.unwrap();
        assert_eq!((verified.loans, verified.differences), (1, vec![]));
    }

    /// The seed's Loan Offers sample, through the whole stack: to the rupee and to the day.
    async fn the_contracts_offer_comes_out_over_http(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        world.accept_offer(&borrower).await;
        let offers = world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.ok();
        let mut offer = offers["data"][0].clone();
        offer.as_object_mut().unwrap().retain(|key, _| key != "offerID" && key != "lenderName");
        let emis = ["2021-02-03", "2021-03-03", "2021-04-05", "2021-05-03", "2021-06-03", "2021-07-05"]
            .map(|date| json!({ "emiDate": date, "emiAmount": 1161 }));
        assert_eq!(offer, json!({
            "amount": 6500, "tenureMonths": 6, "annualInterest": 14.4, "processingFee": 700, "gst": 18, "advanceEMIAmount": 0,
            "emiCalculationMethod": "flat_rate", "status": "offer_accepted", "disbursalAmount": 5674,
            "totalPayableAmount": 6966, "emis": emis, "product": "loan",
        }));
        let text = String::from_utf8(world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.bytes).unwrap();
        assert!(text.contains("\"disbursalAmount\":5674,"), "no `5674.0`: {text}");
    }

    /// A rejected document is uploaded again and the journey goes on.
    async fn a_rejected_document_is_resubmitted(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let loan = world.apply(&borrower, 6500).await;
        world.tell_details(&borrower).await;
        for kind in ["pan_card", "address_proof_front", "selfie"] {
            world.upload(&borrower, kind, "image/png", qist::dev::PIXEL_PNG).await.ok();
        }
        let view = world.borrower_post(&borrower, "/v1/borrower/kyc/submit", json!({})).await.ok();
        let document = view["application"]["documents"][0]["documentID"].as_str().unwrap();
        let path = format!("/v1/lender/applications/{loan}/kyc/{document}/reject");
        world.post(MERIDIAN, &path, json!({ "reason": "blurred" })).await.ok();
        world.settle().await;
        assert_eq!(world.status(&loan).await, "KYC_REJECTED", "late answers of the provider change nothing");
        let view = world.borrower_get(&borrower, "/v1/borrower/journey").await.ok();
        assert_eq!((view["next"]["step"].as_str(), &view["documentsMissing"]), (Some("kyc"), &json!(["pan_card"])));
        world.upload(&borrower, "pan_card", "image/png", qist::dev::PIXEL_PNG).await.ok();
        world.borrower_post(&borrower, "/v1/borrower/kyc/submit", json!({})).await.ok();
        world.settle().await;
        assert_eq!(world.status(&loan).await, "LOAN_APPROVED");
        let events = world.events("c1").await;
        assert!(events.ends_with(&["kyc_submitted", "kyc_doc_rejected", "kyc_resubmitted", "kyc_verified", "loan_approved"].map(String::from)));
    }

    /// After a cancelled application the customer can apply again.
    async fn a_cancelled_application_makes_room_for_the_next(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let loan = world.apply(&borrower, 6500).await;
        let again = world.borrower_post(&borrower, "/v1/borrower/applications", json!({ "amount": 5000 })).await;
        again.refused(409, "loan_open");
        world.post(ACME, "/v1/loan/cancel", json!({ "loanApplicationID": loan, "reason": "asked" })).await.ok();
        let second = world.apply(&borrower, 5000).await;
        assert_ne!(second, loan);
        let profile = world.get(ACME, "/v1/user/profile?customerID=c1").await.ok();
        assert_eq!(profile["data"]["userProfile"]["loanApplicationIDs"].as_array().unwrap().len(), 2);
    }
}
