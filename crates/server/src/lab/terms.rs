//! Terms from a command line: a file or the defaults, then what is set one by one.

use anyhow::{Context, bail};
use qist_domain::product::{EmiMethod, Terms};
use serde_json::{Map, Value, json};

use crate::cli::LabScheduleArgs;

pub fn terms(args: &LabScheduleArgs) -> anyhow::Result<Terms> {
    let mut settings = match &args.terms {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let terms: Terms =
                serde_json::from_str(&text).with_context(|| format!("{} holds no terms", file.display()))?;
            serde_json::to_value(terms)?
        }
        None => {
            let Some(rate) = &args.rate else { bail!("--rate is missing: the annual rate in percent") };
            let rate = rate.parse().map_err(|why| anyhow::anyhow!("--rate {why}"))?;
            serde_json::to_value(Terms::new(EmiMethod::ReducingBalance, rate))?
        }
    };
    let mut given: Vec<(String, Value)> = Vec::new();
    let text = |value: &Option<String>| value.clone().map(Value::String);
    given.extend(text(&args.rate).map(|rate| ("annual_rate".to_owned(), rate)));
    given.extend(text(&args.method).map(|method| ("method".to_owned(), method)));
    given.extend(text(&args.gst).map(|gst| ("gst".to_owned(), gst)));
    if let Some(fee) = &args.fee {
        let fee = super::schedule::rupees("--fee", fee)?;
        given.push(("fee".to_owned(), json!({ "kind": "fixed", "amount_paise": fee.get() })));
    }
    for setting in &args.set {
        let Some((name, value)) = setting.split_once('=') else { bail!("--set {setting}: write name=value") };
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
        given.push((name.to_owned(), value));
    }
    for (name, value) in given {
        put(&mut settings, &name, value)?;
        // One by one, so that the refusal is about the setting that it names.
        serde_json::from_value::<Terms>(settings.clone()).with_context(|| format!("{name} cannot be set so"))?;
    }
    Ok(serde_json::from_value(settings)?)
}

/// Sets what `name` leads to, step by step between its dots. Every step but the last must be there.
pub(super) fn put(settings: &mut Value, name: &str, value: Value) -> anyhow::Result<()> {
    let (path, last) = name.rsplit_once('.').map_or((None, name), |(path, last)| (Some(path), last));
    let mut at = settings;
    for step in path.into_iter().flat_map(|path| path.split('.')) {
        at = at.get_mut(step).with_context(|| format!("{name} is not a setting: there is no {step}"))?;
    }
    let fields: &mut Map<String, Value> =
        at.as_object_mut().with_context(|| format!("{name} is not a setting: what holds it is not set"))?;
    // A calendar leaves out what it does not have.
    let optional = ["valid_until", "version"];
    if !fields.contains_key(last) && !optional.contains(&last) {
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        bail!("{name} is not a setting: use one of {}", names.join(", "));
    }
    fields.insert(last.to_owned(), value);
    Ok(())
}
