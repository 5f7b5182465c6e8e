//! Two years in seconds: the same loan as a customer of a test server lives it, moved through time by the test clock.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::story::{LENDER, PARTNER, Story, text};

/// The bank refuses the third debit on an account that ends like this: a persona of the sandbox.
pub(super) const ACCOUNT: &str = "50100000000503";
const TENURE: u64 = 24;
const NAME: &str = "Reducing, two years";

impl Story {
    /// The lender offers what the demo data have not: 24 months, with charges for delay, bounce and prepayment.
    pub(super) async fn lender_makes_a_long_product(&mut self) -> anyhow::Result<()> {
        self.heading("Sahyadri makes a product of 24 months");
        let listed = self.read(LENDER, "/v1/lender/offer-templates").await?;
        let templates = listed["templates"].as_array().context("no templates")?;
        if templates.iter().any(|template| template["name"] == json!(NAME)) {
            return Ok(());
        }
        let of_acme =
            templates.iter().find(|template| template["tenure"] == json!(12)).context("no template of Acme")?;
        let fixed = |kind: &str, amount: u32| json!({ "kind": kind, "rule": { "kind": "fixed", "amount": amount } });
        let late = json!({ "kind": "per_day", "amount": 25, "graceDays": 3, "max": 250 });
        let prepaid = json!({ "kind": "part_prepayment", "rule": { "kind": "percent", "percent": 2 }, "gst": 18 });
        let template = json!({
            "programmeID": of_acme["programmeID"], "name": NAME, "active": true, "minAmount": 10001,
            "maxAmount": 25000, "tenure": TENURE, "emiCalculationMethod": "reducing_balance", "annualInterest": 18,
            "gst": 18, "processingFee": { "kind": "fixed", "amount": 250 },
            "contingentCharges": [{ "kind": "late_payment", "rule": late }, fixed("bounce", 300), prepaid],
        });
        self.lender("/v1/lender/offer-templates", template).await.map(drop)
    }

    pub(super) async fn two_years_pass(&mut self, loan: &str) -> anyhow::Result<()> {
        self.heading("Two months pass; on each due day Asha's mandate is debited");
        self.advance(json!({ "advanceDays": 70 })).await?;
        self.heading("The third debit bounces, and nobody pays for ten days");
        let moved = self.advance(json!({ "until": "dpd=10" })).await?;
        let emi = self.emi(loan, 3).await?;
        self.money(&format!(
            "EMI 3: ₹{} and ₹{} of charges (₹300 for the bounce, ₹25 a day for the delay once three days have passed): ₹{} to pay",
            emi["amount"], emi["lateCharge"], emi["totalPayable"]
        ));
        self.heading("Asha pays it through Acme, with its charges");
        self.repay(loan, &emi, &moved).await?;
        self.heading("Half a year later she pays ₹4,000 early and keeps her EMI");
        self.advance(json!({ "advanceDays": 183 })).await?;
        let path = format!("/v1/lender/applications/{loan}/prepayments/quote?amount=4000&effect=shorter_tenure");
        let quote = self.read(LENDER, &path).await?;
        self.money(&format!(
            "₹4,000 = ₹{} of principal + ₹{} of charge (2 % of it) + ₹{} of GST; ₹{} of interest are saved, the last EMI is on {}",
            quote["principal"], quote["charge"], quote["gst"], quote["interestSaved"], text(&quote["lastDueDate"])
        ));
        let paid_at = self.now.clone();
        let body = json!({
            "amountReceived": 4000, "effect": "shorter_tenure", "paymentDate": paid_at, "paymentMode": "neft",
            "utr": format!("DEMOPRE{}", self.number()),
        });
        let done = self.lender(&format!("/v1/lender/applications/{loan}/prepayments"), body).await?;
        self.money(&format!("{} instalments of ₹{} are left", done["installmentsLeft"], done["emi"]));
        println!();
        self.heading("The rest is debited month by month, until nothing is owed");
        self.advance(json!({ "until": "closed" })).await?;
        let tasks = self.read(LENDER, &format!("/v1/lender/applications/{loan}/closing")).await?;
        for task in tasks["tasks"].as_array().context("no closing tasks")? {
            let state = if task["doneAt"].is_string() { "done" } else { "open" };
            println!("       · {:<20} {state}: {}", text(&task["kind"]), text(&task["note"]));
        }
        self.books(loan).await?;
        let details = self.read(PARTNER, &format!("/v1/loan/details?loanApplicationID={loan}")).await?;
        ensure!(text(&details["data"]["status"]) == "CLOSED", "the loan should be closed");
        Ok(())
    }

    pub(super) async fn advance(&mut self, ahead: Value) -> anyhow::Result<Value> {
        let mut body = json!({ "customerID": self.customer_id() });
        if let (Some(body), Some(ahead)) = (body.as_object_mut(), ahead.as_object()) {
            body.extend(ahead.clone());
        }
        let moved = self.partner("/v1/sandbox/clock", body).await?["data"].clone();
        for event in moved["events"].as_array().context("no events")? {
            let at = text(&event["loggedAt"]);
            println!(
                "       {} · {} {}",
                at.get(..10).unwrap_or(at),
                text(&event["eventType"]),
                text(&event["eventDescription"])
            );
        }
        self.now = text(&moved["now"]).to_owned();
        self.events_seen().await?;
        println!();
        Ok(moved)
    }

    async fn emi(&mut self, loan: &str, num: usize) -> anyhow::Result<Value> {
        let listed = self.read(PARTNER, &format!("/v1/loan/repayments?loanApplicationID={loan}")).await?;
        let emi = &listed["data"]["emiList"][num - 1];
        ensure!(text(&emi["status"]) == "UNPAID", "instalment {num} should be unpaid");
        Ok(emi.clone())
    }

    async fn repay(&mut self, loan: &str, emi: &Value, moved: &Value) -> anyhow::Result<()> {
        let body = json!({
            "loanApplicationID": loan, "installmentNum": emi["installmentNum"], "amountReceived": emi["totalPayable"],
            "paymentDate": moved["now"], "paymentMode": "upi", "transactionID": format!("DEMOPAY{}", self.number()),
        });
        self.partner("/v1/loan/repay", body).await?;
        self.events().await
    }

    /// What the loan has left in the lender's books, account by account.
    async fn books(&mut self, loan: &str) -> anyhow::Result<()> {
        let (mut after, mut balances) = (String::new(), std::collections::BTreeMap::<String, i64>::new());
        loop {
            let (text, next) = self.ledger_page(&after).await?;
            for line in text.lines().skip(1).filter(|line| line.starts_with(loan)) {
                let cells: Vec<&str> = line.split(',').collect();
                let [_, _, _, account, amount, ..] = cells.as_slice() else {
                    anyhow::bail!("a line of {} cells", cells.len())
                };
                *balances.entry((*account).to_owned()).or_default() += amount.replace('.', "").parse::<i64>()?;
            }
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        for (account, paise) in balances.iter().filter(|(_, paise)| **paise != 0) {
            println!("       = {account:<20} {:>12}", qist_domain::money::Paise::new(*paise).with_paise());
        }
        ensure!(balances.values().sum::<i64>() == 0, "the books of the loan should sum to zero");
        ensure!(balances.get("loan_principal").copied().unwrap_or(0) == 0, "no principal should be left");
        Ok(())
    }
}
