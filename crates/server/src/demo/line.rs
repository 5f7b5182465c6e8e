//! A credit line from its offer to the last rupee: drawn on, delivered in parts, paid late, paid.

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::story::{PARTNER, Story, as_refs, text};

/// The bank refuses the first debit on an account that ends like this: a persona of the sandbox.
pub(super) const ACCOUNT: &str = "50100000000501";
const MERIDIAN: &[(&str, &str)] = &[("x-api-key", "dev-meridian-lender-key"), ("content-type", "application/json")];

impl Story {
    pub(super) async fn line_lives(&mut self) -> anyhow::Result<()> {
        self.line_is_opened().await?;
        self.heading("Asha buys for ₹1,200 and pays in fifteen days; the shop bears 2 % for her");
        let first = self.draw("A", 1200, "pay_later").await?;
        self.deliver_and_pay_out(&first).await?;
        let seen = self.transaction(&first).await?;
        self.money(&format!(
            "the shop receives ₹{} = ₹1200 - ₹{} - 18 % GST on that; Asha owes ₹{} on {}",
            seen["disbursalAmount"],
            seen["subventionAmount"],
            seen["emis"][0]["amount"],
            text(&seen["emis"][0]["dueDate"])
        ));
        self.limit().await?;
        self.events().await?;
        self.heading("A second order, ₹900 in three EMIs, comes in two deliveries");
        let second = self.draw("B", 900, "three_emis").await?;
        let invoices = json!([{ "invoiceNo": "INV-1", "amount": 600 }]);
        let split = self.partner("/v1/creditline/txn/split", json!({ "txnID": second, "invoices": invoices })).await?;
        let parts = split["data"]["transactions"].as_array().context("no parts")?.clone();
        for part in &parts {
            self.money(&format!("a part of ₹{}", part["amount"]));
        }
        let [now, later] = &parts[..] else { anyhow::bail!("two parts were expected") };
        let (now, later) = (text(&now["txnID"]).to_owned(), text(&later["txnID"]).to_owned());
        self.deliver_and_pay_out(&now).await?;
        self.partner("/v1/creditline/txn/cancel", json!({ "txnID": later, "reason": "out of stock" })).await?;
        self.limit().await?;
        self.events().await?;
        self.heading("The debit of the first order bounces, and nobody pays for two days");
        let customer = self.customer_id().to_owned();
        self.advance(json!({ "advanceDays": 17 })).await?;
        let (status, _) = self.limit().await?;
        ensure!(status == "INACTIVE", "an overdue line should be INACTIVE, not {status}");
        let overdue = self.read(PARTNER, &format!("/v1/creditline/overdue?customerID={customer}")).await?;
        let overdue = &overdue["data"]["overdue"][0];
        self.money(&format!(
            "₹{} overdue since {}, DPD {}",
            overdue["overdueAmount"],
            text(&overdue["dueDate"]),
            overdue["dpd"]
        ));
        println!();
        self.heading("Asha pays; the line can be drawn on again");
        for txn in [first, now] {
            self.pay_all(&txn).await?;
        }
        let (status, available) = self.limit().await?;
        ensure!(
            (status.as_str(), &available) == ("ACTIVE", &json!(8000)),
            "all of the limit should be there: {available}"
        );
        self.events().await
    }

    async fn line_is_opened(&mut self) -> anyhow::Result<()> {
        self.heading("Asha chooses Meridian's credit line, gives her bank account and sets up the mandate");
        let headers = self.borrower_headers();
        let offers = self.read(&as_refs(&headers), "/v1/borrower/offers").await?;
        let offers = offers["offers"].as_array().context("no offers")?;
        let line = offers.iter().find(|offer| offer["product"] == "credit_line").context("no line is offered")?;
        let told = self.read(&as_refs(&headers), "/v1/borrower/kfs").await?;
        let told = told["statements"].as_array().context("no statements")?;
        let told = told.iter().find(|told| told["offerID"] == line["offerID"]).context("no statement of the line")?;
        self.money(&format!(
            "a limit of ₹{}; drawing all of it at once: APR {} %",
            line["amount"], told["figures"]["apr"]
        ));
        self.take_offer(line, told).await?;
        let journey = self.read(&as_refs(&headers), "/v1/borrower/journey").await?;
        let agreement = text(&journey["application"]["loanApplicationID"]).to_owned();
        self.borrower_signs(&agreement).await
    }

    /// The shop opens a session, Asha reads what it costs and confirms with the OTP. The answer is the `txnID`.
    async fn draw(&mut self, order: &str, rupees: u32, plan: &str) -> anyhow::Result<String> {
        let customer = self.customer_id().to_owned();
        let order = format!("{customer}-{order}");
        let session = json!({
            "customerID": customer, "redirectURL": "https://shop.example/paid", "withdrawAmount": rupees,
            "transactionID": order,
        });
        self.partner("/v1/user/session", session).await?;
        let quote = json!({ "transactionID": order, "plan": plan });
        let quoted = self.borrower("/v1/borrower/creditline/quotes", quote).await?;
        let draw = json!({ "proposalNumber": quoted["proposalNumber"], "language": "en", "otp": self.otp().await? });
        let drawn = self.borrower("/v1/borrower/creditline/drawdowns", draw).await?;
        Ok(text(&drawn["txnID"]).to_owned())
    }

    async fn deliver_and_pay_out(&mut self, txn: &str) -> anyhow::Result<()> {
        let invoice = format!("INV-{}", &txn[..8]);
        self.partner("/v1/creditline/txn/confirm", json!({ "txnID": txn, "invoiceNo": invoice })).await?;
        let (path, body) = (format!("/v1/lender/transactions/{txn}/disburse"), json!({ "utr": format!("DEMO{txn}") }));
        let body = body.to_string().into_bytes();
        self.call(axum::http::Method::POST, &path, MERIDIAN, body).await.map(drop)
    }

    async fn transaction(&mut self, txn: &str) -> anyhow::Result<Value> {
        let path = format!("/v1/creditline/transactions?customerID={}", self.customer_id());
        let listed = self.read(PARTNER, &path).await?;
        let listed = listed["data"]["transactions"].as_array().context("no transactions")?.clone();
        listed.into_iter().find(|one| one["txnID"] == txn).context("the transaction is gone")
    }

    async fn limit(&mut self) -> anyhow::Result<(String, Value)> {
        let path = format!("/v1/creditline/details?customerID={}", self.customer_id());
        let line = self.read(PARTNER, &path).await?["data"].clone();
        let (status, reason) = (text(&line["status"]).to_owned(), text(&line["inactiveReason"]).to_owned());
        let why = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        self.money(&format!("{status}{why}: ₹{} of ₹{} are left", line["availableLimit"], line["maxLimit"]));
        Ok((status, line["availableLimit"].clone()))
    }

    async fn pay_all(&mut self, txn: &str) -> anyhow::Result<()> {
        let emis = self.transaction(txn).await?["emis"].as_array().context("no EMIs")?.clone();
        let paid_at = self.now_ist().await?;
        for emi in emis.iter().filter(|emi| emi["status"] != "PAID") {
            let body = json!({
                "loanApplicationID": txn, "installmentNum": emi["installmentNum"], "amountReceived": emi["totalPayable"],
                "paymentDate": paid_at, "paymentMode": "upi",
                "transactionID": format!("{txn}-{}", emi["installmentNum"]),
            });
            self.partner("/v1/loan/repay", body).await?;
        }
        Ok(())
    }
}
