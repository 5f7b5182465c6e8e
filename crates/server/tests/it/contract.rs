//! The contract's endpoints, case by case.

use axum::http::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, GLOBEX};

/// A "no" in the contract's shape.
#[track_caller]
fn is_envelope(json: &Value) {
    assert_eq!((&json["status"], &json["data"]), (&json!(false), &json!({})), "{json}");
    assert!(json["error"].as_str().is_some_and(|error| !error.is_empty()), "{json}");
}

on_both! {
    async fn create_user_answers_as_documented(world: World) {
        let create = async |body: Value| world.post(ACME, "/v1/user/create", body).await;
        let created = create(json!({ "customerID": "somecustomerid", "mobile": "9999999999" })).await.ok();
        assert_eq!(created, json!({ "data": { "message": "user created!" }, "error": "", "status": true }));
        for (body, status, code) in [
            (json!({ "mobile": "9999999999" }), 403, "missing_field"),
            (json!({ "customerID": null, "mobile": "9999999999" }), 403, "missing_field"),
            (json!({ "customerID": "   ", "mobile": "9999999999" }), 403, "missing_field"),
            (json!({ "customerID": "x" }), 403, "missing_field"),
            (json!({ "customerID": "x", "mobile": "" }), 403, "missing_field"),
            (json!({ "customerID": "x", "mobile": "1234567890" }), 403, "invalid_mobile"),
            (json!({ "customerID": "x", "mobile": "99999999999" }), 403, "invalid_mobile"),
            (json!({ "customerID": "x", "mobile": "९९९९९९९९९९" }), 403, "invalid_mobile"),
            (json!({ "customerID": "x".repeat(51), "mobile": "9999999999" }), 400, "invalid_field"),
            (json!({ "customerID": "a\u{0}b", "mobile": "9999999999" }), 400, "invalid_field"),
            (json!({ "customerID": 5, "mobile": "9999999999" }), 400, "invalid_field"),
            (json!({ "customerID": "somecustomerid", "mobile": "9999999998" }), 409, "user_exists"),
        ] {
            is_envelope(&create(body).await.refused(status, code));
        }
        let long = create(json!({ "customerID": "x".repeat(51), "mobile": "9999999999" })).await;
        assert_eq!(long.json["error"], "customerID cannot exceed 50 characters");
        create(json!({ "customerID": "another", "mobile": "9999999999", "unknownField": 1 })).await.ok();
        let listed = world.get(ACME, "/v1/users").await.ok();
        assert_eq!(listed["data"]["total"], 2, "what was refused left nothing behind");
    }

    async fn eligibility_is_computed_once_and_then_remembered(world: World) {
        world.post(ACME, "/v1/user/create", json!({ "customerID": "c1", "mobile": "9999999999" })).await.ok();
        for _ in 0..3 {
            let eligible = world.get(ACME, "/v1/user/eligibility?customerID=c1").await.ok();
            assert_eq!(eligible, json!({ "data": { "eligible_amount": 15000, "is_eligible": true }, "error": "", "status": true }));
        }
        let activity = world.get(ACME, "/v1/user/activity?customerID=c1").await.ok();
        let last = &activity["data"]["userActivityHistory"][1];
        assert_eq!(last["eventDescription"], "15000.00");
        assert_eq!(world.events("c1").await, ["user_created", "eligibility_calculated"]);
        is_envelope(&world.get(ACME, "/v1/user/eligibility").await.refused(403, "missing_field"));
        is_envelope(&world.get(ACME, "/v1/user/eligibility?customerID=nobody").await.refused(400, "user_not_found"));
    }

    async fn a_programme_that_needs_partner_data_says_which(world: World) {
        world.post(GLOBEX, "/v1/user/create", json!({ "customerID": "g1", "mobile": "9999999999" })).await.ok();
        let refused = world.get(GLOBEX, "/v1/user/eligibility?customerID=g1").await.refused(409, "eligibility_data_missing");
        assert!(refused["error"].as_str().unwrap().contains("monthlyTurnover"));
        world.post(GLOBEX, "/v1/user/token", json!({ "customerID": "g1" })).await.refused(400, "eligibility_missing");
        let pushed = world.post(GLOBEX, "/v1/user/push", json!({ "customerID": "g1", "monthlyTurnover": 250000 })).await.ok();
        assert_eq!(pushed["data"], json!({ "message": "added" }));
        let eligible = world.get(GLOBEX, "/v1/user/eligibility?customerID=g1").await.ok();
        assert_eq!(eligible["data"], json!({ "eligible_amount": 200000, "is_eligible": true }));
        world.post(GLOBEX, "/v1/user/push", json!({ "customerID": "g1", "monthlyTurnover": 1000 })).await.ok();
        let eligible = world.get(GLOBEX, "/v1/user/eligibility?customerID=g1").await.ok();
        assert_eq!(eligible["data"], json!({ "eligible_amount": 0, "is_eligible": false }), "new data: computed afresh");
        world.post(GLOBEX, "/v1/user/token", json!({ "customerID": "g1" })).await.refused(403, "not_eligible");
    }

    async fn push_refuses_what_is_not_valid_and_what_comes_too_late(world: World) {
        let borrower = world.customer("c1").await;
        let push = async |body: Value| world.post(ACME, "/v1/user/push", body).await;
        for (body, message) in [
            (json!({ "customerID": "c1", "pan": "nonsense" }), "Invalid pan, passed value: nonsense"),
            (json!({ "customerID": "c1", "dob": "2024-02-30" }), "Invalid dob, passed value: 2024-02-30"),
            (json!({ "customerID": "c1", "gender": "male" }), "Invalid gender, passed value: male"),
            (json!({ "customerID": "c1", "gstin": "27AAPFU0939F1ZW" }), "Invalid gstin, passed value: 27AAPFU0939F1ZW"),
        ] {
            assert_eq!(push(body).await.refused(400, "invalid_field")["error"], message);
        }
        push(json!({ "customerID": "c1", "pan": "ABCPD0750N", "gstin": "27AAPFU0939F1ZV" })).await.refused(400, "gstin_not_of_pan");
        push(json!({})).await.refused(403, "missing_field");
        push(json!({ "customerID": "nobody" })).await.refused(404, "user_not_found");
        push(json!({ "customerID": "c1", "name": "Asha Rao" })).await.ok();
        let profile = json!({ "name": "Asha", "email": "a@b.in", "dob": "1990-01-01", "gender": "Female" });
        world.borrower_post(&borrower, "/v1/borrower/profile", profile).await.ok();
        push(json!({ "customerID": "c1", "name": "Asha" })).await.refused(406, "journey_started");
    }

    async fn a_token_has_64_letters_and_moves_the_customer_on(world: World) {
        world.post(ACME, "/v1/user/create", json!({ "customerID": "c1", "mobile": "9999999999" })).await.ok();
        world.post(ACME, "/v1/user/token", json!({ "customerID": "c1" })).await.refused(400, "eligibility_missing");
        world.get(ACME, "/v1/user/eligibility?customerID=c1").await.ok();
        let first = world.post(ACME, "/v1/user/token", json!({ "customerID": "c1", "source": "app" })).await.ok();
        let second = world.post(ACME, "/v1/user/token", json!({ "customerID": "c1" })).await.ok();
        for token in [&first, &second] {
            let token = token["data"]["token"].as_str().unwrap();
            assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_alphanumeric()), "{token}");
            let borrower = crate::world::Borrower { client_key: crate::world::ACME_CLIENT, token: token.to_owned() };
            world.borrower_get(&borrower, "/v1/borrower/journey").await.ok();
        }
        let profile = world.get(ACME, "/v1/user/profile?customerID=c1").await.ok();
        assert_eq!(profile["data"]["userProfile"]["status"], "USER_TOKEN_ISSUED");
        world.post(ACME, "/v1/user/token", json!({})).await.refused(403, "missing_field");
        world.post(ACME, "/v1/user/token", json!({ "customerID": "nobody" })).await.refused(404, "user_not_found");
    }

    async fn a_token_ends_with_its_time(world: World) {
        let borrower = world.customer("c1").await;
        world.clock.advance_seconds(7 * 86_400 - 1);
        world.borrower_get(&borrower, "/v1/borrower/journey").await.ok();
        world.clock.advance_seconds(2);
        world.borrower_get(&borrower, "/v1/borrower/journey").await.refused(401, "unauthenticated");
    }

    async fn a_session_opens_the_journey_once(world: World) {
        world.customer("c1").await;
        let open = async |body: Value| world.post(ACME, "/v1/user/session", body).await;
        open(json!({ "redirectURL": "https://shop.example/" })).await.refused(403, "missing_field");
        open(json!({ "customerID": "c1" })).await.refused(403, "missing_field");
        open(json!({ "customerID": "nobody", "redirectURL": "https://shop.example/" })).await.refused(404, "user_not_found");
        open(json!({ "customerID": "c1", "redirectURL": "javascript:alert(1)" })).await.refused(400, "redirect_forbidden");
        let body = json!({ "customerID": "c1", "redirectURL": "https://shop.example/", "transactionID": "T1" });
        let opened = open(body.clone()).await.ok();
        open(body).await.refused(409, "session_transaction_exists");
        let url = opened["data"]["url"].as_str().unwrap();
        let code = url.strip_prefix("http://qist.test/session/").unwrap();
        let redeem = async || {
            let body = json!({ "code": code }).to_string();
            world.send(Method::POST, "/v1/borrower/session/redeem", &[("content-type", "application/json")], body).await
        };
        let redeemed = redeem().await.ok();
        assert_eq!(redeemed["redirectURL"], "https://shop.example/");
        redeem().await.refused(404, "session_not_found");
    }

    async fn details_show_the_application_with_its_borrower_and_bank(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let path = format!("/v1/loan/details?loanApplicationID={loan}");
        let before = world.get(ACME, &path).await.ok();
        assert_eq!(before["data"]["bankDetails"], json!({}));
        world.accept_offer(&borrower).await;
        world.add_bank(&borrower, "50100100100999").await;
        let data = world.get(ACME, &path).await.ok()["data"].clone();
        assert_eq!(data["appliedLoanAmount"], 6500);
        assert_eq!(data["status"], "BANK_ADDED");
        let number = data["loanApplicationNum"].as_str().unwrap().strip_prefix("FB").unwrap();
        assert_eq!(number.parse::<i64>().unwrap() / 1_000_000, world.app.clock.now().micros() / 1_000_000);
        assert_eq!(data["bankDetails"], json!({
            "accountNumber": "50100100100999", "ifscCode": "HDFC0000123", "bankName": "HDFC Bank", "accountHolderName": "AMAZING USER",
        }));
        let user = &data["userDetails"];
        for (key, value) in [
            ("customerID", "c1"), ("name", "Amazing User"), ("email", "username@email.com"), ("mobile", "9999999999"),
            ("gender", "Male"), ("dob", "1992-12-09"), ("pan", "ABCPD0750N"), ("bureauStatus", "completed"), ("residenceType", "Rented"),
        ] {
            assert_eq!(user[key], value, "{key}");
        }
        assert!(user["bureauScore"].as_i64().is_some_and(|score| (300..=900).contains(&score)));
        assert_eq!(user["fisScore"], Value::Null, "a number not known yet is null");
        assert_eq!(user["currentAddress"]["pincode"], "560095");
        assert_eq!(user["loanFormData"]["loanPurpose"], "Marriage");
        world.get(ACME, "/v1/loan/details").await.refused(403, "missing_field");
        for id in ["nonsense", "2fee9ba7-52e1-4873-8328-e0dff99cdc83"] {
            world.get(ACME, &format!("/v1/loan/details?loanApplicationID={id}")).await.refused(404, "loan_not_found");
        }
    }

    async fn what_comes_too_early_is_refused(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let loan = world.apply(&borrower, 6500).await;
        for (route, code) in [("offers", "offers_not_ready"), ("agreement", "agreement_not_ready"), ("repayments", "not_disbursed")] {
            let answer = world.get(ACME, &format!("/v1/loan/{route}?loanApplicationID={loan}")).await;
            is_envelope(&answer.refused(409, code));
        }
    }

    async fn the_agreement_opens_by_its_link_alone_for_300_seconds(world: World) {
        let (_, loan) = world.signed("c1").await;
        let answer = world.get(ACME, &format!("/v1/loan/agreement?loanApplicationID={loan}")).await.ok();
        let url = answer["data"]["signedAgreementURL"].as_str().unwrap().to_owned();
        let path = url.strip_prefix("http://qist.test").unwrap();
        let open = async |path: &str| world.send(Method::GET, path, &[], "").await;
        let opened = open(path).await;
        assert_eq!((opened.status, &opened.bytes[..5]), (200, b"%PDF-".as_slice()));
        assert_eq!(opened.headers["content-type"], "application/pdf");
        for tampered in [path.replace("expires=", "expires=9"), path.replace("/files/", "/files/0"), format!("{path}x")] {
            assert_eq!(open(&tampered).await.status, 403, "{tampered}");
        }
        world.clock.advance_seconds(299);
        assert_eq!(open(path).await.status, 200);
        world.clock.advance_seconds(2);
        assert_eq!(open(path).await.status, 403);
    }

    async fn the_banner_follows_the_loan(world: World) {
        let banner = async |customer: &str| {
            world.get(ACME, &format!("/v1/user/banner?customerID={customer}")).await.ok()["data"]["banner"].as_str().unwrap().to_owned()
        };
        assert_eq!(banner("nobody").await, "APPLY");
        let (_, loan) = world.disbursed("c1").await;
        assert_eq!(banner("c1").await, "ACTIVE");
        world.clock.set("2021-01-28");
        assert_eq!(banner("c1").await, "DUE");
        world.clock.set("2021-02-04");
        assert_eq!(banner("c1").await, "OVERDUE");
        for num in 1..=6 {
            let body = world.repayment(&loan, num, json!(1161), &format!("T{num}"));
            world.post(ACME, "/v1/loan/repay", body).await.ok();
        }
        assert_eq!(banner("c1").await, "CLOSED");
        let borrower = world.customer("c2").await;
        assert_eq!(banner("c2").await, "APPLY");
        world.identify(&borrower, "ABCPD0750N").await;
        assert_eq!(banner("c2").await, "INCOMPLETE");
        world.get(ACME, "/v1/user/banner").await.refused(403, "missing_field");
    }
}
