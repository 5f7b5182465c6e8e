//! A borrower's papers of a loan: one truth for borrower, sourcing entity and lender, as data and as PDFs.

use axum::http::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, GLOBEX, MERIDIAN, SAHYADRI, World};

fn of_partner(loan: &str, kind: &str) -> String {
    format!("/v1/loan/papers/{kind}?loanApplicationID={loan}")
}

fn of_lender(loan: &str, kind: &str) -> String {
    format!("/v1/lender/applications/{loan}/papers/{kind}")
}

async fn opens_as_pdf(world: &World, paper: &Value) {
    let path = paper["pdfURL"].as_str().unwrap().strip_prefix("http://qist.test").unwrap();
    let pdf = world.send(Method::GET, path, &[], "").await;
    assert!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF-1.7"), "{}", pdf.status);
    let altered = path.replace("/papers/", "/papers/0");
    world.send(Method::GET, &altered, &[], "").await.refused(403, "link_invalid");
    world.clock.advance_seconds(301);
    world.send(Method::GET, path, &[], "").await.refused(403, "link_invalid");
}

on_both! {
    async fn a_statement_of_account_is_the_same_for_all_who_may_see_it(world: World) {
        let (borrower, loan) = world.disbursed("c1").await;
        world.clock.set("2021-02-03");
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(1161), "T1")).await.ok();
        let borrower = world.token_again(&borrower, "c1").await;
        let told = world.get(ACME, &of_partner(&loan, "statement")).await.ok()["data"].clone();
        let statement = &told["statement"];
        let entries: Vec<Value> = statement["entries"].as_array().unwrap().clone();
        let whats: Vec<&str> = entries.iter().map(|entry| entry["what"].as_str().unwrap()).collect();
        assert_eq!(whats, ["lent", "interest", "paid"]);
        assert_eq!((&entries[2]["reference"], &entries[2]["credit"]), (&json!("T1"), &json!(1161)));
        assert_eq!((&statement["balance"], &statement["dpd"]), (&json!(5416.67), &json!(0)));
        assert_eq!(statement["years"][0]["year"], "2020-21");
        assert!(told["interestCertificate"].is_null() && told["noDues"].is_null());
        let lenders = world.get(MERIDIAN, &of_lender(&loan, "statement")).await.ok();
        let mine = world.borrower_get(&borrower, "/v1/borrower/papers/statement").await.ok();
        assert!(lenders["statement"] == *statement && mine["statement"] == *statement);
        world.get(GLOBEX, &of_partner(&loan, "statement")).await.refused(404, "loan_not_found");
        world.get(SAHYADRI, &of_lender(&loan, "statement")).await.refused(404, "loan_not_found");
        opens_as_pdf(&world, &mine).await;
    }

    async fn an_interest_certificate_is_of_a_year_of_the_loan(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        world.clock.set("2021-02-03");
        world.post(ACME, "/v1/loan/repay", world.repayment(&loan, 1, json!(1161), "T1")).await.ok();
        let path = |year: &str| format!("{}&year={year}", of_partner(&loan, "interest-certificate"));
        let told = world.get(ACME, &path("2020")).await.ok()["data"].clone();
        let certificate = &told["interestCertificate"];
        for (name, value) in [
            ("year", json!("2020-21")), ("until", json!("2021-02-03")), ("interestDue", json!(77.67)), ("interestPaid", json!(77.67)),
            ("principalDue", json!(1083.33)), ("principalPaid", json!(1083.33)),
        ] {
            assert_eq!(certificate[name], value, "{name}");
        }
        for (year, status, code) in [
            ("2019", 409, "year_not_of_loan"), ("2021-22", 409, "year_not_of_loan"), ("20", 400, "invalid_field"), ("2020-22", 400, "invalid_field"),
        ] {
            world.get(ACME, &path(year)).await.refused(status, code);
        }
        world.get(ACME, &of_partner(&loan, "interest-certificate")).await.refused(403, "missing_field");
        world.get(ACME, &of_partner(&loan, "poem")).await.refused(404, "paper_not_found");
        opens_as_pdf(&world, &told).await;
    }

    async fn nothing_is_owed_only_after_the_end_in_the_customers_own_time(world: World) {
        let (_, undisbursed) = world.signed("c2").await;
        world.get(ACME, &of_partner(&undisbursed, "statement")).await.refused(409, "not_disbursed");
        let (_, loan) = world.signed_with_account("c1", "50100100100999").await;
        world.disburse(&loan, "UTR-c1").await.ok();
        world.settle().await;
        world.get(MERIDIAN, &of_lender(&loan, "no-dues")).await.refused(409, "loan_not_closed");
        world.post(ACME, "/v1/sandbox/clock", json!({ "customerID": "c1", "until": "closed" })).await.ok();
        let told = world.get(MERIDIAN, &of_lender(&loan, "no-dues")).await.ok();
        let no_dues = &told["noDues"];
        assert_eq!((&no_dues["lent"], &no_dues["paid"], &no_dues["waived"]), (&json!(6500), &json!(6966), &json!(0)));
        assert_eq!(no_dues["closedOn"], told["issuedOn"]);
        let statement = world.get(MERIDIAN, &of_lender(&loan, "statement")).await.ok()["statement"].clone();
        assert_eq!((&statement["balance"], &statement["totals"]["interest"]), (&json!(0), &json!(466)));
        assert_eq!(statement["years"].as_array().unwrap().len(), 2);
        opens_as_pdf(&world, &told).await;
    }
}
