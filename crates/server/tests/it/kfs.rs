//! Key Facts Statements: no offer without one, no acceptance unread, no term changed behind one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::Method;
use qist_app::ports::connector::{Ask, AskError, Callback, Called, Connector, Connectors, ProviderKind, Reply};
use qist_providers::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, Answer, Borrower, MERIDIAN, World};

async fn statements(world: &World, loan: &str) -> Vec<Value> {
    let told = world.get(ACME, &format!("/v1/loan/kfs?loanApplicationID={loan}")).await.ok();
    told["data"].as_array().unwrap().clone()
}

async fn open(world: &World, url: &Value, more: &str) -> Answer {
    let path = url.as_str().unwrap().strip_prefix("http://qist.test").unwrap();
    world.send(Method::GET, &format!("{path}{more}"), &[], "").await
}

async fn acknowledge(world: &World, borrower: &Borrower, told: &Value, language: &str) -> Answer {
    let read = json!({ "offerID": told["offerID"], "proposalNumber": told["proposalNumber"], "language": language });
    world.borrower_post(borrower, "/v1/borrower/kfs/acknowledge", read).await
}

async fn accept(world: &World, borrower: &Borrower, told: &Value) -> Answer {
    world.borrower_post(borrower, "/v1/borrower/offers/accept", json!({ "offerID": told["offerID"] })).await
}

/// Meridian's only template, with something changed in it.
async fn change_template(world: &World, key: &str, value: Value) {
    let listed = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
    let mut template = listed["templates"][0].clone();
    let path = format!("/v1/lender/offer-templates/{}", template["offerTemplateID"].as_str().unwrap());
    let fields = template.as_object_mut().unwrap();
    for ours in ["offerTemplateID", "programmeID", "version"] {
        fields.remove(ours).unwrap();
    }
    fields.insert(key.to_owned(), value);
    world.put(MERIDIAN, &path, template).await.ok();
}

/// The sandbox, with what it is asked to pay, in paise, written down.
struct Overheard(Arc<Mutex<Vec<i64>>>);

impl Connectors for Overheard {
    fn of(&self, _kind: ProviderKind) -> &dyn Connector {
        self
    }
}

#[async_trait]
impl Connector for Overheard {
    async fn ask(&self, reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
        if let Ask::Payout { amount_paise, .. } = ask {
            self.0.lock().unwrap().push(amount_paise.get());
        }
        Sandbox.ask(reference, attempt, ask).await
    }

    fn read_callback(&self, callback: Callback<'_>) -> Option<Called> {
        Sandbox.read_callback(callback)
    }
}

on_both! {
    async fn an_offer_has_a_statement_with_its_own_figures_for_whoever_may_see_it(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let told = &statements(&world, &loan).await[0];
        let figures = &told["figures"];
        for (name, value) in [
            ("sanctionedAmount", json!(6500)), ("installmentAmount", json!(1161)), ("totalInterest", json!(466)),
            ("feesToLender", json!(826)), ("netDisbursed", json!(5674)), ("totalPaid", json!(6966)), ("apr", json!(74.35)),
            ("effectiveRate", json!(105.73)),
        ] {
            assert_eq!(figures[name], value, "{name}");
        }
        assert_eq!((&told["version"], &told["status"], &told["acknowledged"]), (&json!(1), &json!("offered"), &Value::Null));
        assert_eq!(told["schedule"].as_array().unwrap().len(), 6);
        assert_eq!(told["contingentCharges"][0]["kind"], "late_payment");
        let lenders = world.get(MERIDIAN, &format!("/v1/lender/applications/{loan}/kfs")).await.ok();
        let mine = world.borrower_get(&borrower, "/v1/borrower/kfs").await.ok();
        for other in [&lenders["statements"][0], &mine["statements"][0]] {
            for same in ["proposalNumber", "sha256", "figures", "schedule", "offerID"] {
                assert_eq!(other[same], told[same], "{same}");
            }
        }
    }

    async fn there_is_no_statement_before_there_is_an_offer(world: World) {
        let borrower = world.customer("c1").await;
        world.borrower_get(&borrower, "/v1/borrower/kfs").await.refused(409, "step_out_of_order");
        world.identify(&borrower, "ABCPD0750N").await;
        let loan = world.apply(&borrower, 6500).await;
        let path = format!("/v1/loan/kfs?loanApplicationID={loan}");
        world.get(ACME, &path).await.refused(409, "offers_not_ready");
        world.get(ACME, "/v1/loan/kfs").await.refused(403, "missing_field");
        world.get(crate::world::GLOBEX, &path).await.refused(404, "loan_not_found");
    }

    async fn an_offer_is_accepted_only_once_its_statement_has_been_read(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let told = &statements(&world, &loan).await[0];
        accept(&world, &borrower, told).await.refused(409, "kfs_not_acknowledged");
        let mut other = told.clone();
        other["proposalNumber"] = json!("FB1-9");
        acknowledge(&world, &borrower, &other, "en").await.refused(409, "kfs_replaced");
        acknowledge(&world, &borrower, told, "fr").await.refused(400, "invalid_field");
        acknowledge(&world, &borrower, told, "hi").await.ok();
        world.clock.advance_seconds(60);
        acknowledge(&world, &borrower, told, "en").await.ok();
        let told = &statements(&world, &loan).await[0];
        assert_eq!(told["acknowledged"]["language"], "hi", "the first reading stays");
        let view = accept(&world, &borrower, told).await.ok();
        assert_eq!(view["next"]["step"], "bank_account");
        assert_eq!(statements(&world, &loan).await[0]["status"], "offer_accepted");
    }

    async fn a_statement_opens_as_a_page_and_as_a_pdf_in_both_languages_behind_its_link(world: World) {
        let (_, loan) = world.approved("c1").await;
        let told = &statements(&world, &loan).await[0];
        let (number, hash) = (told["proposalNumber"].as_str().unwrap(), told["sha256"].as_str().unwrap());
        for (language, words) in [("", "Annual percentage rate"), ("&language=hi", "वार्षिक प्रतिशत दर")] {
            let page = open(&world, &told["url"], language).await;
            assert_eq!(page.status, 200);
            let html = String::from_utf8(page.bytes.to_vec()).unwrap();
            for text in [words, number, hash, "₹5,674.00", "74.35%", "₹1,083.33"] {
                assert!(html.contains(text), "{text}");
            }
            assert!(!html.contains("<script"));
            let pdf = open(&world, &told["pdfURL"], language).await;
            assert!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF-1.7"));
            assert_eq!(open(&world, &told["pdfURL"], language).await.bytes, pdf.bytes, "it is made once");
        }
        open(&world, &told["url"], "&language=fr").await.refused(400, "invalid_field");
        let altered = |from: &str, to: &str| json!(told["url"].as_str().unwrap().replace(from, to));
        for url in [altered("/1?", "/2?"), altered("-1/", "-2/"), altered("signature=", "signature=0")] {
            open(&world, &url, "").await.refused(403, "link_invalid");
        }
        world.clock.advance_seconds(301);
        open(&world, &told["url"], "").await.refused(403, "link_invalid");
    }

    async fn another_term_is_another_proposal_and_binds_nobody_who_has_the_first(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let renew = format!("/v1/lender/applications/{loan}/offers");
        let first = statements(&world, &loan).await[0].clone();
        world.post(MERIDIAN, &renew, json!({})).await.ok();
        assert_eq!(statements(&world, &loan).await.len(), 1, "what stands is not offered twice");
        change_template(&world, "annualInterest", json!(15.4)).await;
        world.post(MERIDIAN, &renew, json!({ "amount": 6500.01 })).await.refused(400, "invalid_field");
        let offers = world.post(MERIDIAN, &renew, json!({})).await.ok();
        assert_eq!(offers["offers"].as_array().unwrap().len(), 2);
        let told = statements(&world, &loan).await;
        assert_eq!(told[0]["sha256"], first["sha256"]);
        assert_ne!(told[0]["proposalNumber"], told[1]["proposalNumber"]);
        assert_eq!((&told[0]["figures"]["annualInterest"], &told[1]["figures"]["annualInterest"]), (&json!(14.4), &json!(15.4)));
        // Having read the one is not having read the other.
        acknowledge(&world, &borrower, &told[0], "en").await.ok();
        accept(&world, &borrower, &told[1]).await.refused(409, "kfs_not_acknowledged");
        accept(&world, &borrower, &told[0]).await.ok();
        world.add_bank(&borrower, "50100100100999").await;
        world.post(MERIDIAN, &renew, json!({})).await.refused(409, "loan_illegal_move");
    }

    async fn expired_offers_are_renewed(world: World) {
        let (borrower, loan) = world.approved("c1").await;
        let told = statements(&world, &loan).await[0].clone();
        world.clock.advance_seconds(30 * 86_400);
        let borrower = world.token_again(&borrower, "c1").await;
        acknowledge(&world, &borrower, &told, "en").await.refused(409, "offer_expired");
        world.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/offers"), json!({})).await.ok();
        let told = statements(&world, &loan).await;
        assert_eq!(told.len(), 2);
        acknowledge(&world, &borrower, &told[1], "en").await.ok();
        accept(&world, &borrower, &told[1]).await.ok();
    }

    async fn a_payout_is_of_the_day_on_which_it_was_asked_for_and_so_is_what_is_booked_and_told(world: World) {
        // Interest until the 5th is taken from what is paid out: the fewer days, the more money.
        change_template(&world, "conventions", json!({ "anchorDay": 5, "brokenPeriod": "upfront" })).await;
        // The bank does not say at once what became of it.
        let (_, loan) = world.signed_with_account("c1", "50100000000205").await;
        let offered = statements(&world, &loan).await[0]["figures"]["netDisbursed"].clone();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut app = world.app.clone();
        app.connectors = Arc::new(Overheard(Arc::clone(&asked)));
        world.clock.set("2021-01-04");
        world.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/payout"), json!({})).await.ok();
        app.work().await.unwrap();
        world.clock.set("2021-01-07");
        while app.work().await.unwrap() > 0 {}
        assert_eq!(world.status(&loan).await, "DISBURSED");
        let told = statements(&world, &loan).await[1].clone();
        // A day of 6,500 at 14.4 % is 2.56.
        assert_eq!((&offered, &told["figures"]["netDisbursed"]), (&json!(5668.87), &json!(5671.44)));
        assert_eq!(told["figures"]["upfrontInterest"], 2.56);
        let asked: BTreeSet<i64> = asked.lock().unwrap().iter().copied().collect();
        assert_eq!(asked, BTreeSet::from([567_144]), "asked twice for one amount");
        let booked = world.get(ACME, &format!("/v1/loan/explain?loanApplicationID={loan}&figure=disbursalAmount")).await.ok();
        assert_eq!(booked["data"]["result"], "5671.44");
        // The ledger is that of the schedule that is booked, and the schedule is one that was told.
        assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    }

    async fn money_on_another_day_is_another_version_of_the_same_proposal(world: World) {
        let (_, same_day) = world.signed("c1").await;
        world.disburse(&same_day, "UTR1").await.ok();
        assert_eq!(statements(&world, &same_day).await.len(), 1);
        let (_, later) = world.signed("c2").await;
        world.clock.advance_seconds(2 * 86_400);
        world.disburse(&later, "UTR2").await.ok();
        let told = statements(&world, &later).await;
        assert_eq!((told.len(), &told[1]["version"]), (2, &json!(2)));
        assert_eq!(told[0]["proposalNumber"], told[1]["proposalNumber"]);
        let repayments = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={later}")).await.ok();
        assert_eq!(repayments["data"]["emiList"][0]["dueDate"], told[1]["schedule"][0]["dueDate"]);
        assert_ne!(told[0]["schedule"][0]["dueDate"], told[1]["schedule"][0]["dueDate"]);
        let page = open(&world, &told[1]["url"], "").await;
        assert!(String::from_utf8_lossy(&page.bytes).contains("This replaces version 1"));
        assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    }

    async fn only_what_the_statement_has_is_charged_and_each_charge_is_explained(world: World) {
        let (_, loan) = world.signed("c1").await;
        let path = format!("/v1/lender/applications/{loan}/charges");
        let charge = |num: u32, kind: &str| json!({ "installmentNum": num, "kind": kind });
        world.post(MERIDIAN, &path, charge(1, "late_payment")).await.refused(409, "not_disbursed");
        world.disburse(&loan, "UTR1").await.ok();
        world.post(MERIDIAN, &path, charge(1, "late_payment")).await.refused(409, "charge_not_due");
        // Due on 2021-02-03: 1,161 × 24 % × 12 / 365.
        world.clock.set("2021-02-15");
        for (body, status, code) in [
            (charge(1, "foreclosure"), 409, "charge_not_in_kfs"), (charge(9, "bounce"), 404, "installment_not_found"),
            (charge(1, "usury"), 400, "invalid_field"), (json!({ "kind": "bounce" }), 400, "missing_field"),
        ] {
            world.post(MERIDIAN, &path, body).await.refused(status, code);
        }
        let made = world.post(MERIDIAN, &path, charge(1, "late_payment")).await.ok();
        assert_eq!((&made["amount"], &made["total"]), (&json!(9.16), &json!(9.16)));
        let bounced = world.post(MERIDIAN, &path, charge(1, "bounce")).await.ok();
        assert_eq!((&bounced["amount"], &bounced["total"]), (&json!(300), &json!(309.16)));
        let repayments = world.get(ACME, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await.ok();
        assert_eq!(repayments["data"]["emiList"][0]["lateCharge"], 309.16);
        let told = world.get(ACME, &format!("/v1/loan/explain?loanApplicationID={loan}&figure=lateCharge/1")).await.ok();
        let inputs = told["data"]["inputs"].as_array().unwrap();
        assert_eq!((&told["data"]["result"], &inputs[0]["value"], &inputs[1]["value"]), (&json!("309.16"), &json!("9.16"), &json!("300.00")));
        assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    }

    async fn charges_besides_the_fee_are_told_taken_and_booked(world: World) {
        let charges = json!([
            { "kind": "insurance", "thirdParty": "Example Life", "gst": 18, "fee": { "kind": "fixed", "amount": 100 } },
            { "kind": "other", "name": "Welcome kit", "gst": 0, "fee": { "kind": "percent", "percent": 1, "min": 0, "max": 500 } },
        ]);
        change_template(&world, "charges", charges).await;
        let (_, loan) = world.signed("c1").await;
        let told = &statements(&world, &loan).await[0];
        let figures = &told["figures"];
        assert_eq!((&figures["feesToLender"], &figures["feesToThirdParties"]), (&json!(891), &json!(118)));
        assert_eq!(figures["netDisbursed"], 5491);
        assert_eq!((&told["fees"][1]["thirdParty"], &told["fees"][2]["name"]), (&json!("Example Life"), &json!("Welcome kit")));
        let offers = world.get(ACME, &format!("/v1/loan/offers?loanApplicationID={loan}")).await.ok();
        assert_eq!(offers["data"][0]["disbursalAmount"], 5491);
        world.disburse(&loan, "UTR1").await.ok();
        assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    }
}
