//! Every figure can be asked for its reasons, by all who may see it.

use serde_json::json;

use crate::on_both;
use crate::world::{ACME, GLOBEX, MERIDIAN, World};

async fn told(world: &World, loan: &str, figure: &str) -> serde_json::Value {
    let path = format!("/v1/loan/explain?loanApplicationID={loan}&figure={figure}");
    world.get(ACME, &path).await.ok()["data"].clone()
}

on_both! {
    async fn an_offers_figures_are_derived_by_the_run_that_made_them(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let offers = world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.ok();
        let offer = &offers["data"][0];
        for (figure, shown) in [
            ("emi", &offer["emis"][0]["emiAmount"]), ("disbursalAmount", &offer["disbursalAmount"]),
            ("totalPayable", &offer["totalPayableAmount"]), ("processingFee", &offer["processingFee"]),
            ("installment/6/amount", &offer["emis"][5]["emiAmount"]),
        ] {
            let told = told(&world, &loan, figure).await;
            let result: f64 = told["result"].as_str().unwrap().parse().unwrap();
            assert_eq!(Some(result), shown.as_f64(), "{figure}");
            assert!(told["text"].as_str().unwrap().starts_with(&format!("{figure} = ")));
        }
        assert_eq!(told(&world, &loan, "emi").await["unrounded"], "1161.333333333333");
        assert_eq!(told(&world, &loan, "installment/3/dueDate").await["result"], offer["emis"][2]["emiDate"]);
        assert_eq!(told(&world, &loan, "apr").await["result"], "74.35");
        let mine = world.borrower_get(&borrower, "/v1/borrower/explain?figure=emi").await.ok();
        let lenders = world.get(MERIDIAN, &format!("/v1/lender/applications/{loan}/explain?figure=emi")).await.ok();
        assert_eq!((&mine, &lenders), (&told(&world, &loan, "emi").await, &mine));
    }

    async fn every_input_that_names_a_figure_can_be_explained_in_turn(world: World) {
        let (_, loan) = world.approved("c1").await;
        let (mut asked, mut open) = (Vec::new(), vec!["totalPayable".to_owned(), "apr".to_owned(), "totalInterest".to_owned()]);
        while let Some(figure) = open.pop() {
            let told = told(&world, &loan, &figure).await;
            for input in told["inputs"].as_array().unwrap() {
                let Some(next) = input["figure"].as_str() else { continue };
                if !asked.contains(&next.to_owned()) && !open.contains(&next.to_owned()) {
                    open.push(next.to_owned());
                }
            }
            asked.push(figure);
        }
        assert!(asked.len() > 25, "{asked:?}");
    }

    async fn what_cannot_be_explained_is_refused_by_name(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let path = |more: &str| format!("/v1/loan/explain?loanApplicationID={loan}{more}");
        world.get(ACME, &path("")).await.refused(403, "missing_field");
        world.get(ACME, &path("&figure=installment/3/tax")).await.refused(400, "invalid_field");
        world.get(ACME, &path("&figure=installment/7/amount")).await.refused(404, "installment_not_found");
        world.get(ACME, &path("&figure=emi&offerID=nope")).await.refused(404, "offer_not_found");
        world.get(GLOBEX, &path("&figure=emi")).await.refused(404, "loan_not_found");
        world.borrower_get(&borrower, "/v1/borrower/explain").await.refused(400, "missing_field");
        world.borrower_get(&borrower, "/v1/borrower/explain?figure=emi&x=1").await.refused(400, "invalid_field");
        let waiting = world.customer("c2").await;
        world.borrower_get(&waiting, "/v1/borrower/explain?figure=emi").await.refused(409, "step_out_of_order");
    }

    async fn a_loans_figures_are_those_of_the_day_of_the_money(world: World) {
        let (_, loan) = world.signed("c1").await;
        world.clock.advance_seconds(2 * 86_400);
        world.disburse(&loan, "UTR1").await.ok();
        let due = told(&world, &loan, "installment/1/dueDate").await;
        assert_eq!(due["inputs"][0]["value"], "2021-01-05");
        let late = told(&world, &loan, "lateCharge/1").await;
        assert_eq!((&late["result"], &late["inputs"][0]["symbol"]), (&json!("0.00"), &json!("by the rule")));
        // 1,161 overdue for ten days at 24 % a year: 7.634.
        world.clock.set("2021-02-15");
        let late = told(&world, &loan, "lateCharge/1").await;
        assert_eq!(late["inputs"][0]["value"], "1161.00");
        assert_eq!(late["inputs"][1]["value"], "7.63397260274");
        let offer = world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.ok()["data"][0]["offerID"].clone();
        let by_offer = self::told(&world, &loan, &format!("lateCharge/1&offerID={}", offer.as_str().unwrap())).await;
        assert_eq!(by_offer, late, "what was charged is charged on the loan");
    }
}
