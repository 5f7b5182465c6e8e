//! `qist lab schedule`: a schedule with its figures, as a table, as CSV or as JSON.

use std::fmt::Write as _;

use anyhow::anyhow;
use qist_app::ports::clock::Clock as _;
use qist_domain::loan::{Quote, Row};
use qist_domain::money::Paise;
use qist_domain::product::TakenCharge;
use qist_providers::system::SystemClock;
use serde_json::{Value, json};

use super::terms::terms;
use crate::cli::LabScheduleArgs;

pub fn schedule(args: &LabScheduleArgs) -> anyhow::Result<String> {
    let start = match &args.start {
        Some(day) => day.parse().map_err(|why| anyhow!("--start {why}"))?,
        None => SystemClock.now().day(),
    };
    let amount = rupees("--amount", &args.amount)?;
    let quote = Quote::new(&terms(args)?, amount, args.tenure, start).map_err(|refusal| anyhow!("{refusal}"))?;
    if args.csv {
        return Ok(csv(&quote));
    }
    if args.json { Ok(format!("{:#}\n", as_json(&quote)?)) } else { table(&quote) }
}

pub(super) fn rupees(option: &str, text: &str) -> anyhow::Result<Paise> {
    Paise::parse_rupees(text).map_err(|why| anyhow!("{option} {why}"))
}

fn closing(row: &Row) -> Paise {
    row.opening.minus(row.principal).unwrap_or_default()
}

fn csv(quote: &Quote) -> String {
    let mut out = "num,due_day,opening,principal,interest,instalment,closing\n".to_owned();
    for row in &quote.rows {
        let amounts = [row.opening, row.principal, row.interest, row.instalment(), closing(row)].map(Paise::with_paise);
        out.push_str(&format!("{},{},{}\n", row.num, row.due_day, amounts.join(",")));
    }
    out
}

/// Amounts are paise, rates percent a year as text.
pub(super) fn as_json(quote: &Quote) -> anyhow::Result<Value> {
    let apr = quote.apr().map_err(|refusal| anyhow!("{refusal}"))?;
    let row = |row: &Row| {
        json!({
            "num": row.num, "due_day": row.due_day, "opening_paise": row.opening, "principal_paise": row.principal,
            "interest_paise": row.interest, "broken_interest_paise": row.broken_interest,
            "instalment_paise": row.instalment(), "closing_paise": closing(row),
        })
    };
    Ok(json!({
        "terms": quote.terms, "amount_paise": quote.amount, "tenure": quote.tenure, "start": quote.start,
        "emi_paise": quote.emi, "processing_fee_paise": quote.processing_fee, "gst_paise": quote.gst_amount,
        "subvention_paise": quote.subvention, "subvention_gst_paise": quote.subvention_gst,
        "charges": quote.charges, "advance_emi_paise": quote.advance_emi, "broken_days": quote.broken_days,
        "broken_interest_paise": quote.broken_interest, "upfront_interest_paise": quote.upfront_interest,
        "disbursal_paise": quote.disbursal_amount, "parts": quote.parts, "total_interest_paise": quote.total_interest(),
        "total_payable_paise": quote.total_payable,
        "apr_percent": apr.regulators.shown(), "effective_percent": apr.regulators.effective.map(|rate| rate.to_string()),
        "xirr_percent": apr.xirr.map(|rate| rate.to_string()),
        "rows": quote.rows.iter().map(row).collect::<Vec<_>>(),
    }))
}

pub(super) fn table(quote: &Quote) -> anyhow::Result<String> {
    let apr = quote.apr().map_err(|refusal| anyhow!("{refusal}"))?;
    let mut out = String::new();
    writeln!(
        out,
        "{:>4}  {:<10} {:>16} {:>16} {:>14} {:>16}",
        "no.", "due", "owed", "principal", "interest", "instalment"
    )?;
    for row in &quote.rows {
        let [owed, principal, interest, instalment] =
            [row.opening, row.principal, row.interest, row.instalment()].map(Paise::with_paise);
        let (num, due) = (row.num, row.due_day.to_string());
        writeln!(out, "{num:>4}  {due:<10} {owed:>16} {principal:>16} {interest:>14} {instalment:>16}")?;
    }
    out.push('\n');
    let shown = |amount: Paise| amount.in_words_of_india();
    let percent = |rate: Option<String>| rate.map_or("beyond all digits".to_owned(), |rate| format!("{rate} %"));
    let figures = [
        ("Loan amount", shown(quote.amount)),
        ("Instalments", format!("{}, {}", quote.tenure, quote.terms.period.label().to_lowercase())),
        ("Regular instalment", shown(quote.regular_instalment())),
        ("Fee and GST", format!("{} and {}", shown(quote.processing_fee), shown(quote.gst_amount))),
        ("Subvention and GST", format!("{} and {}", shown(quote.subvention), shown(quote.subvention_gst))),
        ("Other charges", shown(quote.charges.iter().map(TakenCharge::total).sum())),
        ("Instalments in advance", shown(quote.advance_emi)),
        ("Broken period", format!("{} days, {}", quote.broken_days, shown(quote.broken_interest))),
        ("Paid out", shown(quote.disbursal_amount)),
        ("Interest in all", shown(quote.total_interest())),
        ("Payable in all", shown(quote.total_payable)),
        ("APR, nominal (RBI)", format!("{} %", apr.regulators.shown())),
        ("Effective, XIRR", format!("{}, {}", percent(apr.regulators.effective_shown()), percent(apr.xirr_shown()))),
    ];
    for (name, value) in figures {
        writeln!(out, "{name:<24} {value}")?;
    }
    for (num, part) in (1..).zip(&quote.parts) {
        writeln!(
            out,
            "{:<24} {} on {}, {} paid out",
            format!("Part {num}"),
            shown(part.amount),
            part.day,
            shown(part.net)
        )?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(set: &[&str]) -> LabScheduleArgs {
        LabScheduleArgs {
            amount: "6500".to_owned(),
            tenure: 6,
            rate: Some("14.4".to_owned()),
            method: Some("flat_rate".to_owned()),
            start: Some("2021-01-03".to_owned()),
            fee: Some("700".to_owned()),
            gst: Some("18".to_owned()),
            set: set.iter().map(|setting| (*setting).to_owned()).collect(),
            terms: None,
            json: false,
            csv: false,
        }
    }

    #[test]
    fn the_contracts_offer_is_printed_with_its_figures() {
        let table = schedule(&args(&[])).unwrap();
        for line in
            ["   3  2021-04-05", "Paid out                 ₹5,674", "Payable in all           ₹6,966", "74.35 %"]
        {
            assert!(table.contains(line), "{line} in\n{table}");
        }
        let csv = schedule(&LabScheduleArgs { csv: true, ..args(&[]) }).unwrap();
        assert_eq!(csv.lines().nth(1), Some("1,2021-02-03,6500.00,1083.33,77.67,1161.00,5416.67"));
        let json: Value =
            serde_json::from_str(&schedule(&LabScheduleArgs { json: true, ..args(&[]) }).unwrap()).unwrap();
        assert_eq!((&json["disbursal_paise"], &json["apr_percent"]), (&json!(567_400), &json!("74.35")));
        // Terms that were printed can be read again.
        assert_eq!(json["terms"]["annual_rate"], "14.4");
    }

    #[test]
    fn any_setting_can_be_set_by_its_name() {
        let set = ["method=reducing_balance", "period.every=2", "period.unit=weeks", "emi_unit=paisa", "roll=none"];
        let json: Value =
            serde_json::from_str(&schedule(&LabScheduleArgs { json: true, ..args(&set) }).unwrap()).unwrap();
        assert_eq!(json["rows"][1]["due_day"], "2021-01-31");
        for (set, said) in [
            ("broken=upfront", "is not a setting: use one of"),
            ("broken_period=later", "broken_period cannot be set so"),
            ("moratorium.periods=2", "what holds it is not set"),
            ("period", "write name=value"),
            ("advance_emis=6", "advanceEmis"),
        ] {
            let refusal = schedule(&args(&[set])).unwrap_err();
            assert!(format!("{refusal:#}").contains(said), "{refusal:#}");
        }
    }
}
