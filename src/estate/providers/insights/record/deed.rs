//! Events of deeds: who asked for what, and how it ended.

use serde_json::{Map, Value, json};

use super::{Record, entity};
use crate::estate::{
    chronicle::{Actor, Deed, Edit, Outcome, Target, Verb},
    world::World,
};

/// The beginning and the end of a deed; a refusal by the policy engine is one event.
pub(in super::super) fn of_deed(world: &World, deed: &Deed) -> Vec<Record> {
    let mut end = of_phase(world, deed, 1);
    let (code, phrase) = match (deed.outcome, deed.verb) {
        (Outcome::Failed(403, ..), _) => ("Forbidden", "Forbidden (HTTP Status Code: 403)"),
        (Outcome::Failed(..), _) => ("Conflict", "Conflict (HTTP Status Code: 409)"),
        (Outcome::Succeeded, Verb::Create) => ("Created", "Created (HTTP Status Code: 201)"),
        (Outcome::Succeeded, _) => ("OK", "OK (HTTP Status Code: 200)"),
    };
    end.sub_status = (code, phrase);
    let mut properties = entity(&end);
    properties.insert("statusCode".into(), json!(code));
    if let Outcome::Failed(_, error, message) = deed.outcome {
        end.status = "Failed";
        end.level = "Error";
        let text = json!({ "status": "Failed", "error": { "code": error, "message": message } });
        properties.insert("statusMessage".into(), Value::String(text.to_string()));
    }
    if let Target::Part { .. } = deed.target {
        let body = request_body(&deed.changed(world));
        properties.insert("requestbody".into(), Value::String(body.to_string()));
    }
    end.properties = Value::Object(properties);
    if matches!(deed.verb, Verb::Named(_)) {
        end.category = "Policy";
        return vec![end];
    }
    let mut begin = of_phase(world, deed, 0);
    begin.event = "BeginRequest";
    begin.status = "Started";
    begin.properties = Value::Object(entity(&begin));
    vec![begin, end]
}

/// What both events of a deed have.
fn of_phase(world: &World, deed: &Deed, order: u8) -> Record {
    let chance = deed.chance(world).nth(u64::from(order));
    let mut record = Record::about(world, &deed.target, world.ago(deed.at), chance);
    record.order = order;
    record.operation = deed.operation(world);
    record.caller = deed.by.caller(world);
    record.claims = claims(world, deed.by);
    record.correlation_id = deed.correlation_id();
    deed.note.clone_into(&mut record.description);
    record
}

/// What was sent, as far as it changed something: paths as nested objects.
fn request_body(edits: &[Edit]) -> Value {
    let mut body = Map::new();
    for edit in edits {
        let names: Vec<&str> = edit.path.split('.').collect();
        nest(&mut body, &names, &edit.new);
    }
    Value::Object(body)
}

fn nest(place: &mut Map<String, Value>, path: &[&str], value: &Value) {
    match path {
        [] => {}
        [name] => {
            place.insert((*name).to_owned(), value.clone());
        }
        [name, rest @ ..] => {
            let inner = place.entry(*name).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                nest(inner, rest, value);
            }
        }
    }
}

fn claims(world: &World, by: Actor) -> Value {
    let id = by.object_id(world);
    let object = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    let mut claims = Map::new();
    match by {
        Actor::Person(name) => {
            let upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
            claims.insert(object.into(), json!(id));
            claims.insert(upn.into(), json!(by.caller(world)));
            claims.insert("name".into(), json!(display(name)));
        }
        Actor::Application(name) => {
            claims.insert(object.into(), json!(id));
            claims.insert("appid".into(), json!(id));
            claims.insert("name".into(), json!(name));
        }
        Actor::Platform(name) => {
            claims.insert("name".into(), json!(name));
        }
    }
    Value::Object(claims)
}

/// `jonas.weber` as `Jonas Weber`.
fn display(name: &str) -> String {
    let words = name.split('.').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}
