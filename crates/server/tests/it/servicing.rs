//! Loans live through time: what days bring, what lenders take back, let off and change, and how loans end.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, GLOBEX, MERIDIAN, SAHYADRI, World};

fn path(loan: &str, verb: &str) -> String {
    format!("/v1/lender/applications/{loan}/{verb}")
}

async fn clock(world: &World, ahead: Value) -> Value {
    let mut body = json!({ "customerID": "c1" });
    body.as_object_mut().unwrap().extend(ahead.as_object().unwrap().clone());
    world.post(ACME, "/v1/sandbox/clock", body).await.ok()["data"].clone()
}

/// `2021-01-27 emi_due_in_7_days {"installmentNum":1}`.
fn told(moved: &Value) -> Vec<String> {
    let line = |event: &Value| {
        let (at, name) = (event["loggedAt"].as_str().unwrap(), event["eventType"].as_str().unwrap());
        format!("{} {name} {}", &at[..10], event["eventDescription"].as_str().unwrap()).trim().to_owned()
    };
    moved["events"].as_array().unwrap().iter().map(line).collect()
}

async fn emis(world: &World, loan: &str) -> Vec<Value> {
    let answer = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
    answer["data"]["emiList"].as_array().unwrap().clone()
}

async fn books_agree(world: &World) {
    assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    assert_eq!(world.get(MERIDIAN, "/v1/lender/trial-balance").await.ok()["total"], 0);
}

/// A customer's loan of six EMIs of 1,161 from 2021-02-03, whose account makes a persona of the sandbox.
async fn disbursed_on(world: &World, account: &str) -> String {
    let (_, loan) = world.signed_with_account("c1", account).await;
    world.disburse(&loan, "UTR-c1").await.ok();
    world.settle().await;
    loan
}

on_both! {
    async fn a_loan_with_a_mandate_lives_to_its_end_by_itself(world: World) {
        let loan = disbursed_on(&world, "50100100100999").await;
        let moved = clock(&world, json!({ "advanceDays": 31 })).await;
        assert_eq!(told(&moved), [
            r#"2021-01-27 emi_due_in_7_days {"installmentNum":1}"#,
            r#"2021-01-31 emi_due_in_3_days {"installmentNum":1}"#,
            r#"2021-02-02 emi_due_in_tomorrow {"installmentNum":1}"#,
            r#"2021-02-03 emi_paid {"installmentNum":1}"#,
        ]);
        let moved = clock(&world, json!({ "until": "closed" })).await;
        assert!(told(&moved).last().unwrap().ends_with("loan_closed"), "{moved}");
        assert_eq!(told(&moved).iter().filter(|line| line.contains("emi_paid")).count(), 5);
        assert_eq!(world.status(&loan).await, "CLOSED");
        let tasks = world.get(MERIDIAN, &path(&loan, "closing")).await.ok();
        let of = |kind: &str| tasks["tasks"].as_array().unwrap().iter().find(|task| task["kind"] == kind).unwrap().clone();
        assert_eq!(of("cancel_mandate")["note"], "the bank has confirmed the end");
        assert!(of("refund_excess")["doneAt"].is_string() && of("report_to_bureaus")["doneAt"].is_null());
        let body = json!({ "kind": "report_to_bureaus", "note": "sent with the file of 9 July" });
        world.post(MERIDIAN, &path(&loan, "closing"), body).await.ok();
        world.post(MERIDIAN, &path(&loan, "closing"), json!({ "kind": "party", "note": "x" })).await.refused(404, "closing_task_not_found");
        assert_eq!(world.get(ACME, "/v1/user/banner?customerID=c1").await.ok()["data"]["banner"], "CLOSED");
        books_agree(&world).await;
    }

    async fn a_bounced_debit_is_charged_and_then_the_delay_by_the_day(world: World) {
        let loan = disbursed_on(&world, "50100000000503").await;
        let moved = clock(&world, json!({ "advanceTo": "2021-04-12" })).await;
        let lines = told(&moved);
        // The third EMI falls on a Saturday and is due on Monday, 5 April.
        let third = lines.iter().position(|line| line.starts_with("2021-04-05")).unwrap();
        assert_eq!(lines[third..], [
            r#"2021-04-05 late_fee_added {"installmentNum":3,"lateCharge":300.00}"#,
            r#"2021-04-06 emi_overdue {"installmentNum":3}"#,
            // Three days of grace, then 1,161 × 24 % / 365 for each day: 3.05 for four.
            r#"2021-04-09 late_fee_updated {"installmentNum":3,"lateCharge":303.05}"#,
            r#"2021-04-10 late_fee_updated {"installmentNum":3,"lateCharge":303.82}"#,
            r#"2021-04-11 late_fee_updated {"installmentNum":3,"lateCharge":304.58}"#,
            r#"2021-04-12 late_fee_updated {"installmentNum":3,"lateCharge":305.34}"#,
        ]);
        let third = emis(&world, &loan).await[2].clone();
        assert_eq!((&third["lateCharge"], &third["totalPayable"]), (&json!(305.34), &json!(1466.34)));
        assert_eq!(world.get(ACME, "/v1/user/banner?customerID=c1").await.ok()["data"]["banner"], "OVERDUE");
        books_agree(&world).await;
    }

    async fn a_customers_clock_moves_nobody_else(world: World) {
        let loan = disbursed_on(&world, "50100000000500").await;
        let (_, other) = world.disbursed("c2").await;
        let moved = clock(&world, json!({ "until": "dpd=61" })).await;
        assert_eq!((&moved["dpd"], &moved["now"]), (&json!(61), &json!("2021-04-04 12:00:00")));
        assert!(emis(&world, &other).await.iter().all(|emi| emi["lateCharge"] == 0));
        assert!(!world.events("c2").await.iter().any(|event| event.starts_with("emi_due")));
        for body in [
            json!({ "customerID": "c1", "advanceTo": "2021-04-03" }),
            json!({ "customerID": "c1", "advanceTo": "2020-01-01" }),
        ] {
            world.post(ACME, "/v1/sandbox/clock", body).await.refused(400, "clock_backwards");
        }
        let stranger = json!({ "customerID": "c1", "advanceDays": 1 });
        world.post(GLOBEX, "/v1/sandbox/clock", stranger).await.refused(404, "user_not_found");
        world.post(ACME, "/v1/sandbox/clock", json!({ "advanceDays": 1 })).await.refused(403, "missing_field");
        let loans = world.get(MERIDIAN, &path(&loan, "repayments")).await.ok();
        assert_eq!(loans["dpd"], 61);
        books_agree(&world).await;
    }

    async fn a_loan_that_begins_in_a_customers_own_time_lives_in_it(world: World) {
        let (_, loan) = world.signed("c1").await;
        clock(&world, json!({ "advanceDays": 10 })).await;
        world.post(MERIDIAN, &path(&loan, "payout"), json!({})).await.ok();
        world.settle().await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
        assert_eq!(emis(&world, &loan).await[0]["dueDate"], "2021-02-15", "a month after the 13th, a Saturday");
        let moved = clock(&world, json!({ "advanceTo": "2021-02-15" })).await;
        assert!(told(&moved).contains(&r#"2021-02-15 emi_paid {"installmentNum":1}"#.to_owned()), "{moved}");
        books_agree(&world).await;
    }

    async fn a_day_end_catches_up_in_order_and_does_each_day_once(world: World) {
        let (_, loan) = world.signed_with_account("c1", "50100000000500").await;
        world.disburse(&loan, "U1").await.ok();
        world.app.end_days().await.unwrap();
        // The server was down for five weeks.
        world.clock.set("2021-02-07");
        assert_eq!(world.app.end_days().await.unwrap(), 35 * 2);
        world.settle().await;
        assert_eq!(world.app.end_days().await.unwrap(), 0);
        let events = world.events("c1").await;
        let count = |name: &str| events.iter().filter(|event| *event == name).count();
        // Reminders of days that had passed would have told nothing.
        assert_eq!((count("emi_due_in_7_days"), count("emi_overdue")), (0, 1));
        let state = world.app.day_end_states().await.unwrap();
        assert!(state.iter().all(|state| state.days_behind == 0 && state.last.as_ref().unwrap().failed == 0));
        books_agree(&world).await;
    }

    async fn a_reversal_takes_a_payment_back_and_cannot_be_reversed(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.clock.set("2021-02-03");
        let paid = world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(1161), "T1")).await.ok();
        let reference = paid["data"]["referenceID"].clone();
        world.clock.set("2021-02-08");
        let reversal = |reference: &Value| json!({ "referenceID": reference, "reason": "cheque returned" });
        let done = world.post(MERIDIAN, &path(&loan, "reversals"), reversal(&reference)).await.ok();
        world.post(MERIDIAN, &path(&loan, "reversals"), reversal(&reference)).await.refused(409, "payment_reversed");
        world.post(MERIDIAN, &path(&loan, "reversals"), reversal(&done["referenceID"])).await.refused(409, "reversal_impossible");
        world.post(MERIDIAN, &path(&loan, "reversals"), reversal(&json!("nonsense"))).await.refused(404, "payment_not_found");
        world.post(SAHYADRI, &path(&loan, "reversals"), reversal(&reference)).await.refused(404, "loan_not_found");
        let answer = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
        assert_eq!((&answer["data"]["dpd"], &answer["data"]["emiList"][0]["status"]), (&json!(6), &json!("UNPAID")));
        books_agree(&world).await;
    }

    async fn excess_is_paid_back_once_under_its_reference(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(1500), "T1")).await.ok();
        let refund = |amount: Value, utr: &str| json!({ "amount": amount, "utr": utr });
        for amount in [json!(339.01), json!(0), json!(-1)] {
            world.post(MERIDIAN, &path(&loan, "refunds"), refund(amount, "R1")).await.refused(400, "invalid_field");
        }
        let first = world.post(MERIDIAN, &path(&loan, "refunds"), refund(json!(339), "R1")).await.ok();
        let again = world.post(MERIDIAN, &path(&loan, "refunds"), refund(json!(339), "R1")).await.ok();
        assert_eq!(first, again);
        world.post(MERIDIAN, &path(&loan, "refunds"), refund(json!(1), "R1")).await.refused(409, "utr_reused");
        books_agree(&world).await;
    }

    async fn a_part_prepayment_makes_the_loan_shorter(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.clock.set("2021-02-10");
        let quote = path(&loan, "prepayments/quote?amount=2000&effect=shorter_tenure");
        world.get(MERIDIAN, &quote).await.refused(409, "prepayment_impossible");
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(1161), "T1")).await.ok();
        let told = world.get(MERIDIAN, &quote).await.ok();
        assert_eq!((&told["emi"], &told["installmentsLeft"]), (&json!(1161), &json!(4)), "{told}");
        let body = json!({
            "amountReceived": 2000, "effect": "shorter_tenure", "paymentDate": world.app.clock.now().ist_text(), "paymentMode": "neft", "utr": "P1",
        });
        let done = world.post(MERIDIAN, &path(&loan, "prepayments"), body.clone()).await.ok();
        assert_eq!(done["installmentsLeft"], 4, "{done}");
        assert_eq!(world.post(MERIDIAN, &path(&loan, "prepayments"), body).await.ok()["referenceID"], done["referenceID"]);
        assert_eq!(emis(&world, &loan).await.len(), 5);
        books_agree(&world).await;
        for num in 2..=5 {
            let due = emis(&world, &loan).await[num - 1]["totalPayable"].clone();
            let num = u32::try_from(num).unwrap();
            world.post(ACME, "/v1/loan/repay", world.repayment(&loan, num, due, &format!("T{num}"))).await.ok();
        }
        assert_eq!(world.status(&loan).await, "CLOSED");
        books_agree(&world).await;
    }

    async fn paying_a_payoff_that_holds_closes_the_loan_and_a_stale_one_is_refused(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let cooling = world.post(MERIDIAN, &path(&loan, "payoffs"), json!({})).await.ok();
        assert_eq!((&cooling["kind"], &cooling["amount"]), (&json!("cooling_off"), &json!(6500)));
        world.clock.set("2021-02-20");
        let quote = world.post(MERIDIAN, &path(&loan, "payoffs"), json!({})).await.ok();
        assert_eq!(quote["kind"], "foreclosure");
        let pay = |id: &Value| path(&loan, &format!("payoffs/{}/pay", id.as_str().unwrap()));
        let body = json!({ "paymentMode": "neft", "utr": "F1" });
        world.post(MERIDIAN, &pay(&cooling["payoffID"]), body.clone()).await.refused(409, "payoff_stale");
        // Something happens to the loan: the quote no longer says what closes it.
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(10), "T1")).await.ok();
        world.post(MERIDIAN, &pay(&quote["payoffID"]), body.clone()).await.refused(409, "payoff_stale");
        let quote = world.post(MERIDIAN, &path(&loan, "payoffs"), json!({})).await.ok();
        world.clock.set("2021-02-21");
        assert_eq!(world.post(MERIDIAN, &pay(&quote["payoffID"]), body.clone()).await.ok()["status"], "CLOSED");
        assert_eq!(world.post(MERIDIAN, &pay(&quote["payoffID"]), body).await.ok()["status"], "CLOSED", "sent again");
        world.post(MERIDIAN, &path(&loan, "payoffs"), json!({})).await.refused(409, "loan_closed");
        books_agree(&world).await;
    }

    async fn what_is_given_up_above_an_amount_needs_a_second_person(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.clock.set("2021-06-01");
        let waive = json!({ "kind": "waive", "reason": "goodwill", "installmentNum": 1, "interest": 50 });
        assert_eq!(world.post(MERIDIAN, &path(&loan, "decisions"), waive).await.ok()["state"], "done");
        let more = json!({ "kind": "waive", "reason": "goodwill", "installmentNum": 1, "interest": 50 });
        world.post(MERIDIAN, &path(&loan, "decisions"), more).await.refused(400, "invalid_field");
        let write_off = json!({ "kind": "write_off", "reason": "the borrower cannot be found" });
        let asked = world.post(MERIDIAN, &path(&loan, "decisions"), write_off).await.ok();
        assert_eq!(asked["state"], "pending");
        let answer = path(&loan, &format!("decisions/{}/answer", asked["decisionID"].as_str().unwrap()));
        world.post(MERIDIAN, &answer, json!({ "agree": true })).await.refused(403, "same_person");
        let second = world.second_person("meridian").await;
        assert_eq!(world.post(&second, &answer, json!({ "agree": true })).await.ok()["state"], "done");
        world.post(&second, &answer, json!({ "agree": false })).await.refused(409, "loan_illegal_move");
        let decisions = world.get(MERIDIAN, &path(&loan, "decisions")).await.ok();
        assert_eq!(decisions["decisions"].as_array().unwrap().len(), 2);
        // What comes in from then on is a recovery.
        world.clock.set("2021-06-02");
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(500), "T9")).await.ok();
        let balances = world.get(MERIDIAN, "/v1/lender/trial-balance").await.ok();
        let recovered = balances["accounts"].as_array().unwrap().iter().find(|one| one["account"] == "recovery_income").unwrap();
        assert_eq!(recovered["balance"], -500);
        books_agree(&world).await;
    }

    async fn a_lender_moves_the_due_day_alone_and_settles_with_two(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let moved = json!({ "kind": "due_date_change", "reason": "salary comes on the 7th", "anchorDay": 10 });
        assert_eq!(world.post(MERIDIAN, &path(&loan, "decisions"), moved).await.ok()["state"], "done");
        let first = emis(&world, &loan).await[0].clone();
        assert_eq!(first["dueDate"], "2021-02-10");
        world.clock.set("2021-05-01");
        let settle = json!({ "kind": "settle", "reason": "hardship", "amountReceived": 4000, "paymentMode": "neft", "utr": "S1" });
        let asked = world.post(MERIDIAN, &path(&loan, "decisions"), settle).await.ok();
        assert_eq!(asked["state"], "pending");
        let second = world.second_person("meridian").await;
        let answer = path(&loan, &format!("decisions/{}/answer", asked["decisionID"].as_str().unwrap()));
        world.post(&second, &answer, json!({ "agree": true })).await.ok();
        assert_eq!(world.status(&loan).await, "CLOSED");
        for (kind, code) in [("party", "invalid_field"), ("moratorium", "missing_field")] {
            let body = json!({ "kind": kind, "reason": "x" });
            assert_eq!(world.post(MERIDIAN, &path(&loan, "decisions"), body).await.json["code"], code);
        }
        books_agree(&world).await;
    }

    async fn the_ledger_is_exported_page_by_page_and_sums_to_zero(world: World) {
        disbursed_on(&world, "50100100100999").await;
        clock(&world, json!({ "until": "closed" })).await;
        let mut lines: Vec<String> = Vec::new();
        let mut after = String::new();
        loop {
            let page = world.get(MERIDIAN, &format!("/v1/lender/ledger?limit=7{after}")).await;
            let text = String::from_utf8(page.bytes.clone()).unwrap();
            assert!(text.starts_with("loan,cause,what,account,amount,value_date,recorded_at\n"));
            lines.extend(text.lines().skip(1).map(str::to_owned));
            match page.headers.get("next-after") {
                Some(next) => after = format!("&after={}", next.to_str().unwrap()),
                None => break,
            }
        }
        let paise: i64 = lines.iter().map(|line| line.split(',').nth(4).unwrap().replace('.', "").parse::<i64>().unwrap()).sum();
        assert_eq!(paise, 0);
        let distinct: std::collections::BTreeSet<&String> = lines.iter().collect();
        assert_eq!(distinct.len(), lines.len());
        assert!(lines.iter().any(|line| line.contains(",disbursed,loan_principal,6500.00,2021-01-03,")), "{lines:?}");
        let strange = world.get(SAHYADRI, "/v1/lender/ledger").await;
        assert_eq!(String::from_utf8(strange.bytes).unwrap().lines().count(), 1);
    }
}
