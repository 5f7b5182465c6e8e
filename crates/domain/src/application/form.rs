//! The loan form: each programme has its own fields.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::format::clean_text;
use crate::money::Paise;
use crate::refusal::Refusal;

/// What may stand in a field. Values are text, as the contract shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    Text {
        chars_max: usize,
    },
    /// A whole number without sign.
    Number {
        max: u64,
    },
    /// Rupees.
    Amount,
    Choice {
        options: Vec<String>,
    },
    /// `+91` and ten digits, or the ten digits alone.
    Phone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    pub key: String,
    pub label: String,
    pub required: bool,
    #[serde(flatten)]
    pub kind: FieldKind,
}

/// Checks a filled form against the schema. Unknown keys are refused, because a misspelt key is a lost answer.
pub fn check_form(schema: &[FormField], form: &Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    if let Some(unknown) = form.keys().find(|key| schema.iter().all(|field| field.key != **key)) {
        return Err(Refusal::invalid(&format!("form.{unknown}"), "is not a field of this form"));
    }
    let mut clean = Map::new();
    for field in schema {
        let name = format!("form.{}", field.key);
        match form.get(&field.key) {
            None | Some(Value::Null) if field.required => return Err(Refusal::missing(&name)),
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.trim().is_empty() => {
                if field.required {
                    return Err(Refusal::missing(&name));
                }
            }
            Some(Value::String(text)) => {
                let text = clean_text(text, 500).map_err(|why| Refusal::invalid(&name, why))?;
                check_value(&field.kind, &text).map_err(|why| Refusal::invalid(&name, why))?;
                clean.insert(field.key.clone(), Value::String(text));
            }
            Some(_) => return Err(Refusal::invalid(&name, "must be text")),
        }
    }
    Ok(clean)
}

fn check_value(kind: &FieldKind, text: &str) -> Result<(), String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match kind {
        FieldKind::Text { chars_max } if text.chars().count() > *chars_max => {
            Err(format!("must be at most {chars_max} characters"))
        }
        FieldKind::Text { .. } => Ok(()),
        FieldKind::Number { max } => match text.parse::<u64>() {
            Ok(number) if digits(text) && number <= *max => Ok(()),
            _ => Err(format!("must be a whole number from 0 to {max}")),
        },
        FieldKind::Amount => match Paise::parse_rupees(text) {
            Ok(amount) if amount >= Paise::ZERO => Ok(()),
            Ok(_) => Err("must not be negative".into()),
            Err(why) => Err(why.to_string()),
        },
        FieldKind::Choice { options } if options.iter().any(|option| option == text) => Ok(()),
        FieldKind::Choice { options } => Err(format!("must be one of {}", options.join(", "))),
        FieldKind::Phone => {
            let number = text.strip_prefix("+91").unwrap_or(text);
            crate::format::Mobile::parse(number).map(|_| ()).map_err(|why| why.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Vec<FormField> {
        serde_json::from_value(json!([
            { "key": "income", "label": "Monthly income", "required": true, "kind": "amount" },
            { "key": "dependents", "label": "Dependents", "required": false, "kind": "number", "max": 20 },
            { "key": "loanPurpose", "label": "Purpose", "required": true, "kind": "choice", "options": ["Marriage", "Travel"] },
            { "key": "reference1Contact", "label": "Reference", "required": false, "kind": "phone" },
        ]))
        .unwrap()
    }

    #[test]
    fn a_good_form_is_kept_as_it_was_written() {
        let form = json!({ "income": "515241", "loanPurpose": "Marriage", "reference1Contact": "+919999999999", "dependents": "0" });
        assert_eq!(Value::Object(check_form(&schema(), form.as_object().unwrap()).unwrap()), form);
    }

    #[test]
    fn each_mistake_names_its_field() {
        for (form, field) in [
            (json!({ "loanPurpose": "Marriage" }), "form.income"),
            (json!({ "income": "   ", "loanPurpose": "Marriage" }), "form.income"),
            (json!({ "income": "-1", "loanPurpose": "Marriage" }), "form.income"),
            (json!({ "income": 5, "loanPurpose": "Marriage" }), "form.income"),
            (json!({ "income": "1", "loanPurpose": "Gambling" }), "form.loanPurpose"),
            (json!({ "income": "1", "loanPurpose": "Travel", "dependents": "२" }), "form.dependents"),
            (json!({ "income": "1", "loanPurpose": "Travel", "dependents": "21" }), "form.dependents"),
            (json!({ "income": "1", "loanPurpose": "Travel", "incmoe": "2" }), "form.incmoe"),
            (json!({ "income": "1", "loanPurpose": "Travel", "reference1Contact": "+915" }), "form.reference1Contact"),
        ] {
            let refusal = check_form(&schema(), form.as_object().unwrap()).unwrap_err();
            assert_eq!(refusal.field.as_deref(), Some(field), "{refusal}");
        }
    }
}
