//! Which of a resource's properties matter, and which resources they name.
//!
//! Owns the flattening of nested properties and their order. It must not know any type of
//! resource beyond the names of settings that operators ask for.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Link, Setting};
use crate::{
    azure::ResourceId,
    tools::{rows::Row, untrusted::Untrusted},
};

const MAX_SETTINGS: usize = 60;
const MAX_LINKS: usize = 40;
const MAX_DEPTH: usize = 6;
/// Settings that are looked at; a resource with more is told in part.
const MAX_LEAVES: usize = 2_000;
const MAX_VALUE_CHARS: usize = 300;

/// Settings that operators ask for, in the order in which they are told.
const IMPORTANT: &[&str] = &[
    "powerstate",
    "vmsize",
    "ostype",
    "computername",
    "state",
    "status",
    "publicnetworkaccess",
    "allowblobpublicaccess",
    "supportshttpstrafficonly",
    "httpsonly",
    "minimumtlsversion",
    "mintlsversion",
    "enablerbacauthorization",
    "enablepurgeprotection",
    "enablesoftdelete",
    "softdeleteretentionindays",
    "disablelocalauth",
    "defaultaction",
    "ipaddress",
    "privateipaddress",
    "addressprefix",
    "addressprefixes",
    "disksizegb",
    "diskstate",
    "accesstier",
    "kubernetesversion",
    "version",
    "administratorlogin",
    "defaulthostname",
    "hostname",
    "retentionindays",
    "timecreated",
];

/// Names that say nothing to people, or hold what nobody should read.
const NOISE: &[&str] = &[
    "etag",
    "resourceguid",
    "uniqueid",
    "vmid",
    "customdata",
    "userdata",
    "adminpassword",
    "publickeys",
    "keydata",
    "protectedsettings",
    "provisioningstate",
];

/// What was read of the properties.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) settings: Vec<Setting>,
    pub(super) left_out: u64,
    pub(super) links: Vec<Link>,
}

/// Reads a row's properties, and what `managedBy` names.
pub(super) fn read(id: &str, row: Row<'_>) -> Properties {
    let mut walk = Walk { own: ResourceId::parse(id).ok(), ..Walk::default() };
    if let Some(keeper) = row.text("managedBy") {
        walk.text("managedBy", &keeper);
    }
    if let Some(Value::Object(fields)) = row.value("properties") {
        walk.object("", fields, 0);
    }
    let mut leaves = walk.leaves;
    leaves.sort_by_key(|leaf| rank(&leaf.0));
    let left_out = leaves.len().saturating_sub(MAX_SETTINGS) as u64 + walk.passed_over;
    let settings = leaves.into_iter().take(MAX_SETTINGS);
    let setting = |(name, value): (String, String)| Setting {
        name: Untrusted::new(&name),
        value: Untrusted::new(&value),
    };
    Properties { settings: settings.map(setting).collect(), left_out, links: walk.links }
}

/// How many settings of a list are those that operators ask for.
pub(super) fn important(settings: &[Setting]) -> impl Iterator<Item = &Setting> {
    settings.iter().filter(|one| rank(one.name.as_str()) < IMPORTANT.len())
}

fn rank(path: &str) -> usize {
    let last = last_key(path);
    let found = IMPORTANT.iter().position(|one| *one == last);
    found.unwrap_or(IMPORTANT.len() + path.matches('.').count())
}

fn last_key(path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last).to_ascii_lowercase()
}

#[derive(Debug, Default)]
struct Walk {
    own: Option<ResourceId>,
    leaves: Vec<(String, String)>,
    links: Vec<Link>,
    linked: BTreeSet<ResourceId>,
    passed_over: u64,
}

impl Walk {
    fn object(&mut self, path: &str, fields: &Map<String, Value>, depth: usize) {
        for (key, value) in fields {
            let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            self.value(&inner, value, depth);
        }
    }

    fn value(&mut self, path: &str, value: &Value, depth: usize) {
        if NOISE.contains(&last_key(path).as_str()) {
            return;
        }
        if depth > MAX_DEPTH || self.leaves.len() >= MAX_LEAVES {
            self.passed_over += 1;
            return;
        }
        match value {
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => {
                self.leaves.push((path.to_owned(), value.to_string()));
            }
            Value::String(text) => self.text(path, text),
            Value::Array(items) => self.items(path, items, depth),
            Value::Object(fields) => self.object(path, fields, depth + 1),
        }
    }

    fn items(&mut self, path: &str, items: &[Value], depth: usize) {
        let plain: Option<Vec<&str>> = items
            .iter()
            .map(|item| item.as_str().filter(|text| !text.starts_with("/subscriptions/")))
            .collect();
        match plain {
            Some(texts) if !texts.is_empty() => self.text(path, &texts.join(", ")),
            Some(_) => {}
            None => {
                for (at, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{at}]"), item, depth + 1);
                }
            }
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        let id = text.starts_with('/').then(|| ResourceId::parse(text).ok()).flatten();
        match id.filter(|id| id.subscription().is_some()) {
            Some(id) => self.link(path, &id),
            None if text.trim().is_empty() => {}
            None if text.chars().count() > MAX_VALUE_CHARS => self.passed_over += 1,
            None => self.leaves.push((path.to_owned(), text.to_owned())),
        }
    }

    /// A resource's own parts are no links.
    fn link(&mut self, path: &str, id: &ResourceId) {
        let own = self.own.as_ref().is_some_and(|own| id.is_within(own) || own.is_within(id));
        if own || self.links.len() >= MAX_LINKS || !self.linked.insert(id.clone()) {
            return;
        }
        let setting = path.strip_suffix(".id").unwrap_or(path).to_owned();
        self.links.push(Link { setting, id: id.to_string() });
    }
}
