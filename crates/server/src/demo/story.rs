//! The story: who calls what, what it caused, and where the money is.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use axum::http::Method;
use serde_json::{Value, json};

use super::client::{Http, multipart};
use crate::dev::PIXEL_PNG;

pub(super) const PARTNER: &[(&str, &str)] = &[("x-api-key", "dev-acme-server-key")];
pub(super) const LENDER: &[(&str, &str)] = &[("x-api-key", "dev-sahyadri-lender-key")];
const CLIENT_KEY: &str = "dev-acme-client-key";
const JSON: (&str, &str) = ("content-type", "application/json");

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plot {
    /// A loan, repaid on the day that it was paid out.
    Day,
    /// A loan through two years.
    Life,
    /// A credit line.
    Line,
}

impl Plot {
    fn title(self) -> &'static str {
        match self {
            Plot::Day | Plot::Life => "A loan's life",
            Plot::Line => "A credit line's life",
        }
    }

    pub fn end(self) -> &'static str {
        match self {
            Plot::Day | Plot::Life => "The loan is repaid and closed.",
            Plot::Line => "All that was drawn is repaid, and the whole limit is there again.",
        }
    }

    /// In rupees: what the customer applies for.
    fn amount(self) -> u32 {
        match self {
            Plot::Day | Plot::Life => 15_000,
            Plot::Line => 8_000,
        }
    }

    fn account(self) -> &'static str {
        match self {
            Plot::Day => "50100100100999",
            Plot::Life => super::life::ACCOUNT,
            Plot::Line => super::line::ACCOUNT,
        }
    }
}

pub(super) struct Story {
    http: Http,
    customer_id: String,
    bearer: String,
    /// How many events have been told.
    told: usize,
    /// Whether the borrower's answers come in whole; the sandbox answers within seconds.
    number: usize,
    plot: Plot,
    /// The customer's own time, once a test clock has moved it.
    pub(super) now: String,
}

/// Plays it all; the first thing that is not as it should be ends it.
pub async fn tell(base_url: &str, plot: Plot) -> anyhow::Result<()> {
    let http = Http::new(base_url)?;
    let mut random = [0_u8; 4];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    let customer_id = format!("demo-{:08x}", u32::from_be_bytes(random));
    let mut story = Story { http, customer_id, bearer: String::new(), told: 0, number: 0, plot, now: String::new() };
    println!("{} at {base_url}\n", plot.title());
    if plot == Plot::Life {
        story.lender_makes_a_long_product().await?;
    }
    story.sourcing_entity_sends_a_customer().await?;
    story.borrower_applies().await?;
    let loan = story.borrower_passes_kyc().await?;
    if plot == Plot::Line {
        return story.line_lives().await;
    }
    story.lender_approves(&loan).await?;
    story.borrower_accepts(&loan).await?;
    story.borrower_signs(&loan).await?;
    story.lender_pays_out(&loan).await?;
    if plot == Plot::Life { story.two_years_pass(&loan).await } else { story.everybody_repays(&loan).await }
}

impl Story {
    async fn sourcing_entity_sends_a_customer(&mut self) -> anyhow::Result<()> {
        self.heading("Acme, a shop, sends a customer");
        let customer = self.customer_id.clone();
        self.partner("/v1/user/create", json!({ "customerID": customer, "mobile": "9876543210" })).await?;
        let path = format!("/v1/user/eligibility?customerID={customer}");
        let eligible = self.read(PARTNER, &path).await?;
        let amount = &eligible["data"]["eligible_amount"];
        ensure!(*amount == json!(15000), "the customer should be eligible for 15000, not {amount}");
        self.money(&format!("eligible for ₹{amount}"));
        let token = self.partner("/v1/user/token", json!({ "customerID": customer, "source": "demo" })).await?;
        let token = token["data"]["token"].as_str().context("no token was issued")?;
        self.bearer = format!("Bearer {token}");
        self.events().await
    }

    async fn borrower_applies(&mut self) -> anyhow::Result<()> {
        let amount = self.plot.amount();
        self.heading(&format!("Asha, the customer, tells who she is and applies for ₹{amount}"));
        let profile =
            json!({ "name": "Asha Rao", "email": "asha@example.com", "dob": "1992-11-09", "gender": "Female" });
        self.borrower("/v1/borrower/profile", profile).await?;
        let headers = self.borrower_headers();
        let texts = self.read(&as_refs(&headers), "/v1/borrower/consents").await?;
        let missing = texts["texts"]
            .as_array()
            .context("no consent texts")?
            .iter()
            .filter(|text| text["required"] == json!(true));
        let consents: Vec<Value> =
            missing.map(|text| json!({ "purpose": text["purpose"], "textVersion": text["textVersion"] })).collect();
        self.borrower("/v1/borrower/consents", json!({ "consents": consents })).await?;
        self.borrower("/v1/borrower/pan", json!({ "pan": "ABCPR0780K" })).await?;
        self.wait_for("apply").await?;
        self.borrower("/v1/borrower/applications", json!({ "amount": amount })).await?;
        let form = json!({ "income": "52000", "loanPurpose": "Marriage", "fathersName": "Ram Rao", "dependents": "0" });
        self.borrower("/v1/borrower/form", json!({ "form": form })).await?;
        let address = json!({
            "line1": "22, 80 Feet Rd", "line2": "Koramangala", "city": "Bengaluru", "pincode": "560095",
            "state": "Karnataka", "residenceType": "Rented",
        });
        self.borrower("/v1/borrower/address", address).await?;
        self.events().await
    }

    async fn borrower_passes_kyc(&mut self) -> anyhow::Result<String> {
        self.heading("Asha uploads her documents");
        for kind in ["pan_card", "address_proof_front", "selfie"] {
            let (content_type, body) = multipart(kind, PIXEL_PNG);
            let mut headers = self.borrower_headers();
            headers[2].1 = content_type;
            self.call(Method::POST, "/v1/borrower/kyc/documents", &as_refs(&headers), body).await?;
        }
        self.borrower("/v1/borrower/kyc/submit", json!({})).await?;
        let next = if self.plot == Plot::Line { "offer" } else { "decision_wait" };
        let journey = self.wait_for(next).await?;
        self.events().await?;
        let id = journey["application"]["loanApplicationID"].as_str().context("no application")?;
        Ok(id.to_owned())
    }

    async fn lender_approves(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("Sahyadri, the lender, looks at the rules and approves");
        let runs = self.read(LENDER, &format!("/v1/lender/applications/{loan}/underwriting")).await?;
        let rules = runs["runs"][0]["rules"].as_array().context("underwriting has not run")?;
        for rule in rules {
            println!("      {:<14} {}", text(&rule["outcome"]), text(&rule["rule"]));
        }
        self.lender(&format!("/v1/lender/applications/{loan}/approve"), json!({})).await?;
        self.events().await
    }

    async fn borrower_accepts(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("Asha chooses an offer, gives her bank account and sets up the mandate");
        let offers = self.read(PARTNER, &format!("/v1/loan/offers?loanApplicationID={loan}")).await?;
        let offers = offers["data"].as_array().context("no offers")?;
        let longest = offers.iter().max_by_key(|offer| offer["tenureMonths"].as_u64().unwrap_or(0));
        let offer = if self.plot == Plot::Life { longest } else { offers.first() }.context("no offer")?;
        self.money(&format!(
            "₹{} for {} months at {} % a year: ₹{} to the account, {} EMIs of ₹{}, ₹{} in all",
            offer["amount"],
            offer["tenureMonths"],
            offer["annualInterest"],
            offer["disbursalAmount"],
            offer["emis"].as_array().map_or(0, Vec::len),
            offer["emis"][0]["emiAmount"],
            offer["totalPayableAmount"],
        ));
        let headers = self.borrower_headers();
        let told = self.read(&as_refs(&headers), "/v1/borrower/kfs").await?;
        let statements = told["statements"].as_array().context("no statements")?;
        let told =
            statements.iter().find(|told| told["offerID"] == offer["offerID"]).context("no statement of the offer")?;
        self.money(&format!(
            "The Key Facts Statement {}: APR {} %, ₹{} received, ₹{} paid in all",
            text(&told["proposalNumber"]),
            told["figures"]["apr"],
            told["figures"]["netDisbursed"],
            told["figures"]["totalPaid"],
        ));
        self.pdf(text(&told["pdfURL"])).await?;
        self.take_offer(offer, told).await
    }

    /// Reads the statement, takes the offer, gives the account and sets up the mandate.
    pub(super) async fn take_offer(&mut self, offer: &Value, told: &Value) -> anyhow::Result<()> {
        let read = json!({ "offerID": offer["offerID"], "proposalNumber": told["proposalNumber"], "language": "en" });
        self.borrower("/v1/borrower/kfs/acknowledge", read).await?;
        self.borrower("/v1/borrower/offers/accept", json!({ "offerID": offer["offerID"] })).await?;
        let account = self.plot.account();
        let bank = json!({
            "accountNumber": account, "ifsc": "HDFC0000123", "bankName": "HDFC Bank", "accountHolderName": "Asha Rao",
        });
        self.borrower("/v1/borrower/bank-account", bank).await?;
        self.wait_for("mandate").await?;
        self.borrower("/v1/borrower/mandate", json!({ "kind": "enach" })).await?;
        self.wait_for("sign").await?;
        self.events().await
    }

    pub(super) async fn borrower_signs(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("Asha reads the agreement and signs it with an OTP");
        let headers = self.borrower_headers();
        let draft = self.read(&as_refs(&headers), "/v1/borrower/agreement").await?;
        self.pdf(text(&draft["url"])).await?;
        self.borrower("/v1/borrower/agreement/otp", json!({})).await?;
        let otp = self.otp().await?;
        self.borrower("/v1/borrower/agreement/sign", json!({ "otp": otp })).await?;
        let next = if self.plot == Plot::Line { "repay" } else { "disbursal_wait" };
        self.wait_for(next).await?;
        let signed = self.read(PARTNER, &format!("/v1/loan/agreement?loanApplicationID={loan}")).await?;
        self.pdf(text(&signed["data"]["signedAgreementURL"])).await?;
        self.events().await
    }

    async fn lender_pays_out(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("Sahyadri pays out");
        let utr = format!("DEMOUTR{}", &self.customer_id[5..]);
        self.lender(&format!("/v1/lender/applications/{loan}/disburse"), json!({ "utr": utr })).await?;
        let (count, owed) = self.owed(loan).await?;
        self.money(&format!("{count} instalments, ₹{owed} to repay"));
        self.events().await
    }

    async fn everybody_repays(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("The instalments come in: the first by Asha's UPI, the rest through Acme");
        let payment = json!({ "installmentNum": 1, "method": "upi" });
        self.borrower("/v1/borrower/payments", payment).await?;
        self.wait_until_paid(loan, 1).await?;
        let listed = self.read(PARTNER, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await?;
        let emis = listed["data"]["emiList"].as_array().context("no instalments")?.clone();
        for emi in emis.iter().skip(1) {
            let body = json!({
                "loanApplicationID": loan, "installmentNum": emi["installmentNum"], "amountReceived": emi["totalPayable"],
                "paymentDate": self.now_ist().await?, "paymentMode": "neft",
                "transactionID": format!("{}-{}", self.customer_id, emi["installmentNum"]),
            });
            self.partner("/v1/loan/repay", body).await?;
        }
        let (_, owed) = self.owed(loan).await?;
        self.money(&format!("₹{owed} to repay"));
        ensure!(owed == 0.to_string(), "nothing should be owed any more");
        self.events().await?;
        let details = self.read(PARTNER, &format!("/v1/loan/details?loanApplicationID={loan}")).await?;
        let status = text(&details["data"]["status"]);
        ensure!(status == "CLOSED", "the loan should be CLOSED, not {status}");
        Ok(())
    }

    // The calls.

    pub(super) async fn partner(&mut self, path: &str, body: Value) -> anyhow::Result<Value> {
        let headers = [PARTNER[0], JSON];
        self.call(Method::POST, path, &headers, body.to_string().into_bytes()).await
    }

    pub(super) async fn lender(&mut self, path: &str, body: Value) -> anyhow::Result<Value> {
        let headers = [LENDER[0], JSON];
        self.call(Method::POST, path, &headers, body.to_string().into_bytes()).await
    }

    pub(super) async fn borrower(&mut self, path: &str, body: Value) -> anyhow::Result<Value> {
        let headers = self.borrower_headers();
        self.call(Method::POST, path, &as_refs(&headers), body.to_string().into_bytes()).await
    }

    pub(super) async fn read(&mut self, headers: &[(&str, &str)], path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, headers, Vec::new()).await
    }

    pub(super) async fn call(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Value> {
        self.number += 1;
        let answer = self.http.send(method.clone(), path, headers, body).await?;
        let shown = path.split('?').next().unwrap_or(path);
        println!("  {:>3}  {method:<4} {shown}  → {}", self.number, answer.status);
        ensure!(answer.status == 200, "{method} {path} answered {}: {}", answer.status, answer.json);
        Ok(answer.json)
    }

    pub(super) fn borrower_headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("x-api-key", CLIENT_KEY.to_owned()),
            ("authorization", self.bearer.clone()),
            ("content-type", "application/json".to_owned()),
        ]
    }

    // What can be seen.

    /// Waits, within reason, until the journey's next step is this one.
    async fn wait_for(&mut self, step: &str) -> anyhow::Result<Value> {
        let headers = self.borrower_headers();
        for _ in 0..100 {
            let answer = self.http.send(Method::GET, "/v1/borrower/journey", &as_refs(&headers), Vec::new()).await?;
            if answer.json["next"]["step"] == json!(step) {
                return Ok(answer.json);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the journey does not come to the step {step}")
    }

    async fn wait_until_paid(&mut self, loan: &str, installment_num: u32) -> anyhow::Result<()> {
        let path = format!("/v1/loan/repayments?loanApplicationID={loan}");
        for _ in 0..100 {
            let answer = self.http.send(Method::GET, &path, PARTNER, Vec::new()).await?;
            let emis = answer.json["data"]["emiList"].as_array().context("no instalments")?;
            let paid = |emi: &&Value| emi["installmentNum"] == json!(installment_num) && emi["status"] == json!("PAID");
            if emis.iter().any(|emi| paid(&emi)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("instalment {installment_num} does not become paid")
    }

    /// Tells the events that have come since the last time.
    pub(super) async fn events(&mut self) -> anyhow::Result<()> {
        let path = format!("/v1/user/activity?customerID={}", self.customer_id);
        let answer = self.http.send(Method::GET, &path, PARTNER, Vec::new()).await?;
        let events = answer.json["data"]["userActivityHistory"].as_array().context("no activity")?.clone();
        for event in events.iter().skip(self.told) {
            println!(
                "       · {} by {} {}",
                text(&event["eventType"]),
                text(&event["entityType"]),
                text(&event["eventDescription"])
            );
        }
        ensure!(events.len() > self.told, "this should have caused an event");
        self.told = events.len();
        println!();
        Ok(())
    }

    pub(super) async fn otp(&self) -> anyhow::Result<String> {
        let answer = self.http.send(Method::GET, "/dev/messages.json", &[], Vec::new()).await?;
        let message = text(&answer.json["messages"][0]["text"]);
        let otp: String = message.chars().take(6).collect();
        ensure!(otp.len() == 6 && otp.bytes().all(|b| b.is_ascii_digit()), "no OTP can be read at /dev/messages");
        Ok(otp)
    }

    async fn pdf(&mut self, url: &str) -> anyhow::Result<()> {
        let answer = self.http.send(Method::GET, url, &[], Vec::new()).await?;
        ensure!(answer.status == 200 && answer.bytes.starts_with(b"%PDF-"), "{url} should open a PDF");
        println!("       a PDF of {} bytes opens without a key", answer.bytes.len());
        Ok(())
    }

    /// How many instalments there are, and what is left to pay of them, in rupees.
    async fn owed(&self, loan: &str) -> anyhow::Result<(usize, String)> {
        let path = format!("/v1/loan/repayments?loanApplicationID={loan}");
        let answer = self.http.send(Method::GET, &path, PARTNER, Vec::new()).await?;
        let emis = answer.json["data"]["emiList"].as_array().context("no instalments")?;
        let paise = |value: &Value| qist_domain::money::Paise::parse_rupees(&value.to_string());
        let mut owed = qist_domain::money::Paise::ZERO;
        for emi in emis {
            owed = owed.plus(paise(&emi["totalPayable"])?)?.minus(paise(&emi["amountReceived"])?)?;
        }
        Ok((emis.len(), owed.to_string()))
    }

    /// The server's own clock, as IST wall time: of the newest event.
    pub(super) async fn now_ist(&self) -> anyhow::Result<String> {
        let path = format!("/v1/user/activity?customerID={}", self.customer_id);
        let answer = self.http.send(Method::GET, &path, PARTNER, Vec::new()).await?;
        let last = answer.json["data"]["userActivityHistory"].as_array().and_then(|events| events.last().cloned());
        let utc = last.map(|event| text(&event["loggedAt"]).to_owned()).context("no activity")?;
        // Read as IST the text lies five and a half hours too early.
        let instant = qist_domain::day::Instant::parse_ist(&utc)?.plus_seconds(19_800);
        Ok(instant.ist_text())
    }

    pub(super) fn customer_id(&self) -> &str {
        &self.customer_id
    }

    /// Something that no other demo has used.
    pub(super) fn number(&self) -> String {
        format!("{}{}", self.customer_id.get(5..).unwrap_or_default(), self.number)
    }

    /// What has been told otherwise is not told again.
    pub(super) async fn events_seen(&mut self) -> anyhow::Result<()> {
        let path = format!("/v1/user/activity?customerID={}", self.customer_id);
        let answer = self.http.send(Method::GET, &path, PARTNER, Vec::new()).await?;
        self.told = answer.json["data"]["userActivityHistory"].as_array().map_or(0, Vec::len);
        Ok(())
    }

    /// A page of the lender's ledger, and where the next begins.
    pub(super) async fn ledger_page(&self, after: &str) -> anyhow::Result<(String, Option<String>)> {
        let path = format!("/v1/lender/ledger?limit=1000&after={after}");
        let answer = self.http.send(Method::GET, &path, LENDER, Vec::new()).await?;
        ensure!(answer.status == 200, "the ledger answered {}", answer.status);
        let next = answer.headers.get("next-after").and_then(|next| next.to_str().ok()).map(str::to_owned);
        Ok((String::from_utf8(answer.bytes)?, next))
    }

    pub(super) fn heading(&self, what: &str) {
        println!("— {what}");
    }

    pub(super) fn money(&self, what: &str) {
        println!("       = {what}");
    }
}

pub(super) fn as_refs<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
