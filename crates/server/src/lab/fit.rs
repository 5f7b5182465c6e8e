//! `qist lab fit`: which settings make a schedule that comes from elsewhere.

use std::fmt::Write as _;

use anyhow::{Context, anyhow, bail};
use qist_domain::loan::{Difference, Fit, Known, Observed, fit as find};
use qist_domain::money::Paise;
use qist_domain::product::{EmiMethod, Terms};
use serde_json::{Value, json};

use crate::cli::LabFitArgs;

/// What is found, and whether it makes the very schedule.
pub fn fit(args: &LabFitArgs) -> anyhow::Result<(String, bool)> {
    let file = &args.schedule;
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let rows = read(&text)?;
    let start = args.start.as_ref().map(|day| day.parse().map_err(|why| anyhow!("--start {why}"))).transpose()?;
    let annual_rate = args.rate.as_ref().map(|rate| rate.parse().map_err(|why| anyhow!("--rate {why}"))).transpose()?;
    let fit = find(&rows, Known { start, annual_rate }).map_err(|refusal| anyhow!("{refusal}"))?;
    let exact = fit.difference.is_none();
    let report = if args.json { format!("{:#}\n", as_json(&fit)?) } else { told(&fit, rows.len(), start.is_some())? };
    Ok((report, exact))
}

/// A header with the four columns, in any order, and a row for each instalment; amounts in rupees.
fn read(text: &str) -> anyhow::Result<Vec<Observed>> {
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((_, header)) = lines.next() else { bail!("the file is empty") };
    let header: Vec<String> = header.split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    let column = |name: &str| {
        header.iter().position(|have| have == name).ok_or_else(|| {
            anyhow!("there is no column {name}: the first line names date, instalment, principal, interest")
        })
    };
    let [date, instalment, principal, interest] =
        [column("date")?, column("instalment")?, column("principal")?, column("interest")?];
    let mut rows = Vec::new();
    for (number, line) in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let cell = |at: usize| {
            cells
                .get(at)
                .copied()
                .ok_or_else(|| anyhow!("line {number}: it has {} cells of {}", cells.len(), header.len()))
        };
        let amount = |name: &str, at: usize| {
            Paise::parse_rupees(cell(at)?).map_err(|why| anyhow!("line {number}: {name} {why}"))
        };
        let due_day = cell(date)?.parse().map_err(|why| anyhow!("line {number}: date {why}"))?;
        let (principal, interest) = (amount("principal", principal)?, amount("interest", interest)?);
        if principal.plus(interest) != Ok(amount("instalment", instalment)?) {
            bail!("line {number}: principal and interest are not the instalment");
        }
        rows.push(Observed { due_day, principal, interest });
    }
    Ok(rows)
}

/// The settings that are not at their defaults.
fn unusual(terms: &Terms) -> anyhow::Result<Vec<(String, Value)>> {
    let plain = serde_json::to_value(Terms::new(EmiMethod::ReducingBalance, terms.annual_rate))?;
    let Value::Object(found) = serde_json::to_value(terms)? else { bail!("terms are an object") };
    let always = ["method", "annual_rate"];
    Ok(found.into_iter().filter(|(name, value)| always.contains(&name.as_str()) || plain[name] != *value).collect())
}

fn told(fit: &Fit, rows: usize, start_is_known: bool) -> anyhow::Result<String> {
    let mut out = String::new();
    match &fit.difference {
        None => {
            writeln!(out, "These settings make all {rows} rows, to the paisa and to the day:")?;
        }
        Some(Difference { row, theirs, ours }) => {
            writeln!(out, "No settings make all {rows} rows. The nearest part from them in row {row}:")?;
            writeln!(out, "  theirs  {}", row_text(theirs))?;
            writeln!(out, "  ours    {}", ours.as_ref().map_or_else(|| "none".to_owned(), row_text))?;
            if *row == 1 && !start_is_known {
                writeln!(
                    out,
                    "It may hold the interest of a broken period: name the day of the disbursal with --start."
                )?;
            }
        }
    }
    writeln!(out)?;
    writeln!(out, "  amount          {}", fit.quote.amount.in_words_of_india())?;
    writeln!(out, "  start           {}", fit.quote.start)?;
    writeln!(out, "  tenure          {}", fit.quote.tenure)?;
    for (name, value) in unusual(&fit.quote.terms)? {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        writeln!(out, "  {name:<15} {value}")?;
    }
    writeln!(out, "\nEvery other setting is at its default.")?;
    if fit.others > 0 {
        writeln!(out, "{} other combinations of rounding make the same rows.", fit.others)?;
    }
    Ok(out)
}

fn row_text(row: &Observed) -> String {
    format!("{}  principal {}  interest {}", row.due_day, row.principal.with_paise(), row.interest.with_paise())
}

fn as_json(fit: &Fit) -> anyhow::Result<Value> {
    let row = |row: &Observed| json!({ "due_day": row.due_day, "principal_paise": row.principal, "interest_paise": row.interest });
    let difference = fit.difference.as_ref().map(|difference| {
        json!({ "row": difference.row, "theirs": row(&difference.theirs), "ours": difference.ours.as_ref().map(row) })
    });
    Ok(json!({
        "exact": difference.is_none(), "difference": difference, "others": fit.others,
        "amount_paise": fit.quote.amount, "start": fit.quote.start, "tenure": fit.quote.tenure, "terms": fit.quote.terms,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RBI/2024-25/18, Annex C, its first and last rows: shown to the rupee, so that no schedule to the paisa makes them.
    const REGULATOR: &str = "date,instalment,principal,interest
2025-02-15,970,720,250
2025-03-15,970,729,241
2025-04-15,970,738,232
2025-05-15,970,747,223
";

    #[test]
    fn a_file_is_read_by_its_columns_and_refused_by_its_line() {
        let rows = read("Interest, principal ,date,instalment\r\n77.67,1083.33,2021-02-03,1161\r\n\r\n").unwrap();
        assert_eq!((rows.len(), rows[0].principal, rows[0].interest), (1, Paise::new(108_333), Paise::new(7_767)));
        assert_eq!(read(REGULATOR).unwrap().len(), 4);
        for (text, said) in [
            ("", "empty"),
            ("date,emi\n", "no column instalment"),
            ("date,instalment,principal,interest\n2021-02-03,1161", "line 2: it has 2 cells of 4"),
            ("date,instalment,principal,interest\n2021-02-30,2,1,1", "line 2: date"),
            ("date,instalment,principal,interest\n2021-02-03,2,1,NaN", "line 2: interest is not a decimal"),
            ("date,instalment,principal,interest\n\n2021-02-03,3,1,1", "line 3: principal and interest"),
            ("date,instalment,principal,interest\n2021-02-03,1e400,1,1", "line 2: instalment"),
        ] {
            let refusal = read(text).unwrap_err().to_string();
            assert!(refusal.contains(said), "{text}: {refusal}");
        }
    }

    #[test]
    fn what_is_found_is_told_with_what_is_unusual_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let schedule = folder.path().join("schedule.csv");
        let rows =
            "date,instalment,principal,interest\n2024-02-10,17083,16083,1000\n2024-03-10,17083,16243.83,839.17\n";
        std::fs::write(&schedule, rows).unwrap();
        let args = LabFitArgs { schedule, start: None, rate: None, json: false };
        let (report, exact) = fit(&args).unwrap();
        assert!(!exact && report.contains("part from them in row"), "{report}");
        let (json, _) = fit(&LabFitArgs { json: true, ..args }).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["exact"], false);
    }
}
