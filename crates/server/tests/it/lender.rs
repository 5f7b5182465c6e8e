//! The lender's API.

use serde_json::json;

use crate::on_both;
use crate::world::{ACME, MERIDIAN, SAHYADRI, World};

/// A customer whose application of 15,000 rupees waits for Sahyadri's word.
async fn waiting(world: &World, customer_id: &str) -> String {
    let borrower = world.customer(customer_id).await;
    world.identify(&borrower, "ABCPD0750N").await;
    let loan = world.apply(&borrower, 15_000).await;
    world.tell_details(&borrower).await;
    world.submit_kyc(&borrower).await;
    assert_eq!(world.status(&loan).await, "KYC_SUCCESS");
    loan
}

on_both! {
    async fn underwriting_shows_every_rule_with_its_outcome(world: World) {
        let loan = waiting(&world, "c1").await;
        let runs = world.get(SAHYADRI, &format!("/v1/lender/applications/{loan}/underwriting")).await.ok();
        let run = &runs["runs"][0];
        assert_eq!(run["policyVersion"], 1);
        assert_eq!(run["inputs"]["income"].to_string().trim_end_matches(".0"), "515241");
        let rules = run["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 2);
        assert!(rules.iter().all(|rule| ["PASS", "FAIL", "CAN'T DECIDE"].contains(&rule["outcome"].as_str().unwrap())));
    }

    async fn the_lender_approves_for_at_most_what_was_asked(world: World) {
        let loan = waiting(&world, "c1").await;
        let path = format!("/v1/lender/applications/{loan}/approve");
        world.post(SAHYADRI, &path, json!({ "amount": 15_000.01 })).await.refused(400, "invalid_field");
        world.post(SAHYADRI, &path, json!({ "amount": 12_000 })).await.ok();
        world.post(SAHYADRI, &path, json!({ "amount": 12_000 })).await.refused(409, "loan_illegal_move");
        let offers = world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.ok();
        let offers = offers["data"].as_array().unwrap();
        assert_eq!(offers.len(), 2, "one of each template");
        for offer in offers {
            assert_eq!((&offer["amount"], &offer["status"]), (&json!(12_000), &json!("offered")));
        }
    }

    async fn a_rejection_ends_the_application_with_its_reason(world: World) {
        let loan = waiting(&world, "c1").await;
        let path = format!("/v1/lender/applications/{loan}/reject");
        world.post(SAHYADRI, &path, json!({})).await.refused(400, "missing_field");
        let view = world.post(SAHYADRI, &path, json!({ "reason": "outside our area" })).await.ok();
        assert_eq!((&view["status"], &view["reason"]), (&json!("LOAN_REJECTED"), &json!("outside our area")));
        world.post(SAHYADRI, &path, json!({ "reason": "again" })).await.refused(409, "loan_illegal_move");
    }

    async fn another_lenders_application_is_not_there(world: World) {
        let loan = waiting(&world, "c1").await;
        for path in ["", "/underwriting", "/offers", "/repayments", "/documents"] {
            world.get(MERIDIAN, &format!("/v1/lender/applications/{loan}{path}")).await.refused(404, "loan_not_found");
        }
        for path in ["approve", "reject", "disburse", "payout"] {
            let body = if path == "reject" { json!({ "reason": "x" }) } else if path == "disburse" { json!({ "utr": "U" }) } else { json!({}) };
            world.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/{path}"), body).await.refused(404, "loan_not_found");
        }
        let mine = world.get(SAHYADRI, "/v1/lender/applications").await.ok();
        assert_eq!(mine["total"], 1);
        assert_eq!(world.get(MERIDIAN, "/v1/lender/applications").await.ok()["total"], 0);
    }

    async fn a_disbursal_is_booked_once_under_its_utr(world: World) {
        let (_, loan) = world.signed("c1").await;
        let first = world.disburse(&loan, "UTR1").await.ok();
        world.clock.advance_seconds(3 * 86_400);
        let again = world.disburse(&loan, "UTR1").await.ok();
        assert_eq!(first["referenceID"], again["referenceID"]);
        let other_day = json!({ "utr": "UTR1", "disbursedOn": "2021-01-04" });
        world.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/disburse"), other_day).await.refused(409, "utr_reused");
        world.disburse(&loan, "UTR2").await.refused(409, "loan_illegal_move");
        let (_, second) = world.signed("c2").await;
        world.disburse(&second, "UTR1").await.refused(409, "utr_reused");
        assert_eq!(world.status(&second).await, "SIGN_AGREEMENT");
        let path = format!("/v1/lender/applications/{second}/disburse");
        world.post(MERIDIAN, &path, json!({ "utr": "U3", "disbursedOn": "2021-01-07" })).await.refused(400, "invalid_field");
        world.post(MERIDIAN, &path, json!({ "utr": "U3", "disbursedOn": "2020-12-31" })).await.refused(400, "invalid_field");
        world.post(MERIDIAN, &path, json!({})).await.refused(400, "missing_field");
    }

    async fn the_payout_provider_pays_and_its_utr_books_the_loan(world: World) {
        let (_, loan) = world.signed("c1").await;
        let path = format!("/v1/lender/applications/{loan}/payout");
        world.post(MERIDIAN, &path, json!({})).await.ok();
        world.post(MERIDIAN, &path, json!({})).await.refused(409, "loan_illegal_move");
        world.settle().await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
    }

    async fn the_schedule_is_counted_from_the_day_of_the_money(world: World) {
        let (_, loan) = world.signed("c1").await;
        world.clock.set("2021-01-05");
        world.disburse(&loan, "UTR1").await.ok();
        let repayments = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
        assert_eq!(repayments["data"]["emiList"][0]["dueDate"], "2021-02-05");
    }

    async fn templates_are_checked_before_they_can_make_an_offer(world: World) {
        let templates = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
        let programme = templates["templates"][0]["programmeID"].clone();
        let template = json!({
            "programmeID": programme, "name": "Short", "active": true, "minAmount": 1000, "maxAmount": 5000, "tenure": 3,
            "emiCalculationMethod": "reducing_balance", "annualInterest": 21.5, "gst": 18,
            "processingFee": { "kind": "percent", "percent": 2, "min": 50, "max": 500 },
        });
        let made = world.post(MERIDIAN, "/v1/lender/offer-templates", template.clone()).await.ok();
        assert_eq!(made["annualInterest"], 21.5);
        let with = |key: &str, value: serde_json::Value| {
            let mut body = template.clone();
            body[key] = value;
            body
        };
        for body in [
            with("minAmount", json!(6000)), with("tenure", json!(0)), with("tenure", json!(1201)),
            with("annualInterest", json!(700)), with("annualInterest", json!("21.5")), with("emiCalculationMethod", json!("rule_of_78")),
            with("gst", json!(-18)), with("processingFee", json!({ "kind": "fixed", "amount": 1000 })),
        ] {
            let shown = body.to_string();
            let answer = world.post(MERIDIAN, "/v1/lender/offer-templates", body).await;
            assert_eq!(answer.status, 400, "{shown}: {}", answer.json);
        }
        let listed = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
        assert_eq!(listed["templates"].as_array().unwrap().len(), templates["templates"].as_array().unwrap().len() + 1);
    }

    async fn the_lender_fetches_the_documents_by_link(world: World) {
        let (_, loan) = world.signed("c1").await;
        let listed = world.get(MERIDIAN, &format!("/v1/lender/applications/{loan}/documents")).await.ok();
        let documents = listed["documents"].as_array().unwrap();
        assert_eq!(documents.len(), 5, "three of KYC, the draft and the signed agreement");
        for document in documents {
            let path = document["url"].as_str().unwrap().strip_prefix("http://qist.test").unwrap();
            let file = world.send(axum::http::Method::GET, path, &[], "").await;
            assert_eq!(file.status, 200);
            assert_eq!(world.app.secrets.sha256(&file.bytes), document["sha256"].as_str().unwrap());
        }
    }
}
