//! Repay Loan and Loan Repayments.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, GLOBEX, MERIDIAN, World};

async fn emis(world: &World, loan: &str) -> Vec<Value> {
    let answer = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
    answer["data"]["emiList"].as_array().unwrap().clone()
}

on_both! {
    async fn instalments_are_shown_as_the_contract_has_them(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let emis = emis(&world, &loan).await;
        let mut first = emis[0].clone();
        assert_eq!(first.as_object_mut().unwrap().remove("loanPaymentID").unwrap().as_str().unwrap().len(), 36);
        assert_eq!(first, json!({
            "amount": 1161, "installmentNum": 1, "lateCharge": 0, "status": "UNPAID", "dueDate": "2021-02-03", "paidDate": "",
            "totalPayable": 1161, "amountReceived": 0,
        }));
        assert_eq!(emis.len(), 6);
    }

    async fn the_same_transaction_again_moves_no_money(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let body = world.repayment(&loan, 1, json!(1161), "UTR1");
        let first = world.post(ACME, "/v1/loan/repay", body.clone()).await.ok();
        let again = world.post(ACME, "/v1/loan/repay", body.clone()).await.ok();
        assert_eq!(first["data"]["referenceID"], again["data"]["referenceID"]);
        let mut other = body;
        other["amountReceived"] = json!(1160);
        world.post(ACME, "/v1/loan/repay", other).await.refused(409, "transaction_reused");
        let emis = emis(&world, &loan).await;
        assert_eq!((&emis[0]["status"], &emis[0]["paidDate"]), (&json!("PAID"), &json!("2021-01-03")));
        assert_eq!(emis[1]["amountReceived"], 0);
    }

    async fn excess_is_shown_and_held_until_the_next_due_day(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let body = world.repayment(&loan, 1, json!(1500.50), "UTR1");
        world.post(ACME, "/v1/loan/repay", body).await.ok();
        let path = format!("/v1/loan/repayments?loanApplicationID={loan}");
        let held = world.get(ACME, &path).await.ok();
        assert_eq!((&held["data"]["excessAmount"], &held["data"]["emiList"][1]["amountReceived"]), (&json!(339.5), &json!(0)));
        world.clock.set("2021-03-03");
        let applied = world.get(ACME, &path).await.ok();
        assert_eq!((&applied["data"]["excessAmount"], &applied["data"]["emiList"][1]["amountReceived"]), (&json!(0), &json!(339.5)));
    }

    async fn a_payment_that_skips_an_older_due_carries_a_warning(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.clock.set("2021-03-03");
        let answer = world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 2, json!(1161), "UTR2")).await.ok();
        assert!(answer["data"]["warning"].as_str().unwrap().contains("2021-02-03"));
        let repayments = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
        assert_eq!(repayments["data"]["dpd"], 29);
    }

    async fn each_wrong_repayment_has_its_code_and_changes_nothing(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let good = world.repayment(&loan, 1, json!(1161), "UTR1");
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        for (body, status, code) in [
            (with("loanApplicationID", Value::Null), 403, "missing_field"),
            (with("installmentNum", Value::Null), 403, "missing_field"),
            (with("amountReceived", Value::Null), 403, "missing_field"),
            (with("paymentDate", json!("")), 403, "missing_field"),
            (with("paymentMode", json!(" ")), 403, "missing_field"),
            (with("transactionID", Value::Null), 403, "missing_field"),
            (with("amountReceived", json!(0)), 400, "invalid_field"),
            (with("amountReceived", json!(-5)), 400, "invalid_field"),
            (with("amountReceived", json!(1.005)), 400, "invalid_field"),
            (with("amountReceived", json!("1161")), 400, "invalid_field"),
            (with("amountReceived", json!(1e13)), 400, "invalid_field"),
            (with("paymentDate", json!("2024-02-30 10:00:00")), 400, "invalid_field"),
            (with("paymentDate", json!("2021-01-04 00:00:00")), 400, "invalid_field"),
            (with("paymentDate", json!("2021-01-02 23:59:59")), 400, "invalid_field"),
            (with("installmentNum", json!(7)), 404, "installment_not_found"),
            (with("installmentNum", json!(-1)), 400, "invalid_field"),
            (with("loanApplicationID", json!("2fee9ba7-52e1-4873-8328-e0dff99cdc83")), 404, "loan_not_found"),
        ] {
            let shown = body.to_string();
            let answer = world.post(ACME, "/v1/loan/repay", body).await;
            assert_eq!((answer.status, answer.json["code"].as_str()), (status, Some(code)), "{shown}: {}", answer.json);
        }
        assert!(emis(&world, &loan).await.iter().all(|emi| emi["amountReceived"] == 0));
        world.post(GLOBEX, "/v1/loan/repay", good).await.refused(403, "repayment_disabled");
    }

    async fn nothing_is_repaid_before_the_money_is_out_or_after_the_end(world: World) {
        let (_, loan) = world.signed("c1").await;
        let early = world.repayment(&loan, 1, json!(1161), "E");
        world.post(ACME, "/v1/loan/repay", early).await.refused(409, "not_disbursed");
        world.disburse(&loan, "U1").await.ok();
        for num in 1..=6 {
            world.post(ACME, "/v1/loan/repay", world.repayment(&loan, num, json!(1161), &format!("T{num}"))).await.ok();
        }
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 6, json!(1), "late")).await.refused(409, "loan_closed");
    }

    async fn a_lender_registers_a_repayment_too(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let body = json!({
            "installmentNum": 1, "amountReceived": 1161, "paymentDate": world.app.clock.now().ist_text(), "paymentMode": "neft", "utr": "N1",
        });
        let path = format!("/v1/lender/applications/{loan}/repayments");
        world.post(MERIDIAN, &path, body).await.ok();
        assert_eq!(emis(&world, &loan).await[0]["status"], "PAID");
        let activity = world.get(ACME, "/v1/user/activity?customerID=c1").await.ok();
        let last = activity["data"]["userActivityHistory"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["entityType"], &last["eventDescription"]), (&json!("lender"), &json!("{\"installmentNum\":1}")));
    }

    async fn a_borrowers_payment_is_pending_until_it_settles(world: World) {
        let (borrower, loan) = world.disbursed("c1").await;
        world.borrower_post(&borrower, "/v1/borrower/payments", json!({ "installmentNum": 1, "method": "upi" })).await.ok();
        assert_eq!(emis(&world, &loan).await[0]["status"], "PENDING");
        world.settle().await;
        assert_eq!(emis(&world, &loan).await[0]["status"], "PAID");
        assert!(world.events("c1").await.ends_with(&["emi_payment_initiated".to_owned(), "emi_paid".to_owned()]));
        let again = world.borrower_post(&borrower, "/v1/borrower/payments", json!({ "installmentNum": 1, "method": "upi" })).await;
        again.refused(400, "invalid_field");
    }
}
