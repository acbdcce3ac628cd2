//! `tools/catalog.json` is what the model's hands are: a difference is a change of them.

use std::{fs, path::Path};

use opscopilot::tools::{Registry, catalog, own};
use serde_json::Value;

#[test]
fn the_catalogue_file_is_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/catalog.json");
    let wanted = catalog::text(&Registry::built_in().unwrap());
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "tools/catalog.json differs: run the test with UPDATE=1");
}

#[test]
fn every_tool_is_complete() {
    for spec in Registry::built_in().unwrap().specs() {
        assert!(spec.asks.len() >= 5, "{}", spec.name);
        assert!(!spec.actions.is_empty(), "{}", spec.name);
        assert!(spec.description.len() <= 240, "{}: the model pays for each word", spec.name);
        assert!(spec.tokens() <= 450, "{}: {} tokens", spec.name, spec.tokens());
    }
}

#[test]
fn input_schemas_are_plain_enough_for_every_endpoint() {
    let own = own::specs();
    for spec in Registry::built_in().unwrap().specs().chain(&own) {
        let schema = &*spec.input_schema;
        assert_eq!(schema["type"], "object", "{}", spec.name);
        assert_eq!(schema["additionalProperties"], false, "{}", spec.name);
        check(schema, &spec.name);
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{}.{name}", spec.name);
            assert!(property["type"].is_string(), "{}.{name}: {property}", spec.name);
        }
    }
}

fn check(schema: &Value, tool: &str) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                let refused =
                    ["$ref", "$defs", "$schema", "oneOf", "anyOf", "allOf", "const", "format"];
                assert!(!refused.contains(&key.as_str()), "{tool}: {key}");
                check(value, tool);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| check(value, tool)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_schema_of_a_tool_reads_like_its_doc_comments() {
    let registry = Registry::built_in().unwrap();
    insta::assert_json_snapshot!(*registry.spec("list_security_alerts").unwrap().input_schema);
    insta::assert_json_snapshot!(*registry.spec("count_resources").unwrap().input_schema);
}
