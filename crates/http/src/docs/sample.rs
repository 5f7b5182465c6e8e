//! Sample values, made from a schema and the examples that its fields give.

use serde_json::{Map, Value, json};

/// Deep enough for every body, and an end for a schema that contains itself.
const DEPTH_MAX: usize = 8;

/// Choices that a sample had better leave to the server: an id that was made up would be refused.
const LEFT_OUT: &[&str] = &["lenderID"];

/// Makes samples. What `chosen` says of a field goes before the schema's own examples.
pub(super) struct Sampler<'a> {
    /// The document's schemas by name.
    pub schemas: &'a Value,
    pub chosen: fn(&str) -> Option<Value>,
}

impl Sampler<'_> {
    /// A value that the schema allows. Fields that may be left out are there only if something is known to put in.
    pub fn of(&self, schema: &Value) -> Value {
        self.at(schema, DEPTH_MAX)
    }

    fn at(&self, schema: &Value, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(value) = said(schema) {
            return value.clone();
        }
        match type_of(schema) {
            Some("object") if depth > 0 => self.object(schema, depth - 1),
            Some("object") => json!({}),
            Some("array") if depth > 0 => json!([self.at(&schema["items"], depth - 1)]),
            Some("array") => json!([]),
            Some("integer" | "number") => json!(0),
            Some("boolean") => json!(false),
            Some("string") => json!(""),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required = schema["required"].as_array();
        let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
        let mut sample = Map::new();
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = self.field(name, field, is_required(name), depth) {
                sample.insert(name.clone(), value);
            }
        }
        Value::Object(sample)
    }

    fn field(&self, name: &str, field: &Value, required: bool, depth: usize) -> Option<Value> {
        if LEFT_OUT.contains(&name) {
            return None;
        }
        if let Some(value) = (self.chosen)(name).or_else(|| said(field).cloned()).or_else(|| known(name)) {
            return Some(value);
        }
        let value = self.at(field, depth);
        let has_fields = value.as_object().is_some_and(|object| !object.is_empty());
        (required || has_fields).then_some(value)
    }

    /// Through references, and through "this or nothing", to the schema itself.
    pub fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = schema;
        for _ in 0..DEPTH_MAX {
            let choices = ["oneOf", "anyOf", "allOf"].iter().find_map(|name| schema[*name].as_array());
            if let Some(reference) = schema["$ref"].as_str() {
                let name = reference.rsplit('/').next().unwrap_or(reference);
                schema = &self.schemas[name];
            } else if let Some(choice) = choices.and_then(|all| all.iter().find(|one| one["type"] != "null")) {
                schema = choice;
            } else {
                break;
            }
        }
        schema
    }
}

/// What the schema itself gives for a sample.
fn said(schema: &Value) -> Option<&Value> {
    let first = |name: &str| schema[name].as_array().and_then(|all| all.first());
    let said = schema.get("example").or_else(|| first("examples")).or_else(|| schema.get("const"));
    said.or_else(|| schema.get("default")).or_else(|| first("enum"))
}

fn type_of(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ if schema["properties"].is_object() => Some("object"),
        _ => None,
    }
}

/// Fields that mean the same wherever they stand, for schemas that give no example of them.
fn known(name: &str) -> Option<Value> {
    Some(match name {
        "minAmount" => json!(1000),
        "maxAmount" => json!(10000),
        "gst" => json!(18),
        "customerID" => json!("somecustomerid"),
        "loanApplicationID" => json!("2fee9ba7-52e1-4873-8328-e0dff99cdc83"),
        "amountReceived" => json!(12500),
        "name" => json!("Asha Rao"),
        "email" => json!("asha@example.com"),
        "pan" => json!("ABCPR4321K"),
        "dob" => json!("1992-11-09"),
        "gender" => json!("Female"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(schema: &Value) -> Value {
        let schemas = json!({
            "Rupees": { "type": "number", "examples": [1171.68] },
            "Tree": { "type": "object", "required": ["child"], "properties": { "child": { "$ref": "#/components/schemas/Tree" } } },
        });
        Sampler { schemas: &schemas, chosen: |name| (name == "mobile").then(|| json!("{{mobile}}")) }.of(schema)
    }

    #[test]
    fn a_field_shows_what_was_chosen_for_it_then_its_own_example_then_what_is_known() {
        let schema = json!({ "type": "object", "properties": {
            "mobile": { "type": "string", "example": "9999999999" },
            "reason": { "type": ["string", "null"], "example": "too late" },
            "pan": { "type": ["string", "null"] },
        } });
        assert_eq!(sample(&schema), json!({ "mobile": "{{mobile}}", "reason": "too late", "pan": "ABCPR4321K" }));
    }

    #[test]
    fn a_field_that_may_be_left_out_and_that_nothing_is_known_of_is_left_out() {
        let amount = json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Rupees" }] });
        let optional = json!({ "type": "object", "properties": { "withdrawAmount": amount } });
        assert_eq!(sample(&optional), json!({}));
        let required = json!({ "type": "object", "required": ["amount"], "properties": { "amount": amount } });
        assert_eq!(sample(&required), json!({ "amount": 1171.68 }));
    }

    #[test]
    fn a_schema_that_contains_itself_comes_to_an_end() {
        let mut tree = &sample(&json!({ "$ref": "#/components/schemas/Tree" }));
        let mut depth = 0;
        while let Some(child) = tree.get("child") {
            (tree, depth) = (child, depth + 1);
        }
        assert!(depth <= DEPTH_MAX);
    }
}
