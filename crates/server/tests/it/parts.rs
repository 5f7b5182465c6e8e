//! A loan whose money goes out in parts, from the template to the second UTR.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, MERIDIAN, World};

/// Offers are made of 40 % at once and the rest after ten days, on interest alone until the end.
async fn lend_in_parts(world: &World) {
    let listed = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
    let mut template = listed["templates"][0].clone();
    let path = format!("/v1/lender/offer-templates/{}", template["offerTemplateID"].as_str().unwrap());
    for ours in ["offerTemplateID", "programmeID", "version"] {
        template.as_object_mut().unwrap().remove(ours).unwrap();
    }
    let conventions = |parts: Value| json!({ "rateBasis": "actual_365", "disbursals": parts });
    template["conventions"] = conventions(json!([{ "percent": 40 }, { "afterDays": 10 }]));
    let refused = world.put(MERIDIAN, &path, template.clone()).await.refused(400, "invalid_field");
    assert!(
        refused["detail"].as_str().unwrap().contains("reducing_balance"),
        "a flat rate runs on all of it: {refused}"
    );
    template["emiCalculationMethod"] = json!("bullet");
    template["conventions"] = conventions(json!([{ "percent": 40, "amount": 1 }, { "afterDays": 10 }]));
    world.put(MERIDIAN, &path, template.clone()).await.refused(400, "invalid_field");
    template["conventions"] = conventions(json!([{ "percent": 40 }, { "afterDays": 10 }]));
    // Of the smallest amount, the fee would be more than the first part.
    world.put(MERIDIAN, &path, template.clone()).await.refused(400, "offer_impossible");
    template["minAmount"] = json!(5000);
    world.put(MERIDIAN, &path, template).await.ok();
    let listed = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
    let parts = &listed["templates"][0]["conventions"]["disbursals"];
    assert_eq!(parts, &json!([{ "percent": 40, "afterDays": 0 }, { "afterDays": 10 }]));
}

async fn disburse(world: &World, loan: &str, utr: &str, on: &str) -> crate::world::Answer {
    let body = json!({ "utr": utr, "disbursedOn": on });
    world.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/disburse"), body).await
}

async fn verified(world: &World) {
    assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
}

on_both! {
    async fn each_part_is_told_and_booked_on_its_own_day_under_its_own_utr(world: World) {
        lend_in_parts(&world).await;
        let (_, loan) = world.signed("c1").await;
        let told = world.get(ACME, &format!("/v1/loan/kfs?loanApplicationID={loan}")).await.ok()["data"][0].clone();
        // 826 of fees are taken from the first part.
        assert_eq!(told["disbursals"], json!([
            { "date": "2021-01-03", "amount": 2600, "paidOut": 1774 }, { "date": "2021-01-13", "amount": 3900, "paidOut": 3900 },
        ]));
        // 2,600 for 31 days and 3,900 for 21 at 14.4 % over 365.
        assert_eq!(told["schedule"][0]["interest"], 64.11);
        assert_eq!(told["figures"]["paidOut"], 5674);
        let first = disburse(&world, &loan, "U1", "2021-01-03").await.ok();
        disburse(&world, &loan, "U2", "2021-01-13").await.refused(400, "invalid_field");
        world.clock.set("2021-01-15");
        disburse(&world, &loan, "U2", "2021-01-15").await.refused(400, "invalid_field");
        disburse(&world, &loan, "U1", "2021-01-13").await.refused(409, "utr_reused");
        let second = disburse(&world, &loan, "U2", "2021-01-13").await.ok();
        assert_ne!(first["referenceID"], second["referenceID"]);
        assert_eq!(second["status"], "DISBURSED");
        assert_eq!(disburse(&world, &loan, "U1", "2021-01-03").await.ok(), first, "the same again answers the same");
        assert_eq!(disburse(&world, &loan, "U2", "2021-01-13").await.ok(), second);
        disburse(&world, &loan, "U3", "2021-01-13").await.refused(409, "loan_illegal_move");
        let events = world.events("c1").await;
        assert_eq!(events.iter().filter(|event| *event == "loan_disbursed").count(), 2);
        let part = world.get(ACME, &format!("/v1/loan/explain?loanApplicationID={loan}&figure=disbursal/2")).await.ok();
        assert_eq!(part["data"]["result"], "3900.00");
        verified(&world).await;
    }

    async fn each_part_is_asked_of_the_payout_provider_on_its_day_alone(world: World) {
        lend_in_parts(&world).await;
        let (_, loan) = world.signed("c1").await;
        let payout = format!("/v1/lender/applications/{loan}/payout");
        world.post(MERIDIAN, &payout, json!({})).await.ok();
        world.post(MERIDIAN, &payout, json!({})).await.refused(409, "loan_illegal_move");
        world.settle().await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
        verified(&world).await;
        let early = world.post(MERIDIAN, &payout, json!({})).await.refused(409, "loan_illegal_move");
        assert!(early["detail"].as_str().unwrap().contains("2021-01-13"), "{early}");
        world.clock.set("2021-01-13");
        world.post(MERIDIAN, &payout, json!({})).await.ok();
        world.post(MERIDIAN, &payout, json!({})).await.refused(409, "loan_illegal_move");
        world.settle().await;
        let events = world.events("c1").await;
        assert_eq!(events.iter().filter(|event| *event == "loan_disbursed").count(), 2);
        world.post(MERIDIAN, &payout, json!({})).await.refused(409, "loan_illegal_move");
        verified(&world).await;
    }
}
