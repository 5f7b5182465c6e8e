//! The same accounts as Account Aggregator data of the type DEPOSIT.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::account::{Account, Entry};

/// In JSON, as versions 1.1, 1.2 and 2.0 write it.
#[must_use]
pub fn deposit_json(account: &Account, version: &str) -> Vec<u8> {
    let transactions: Vec<Value> = account.entries.iter().zip(1..).map(|(entry, at)| transaction(entry, at)).collect();
    let value = json!({ "Account": {
        "type": "deposit", "version": version, "maskedAccNumber": masked(account), "linkedAccRef": "ref-1",
        "Profile": { "Holders": { "type": "SINGLE", "Holder": [{
            "name": account.holder, "address": account.address.join(", "), "email": "", "pan": "ABCPE1234F",
        }] } },
        "Summary": {
            "currentBalance": account.closing().with_paise(), "balanceDateTime": format!("{}T10:00:00+05:30", account.to),
            "type": "SAVINGS", "branch": "MARKET ROAD", "ifscCode": account.ifsc, "micrCode": account.micr, "status": "ACTIVE",
        },
        "Transactions": {
            "startDate": account.from.to_string(), "endDate": account.to.to_string(), "Transaction": transactions,
        },
    } });
    value.to_string().into_bytes()
}

fn transaction(entry: &Entry, at: usize) -> Value {
    json!({
        "txnId": format!("T{at}"), "type": if entry.credit { "CREDIT" } else { "DEBIT" }, "mode": mode(entry),
        "amount": entry.amount.with_paise(), "currentBalance": entry.balance.with_paise(),
        "transactionTimestamp": format!("{}T11:30:15+05:30", entry.day), "valueDate": entry.day.to_string(),
        "narration": entry.note, "reference": entry.reference.as_deref().unwrap_or(""),
    })
}

/// In XML.
#[must_use]
pub fn deposit_xml(account: &Account, version: &str) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (number, holder, address) = (masked(account), escaped(&account.holder), escaped(&account.address.join(", ")));
    let _ = write!(
        out,
        "<Account xmlns=\"http://api.rebit.org.in/FISchema/deposit\" type=\"deposit\" version=\"{version}\" \
         maskedAccNumber=\"{number}\" linkedAccRef=\"ref-1\">\n<Profile><Holders type=\"SINGLE\">\
         <Holder name=\"{holder}\" address=\"{address}\" pan=\"ABCPE1234F\"/></Holders></Profile>\n\
         <Summary currentBalance=\"{}\" type=\"SAVINGS\" ifscCode=\"{}\" micrCode=\"{}\" status=\"ACTIVE\"/>\n\
         <Transactions startDate=\"{}\" endDate=\"{}\">\n",
        account.closing().with_paise(),
        account.ifsc,
        account.micr,
        account.from,
        account.to
    );
    for (entry, at) in account.entries.iter().zip(1..) {
        let kind = if entry.credit { "CREDIT" } else { "DEBIT" };
        let _ = writeln!(
            out,
            "<Transaction txnId=\"T{at}\" type=\"{kind}\" mode=\"{}\" amount=\"{}\" currentBalance=\"{}\" \
             transactionTimestamp=\"{}T11:30:15+05:30\" valueDate=\"{}\" narration=\"{}\" reference=\"{}\"/>",
            mode(entry),
            entry.amount.with_paise(),
            entry.balance.with_paise(),
            entry.day,
            entry.day,
            escaped(&entry.note),
            entry.reference.as_deref().unwrap_or("")
        );
    }
    out.push_str("</Transactions>\n</Account>\n");
    out.into_bytes()
}

fn masked(account: &Account) -> String {
    let shown = account.number.len().saturating_sub(4);
    format!("{}{}", "X".repeat(shown), &account.number[shown..])
}

fn mode(entry: &Entry) -> &'static str {
    match entry.truth.channel {
        "upi" => "UPI",
        "cash_deposit" => "CASH",
        "cash_withdrawl" => "ATM",
        "debit_card" => "CARD",
        "net_banking_transfer" | "salary" => "FT",
        _ => "OTHERS",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
