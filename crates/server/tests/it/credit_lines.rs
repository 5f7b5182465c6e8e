//! Credit lines over HTTP: opened by an agreement, drawn on, confirmed, paid out, repaid. On both databases.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, Answer, Borrower, GLOBEX, MERIDIAN, SAHYADRI, World};

impl World {
    /// A customer with a line of 8,000 rupees with Meridian, and the line's id.
    pub async fn line(&self, customer_id: &str) -> (Borrower, String) {
        self.line_with_account(customer_id, "50100100100999").await
    }

    pub async fn line_with_account(&self, customer_id: &str, account: &str) -> (Borrower, String) {
        let borrower = self.customer(customer_id).await;
        self.identify(&borrower, "ABCPD0750N").await;
        self.apply(&borrower, 8000).await;
        self.tell_details(&borrower).await;
        self.submit_kyc(&borrower).await;
        let offers = self.borrower_get(&borrower, "/v1/borrower/offers").await.ok();
        let offers = offers["offers"].as_array().unwrap().clone();
        let offer = offers.iter().find(|offer| offer["product"] == "credit_line").unwrap()["offerID"].clone();
        let told = self.borrower_get(&borrower, "/v1/borrower/kfs").await.ok();
        let told = told["statements"].as_array().unwrap().iter().find(|one| one["offerID"] == offer).unwrap().clone();
        let read = json!({ "offerID": offer, "proposalNumber": told["proposalNumber"], "language": "en" });
        self.borrower_post(&borrower, "/v1/borrower/kfs/acknowledge", read).await.ok();
        self.borrower_post(&borrower, "/v1/borrower/offers/accept", json!({ "offerID": offer })).await.ok();
        self.add_bank(&borrower, account).await;
        self.sign(&borrower).await;
        let mine = self.borrower_get(&borrower, "/v1/borrower/creditline").await.ok();
        (borrower, mine["line"]["creditLineID"].as_str().unwrap().to_owned())
    }

    pub async fn open_withdrawal(&self, customer_id: &str, amount: Value, order: &str) -> Answer {
        let session = json!({
            "customerID": customer_id, "redirectURL": "https://shop.example/paid", "withdrawAmount": amount, "transactionID": order,
        });
        self.post(ACME, "/v1/user/session", session).await
    }

    pub async fn quote(&self, borrower: &Borrower, order: &str, plan: &str) -> Answer {
        let body = json!({ "transactionID": order, "plan": plan });
        self.borrower_post(borrower, "/v1/borrower/creditline/quotes", body).await
    }

    pub async fn draw_with(&self, borrower: &Borrower, quoted: &Value, otp: &str) -> Answer {
        let body = json!({ "proposalNumber": quoted["proposalNumber"], "language": "en", "otp": otp });
        self.borrower_post(borrower, "/v1/borrower/creditline/drawdowns", body).await
    }

    /// A drawdown in `PROCESSING`: its `txnID`.
    pub async fn drawn(&self, customer_id: &str, borrower: &Borrower, amount: Value, order: &str) -> String {
        self.open_withdrawal(customer_id, amount, order).await.ok();
        let quoted = self.quote(borrower, order, "pay_later").await.ok();
        let drawn = self.draw_with(borrower, &quoted, &self.otp().await).await.ok();
        drawn["txnID"].as_str().unwrap().to_owned()
    }

    pub async fn confirm(&self, txn: &str) -> Answer {
        self.post(ACME, "/v1/creditline/txn/confirm", json!({ "txnID": txn, "invoiceNo": "123" })).await
    }

    pub async fn pay_out(&self, txn: &str, utr: &str) -> Answer {
        self.post(MERIDIAN, &format!("/v1/lender/transactions/{txn}/disburse"), json!({ "utr": utr })).await
    }

    /// A drawdown that is paid out.
    pub async fn paid_out(&self, customer_id: &str, borrower: &Borrower, amount: Value, order: &str) -> String {
        let txn = self.drawn(customer_id, borrower, amount, order).await;
        self.confirm(&txn).await.ok();
        self.pay_out(&txn, &format!("UTR-{order}")).await.ok();
        txn
    }

    pub async fn limits(&self, customer_id: &str) -> (Value, Value, Value) {
        let line = self.get(ACME, &format!("/v1/creditline/details?customerID={customer_id}")).await.ok();
        let data = &line["data"];
        (data["status"].clone(), data["availableLimit"].clone(), data["inactiveReason"].clone())
    }

    pub async fn transactions(&self, customer_id: &str) -> Vec<Value> {
        let path = format!("/v1/creditline/transactions?customerID={customer_id}");
        self.get(ACME, &path).await.ok()["data"]["transactions"].as_array().unwrap().clone()
    }

    pub async fn advance(&self, customer_id: &str, days: i64) {
        let body = json!({ "customerID": customer_id, "advanceDays": days });
        self.post(ACME, "/v1/sandbox/clock", body).await.ok();
    }

    pub async fn all_agrees(&self) {
        assert_eq!(self.app.verify().await.unwrap().differences, Vec::<String>::new());
    }
}

on_both! {
    async fn a_signed_agreement_opens_the_line_that_was_offered(world: World) {
        let (borrower, line) = world.line("c1").await;
        let details = world.get(ACME, "/v1/creditline/details?customerID=c1").await.ok();
        assert_eq!(details, json!({ "status": true, "error": "", "data": {
            "status": "ACTIVE", "maxLimit": 8000, "availableLimit": 8000, "validity": "2022-01-03", "inactiveReason": "",
        } }));
        assert!(world.events("c1").await.ends_with(&["loan_signed_agreement_generated".into(), "credit_line_created".into()]));
        let mine = world.borrower_get(&borrower, "/v1/borrower/creditline").await.ok();
        assert_eq!(mine["line"]["plans"][0]["code"], "pay_later");
        assert_eq!(mine["line"]["kycUntil"], "2022-01-03");
        // It is drawn on, and never paid out as a whole.
        let journey = world.borrower_get(&borrower, "/v1/borrower/journey").await.ok();
        let loan = journey["application"]["loanApplicationID"].as_str().unwrap().to_owned();
        world.disburse(&loan, "U1").await.refused(409, "loan_illegal_move");
        world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.refused(409, "not_disbursed");
        assert_eq!(world.get(ACME, "/v1/user/banner?customerID=c1").await.ok()["data"]["banner"], "ACTIVE");
        // Nobody else's.
        world.get(GLOBEX, "/v1/creditline/details?customerID=c1").await.refused(404, "credit_line_not_found");
        world.get(SAHYADRI, &format!("/v1/lender/creditlines/{line}")).await.refused(404, "credit_line_not_found");
        world.get(ACME, "/v1/creditline/details").await.refused(403, "missing_field");
        world.customer("c2").await;
        world.get(ACME, "/v1/creditline/details?customerID=c2").await.refused(404, "credit_line_not_found");
    }

    async fn a_drawdown_lives_from_the_session_to_the_last_rupee(world: World) {
        let (borrower, _) = world.line("c1").await;
        let opened = world.open_withdrawal("c1", json!(1200), "1234OD123312").await.ok();
        let code = opened["data"]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let headers = [("content-type", "application/json")];
        let redeem = json!({ "code": code }).to_string();
        let redeemed = world.send(axum::http::Method::POST, "/v1/borrower/session/redeem", &headers, redeem).await.ok();
        assert_eq!((&redeemed["transactionID"], &redeemed["withdrawAmount"]), (&json!("1234OD123312"), &json!(1200)));
        let quoted = world.quote(&borrower, "1234OD123312", "pay_later").await.ok();
        // 1200 less 2 % that the seller bears and 18 % GST on that: the seed's own sample.
        assert_eq!((&quoted["disbursalAmount"], &quoted["totalPayable"]), (&json!(1171.68), &json!(1200)));
        let page = quoted["kfsUrl"].as_str().unwrap().replace("http://qist.test", "");
        assert_eq!(world.send(axum::http::Method::GET, &page, &[], "").await.status, 200);
        let drawn = world.draw_with(&borrower, &quoted, &world.otp().await).await.ok();
        let txn = drawn["txnID"].as_str().unwrap().to_owned();
        assert_eq!(world.limits("c1").await, (json!("ACTIVE"), json!(6800), json!("")));
        let [seen] = &world.transactions("c1").await[..] else { panic!("one transaction") };
        assert_eq!((&seen["txnStatus"], &seen["emis"]), (&json!("PROCESSING"), &json!([])));
        world.pay_out(&txn, "U1").await.refused(409, "transaction_illegal_move");
        world.confirm(&txn).await.ok();
        world.pay_out(&txn, "U1").await.ok();
        assert_eq!(world.pay_out(&txn, "U1").await.ok()["txnStatus"], "DISBURSED", "the same again answers the same");
        let [seen] = &world.transactions("c1").await[..] else { panic!("one transaction") };
        for (field, value) in [
            ("txnID", json!(txn)), ("partnerTxnID", json!("1234OD123312")), ("invoiceNo", json!("123")), ("amount", json!(1200)),
            ("interest", json!(0)), ("emiCalculationMethod", json!("reducing_balance")), ("subventionAmount", json!(24)),
            ("processingFee", json!(0)), ("gst", json!(18)), ("disbursalAmount", json!(1171.68)), ("txnStatus", json!("DISBURSED")),
        ] {
            assert_eq!(seen[field], value, "{field}");
        }
        // Fifteen days on is a Monday.
        assert_eq!(seen["emis"][0]["dueDate"], "2021-01-18");
        world.post(ACME, "/v1/loan/repay", world.repayment(&txn, 1, json!(1200), "T1")).await.ok();
        let [seen] = &world.transactions("c1").await[..] else { panic!("one transaction") };
        assert_eq!((&seen["txnStatus"], &seen["emis"][0]["status"]), (&json!("PAID"), &json!("PAID")));
        assert_eq!(world.limits("c1").await.1, json!(8000));
        let activity = world.get(ACME, "/v1/user/activity?customerID=c1").await.ok();
        let told: Vec<String> = activity["data"]["userActivityHistory"].as_array().unwrap().iter()
            .skip_while(|event| event["eventType"] != "credit_line_created")
            .inspect(|event| assert_eq!(event["loanApplicationID"], "", "{event}"))
            .map(|event| format!("{} {}", event["eventType"].as_str().unwrap(), event["eventDescription"].as_str().unwrap()))
            .collect();
        let with = |name: &str, more: &str| format!("{name} {{{more}\"txnID\":\"{txn}\"}}");
        assert_eq!(told, [
            "credit_line_created {\"limit\":8000.00}".to_owned(),
            format!("credit_line_withdrew {{\"amount\":1200.00,\"txnID\":\"{txn}\",\"refID\":\"1234OD123312\"}}"),
            "credit_line_limit_updated {\"availableLimit\":6800.00}".to_owned(),
            with("credit_line_txn_confirmed", ""),
            with("credit_line_txn_disbursed", ""),
            with("emi_paid", "\"installmentNum\":1,"),
            with("credit_line_txn_paid", ""),
            "credit_line_limit_updated {\"availableLimit\":8000.00}".to_owned(),
        ]);
        world.all_agrees().await;
    }

    async fn what_a_line_cannot_give_is_refused_and_changes_nothing(world: World) {
        let (borrower, line) = world.line("c1").await;
        for amount in [json!(0), json!(-1), json!(1.005)] {
            assert_eq!(world.open_withdrawal("c1", amount, "P0").await.status, 400);
        }
        world.open_withdrawal("c1", json!(8000.01), "P1").await.ok();
        world.quote(&borrower, "P1", "pay_later").await.refused(409, "limit_exceeded");
        world.open_withdrawal("c1", json!(8000), "P1").await.refused(409, "session_transaction_exists");
        world.open_withdrawal("c1", json!(8000), "P2").await.ok();
        world.quote(&borrower, "P2", "no_such_plan").await.refused(404, "plan_not_found");
        world.quote(&borrower, "P9", "pay_later").await.refused(404, "withdrawal_not_found");
        let body = json!({ "transactionID": "P2" });
        world.borrower_post(&borrower, "/v1/borrower/creditline/quotes", body).await.refused(400, "missing_field");
        let quoted = world.quote(&borrower, "P2", "pay_later").await.ok();
        world.draw_with(&borrower, &json!({ "proposalNumber": "FB1-D9" }), "123456").await.refused(404, "offer_not_found");
        // Held between the quote and the OTP.
        let hold = format!("/v1/lender/creditlines/{line}/hold");
        world.post(MERIDIAN, &hold, json!({ "reason": "under review" })).await.ok();
        let otp = world.otp().await;
        world.draw_with(&borrower, &quoted, &otp).await.refused(409, "credit_line_inactive");
        assert_eq!(world.limits("c1").await, (json!("INACTIVE"), json!(8000), json!("under review")));
        assert_eq!(world.get(ACME, "/v1/user/banner?customerID=c1").await.ok()["data"]["banner"], "INACTIVE");
        world.post(MERIDIAN, &hold, json!({})).await.ok();
        world.post(MERIDIAN, &hold, json!({})).await.refused(409, "credit_line_illegal_move");
        world.draw_with(&borrower, &quoted, &otp).await.ok();
        world.draw_with(&borrower, &quoted, &otp).await.refused(409, "limit_exceeded");
        // Another customer's proposal is unknown.
        let (other, _) = world.line("c2").await;
        world.draw_with(&other, &quoted, &otp).await.refused(404, "offer_not_found");
        world.all_agrees().await;
    }

    async fn a_wrong_otp_six_times_draws_nothing(world: World) {
        let (borrower, _) = world.line("c1").await;
        world.open_withdrawal("c1", json!(1200), "P1").await.ok();
        let quoted = world.quote(&borrower, "P1", "pay_later").await.ok();
        let right = world.otp().await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for _ in 0..4 {
            world.draw_with(&borrower, &quoted, wrong).await.refused(400, "otp_wrong");
        }
        for otp in [wrong, wrong, &right] {
            world.draw_with(&borrower, &quoted, otp).await.refused(429, "otp_limit");
        }
        assert_eq!(world.limits("c1").await.1, json!(8000));
        let failed: Vec<_> = world.events("c1").await.into_iter().filter(|event| event == "credit_line_withdrew_failed").collect();
        assert_eq!(failed.len(), 1);
        // Another code, and the same drawdown comes about.
        let quoted = world.quote(&borrower, "P1", "pay_later").await.ok();
        world.draw_with(&borrower, &quoted, &world.otp().await).await.ok();
        world.quote(&borrower, "P1", "pay_later").await.refused(409, "session_transaction_exists");
    }

    async fn the_sourcing_entity_confirms_or_cancels_by_its_own_id(world: World) {
        let (borrower, _) = world.line("c1").await;
        let status = |txn: &str, status: &str| json!({ "txnID": txn, "status": status });
        let path = "/v1/creditline/status";
        let first = world.drawn("c1", &borrower, json!(100), "P1").await;
        let second = world.drawn("c1", &borrower, json!(200), "P2").await;
        world.post(ACME, path, json!({ "status": "CONFIRMED" })).await.refused(403, "missing_field");
        world.post(ACME, path, json!({ "txnID": "P1" })).await.refused(403, "missing_field");
        world.post(ACME, path, status("P1", "PAID")).await.refused(400, "invalid_field");
        world.post(ACME, path, status("P7", "CONFIRMED")).await.refused(404, "transaction_not_found");
        world.post(GLOBEX, path, status("P1", "CONFIRMED")).await.refused(404, "transaction_not_found");
        world.post(GLOBEX, path, status(&first, "CONFIRMED")).await.refused(404, "transaction_not_found");
        assert_eq!(world.post(ACME, path, status("P1", "CONFIRMED")).await.ok()["data"]["txnID"], json!(first));
        assert_eq!(world.post(ACME, path, status("P2", "CANCELLED")).await.ok()["data"]["txnStatus"], "CANCELLED");
        for (txn, to) in [("P1", "CONFIRMED"), ("P1", "CANCELLED"), ("P2", "CONFIRMED"), ("P2", "CANCELLED")] {
            world.post(ACME, path, status(txn, to)).await.refused(403, "transaction_illegal_move");
        }
        world.confirm(&second).await.refused(409, "transaction_illegal_move");
        world.post(ACME, "/v1/creditline/txn/cancel", json!({ "txnID": first })).await.refused(409, "transaction_illegal_move");
        assert_eq!(world.limits("c1").await.1, json!(7900));
        let found = world.get(ACME, "/v1/creditline/transactions?customerID=c1&partnerTxnID=P2").await.ok();
        assert_eq!(found["data"]["transactions"].as_array().unwrap().len(), 1);
        world.all_agrees().await;
    }

    async fn a_proof_of_delivery_has_to_be_what_it_says(world: World) {
        let (borrower, _) = world.line("c1").await;
        let txn = world.drawn("c1", &borrower, json!(100), "P1").await;
        // One grey pixel.
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
        let with = |proofs: Value| json!({ "txnID": txn, "invoiceNo": "9", "awb": "AWB1", "proofs": proofs });
        let path = "/v1/creditline/txn/confirm";
        for (proofs, code) in [
            (json!([{ "contentType": "application/pdf", "content": png }]), "upload_type"),
            (json!([{ "contentType": "image/png", "content": "!!" }]), "invalid_field"),
            (json!([{ "contentType": "text/html", "content": "PGh0bWw+" }]), "upload_type"),
            (json!(vec![json!({ "contentType": "image/png", "content": png }); 6]), "invalid_field"),
        ] {
            world.post(ACME, path, with(proofs)).await.refused(400, code);
        }
        world.post(ACME, path, with(json!([{ "contentType": "image/png" }]))).await.refused(403, "missing_field");
        assert_eq!(world.transactions("c1").await[0]["txnStatus"], "PROCESSING");
        world.post(ACME, path, with(json!([{ "contentType": "image/png", "content": png }]))).await.ok();
        assert_eq!(world.transactions("c1").await[0]["invoiceNo"], "9");
    }

    async fn a_drawdown_that_nobody_confirms_gives_its_limit_back(world: World) {
        let (borrower, _) = world.line("c1").await;
        let kept = world.drawn("c1", &borrower, json!(700), "P1").await;
        world.confirm(&kept).await.ok();
        let txn = world.drawn("c1", &borrower, json!(1200), "P2").await;
        world.clock.advance_seconds(72 * 3_600 - 1);
        world.settle().await;
        assert_eq!(world.limits("c1").await.1, json!(6100));
        world.clock.advance_seconds(1);
        // From then on, whether or not the job has run.
        world.confirm(&txn).await.refused(409, "reservation_expired");
        world.clock.advance_seconds(2);
        world.settle().await;
        assert_eq!(world.limits("c1").await.1, json!(7300));
        assert_eq!(world.transactions("c1").await[0]["txnStatus"], "CANCELLED");
        world.all_agrees().await;
    }

    async fn parts_take_the_place_of_a_drawdown_and_become_one_again(world: World) {
        let (borrower, _) = world.line("c1").await;
        let txn = world.drawn("c1", &borrower, json!(1200), "P1").await;
        let split = "/v1/creditline/txn/split";
        let invoice = |number: &str, amount: Value| json!({ "invoiceNo": number, "amount": amount });
        for (invoices, code) in [
            (json!([invoice("A", json!(1200.01))]), "split_impossible"),
            (json!([invoice("A", json!(1200))]), "split_impossible"),
            (json!([invoice("A", json!(0))]), "invalid_field"),
            (json!([invoice("A", json!(-5))]), "invalid_field"),
            (json!([]), "invalid_field"),
        ] {
            world.post(ACME, split, json!({ "txnID": txn, "invoices": invoices })).await.refused(400, code);
        }
        let invoices = json!([invoice("A", json!(500)), invoice("B", json!(300))]);
        let parts = world.post(ACME, split, json!({ "txnID": "P1", "invoices": invoices })).await.ok();
        let parts = parts["data"]["transactions"].as_array().unwrap().clone();
        let amounts: Vec<_> = parts.iter().map(|part| (part["invoiceNo"].clone(), part["amount"].clone())).collect();
        assert_eq!(amounts, [(json!("A"), json!(500)), (json!("B"), json!(300)), (json!(""), json!(400))]);
        let seen = world.transactions("c1").await;
        assert!(seen.len() == 3 && seen.iter().all(|one| one["partnerTxnID"] == "P1" && one["txnStatus"] == "PROCESSING"));
        assert_eq!(world.limits("c1").await.1, json!(6800), "the limit is reserved once");
        let id = |part: usize| parts[part]["txnID"].as_str().unwrap().to_owned();
        // Its own id now names three.
        world.confirm("P1").await.refused(409, "transaction_illegal_move");
        world.confirm(&txn).await.refused(409, "transaction_illegal_move");
        let merge = "/v1/creditline/txn/merge";
        world.post(ACME, merge, json!({ "txnIDs": [id(1)] })).await.refused(400, "invalid_field");
        world.post(ACME, merge, json!({ "txnIDs": [id(1), id(1)] })).await.refused(400, "invalid_field");
        let other = world.drawn("c1", &borrower, json!(100), "P2").await;
        world.post(ACME, merge, json!({ "txnIDs": [id(1), other] })).await.refused(409, "merge_impossible");
        let (stranger, _) = world.line("c2").await;
        let strange = world.drawn("c2", &stranger, json!(100), "P3").await;
        world.post(ACME, merge, json!({ "txnIDs": [id(1), strange] })).await.refused(409, "merge_impossible");
        world.confirm(&id(0)).await.ok();
        world.post(ACME, merge, json!({ "txnIDs": [id(0), id(1)] })).await.refused(409, "merge_impossible");
        let merged = world.post(ACME, merge, json!({ "txnIDs": [id(1), id(2)] })).await.ok();
        assert_eq!(merged["data"]["amount"], 700);
        let merged = merged["data"]["mergedTxnID"].as_str().unwrap().to_owned();
        world.confirm(&merged).await.ok();
        for (txn, utr) in [(id(0), "U1"), (merged, "U2")] {
            world.pay_out(&txn, utr).await.ok();
        }
        let seen = world.transactions("c1").await;
        let disbursed: Vec<_> = seen.iter().filter(|one| one["txnStatus"] == "DISBURSED").map(|one| one["amount"].clone()).collect();
        assert_eq!(disbursed.len(), 2);
        world.all_agrees().await;
    }

    async fn an_overdue_drawdown_stops_the_line_and_paying_it_lets_it_go_on(world: World) {
        // An account on which every debit bounces.
        let (borrower, _) = world.line_with_account("c1", "50100000000501").await;
        let txn = world.paid_out("c1", &borrower, json!(1200), "P1").await;
        world.advance("c1", 16).await;
        let seen = world.transactions("c1").await;
        assert_eq!((&seen[0]["txnStatus"], &seen[0]["dpd"]), (&json!("OVERDUE"), &json!(2)));
        assert_eq!(world.limits("c1").await, (json!("INACTIVE"), json!(6800), json!("overdue")));
        let overdue = world.get(ACME, "/v1/creditline/overdue?customerID=c1").await.ok()["data"]["overdue"].clone();
        assert_eq!((&overdue[0]["txnID"], &overdue[0]["dueDate"]), (&json!(txn), &json!("2021-01-18")));
        let told: Vec<_> = world.events("c1").await.into_iter().filter(|event| event.starts_with("emi_") || event.starts_with("late_")).collect();
        assert_eq!(told, ["emi_due_in_7_days", "emi_due_in_3_days", "emi_due_tomorrow", "late_fee_added", "emi_overdue"]);
        // The customer pays by the link, without any key.
        let link = overdue[0]["paymentLink"].as_str().unwrap().replace("http://qist.test", "");
        let page = world.send(axum::http::Method::GET, &link, &[], "").await;
        let page_text = String::from_utf8(page.bytes).unwrap();
        assert!(page.status == 200 && page_text.contains("Order P1") && page_text.contains("₹1,500"), "{page_text}");
        assert_eq!(world.send(axum::http::Method::POST, &link, &[], "").await.status, 303);
        world.send(axum::http::Method::POST, &link, &[], "").await.refused(409, "loan_illegal_move");
        world.send(axum::http::Method::GET, &format!("{link}0"), &[], "").await.refused(403, "link_invalid");
        world.settle().await;
        let seen = world.transactions("c1").await;
        assert_eq!((&seen[0]["txnStatus"], &seen[0]["emis"][0]["lateCharge"]), (&json!("PAID"), &json!(300)));
        assert_eq!(world.limits("c1").await, (json!("ACTIVE"), json!(8000), json!("")));
        world.all_agrees().await;
    }

    async fn a_payment_that_did_not_stand_never_makes_the_limit_negative(world: World) {
        let (borrower, _) = world.line("c1").await;
        world.open_withdrawal("c1", json!(6000), "P1").await.ok();
        let quoted = world.quote(&borrower, "P1", "three_emis").await.ok();
        let first = world.draw_with(&borrower, &quoted, &world.otp().await).await.ok()["txnID"].as_str().unwrap().to_owned();
        world.confirm(&first).await.ok();
        world.pay_out(&first, "U1").await.ok();
        let paid = world.post(ACME, "/v1/loan/repay", world.repayment(&first, 1, json!(2000), "T1")).await.ok();
        assert_eq!(world.limits("c1").await.1, json!(4000));
        world.drawn("c1", &borrower, json!(4000), "P2").await;
        let reverse = json!({ "referenceID": paid["data"]["referenceID"], "reason": "returned" });
        world.post(MERIDIAN, &format!("/v1/lender/applications/{first}/reversals"), reverse).await.ok();
        assert_eq!(world.limits("c1").await, (json!("INACTIVE"), json!(0), json!("over limit")));
        let mine = world.borrower_get(&borrower, "/v1/borrower/creditline").await.ok();
        let line = &mine["line"];
        assert_eq!((&line["drawn"], &line["reserved"], &line["overLimit"]), (&json!(4000), &json!(4000), &json!(2000)));
        world.all_agrees().await;
        world.post(ACME, "/v1/loan/repay", world.repayment(&first, 1, json!(2000), "T2")).await.ok();
        assert_eq!(world.limits("c1").await, (json!("ACTIVE"), json!(0), json!("")));
        world.all_agrees().await;
    }

    /// Money that is held for a due pays it on its day, whoever is the first to look at the loan then.
    async fn a_line_follows_a_drawdown_whatever_brings_it_to_the_day(world: World) {
        let (borrower, _) = world.line("c1").await;
        world.open_withdrawal("c1", json!(900), "P1").await.ok();
        let quoted = world.quote(&borrower, "P1", "three_emis").await.ok();
        let txn = world.draw_with(&borrower, &quoted, &world.otp().await).await.ok()["txnID"].as_str().unwrap().to_owned();
        world.confirm(&txn).await.ok();
        world.pay_out(&txn, "U1").await.ok();
        world.post(ACME, "/v1/loan/repay", world.repayment(&txn, 1, json!(450), "T1")).await.ok();
        assert_eq!(world.limits("c1").await.1, json!(7400));
        // 150 pay half of the second instalment, which was due on the 3rd; the rest is late.
        world.clock.set("2021-03-20");
        let charge = json!({ "installmentNum": 2, "kind": "late_payment" });
        world.post(MERIDIAN, &format!("/v1/lender/applications/{txn}/charges"), charge).await.ok();
        assert_eq!(world.limits("c1").await, (json!("INACTIVE"), json!(7550), json!("overdue")));
        world.all_agrees().await;
    }

    async fn a_limit_is_raised_on_the_borrowers_own_request_alone(world: World) {
        let (borrower, line) = world.line("c1").await;
        world.drawn("c1", &borrower, json!(3000), "P1").await;
        let path = format!("/v1/lender/creditlines/{line}/limit");
        world.post(MERIDIAN, &path, json!({ "limit": 9000 })).await.refused(409, "limit_not_asked_for");
        world.post(MERIDIAN, &path, json!({ "limit": 2999.99 })).await.refused(409, "limit_below_used");
        world.post(SAHYADRI, &path, json!({ "limit": 5000 })).await.refused(404, "credit_line_not_found");
        let asked = |limit: i32| json!({ "limit": limit });
        let requests = "/v1/borrower/creditline/limit-requests";
        world.borrower_post(&borrower, requests, asked(8000)).await.refused(400, "invalid_field");
        let request = world.borrower_post(&borrower, requests, asked(9000)).await.ok();
        world.borrower_post(&borrower, requests, asked(9500)).await.refused(409, "credit_line_illegal_move");
        let id = request["limitRequestID"].clone();
        world.post(MERIDIAN, &path, json!({ "limit": 9001, "limitRequestID": id })).await.refused(409, "limit_not_asked_for");
        let raised = world.post(MERIDIAN, &path, json!({ "limit": 8500, "limitRequestID": id })).await.ok();
        assert_eq!((&raised["maxLimit"], &raised["availableLimit"]), (&json!(8500), &json!(5500)));
        world.post(MERIDIAN, &path, json!({ "limit": 9000, "limitRequestID": id })).await.refused(404, "limit_request_not_found");
        let seen = world.get(MERIDIAN, &format!("/v1/lender/creditlines/{line}")).await.ok();
        assert_eq!(seen["limitRequests"][0]["granted"], 8500);
        world.post(MERIDIAN, &path, json!({ "limit": 3000 })).await.ok();
        assert_eq!(world.limits("c1").await.1, json!(0));
        world.all_agrees().await;
    }

    async fn drawing_ends_with_the_line_or_its_kyc_and_repaying_does_not(world: World) {
        let (borrower, line) = world.line("c1").await;
        let txn = world.paid_out("c1", &borrower, json!(1200), "P1").await;
        world.post(ACME, "/v1/loan/repay", world.repayment(&txn, 1, json!(1000), "T1")).await.ok();
        let kyc = format!("/v1/lender/creditlines/{line}/kyc");
        world.post(MERIDIAN, &kyc, json!({ "kycUntil": "2022-01-03" })).await.refused(400, "invalid_field");
        world.clock.set("2022-01-04");
        let (status, _, reason) = world.limits("c1").await;
        assert_eq!((status, reason), (json!("INACTIVE"), json!("expired")));
        let borrower = world.token_again(&borrower, "c1").await;
        world.open_withdrawal("c1", json!(100), "P2").await.ok();
        world.quote(&borrower, "P2", "pay_later").await.refused(409, "credit_line_inactive");
        let body = json!({ "txnID": txn, "installmentNum": 1, "method": "upi" });
        world.borrower_post(&borrower, "/v1/borrower/payments", body).await.ok();
        world.settle().await;
        assert_eq!(world.transactions("c1").await[0]["txnStatus"], "PAID");
        let payments = world.borrower_get(&borrower, "/v1/borrower/payments").await.ok();
        assert_eq!(payments["payments"].as_array().unwrap().len(), 1);
        world.post(MERIDIAN, &kyc, json!({ "kycUntil": "2022-06-30" })).await.ok();
        world.all_agrees().await;
    }
}
