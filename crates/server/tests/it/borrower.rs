//! The borrower's API: order of steps, personas, OTPs, consents.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, Borrower, GLOBEX, GLOBEX_CLIENT, World};

async fn step(world: &World, borrower: &Borrower) -> String {
    let view = world.borrower_get(borrower, "/v1/borrower/journey").await.ok();
    view["next"]["step"].as_str().unwrap().to_owned()
}

on_both! {
    async fn each_step_says_what_comes_next(world: World) {
        let borrower = world.customer("c1").await;
        assert_eq!(step(&world, &borrower).await, "profile");
        let profile = json!({ "name": "Amazing User", "email": "a@b.in", "dob": "1992-12-09", "gender": "Male" });
        let view = world.borrower_post(&borrower, "/v1/borrower/profile", profile).await.ok();
        assert_eq!(view["next"]["step"], "consents");
        assert_eq!(view["next"]["call"], "POST /v1/borrower/consents");
        assert_eq!(view["consentsMissing"], json!(["bureau_pull", "kyc_verification", "sharing_with_lender"]));
        world.identify(&borrower, "ABCPD0750N").await;
        assert_eq!(step(&world, &borrower).await, "apply");
        world.apply(&borrower, 6500).await;
        assert_eq!(step(&world, &borrower).await, "form");
        world.tell_details(&borrower).await;
        assert_eq!(step(&world, &borrower).await, "kyc");
        world.submit_kyc(&borrower).await;
        assert_eq!(step(&world, &borrower).await, "offer");
        world.accept_offer(&borrower).await;
        assert_eq!(step(&world, &borrower).await, "bank_account");
        world.add_bank(&borrower, "50100100100999").await;
        assert_eq!(step(&world, &borrower).await, "mandate");
        world.sign(&borrower).await;
        assert_eq!(step(&world, &borrower).await, "disbursal_wait");
    }

    async fn a_step_out_of_order_is_refused_with_the_step_that_comes_first(world: World) {
        let borrower = world.customer("c1").await;
        for (path, body) in [
            ("pan", json!({ "pan": "ABCPD0750N" })),
            ("applications", json!({ "amount": 5000 })),
            ("form", json!({ "form": {} })),
            ("kyc/submit", json!({})),
            ("offers/accept", json!({ "offerID": "2fee9ba7-52e1-4873-8328-e0dff99cdc83" })),
            ("mandate", json!({ "kind": "enach" })),
            ("agreement/otp", json!({})),
            ("agreement/sign", json!({ "otp": "123456" })),
        ] {
            let refused = world.borrower_post(&borrower, &format!("/v1/borrower/{path}"), body).await.refused(409, "step_out_of_order");
            assert!(refused["detail"].as_str().unwrap().contains("profile"), "{path}: {refused}");
        }
        assert_eq!(world.events("c1").await, ["user_created", "eligibility_calculated"]);
    }

    async fn a_minor_and_a_firm_are_told_so(world: World) {
        let borrower = world.customer("c1").await;
        let minor = json!({ "name": "Young", "email": "a@b.in", "dob": "2010-01-01", "gender": "Male" });
        world.borrower_post(&borrower, "/v1/borrower/profile", minor).await.refused(400, "invalid_field");
        world.identify(&borrower, "ABCPD0750N").await;
        let firm = json!({ "pan": "ABCCD1234N" });
        assert_eq!(world.borrower_post(&borrower, "/v1/borrower/pan", firm).await.refused(400, "invalid_field")["field"], "pan");
    }

    async fn unknown_fields_are_refused_on_our_own_routes(world: World) {
        let borrower = world.customer("c1").await;
        let body = json!({ "name": "A", "email": "a@b.in", "dob": "1990-01-01", "gender": "Male", "userStatus": "USER_QUALIFIED" });
        world.borrower_post(&borrower, "/v1/borrower/profile", body).await.refused(400, "invalid_field");
    }

    async fn a_revoked_consent_stops_its_next_use(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let consents = world.borrower_get(&borrower, "/v1/borrower/consents").await.ok();
        let given = consents["given"].as_array().unwrap().iter().find(|consent| consent["purpose"] == "sharing_with_lender").unwrap().clone();
        assert_eq!(given["ip"], "127.0.0.1");
        let path = format!("/v1/borrower/consents/{}/revoke", given["consentID"].as_str().unwrap());
        let view = world.borrower_post(&borrower, &path, json!({})).await.ok();
        assert_eq!(view["next"]["step"], "consents");
        let apply = world.borrower_post(&borrower, "/v1/borrower/applications", json!({ "amount": 5000 })).await;
        assert_eq!(apply.status, 409);
        world.borrower_post(&borrower, &path, json!({})).await.refused(404, "consent_not_found");
        let old = json!({ "consents": [{ "purpose": "sharing_with_lender", "textVersion": 99 }] });
        world.borrower_post(&borrower, "/v1/borrower/consents", old).await.refused(409, "consent_text_changed");
        let again = json!({ "consents": [{ "purpose": "sharing_with_lender", "textVersion": 1 }] });
        world.borrower_post(&borrower, "/v1/borrower/consents", again).await.ok();
        world.apply(&borrower, 5000).await;
    }

    async fn more_than_the_eligible_amount_cannot_be_asked_for(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let refused = world.borrower_post(&borrower, "/v1/borrower/applications", json!({ "amount": 15000.01 })).await;
        refused.refused(400, "amount_above_limit");
    }

    async fn lenders_that_match_and_those_that_do_not_are_both_shown(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let shown = world.borrower_get(&borrower, "/v1/borrower/lenders?amount=6500").await.ok();
        let lenders = shown["lenders"].as_array().unwrap();
        let of = |name: &str| lenders.iter().find(|lender| lender["name"] == name).unwrap().clone();
        assert_eq!(of("Meridian")["matched"], true);
        assert_eq!((&of("Sahyadri")["matched"], &of("Sahyadri")["reasons"]), (&json!(false), &json!(["amount above 10,000 rupees"])));
        let unmatched = json!({ "amount": 6500, "lenderID": of("Sahyadri")["lenderID"] });
        world.borrower_post(&borrower, "/v1/borrower/applications", unmatched).await.refused(404, "lender_not_found");
    }

    async fn five_wrong_otps_lock_the_code(world: World) {
        let (borrower, _) = world.approved("c1").await;
        world.accept_offer(&borrower).await;
        world.add_bank(&borrower, "50100100100999").await;
        world.borrower_post(&borrower, "/v1/borrower/mandate", json!({ "kind": "enach" })).await.ok();
        world.settle().await;
        let request = async || world.borrower_post(&borrower, "/v1/borrower/agreement/otp", json!({})).await;
        request().await.refused(409, "step_out_of_order");
        world.borrower_get(&borrower, "/v1/borrower/agreement").await.ok();
        request().await.ok();
        let right = world.otp().await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let sign = async |otp: &str| world.borrower_post(&borrower, "/v1/borrower/agreement/sign", json!({ "otp": otp })).await;
        for _ in 0..4 {
            sign(wrong).await.refused(400, "otp_wrong");
        }
        sign(wrong).await.refused(429, "otp_limit");
        sign(&right).await.refused(429, "otp_limit");
        for _ in 0..4 {
            request().await.ok();
        }
        request().await.refused(429, "otp_limit");
        let last = world.otp().await;
        world.clock.advance_seconds(601);
        sign(&last).await.refused(409, "otp_expired");
        world.clock.advance_seconds(3600);
        request().await.ok();
        let fresh = world.otp().await;
        sign(&fresh).await.ok();
        world.settle().await;
        assert_eq!(step(&world, &borrower).await, "disbursal_wait");
        sign(&fresh).await.refused(409, "loan_illegal_move");
    }

    async fn a_name_that_is_not_the_borrowers_fails_the_bank_account(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        world.accept_offer(&borrower).await;
        world.add_bank(&borrower, "50100100100001").await;
        assert_eq!(world.status(&loan).await, "BANK_FAILED");
        world.add_bank(&borrower, "50100100100999").await;
        assert_eq!(world.status(&loan).await, "BANK_ADDED");
        let events = world.events("c1").await;
        assert!(events.ends_with(&["bank_details_added", "bank_verification_failed", "bank_details_added", "bank_details_verified"].map(String::from)));
    }

    async fn an_offer_ends_with_its_validity(world: World) {
        let (borrower, _) = world.approved("c1").await;
        let offers = world.borrower_get(&borrower, "/v1/borrower/offers").await.ok();
        world.clock.advance_seconds(30 * 86_400);
        let token = world.post(ACME, "/v1/user/token", json!({ "customerID": "c1" })).await;
        token.refused(400, "eligibility_missing");
        let borrower = world.token_again(&borrower, "c1").await;
        let body = json!({ "offerID": offers["offers"][0]["offerID"] });
        world.borrower_post(&borrower, "/v1/borrower/offers/accept", body).await.refused(409, "offer_expired");
    }

    async fn a_business_borrower_walks_its_own_steps(world: World) {
        world.post(GLOBEX, "/v1/user/create", json!({ "customerID": "g1", "mobile": "9999999999" })).await.ok();
        let data = json!({ "customerID": "g1", "monthlyTurnover": 250000, "vintageDate": "2015-04-01" });
        world.post(GLOBEX, "/v1/user/push", data).await.ok();
        world.get(GLOBEX, "/v1/user/eligibility?customerID=g1").await.ok();
        let token = world.post(GLOBEX, "/v1/user/token", json!({ "customerID": "g1" })).await.ok();
        let borrower = Borrower { client_key: GLOBEX_CLIENT, token: token["data"]["token"].as_str().unwrap().to_owned() };
        let post = async |path: &str, body: Value| world.borrower_post(&borrower, &format!("/v1/borrower/{path}"), body).await;
        post("profile", json!({ "name": "Ravi Fu", "email": "r@f.in", "dob": "1980-01-01", "gender": "Male" })).await.ok();
        let consents = ["bureau_pull", "kyc_verification", "sharing_with_lender", "gst_returns"];
        let consents = consents.map(|purpose| json!({ "purpose": purpose, "textVersion": 1 }));
        post("consents", json!({ "consents": consents })).await.ok();
        post("pan", json!({ "pan": "AAPFU0939F" })).await.ok();
        assert_eq!(step(&world, &borrower).await, "business");
        post("business", json!({ "name": "Fu Traders", "constitution": "partnership", "vintageDate": "2015-04-01" })).await.ok();
        assert_eq!(step(&world, &borrower).await, "gst");
        post("gst", json!({ "gstin": "27AAPFU0939F1ZV" })).await.ok();
        world.settle().await;
        assert_eq!(step(&world, &borrower).await, "apply");
        let view = post("applications", json!({ "amount": 100000 })).await.ok();
        assert_eq!(view["application"]["status"], "FRESH_LOAN");
        post("form", json!({ "form": { "income": "250000", "loanPurpose": "Stock" } })).await.ok();
        let address = json!({ "line1": "Plot 9", "city": "Pune", "pincode": "411004", "state": "Maharashtra" });
        let mut home = address.clone();
        home["residenceType"] = json!("Owned");
        post("address", home).await.ok();
        assert_eq!(step(&world, &borrower).await, "business_address");
        post("business-address", address).await.ok();
        assert_eq!(step(&world, &borrower).await, "kyc");
        let activity = world.get(GLOBEX, "/v1/user/activity?customerID=g1").await.ok();
        let names: Vec<_> = activity["data"]["userActivityHistory"].as_array().unwrap().iter().map(|event| event["eventType"].clone()).collect();
        for name in ["business_info_updated", "gstin_added", "gst_connect_attempted", "gst_connected", "gst_completed", "business_address_updated"] {
            assert!(names.contains(&json!(name)), "{name} in {names:?}");
        }
    }
}
