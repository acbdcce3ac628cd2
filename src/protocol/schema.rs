//! The JSON schemas of the protocol, generated from the types: what clients are built from.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::{Command, Event, Frame, RunStanding, ThreadListed, ThreadStanding};

/// The schemas that are published under `/schemas/v1/`, by file name.
#[must_use]
pub fn documents() -> Vec<(&'static str, Value)> {
    vec![
        ("command.json", document::<Command>()),
        ("frame.json", document::<Frame>()),
        ("event.json", document::<Event>()),
        ("copilot.v1.json", all()),
    ]
}

/// One document with a definition of every type, from which clients generate theirs.
#[must_use]
pub fn all() -> Value {
    let mut generator = generator();
    generator.subschema_for::<Command>();
    generator.subschema_for::<Frame>();
    generator.subschema_for::<RunStanding>();
    generator.subschema_for::<ThreadStanding>();
    generator.subschema_for::<ThreadListed>();
    let definitions = generator.take_definitions(true);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": super::SUBPROTOCOL,
        "$defs": definitions,
    })
}

fn document<T: JsonSchema>() -> Value {
    generator().into_root_schema_for::<T>().to_value()
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}
