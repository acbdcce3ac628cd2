//! Events as operations: what was asked of Azure once, how it went, and which are wanted.

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::Value;

use super::{Caller, Input, Operation, Output};
use crate::tools::{
    arguments::given,
    context::Visible,
    observability::named::Named,
    rows::Row,
    untrusted::{Untrusted, cut},
};

/// What begins the last word of an action that only looks.
const LOOKING: &[&str] = &["list", "get", "read", "check", "validate", "query", "search", "test"];

/// The operations of events, newest first. The last event of one says how it went.
pub(super) fn of(events: &[Value], visible: &Visible) -> Vec<Operation> {
    let mut operations = BTreeMap::<String, Operation>::new();
    for (at, event) in events.iter().enumerate() {
        let Some(row) = Row::of(event) else { continue };
        let Some(read) = Operation::of(row, visible) else { continue };
        let joined = read.correlation_id.clone().unwrap_or_else(|| format!("#{at}"));
        let on = read.resource_id.clone().unwrap_or_default();
        let key = format!("{joined}\n{on}\n{}", read.operation).to_lowercase();
        match operations.entry(key) {
            Entry::Vacant(free) => {
                free.insert(read);
            }
            Entry::Occupied(mut known) => known.get_mut().join(read),
        }
    }
    let mut operations: Vec<Operation> = operations.into_values().collect();
    operations.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.operation.cmp(&b.operation)));
    operations
}

impl Operation {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let at = row.instant("eventTimestamp")?.to_string();
        let short = |text: String| cut(&text, 200).into_owned();
        let named = |key: &str| row.text(&format!("{key}.value")).or_else(|| row.text(key));
        let said = |key: &str| row.text(key).map(|text| Untrusted::new(&text));
        let operation = short(named("operationName")?);
        let title = row.text("operationName.localizedValue").map(short);
        let subscription_id = row.text("subscriptionId")?;
        let messages = ["properties.statusMessage", "properties.message", "description"];
        let message = messages.into_iter().find_map(|key| row.text(key));
        Some(Self {
            began_at: at.clone(),
            at,
            title: title.filter(|title| !title.eq_ignore_ascii_case(&operation)),
            operation,
            status: short(named("status").unwrap_or_else(|| "Unknown".to_owned())),
            category: named("category").map(short),
            caller: said("caller"),
            caller_name: said("claims.name"),
            resource_id: named("resourceId").or_else(|| row.text("authorization.scope")),
            message: message.map(|text| Untrusted::new(&in_short(&text))),
            client_ip: said("httpRequest.clientIpAddress"),
            correlation_id: row.text("correlationId").or_else(|| row.text("operationId")),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
        })
    }

    /// Takes another event of the same operation.
    fn join(&mut self, other: Self) {
        let began_at = self.began_at.clone().min(other.began_at.clone());
        let rank = |one: &Self| (one.at.clone(), one.is_over());
        if rank(&other) > rank(self) {
            let earlier = std::mem::replace(self, other);
            self.caller = self.caller.take().or(earlier.caller);
            self.caller_name = self.caller_name.take().or(earlier.caller_name);
            self.message = self.message.take().or(earlier.message);
        } else {
            self.caller = self.caller.take().or(other.caller);
            self.caller_name = self.caller_name.take().or(other.caller_name);
        }
        self.began_at = began_at;
    }

    fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "Started" | "Accepted" | "In Progress")
    }

    /// Whether it failed.
    pub(super) fn has_failed(&self) -> bool {
        self.status.eq_ignore_ascii_case("Failed")
    }

    /// Who did it, by name where there is one.
    pub(super) fn who(&self) -> Option<&Untrusted<String>> {
        let person = self.caller.as_ref().filter(|caller| caller.as_str().contains('@'));
        person.or(self.caller_name.as_ref()).or(self.caller.as_ref())
    }

    /// Whether something was changed or done.
    fn is_write(&self) -> bool {
        let administrative =
            self.category.as_deref().is_none_or(|one| one.eq_ignore_ascii_case("Administrative"));
        let operation = self.operation.to_lowercase();
        let mut words = operation.rsplit('/');
        let (verb, object) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        administrative
            && match verb {
                "write" | "delete" => true,
                "action" => !LOOKING.iter().any(|one| object.starts_with(one)),
                _ => false,
            }
    }
}

/// An error in ARM's envelope as `code: message`; any other text as it is.
fn in_short(text: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    let row = parsed.as_ref().and_then(Row::of);
    let part = |key: &str| {
        let row = row?;
        row.text(&format!("error.{key}")).or_else(|| row.text(key))
    };
    match (part("code"), part("message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => text.to_owned(),
    }
}

/// Which operations are wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    resource: Named,
    group: Option<String>,
    caller: Option<String>,
    operation: Option<String>,
    kind: Kind,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Writes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Any,
    Failed,
}

impl Wanted {
    pub(super) fn of(input: &Input, resource: Named) -> Self {
        let lower = |text: Option<&String>| given(text).map(str::to_lowercase);
        Self {
            resource,
            group: given(input.resource_group.as_ref()).map(str::to_owned),
            caller: lower(input.caller.as_ref()),
            operation: lower(input.operation.as_ref()),
            kind: if input.writes_only == Some(true) { Kind::Writes } else { Kind::Any },
            outcome: if input.failed_only == Some(true) { Outcome::Failed } else { Outcome::Any },
        }
    }

    pub(super) fn fits(&self, one: &Operation) -> bool {
        let holds = |wanted: &Option<String>, texts: [Option<&str>; 2]| match wanted {
            None => true,
            Some(part) => {
                texts.into_iter().flatten().any(|text| text.to_lowercase().contains(part))
            }
        };
        let caller = [
            one.caller.as_ref().map(Untrusted::as_str),
            one.caller_name.as_ref().map(Untrusted::as_str),
        ];
        // What Azure narrowed to a resource may lie below it under another spelling.
        let resource = match &self.resource {
            Named::Part(_) => self.resource.fits(one.resource_id.as_deref().unwrap_or_default()),
            Named::Any | Named::One(_) => true,
        };
        resource
            && holds(&self.caller, caller)
            && holds(&self.operation, [Some(&one.operation), one.title.as_deref()])
            && (self.kind == Kind::Any || one.is_write())
            && (self.outcome == Outcome::Any || one.has_failed())
    }

    /// What is wanted, in words that follow the range.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        match &self.resource {
            Named::Any => {}
            Named::One(id) => words.push_str(&format!(" on `{}`", id.name())),
            Named::Part(part) => {
                words.push_str(&format!(" on resources named like `{}`", cut(part, 80)));
            }
        }
        for (what, text) in [
            ("in resource group", &self.group),
            ("by", &self.caller),
            ("with the operation", &self.operation),
        ] {
            if let Some(text) = text {
                words.push_str(&format!(" {what} `{}`", cut(text, 80)));
            }
        }
        words
    }
}

impl Output {
    /// The result, of operations that fit.
    pub(super) fn of(mut operations: Vec<Operation>, limit: usize) -> Self {
        let mut callers = BTreeMap::<Untrusted<String>, (u64, u64)>::new();
        for one in &operations {
            let Some(who) = one.who() else { continue };
            let (count, failed) = callers.entry(who.clone()).or_default();
            *count += 1;
            *failed += u64::from(one.has_failed());
        }
        let callers = callers.into_iter();
        let mut callers: Vec<Caller> =
            callers.map(|(name, (count, failed))| Caller { name, count, failed }).collect();
        callers.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        callers.truncate(50);
        let total = operations.len() as u64;
        let failed = operations.iter().filter(|one| one.has_failed()).count() as u64;
        operations.truncate(limit);
        Self {
            total,
            failed,
            callers,
            operations,
            events: 0,
            truncated: false,
            asked: Untrusted::default(),
        }
    }
}
