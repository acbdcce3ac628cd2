//! The subscriptions of a call: which are visible, which are inside the boundary, their names.
//!
//! Owns the resolving of names to ids and back. It must not know any tool.

use serde_json::{Map, Value};

use super::{Bounds, ListRead, Pages, ReadContext};
use crate::{
    azure::{ApiVersion, resource_id::SubscriptionId},
    tools::{error::ToolError, present::listed, rows::Row, untrusted::Untrusted},
};

const SUBSCRIPTIONS: ListRead<'_> = ListRead {
    scope: "",
    below: "/subscriptions",
    version: ApiVersion::new("2022-12-01"),
    action: "Microsoft.Resources/subscriptions/read",
    pages: Pages::All,
};

/// A subscription that the identity may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The bare id, as Azure writes it.
    pub id: String,
    /// The name people gave it.
    pub name: Untrusted<String>,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: String,
    /// The tenant it belongs to.
    pub tenant_id: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<(String, Untrusted<String>)>,
}

impl Subscription {
    /// Its ARM id.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("/subscriptions/{}", self.id)
    }

    /// The id for a query.
    #[must_use]
    pub fn key(&self) -> Option<SubscriptionId> {
        SubscriptionId::parse(&self.id).ok()
    }

    fn of(fields: Map<String, Value>) -> Option<Self> {
        let value = Value::Object(fields);
        let row = Row::of(&value)?;
        let id = row
            .text("subscriptionId")
            .or_else(|| row.text("id").and_then(|id| id.rsplit('/').next().map(str::to_owned)))?;
        SubscriptionId::parse(&id).ok()?;
        let name = row.text("displayName").unwrap_or_else(|| id.clone());
        let tags = row.value("tags").and_then(Value::as_object);
        let tags = tags
            .into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.clone(), Untrusted::new(value.as_str()?))));
        Some(Self {
            name: Untrusted::new(&name),
            state: row.text("state").unwrap_or_else(|| "Unknown".to_owned()),
            tenant_id: row.text("tenantId"),
            tags: tags.collect(),
            id,
        })
    }
}

/// The subscriptions that are visible.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    inside: Vec<Subscription>,
    outside: Vec<Subscription>,
}

impl Visible {
    /// Those inside the boundary, by name.
    #[must_use]
    pub fn inside(&self) -> &[Subscription] {
        &self.inside
    }

    /// The name of a subscription, or its id where it is not known.
    #[must_use]
    pub fn name_of(&self, id: &str) -> Untrusted<String> {
        let known = self.inside.iter().find(|one| one.id.eq_ignore_ascii_case(id));
        known.map_or_else(|| Untrusted::new(id), |one| one.name.clone())
    }

    /// The subscriptions that an argument means: all without one, else the one with this id or
    /// name, or the only one with a word that begins like it, or whose name has this part.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] naming what there is.
    pub fn select(
        &self,
        bounds: &Bounds,
        asked: &Option<String>,
    ) -> Result<Vec<Subscription>, ToolError> {
        let Some(asked) = asked.as_deref().map(bare).filter(|asked| !asked.is_empty()) else {
            return Ok(self.inside.clone());
        };
        let exact = |one: &&Subscription| {
            one.id.eq_ignore_ascii_case(asked) || same(one.name.as_str(), asked)
        };
        if let Some(found) = self.inside.iter().find(exact) {
            return Ok(vec![found.clone()]);
        }
        if let Some(found) = self.outside.iter().find(exact) {
            return Err(bounds.outside(&found.scope()));
        }
        // `production` is a word of `Contoso Production`, and only a part of `Non-Production`.
        let begun: Vec<&Subscription> =
            self.inside.iter().filter(|one| has_word(one.name.as_str(), asked)).collect();
        if let [only] = begun.as_slice() {
            return Ok(vec![(*only).clone()]);
        }
        let part = asked.to_lowercase();
        let close: Vec<&Subscription> = self
            .inside
            .iter()
            .filter(|one| one.name.as_str().to_lowercase().contains(&part))
            .collect();
        match close.as_slice() {
            [only] => Ok(vec![(*only).clone()]),
            [] => {
                Err(self
                    .unknown("no subscription in scope is called that; there are", &self.inside))
            }
            several => {
                let several: Vec<Subscription> = several.iter().copied().cloned().collect();
                Err(self.unknown("several subscriptions are called that; give one of", &several))
            }
        }
    }

    #[expect(clippy::unused_self, reason = "reads as a question about what is visible")]
    fn unknown(&self, rule: &str, there: &[Subscription]) -> ToolError {
        let names: Vec<String> = there
            .iter()
            .take(12)
            .map(|one| format!("`{}` ({})", one.name.as_str(), one.id))
            .collect();
        ToolError::wrong("subscription", format!("{rule} {}", listed(&names)))
    }
}

/// Reads what is visible, and notes what the scope names and cannot be seen.
pub(super) async fn read(cx: &ReadContext, bounds: &Bounds) -> Result<Visible, ToolError> {
    let rows = cx.list_unbound(&SUBSCRIPTIONS).await;
    let rows = rows.map_err(|error| ToolError::from_arm(&error, SUBSCRIPTIONS.action, "/"))?;
    let given = rows.len();
    let mut all: Vec<Subscription> = rows.into_iter().filter_map(Subscription::of).collect();
    cx.skipped("/", given - all.len());
    all.sort_by(|a, b| (a.name.as_str(), &a.id).cmp(&(b.name.as_str(), &b.id)));
    all.dedup_by(|a, b| a.id.eq_ignore_ascii_case(&b.id));
    let named = named(cx, bounds).await?;
    for id in &named {
        if !all.iter().any(|one| one.id.eq_ignore_ascii_case(id.as_str())) {
            let error = ToolError::denied(SUBSCRIPTIONS.action, &format!("/subscriptions/{id}"));
            cx.failed(&format!("/subscriptions/{id}"), &error);
        }
    }
    let unbounded = bounds.scope().is_unbounded();
    let (inside, outside) = all.into_iter().partition(|one| {
        let in_scope =
            unbounded || named.iter().any(|id| id.as_str().eq_ignore_ascii_case(&one.id));
        in_scope && bounds.allows(&one.id)
    });
    Ok(Visible { inside, outside })
}

/// The subscriptions that the scope names, those of its management groups included
/// (`ManagementGroups_GetDescendants`, api-version 2023-04-01).
async fn named(cx: &ReadContext, bounds: &Bounds) -> Result<Vec<SubscriptionId>, ToolError> {
    let mut named = bounds.named_subscriptions();
    for group in bounds.scope().management_groups() {
        let scope = format!("/providers/Microsoft.Management/managementGroups/{group}");
        let read = ListRead {
            scope: &scope,
            below: "/descendants",
            version: ApiVersion::new("2023-04-01"),
            action: "Microsoft.Management/managementGroups/descendants/read",
            pages: Pages::All,
        };
        let rows = cx.list_unbound(&read).await;
        let rows = rows.map_err(|error| ToolError::from_arm(&error, read.action, &scope))?;
        for row in rows.into_iter().map(Value::Object) {
            let row = Row::of(&row);
            let kind = row.and_then(|row| row.text("type")).unwrap_or_default();
            let name = row.and_then(|row| row.text("name")).unwrap_or_default();
            if kind.to_ascii_lowercase().ends_with("/subscriptions")
                && let Ok(id) = SubscriptionId::parse(&name)
            {
                named.push(id);
            }
        }
    }
    Ok(named)
}

fn bare(asked: &str) -> &str {
    let asked = asked.trim().trim_matches('/');
    asked.strip_prefix("subscriptions/").unwrap_or(asked)
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Whether a word of a name begins like what was asked; dashes do not count.
fn has_word(name: &str, asked: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('-', "");
    let asked = plain(asked);
    !asked.is_empty() && name.split_whitespace().any(|word| plain(word).starts_with(&asked))
}
