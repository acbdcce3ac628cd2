//! The published schemas are the types: a difference is a change of the protocol.

use std::{fs, path::Path};

use opscopilot::protocol::{Command, schema};

#[test]
fn the_client_is_generated_from_the_schemas_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/schema/copilot.v1.json");
    let mut wanted = serde_json::to_string_pretty(&schema::all()).unwrap();
    wanted.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "web/schema/copilot.v1.json differs: run `make generate`");
}

#[test]
fn every_command_of_the_schema_is_named_once() {
    let schema = schema::all();
    let variants = schema["$defs"]["Command"]["oneOf"].as_array().unwrap();
    let mut names: Vec<_> =
        variants.iter().map(|v| v["properties"]["type"]["const"].as_str().unwrap()).collect();
    let mut known = Command::NAMES.to_vec();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known);
}
