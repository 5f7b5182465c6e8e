//! Nobody sees or changes what is not theirs: proved for every route of the API document, so that a new route without its
//! row here fails.

use std::collections::BTreeSet;

use axum::http::Method;
use qist_testkit::vendor::{Act, Vendor};
use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, ACME_CLIENT, Answer, GLOBEX, GLOBEX_CLIENT, MERIDIAN, SAHYADRI, World};

/// Whose door a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Partner,
    Borrower,
    Lender,
    /// A sourcing entity's or a lender's, each with its own behind it.
    Either,
    /// BankConnect's, with keys of its own.
    Bank,
    /// Opens by what is in the request itself: a code, a signature.
    Open,
}

type Route = (&'static str, &'static str, Door, Value);

/// Every route: method, path, door, and a body that would do something. `{loan}`, `{document}` and `{offer}` stand for
/// things of Acme and Meridian.
fn routes() -> Vec<Route> {
    let mut rows = others();
    rows.extend(of_lenders());
    rows.extend(of_lines());
    rows.extend(webhook_routes());
    rows.extend(bank_routes());
    rows
}

fn others() -> Vec<Route> {
    use Door::{Borrower, Open, Partner};
    let none = Value::Null;
    vec![
        ("post", "/v1/user/create", Partner, json!({ "customerID": "c1", "mobile": "9999999999" })),
        ("get", "/v1/user/eligibility?customerID=c1", Partner, none.clone()),
        ("post", "/v1/user/token", Partner, json!({ "customerID": "c1" })),
        ("post", "/v1/user/session", Partner, json!({ "customerID": "c1", "redirectURL": "https://a.example/" })),
        ("post", "/v1/user/push", Partner, json!({ "customerID": "c1", "name": "Changed" })),
        ("get", "/v1/user/profile?customerID=c1", Partner, none.clone()),
        ("get", "/v1/user/banner?customerID=c1", Partner, none.clone()),
        ("get", "/v1/user/activity?customerID=c1", Partner, none.clone()),
        ("get", "/v1/users?customerID=c1", Partner, none.clone()),
        ("get", "/v1/loans?customerID=c1", Partner, none.clone()),
        ("get", "/v1/loan/details?loanApplicationID={loan}", Partner, none.clone()),
        ("get", "/v1/loan/offers?loanApplicationID={loan}", Partner, none.clone()),
        ("get", "/v1/loan/kfs?loanApplicationID={loan}", Partner, none.clone()),
        ("get", "/v1/loan/explain?loanApplicationID={loan}&figure=emi", Partner, none.clone()),
        ("get", "/v1/loan/agreement?loanApplicationID={loan}", Partner, none.clone()),
        ("get", "/v1/loan/papers/{paper}?loanApplicationID={loan}", Partner, none.clone()),
        ("get", "/v1/loan/repayments?loanApplicationID={loan}", Partner, none.clone()),
        (
            "post",
            "/v1/loan/repay",
            Partner,
            json!({ "loanApplicationID": "{loan}", "installmentNum": 1, "amountReceived": 1161, "paymentDate": "2021-01-03 12:00:00", "paymentMode": "upi", "transactionID": "X" }),
        ),
        ("post", "/v1/loan/cancel", Partner, json!({ "loanApplicationID": "{loan}", "reason": "x" })),
        ("get", "/v1/borrower/journey", Borrower, none.clone()),
        (
            "post",
            "/v1/borrower/profile",
            Borrower,
            json!({ "name": "Changed", "email": "a@b.in", "dob": "1990-01-01", "gender": "Male" }),
        ),
        ("get", "/v1/borrower/consents", Borrower, none.clone()),
        (
            "post",
            "/v1/borrower/consents",
            Borrower,
            json!({ "consents": [{ "purpose": "communication", "textVersion": 1 }] }),
        ),
        ("post", "/v1/borrower/consents/{consent}/revoke", Borrower, json!({})),
        ("post", "/v1/borrower/pan", Borrower, json!({ "pan": "ABCPD0750N" })),
        (
            "post",
            "/v1/borrower/business",
            Borrower,
            json!({ "name": "X", "constitution": "partnership", "vintageDate": "2015-04-01" }),
        ),
        ("post", "/v1/borrower/gst", Borrower, json!({ "skip": true })),
        ("post", "/v1/borrower/bureau-answer", Borrower, json!({ "answer": "1990" })),
        ("get", "/v1/borrower/lenders?amount=5000", Borrower, none.clone()),
        ("post", "/v1/borrower/applications", Borrower, json!({ "amount": 5000 })),
        ("get", "/v1/borrower/form", Borrower, none.clone()),
        ("post", "/v1/borrower/form", Borrower, json!({ "form": { "income": "1", "loanPurpose": "Other" } })),
        (
            "post",
            "/v1/borrower/address",
            Borrower,
            json!({ "line1": "a", "city": "b", "pincode": "560095", "state": "c", "residenceType": "Owned" }),
        ),
        (
            "post",
            "/v1/borrower/business-address",
            Borrower,
            json!({ "line1": "a", "city": "b", "pincode": "560095", "state": "c" }),
        ),
        ("post", "/v1/borrower/kyc/documents", Borrower, none.clone()),
        ("post", "/v1/borrower/kyc/submit", Borrower, json!({})),
        ("get", "/v1/borrower/offers", Borrower, none.clone()),
        ("get", "/v1/borrower/kfs", Borrower, none.clone()),
        ("get", "/v1/borrower/explain?figure=apr", Borrower, none.clone()),
        (
            "post",
            "/v1/borrower/kfs/acknowledge",
            Borrower,
            json!({ "offerID": "{offer}", "proposalNumber": "{proposal}", "language": "en" }),
        ),
        ("post", "/v1/borrower/offers/accept", Borrower, json!({ "offerID": "{offer}" })),
        (
            "post",
            "/v1/borrower/bank-account",
            Borrower,
            json!({ "accountNumber": "50100100100999", "ifsc": "HDFC0000123", "bankName": "HDFC Bank", "accountHolderName": "Thief" }),
        ),
        ("post", "/v1/borrower/mandate", Borrower, json!({ "kind": "enach" })),
        ("post", "/v1/borrower/mandate/form", Borrower, none.clone()),
        ("get", "/v1/borrower/agreement", Borrower, none.clone()),
        ("post", "/v1/borrower/agreement/otp", Borrower, json!({})),
        ("post", "/v1/borrower/agreement/sign", Borrower, json!({ "otp": "123456" })),
        ("get", "/v1/borrower/papers/{paper}", Borrower, none.clone()),
        ("get", "/v1/borrower/repayments", Borrower, none.clone()),
        ("get", "/v1/borrower/payments", Borrower, none.clone()),
        ("post", "/v1/borrower/payments", Borrower, json!({ "installmentNum": 1, "method": "upi" })),
        ("post", "/v1/borrower/session/redeem", Open, json!({ "code": "guess" })),
        ("post", "/v1/sandbox/clock", Partner, json!({ "customerID": "c1", "advanceDays": 1 })),
        ("post", "/v1/inbound/{kind}", Open, json!({})),
        ("get", "/files/{id}", Open, none.clone()),
        ("get", "/papers/{loan}/{paper}", Open, none.clone()),
        ("get", "/bank-reports/{entity}/{account}", Open, none.clone()),
        ("get", "/kfs/{proposal}/{version}", Open, none.clone()),
        ("get", "/kfs/{proposal}/{version}/pdf", Open, none),
    ]
}

fn of_lenders() -> Vec<Route> {
    use Door::Lender;
    let none = Value::Null;
    vec![
        ("get", "/v1/lender/applications", Lender, none.clone()),
        ("get", "/v1/lender/applications/{loan}", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/kyc/{document}/approve", Lender, json!({})),
        ("post", "/v1/lender/applications/{loan}/kyc/{document}/reject", Lender, json!({ "reason": "x" })),
        ("get", "/v1/lender/applications/{loan}/underwriting", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/underwriting", Lender, json!({})),
        ("post", "/v1/lender/applications/{loan}/approve", Lender, json!({})),
        ("post", "/v1/lender/applications/{loan}/reject", Lender, json!({ "reason": "x" })),
        ("get", "/v1/lender/applications/{loan}/offers", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/offers", Lender, json!({})),
        ("get", "/v1/lender/applications/{loan}/kfs", Lender, none.clone()),
        ("get", "/v1/lender/applications/{loan}/explain?figure=emi", Lender, none.clone()),
        ("get", "/v1/lender/offer-templates", Lender, none.clone()),
        ("post", "/v1/lender/offer-templates", Lender, json!({ "programmeID": "{template}" })),
        (
            "put",
            "/v1/lender/offer-templates/{template}",
            Lender,
            json!({ "name": "x", "active": false, "minAmount": 1000, "maxAmount": 5000, "tenure": 6, "emiCalculationMethod": "flat_rate", "annualInterest": 1, "gst": 18, "processingFee": { "kind": "fixed", "amount": 1 } }),
        ),
        ("post", "/v1/lender/applications/{loan}/disburse", Lender, json!({ "utr": "STOLEN" })),
        ("post", "/v1/lender/applications/{loan}/payout", Lender, json!({})),
        (
            "post",
            "/v1/lender/applications/{loan}/charges",
            Lender,
            json!({ "installmentNum": 1, "kind": "late_payment" }),
        ),
        ("get", "/v1/lender/applications/{loan}/repayments", Lender, none.clone()),
        (
            "post",
            "/v1/lender/applications/{loan}/repayments",
            Lender,
            json!({ "installmentNum": 1, "amountReceived": 1161, "paymentDate": "2021-01-03 12:00:00", "paymentMode": "upi", "utr": "X" }),
        ),
        (
            "post",
            "/v1/lender/applications/{loan}/reversals",
            Lender,
            json!({ "referenceID": "2fee9ba7-52e1-4873-8328-e0dff99cdc83", "reason": "x" }),
        ),
        ("post", "/v1/lender/applications/{loan}/refunds", Lender, json!({ "amount": 1, "utr": "X" })),
        (
            "post",
            "/v1/lender/applications/{loan}/prepayments",
            Lender,
            json!({ "amountReceived": 100, "effect": "smaller_emi", "paymentDate": "2021-01-03 12:00:00", "paymentMode": "upi", "utr": "X" }),
        ),
        ("get", "/v1/lender/applications/{loan}/prepayments/quote?amount=100&effect=smaller_emi", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/payoffs", Lender, json!({})),
        (
            "post",
            "/v1/lender/applications/{loan}/payoffs/{template}/pay",
            Lender,
            json!({ "paymentMode": "upi", "utr": "X" }),
        ),
        ("get", "/v1/lender/applications/{loan}/decisions", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/decisions", Lender, json!({ "kind": "write_off", "reason": "x" })),
        ("post", "/v1/lender/applications/{loan}/decisions/{template}/answer", Lender, json!({ "agree": true })),
        ("get", "/v1/lender/applications/{loan}/closing", Lender, none.clone()),
        ("post", "/v1/lender/applications/{loan}/closing", Lender, json!({ "kind": "cancel_mandate", "note": "x" })),
        ("get", "/v1/lender/ledger", Lender, none.clone()),
        ("get", "/v1/lender/trial-balance", Lender, none.clone()),
        ("get", "/v1/lender/applications/{loan}/papers/{paper}", Lender, none.clone()),
        ("get", "/v1/lender/applications/{loan}/documents", Lender, none.clone()),
    ]
}

/// Of credit lines and what is drawn on them.
fn of_lines() -> Vec<Route> {
    use Door::{Borrower, Lender, Open, Partner};
    let none = Value::Null;
    let txn = json!({ "txnID": "{id}" });
    vec![
        ("get", "/v1/creditline/details?customerID=c1", Partner, none.clone()),
        ("get", "/v1/creditline/transactions?customerID=c1", Partner, none.clone()),
        ("get", "/v1/creditline/overdue?customerID=c1", Partner, none.clone()),
        ("post", "/v1/creditline/status", Partner, json!({ "txnID": "{id}", "status": "CONFIRMED" })),
        ("post", "/v1/creditline/txn/confirm", Partner, txn.clone()),
        ("post", "/v1/creditline/txn/cancel", Partner, txn),
        (
            "post",
            "/v1/creditline/txn/split",
            Partner,
            json!({ "txnID": "{id}", "invoices": [{ "invoiceNo": "1", "amount": 1 }] }),
        ),
        ("post", "/v1/creditline/txn/merge", Partner, json!({ "txnIDs": ["{id}", "{loan}"] })),
        ("get", "/v1/borrower/creditline", Borrower, none.clone()),
        ("post", "/v1/borrower/creditline/quotes", Borrower, json!({ "transactionID": "P1" })),
        (
            "post",
            "/v1/borrower/creditline/drawdowns",
            Borrower,
            json!({ "proposalNumber": "{proposal}", "language": "en", "otp": "123456" }),
        ),
        ("post", "/v1/borrower/creditline/limit-requests", Borrower, json!({ "limit": 100_000 })),
        ("get", "/v1/lender/transactions", Lender, none.clone()),
        ("get", "/v1/lender/transactions/{id}", Lender, none.clone()),
        ("post", "/v1/lender/transactions/{id}/disburse", Lender, json!({ "utr": "STOLEN" })),
        ("get", "/v1/lender/creditlines/{id}", Lender, none.clone()),
        ("post", "/v1/lender/creditlines/{id}/limit", Lender, json!({ "limit": 1 })),
        ("post", "/v1/lender/creditlines/{id}/hold", Lender, json!({ "reason": "x" })),
        ("post", "/v1/lender/creditlines/{id}/kyc", Lender, json!({ "kycUntil": "2030-01-01" })),
        ("get", "/pay/{id}", Open, none.clone()),
        ("post", "/pay/{id}", Open, none),
    ]
}

/// Of webhooks: sourcing entities and lenders use the same ones.
fn webhook_routes() -> Vec<Route> {
    use Door::Either;
    let none = Value::Null;
    vec![
        ("get", "/v1/webhooks", Either, none.clone()),
        ("post", "/v1/webhooks", Either, json!({ "url": "http://127.0.0.1:1/" })),
        ("get", "/v1/webhooks/{webhook}", Either, none.clone()),
        ("put", "/v1/webhooks/{webhook}", Either, json!({ "url": "http://127.0.0.1:1/" })),
        ("post", "/v1/webhooks/{webhook}/secret", Either, json!({})),
        ("post", "/v1/webhooks/{webhook}/pause", Either, none.clone()),
        ("post", "/v1/webhooks/{webhook}/resume", Either, none.clone()),
        ("post", "/v1/webhooks/{webhook}/delete", Either, none.clone()),
        ("post", "/v1/webhooks/{webhook}/ping", Either, none.clone()),
        ("get", "/v1/webhooks/{webhook}/deliveries", Either, none.clone()),
        ("get", "/v1/webhooks/{webhook}/deliveries/{message}", Either, none.clone()),
        ("post", "/v1/webhooks/{webhook}/replay", Either, json!({ "failedSince": "2020-01-01 00:00:00" })),
        ("post", "/v1/webhooks/{webhook}/skip", Either, json!({ "messageID": "{message}" })),
        ("get", "/v1/events", Either, none.clone()),
        ("get", "/v1/events/types", Either, none.clone()),
    ]
}

/// Of BankConnect, whose tests call each of them with the keys of both tenants.
fn bank_routes() -> Vec<Route> {
    use Door::Bank;
    let none = Value::Null;
    vec![
        ("get", "/bank-connect/v1/entity/", Bank, none.clone()),
        ("post", "/bank-connect/v1/entity/", Bank, json!({})),
        ("get", "/bank-connect/v1/entity/{entity}/", Bank, none.clone()),
        ("get", "/bank-connect/v1/net_banking_health/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/accounts/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/identity/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/transactions/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/salary/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/recurring_transactions/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/lender_transactions/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/monthly_analysis/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/fraud/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/raw_excel_report/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/{entity}/get_excel_report/", Bank, none.clone()),
        ("get", "/bank-connect/v1/entity/webhook_payloads/", Bank, none.clone()),
        ("post", "/bank-connect/v1/entity/update_webhook/", Bank, json!({})),
        ("post", "/bank-connect/v1/session/", Bank, json!({})),
        ("post", "/bank-connect/v1/statement/upload/", Bank, json!({})),
        ("post", "/bank-connect/v1/statement/bankless_upload/", Bank, json!({})),
        ("post", "/bank-connect/v1/statement/upload_base64/", Bank, json!({})),
        ("post", "/bank-connect/v1/statement/bankless_upload_base64/", Bank, none),
    ]
}

/// The path of a row as the API document writes it: without its query.
fn pattern(path: &str) -> &str {
    path.split('?').next().unwrap()
}

#[test]
fn every_route_of_the_document_has_its_row() {
    let document = serde_json::to_value(qist_http::api_document()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| ["get", "post", "put", "delete", "patch"].contains(&key.as_str()))
        {
            // Parameters have names of their own there; here only their places count.
            documented.insert(format!("{method} {}", shape(path)));
        }
    }
    let rows: BTreeSet<String> =
        routes().iter().map(|(method, path, ..)| format!("{method} {}", shape(pattern(path)))).collect();
    assert_eq!(rows, documented);
}

fn shape(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

struct Things {
    loan: String,
    document: String,
    offer: String,
    proposal: String,
    template: String,
    consent: String,
    webhook: String,
    message: String,
    /// Everything about Acme's customer that an answer must not show to a stranger.
    secrets: Vec<String>,
}

async fn things(world: &World) -> (Things, crate::world::Borrower) {
    let receiver = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let made = world.post(ACME, "/v1/webhooks", json!({ "url": receiver.url })).await.ok();
    let webhook = made["webhook"]["webhookID"].as_str().unwrap().to_owned();
    let (borrower, loan) = world.signed("c1").await;
    let listed = world.get(ACME, &format!("/v1/webhooks/{webhook}/deliveries")).await.ok();
    let lender_view = world.get(MERIDIAN, &format!("/v1/lender/applications/{loan}")).await.ok();
    let offers = world.borrower_get(&borrower, "/v1/borrower/offers").await.ok();
    let told = world.borrower_get(&borrower, "/v1/borrower/kfs").await.ok();
    let templates = world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok();
    let consents = world.borrower_get(&borrower, "/v1/borrower/consents").await.ok();
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned();
    let things = Things {
        document: text(&lender_view["documents"][0]["documentID"]),
        offer: text(&offers["offers"][0]["offerID"]),
        proposal: text(&told["statements"][0]["proposalNumber"]),
        template: text(&templates["templates"][0]["offerTemplateID"]),
        consent: text(&consents["given"][0]["consentID"]),
        message: text(&listed["deliveries"][0]["messageID"]),
        webhook,
        secrets: ["Amazing User", "username@email.com", "ABCPD0750N", "50100100100999", "80 Feet"]
            .map(String::from)
            .to_vec(),
        loan,
    };
    (things, borrower)
}

impl Things {
    fn fill(&self, text: &str) -> String {
        text.replace("{loan}", &self.loan)
            .replace("{document}", &self.document)
            .replace("{offer}", &self.offer)
            .replace("{proposal}", &self.proposal)
            .replace("{version}", "1")
            .replace("{template}", &self.template)
            .replace("{consent}", &self.consent)
            .replace("{webhook}", &self.webhook)
            .replace("{message}", &self.message)
            .replace("{paper}", "statement")
            .replace("{account}", "all")
            .replace("{entity}", "2fee9ba7-52e1-4873-8328-e0dff99cdc83")
            .replace("{kind}", "bureau")
            .replace("{id}", "2fee9ba7-52e1-4873-8328-e0dff99cdc83")
    }

    #[track_caller]
    fn nothing_leaks(&self, answer: &Answer, what: &str) {
        let text = String::from_utf8_lossy(&answer.bytes);
        for secret in &self.secrets {
            assert!(!text.contains(secret.as_str()), "{what} shows {secret}");
        }
    }
}

async fn call(world: &World, things: &Things, row: &(&str, &str, Door, Value), headers: &[(&str, &str)]) -> Answer {
    let method = Method::from_bytes(row.0.to_uppercase().as_bytes()).unwrap();
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    let body = if row.3.is_null() { String::new() } else { things.fill(&row.3.to_string()) };
    world.send(method, &things.fill(row.1), &all, body).await
}

/// All that could have changed, in a text.
async fn state(world: &World, borrower: &crate::world::Borrower, things: &Things) -> String {
    let mut parts = Vec::new();
    for path in [
        "/v1/users".to_owned(),
        "/v1/loans".to_owned(),
        "/v1/user/profile?customerID=c1".to_owned(),
        "/v1/user/activity?customerID=c1".to_owned(),
        format!("/v1/loan/details?loanApplicationID={}", things.loan),
    ] {
        parts.push(world.get(ACME, &path).await.ok().to_string());
    }
    parts.push(world.borrower_get(borrower, "/v1/borrower/journey").await.ok().to_string());
    parts.push(world.get(MERIDIAN, "/v1/lender/offer-templates").await.ok().to_string());
    parts.push(world.get(ACME, "/v1/webhooks").await.ok().to_string());
    parts
        .push(world.get(ACME, &format!("/v1/webhooks/{}/deliveries?limit=500", things.webhook)).await.ok().to_string());
    parts.join("\n")
}

on_both! {
    async fn no_key_and_a_wrong_key_open_nothing(world: World) {
        let (things, borrower) = things(&world).await;
        let before = state(&world, &borrower, &things).await;
        let bearer = format!("Bearer {}", borrower.token);
        for row in routes() {
            let what = format!("{} {}", row.0, row.1);
            let mut strangers: Vec<Vec<(&str, &str)>> = vec![vec![], vec![("x-api-key", "wrong")], vec![("x-api-key", "")]];
            match row.2 {
                Door::Partner => strangers.extend([vec![("x-api-key", ACME_CLIENT)], vec![("x-api-key", MERIDIAN)]]),
                Door::Either => strangers.extend([vec![("x-api-key", ACME_CLIENT)]]),
                Door::Lender => strangers.extend([vec![("x-api-key", ACME)], vec![("x-api-key", ACME_CLIENT)]]),
                Door::Borrower => strangers.extend([
                    vec![("x-api-key", ACME_CLIENT)],
                    vec![("authorization", bearer.as_str())],
                    vec![("x-api-key", ACME), ("authorization", bearer.as_str())],
                    vec![("x-api-key", GLOBEX_CLIENT), ("authorization", bearer.as_str())],
                    vec![("x-api-key", ACME_CLIENT), ("authorization", "Bearer wrong")],
                ]),
                Door::Bank => strangers.extend([
                    vec![("x-api-key", ACME)],
                    vec![("x-api-key", ACME), ("server-hash", "dev-acme-bankconnect-hash")],
                    vec![("server-hash", "dev-acme-bankconnect-hash")],
                ]),
                Door::Open => {}
            }
            for headers in strangers {
                let answer = call(&world, &things, &row, &headers).await;
                let refused = if row.2 == Door::Open { [401, 403, 404].contains(&answer.status) } else { answer.status == 401 };
                assert!(refused, "{what} with {headers:?}: {} {}", answer.status, answer.json);
                things.nothing_leaks(&answer, &what);
            }
        }
        assert_eq!(state(&world, &borrower, &things).await, before);
    }

    async fn another_tenant_and_another_lender_see_nothing(world: World) {
        let (things, borrower) = things(&world).await;
        let before = state(&world, &borrower, &things).await;
        for row in routes() {
            let key = match row.2 {
                Door::Partner | Door::Either => GLOBEX,
                Door::Lender => SAHYADRI,
                Door::Borrower | Door::Bank | Door::Open => continue,
            };
            // Creating a customer of its own is what a tenant may do.
            let own = row.1.starts_with("/v1/user/create") || row.1 == "/v1/lender/applications" || row.1 == "/v1/lender/offer-templates";
            let answer = call(&world, &things, &row, &[("x-api-key", key)]).await;
            let what = format!("{} {}", row.0, row.1);
            things.nothing_leaks(&answer, &what);
            let empty = row.1.starts_with("/v1/users") || row.1.starts_with("/v1/loans") || row.1.starts_with("/v1/user/banner");
            // Globex creates a customer c1 of its own first, so that what follows finds that one and not Acme's.
            let ids = row.1.contains("{loan}") || row.3.to_string().contains("{loan}") || row.1.contains("{template}") || row.1.contains("{webhook}");
            if ids {
                assert!([403, 404].contains(&answer.status), "{what}: {} {}", answer.status, answer.json);
            } else {
                assert!(own || empty || answer.status != 500, "{what}: {} {}", answer.status, answer.json);
            }
        }
        assert_eq!(state(&world, &borrower, &things).await, before);
    }

    async fn another_borrower_changes_only_their_own(world: World) {
        let (things, borrower) = things(&world).await;
        let stranger = world.customer("c2").await;
        let before = state(&world, &borrower, &things).await;
        let bearer = format!("Bearer {}", stranger.token);
        for row in routes().into_iter().filter(|row| row.2 == Door::Borrower) {
            let headers = [("x-api-key", ACME_CLIENT), ("authorization", bearer.as_str())];
            let answer = call(&world, &things, &row, &headers).await;
            things.nothing_leaks(&answer, row.1);
            assert!(answer.status < 500, "{}: {}", row.1, answer.json);
            if row.1.contains('{') || row.3.to_string().contains('{') && row.3.to_string().contains("{offer}") {
                assert!([404, 409].contains(&answer.status), "{}: {} {}", row.1, answer.status, answer.json);
            }
        }
        // Only the stranger's own row in the lists may have moved on.
        let profile = world.get(ACME, "/v1/user/profile?customerID=c1").await.ok().to_string();
        assert!(before.contains(&profile));
        let details = world.get(ACME, &format!("/v1/loan/details?loanApplicationID={}", things.loan)).await.ok().to_string();
        assert!(before.contains(&details));
    }

    async fn a_revoked_key_opens_nothing_within_a_second(world: World) {
        let listed = qist::setup::find(&world.app, "acme").await.unwrap().0.unwrap();
        let owner = qist_app::caller::KeyOwner::Server(listed.id);
        world.get(ACME, "/v1/users").await.ok();
        let keys = world.app.ask(qist_app::caller::Caller::System, qist_app::access::keys::ListKeys { owner }).await.unwrap();
        let revoke = qist_app::access::keys::RevokeKey { id: keys[0].id };
        assert!(world.app.run(qist_app::caller::Caller::System, revoke).await.unwrap());
        world.clock.advance_seconds(1);
        world.get(ACME, "/v1/users").await.refused(401, "unauthenticated");
    }
}
