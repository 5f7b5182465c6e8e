//! Request bodies, as their senders read them: what may be left out is left out and never null, and each has a whole example.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::path::{Operation, Paths};
use utoipa::openapi::schema::{Object, OneOf, SchemaType, Type};
use utoipa::openapi::{Components, Content, OpenApi, RefOr, Schema};

use super::complete::operations;
use super::sample::Sampler;

const JSON: &str = "application/json";

pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for name in names(&mut document.paths) {
        if let Some(RefOr::T(Schema::Object(body))) = components.schemas.get_mut(&name) {
            forbid_null(body);
        }
    }
    give_examples(&mut document.paths, components);
}

/// The schemas of bodies. No answer shares them.
fn names(paths: &mut Paths) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if let Some(RefOr::Ref(body)) = json_body(operation).and_then(|content| content.schema.as_ref()) {
                names.extend(body.ref_location.rsplit('/').next().map(str::to_owned));
            }
        }
    }
    names
}

fn json_body(operation: &mut Operation) -> Option<&mut Content> {
    let RefOr::T(body) = operation.request_body.as_mut()? else { return None };
    match body.content.get_mut(JSON)? {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    }
}

/// Null is read as absent, so that a client need not know it.
fn forbid_null(body: &mut Object) {
    for field in body.properties.values_mut() {
        let only = match field {
            RefOr::T(Schema::Object(object)) => {
                forbid_null_type(&mut object.schema_type);
                None
            }
            RefOr::T(Schema::Array(array)) => {
                forbid_null_type(&mut array.schema_type);
                None
            }
            RefOr::T(Schema::OneOf(choice)) => only_choice(choice),
            _ => None,
        };
        if let Some(only) = only {
            *field = only;
        }
    }
}

fn forbid_null_type(kind: &mut SchemaType) {
    if let SchemaType::Array(types) = kind
        && let [one] = types.iter().filter(|kind| **kind != Type::Null).collect::<Vec<_>>()[..]
    {
        *kind = SchemaType::Type(one.clone());
    }
}

/// The one thing that may stand there besides null.
fn only_choice(choice: &OneOf) -> Option<RefOr<Schema>> {
    let is_null = |item: &&RefOr<Schema>| matches!(item, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
    match choice.items.iter().filter(|item| !is_null(item)).collect::<Vec<_>>()[..] {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn give_examples(paths: &mut Paths, components: &Components) {
    // Our own schemas can be written as JSON; without them samples would only be poorer.
    let schemas = serde_json::to_value(&components.schemas).unwrap_or_default();
    let sampler = Sampler { schemas: &schemas, chosen: |_| None };
    for item in paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            let Some(content) = json_body(operation) else { continue };
            if content.example.is_none() && content.examples.is_empty() {
                let schema = serde_json::to_value(&content.schema).unwrap_or(Value::Null);
                content.example = Some(sampler.of(&schema));
            }
        }
    }
}
