//! What a query can see of its rows, known before any row is made: which of them, by the engine's
//! own reading, and how much of each, read off the text here. Only short cuts: a query that is not
//! understood sees everything, so a wrong guess here would be a wrong answer.

use serde_json::{Map, Value};

use crate::estate::kql::Sought;

/// The part of the tables that a query can tell from nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// What rows must have to matter.
    sought: Sought,
    /// The only members of `properties` that can matter.
    members: Option<Vec<String>>,
    /// The query, where it names every column and member it uses.
    named_in: Option<String>,
    /// Whether only the subscriptions that have any row at all are asked for.
    only_places: bool,
}

impl Wanted {
    /// Reads a query.
    pub(super) fn by(query: &str) -> Self {
        let lower = query.to_ascii_lowercase();
        // With these a row may be seen by more than one part of the query.
        let is_tangled =
            ["join", "union", "lookup", "let ", "//"].iter().any(|w| lower.contains(w));
        if is_tangled {
            return Self::default();
        }
        let members = members(query);
        let named_in = members.is_some().then(|| query.to_owned());
        let only_places = only_places(query);
        Self { sought: Sought::default(), members, named_in, only_places }
    }

    /// What matters of one table.
    pub(super) fn narrowed(&self, sought: &Sought) -> Self {
        Self { sought: sought.clone(), ..self.clone() }
    }

    /// Whether rows of this type can matter.
    pub(super) fn has_type(&self, arm_type: &str) -> bool {
        self.admits("type", arm_type)
    }

    /// Whether rows with this text at a path can matter.
    pub(super) fn admits(&self, path: &str, value: &str) -> bool {
        self.sought.admits(path, value)
    }

    /// Whether this member of `properties` can matter.
    pub(super) fn has_member(&self, name: &str) -> bool {
        self.members.as_ref().is_none_or(|members| members.iter().any(|member| member == name))
    }

    /// Whether a column can matter.
    pub(super) fn uses(&self, column: &str) -> bool {
        self.sought.uses(column)
    }

    /// How many rows of one kind in one subscription can matter.
    pub(super) const fn enough(&self) -> usize {
        match self.only_places {
            true => 1,
            false => usize::MAX,
        }
    }

    /// Whether only the subscriptions that have any row at all are asked for.
    pub(super) const fn only_places(&self) -> bool {
        self.only_places
    }

    /// Drops the columns of a row, and the members of its `properties`, that cannot matter.
    pub(super) fn prune(&self, row: &mut Map<String, Value>) {
        let Some(query) = &self.named_in else {
            return;
        };
        row.retain(|name, _| query.contains(name.as_str()));
        if let Some(Value::Object(properties)) = row.get_mut("properties") {
            properties.retain(|name, _| self.has_member(name));
        }
    }
}

/// Whether a query asks `table | distinct subscriptionId`, of rows of some types at most.
fn only_places(query: &str) -> bool {
    let words = query.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut steps: Vec<&str> = words.split('|').map(str::trim).collect();
    let is_asked = steps.pop() == Some("distinct subscriptionId");
    let is_harmless = |step: &&str| {
        let one_of = ["where type =~ '", "where type == '", "where type in~ ("];
        let of_types = one_of.iter().any(|start| step.starts_with(start))
            && ![" and ", " or "].iter().any(|word| step.contains(word));
        let extends = step.starts_with("extend ")
            && !["subscriptionId =", "type ="].iter().any(|word| step.contains(word));
        of_types || extends
    };
    is_asked && !steps.is_empty() && steps.iter().skip(1).all(is_harmless)
}

/// The members of `properties` a query names, if it names each it uses by a plain path and its
/// answer is made of columns it lists.
fn members(query: &str) -> Option<Vec<String>> {
    let lists = ["project ", "summarize ", "distinct "];
    let is_listed = query.split('|').any(|part| {
        let part = part.trim_start();
        lists.iter().any(|word| part.starts_with(word))
    });
    if !is_listed || query.contains('*') || query.contains("pack_all") {
        return None;
    }
    let after = |at: usize| query.get(at + "properties".len()..).unwrap_or_default();
    query.match_indices("properties").map(|(at, _)| member_after(after(at))).collect()
}

/// The name in `.name…`, ended by what cannot continue it.
fn member_after(text: &str) -> Option<String> {
    let path = text.strip_prefix('.')?;
    let end = path.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(path.len());
    path.get(..end).filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_a_query_does_not_name_are_dropped_where_it_names_all_it_uses() {
        let pruned = |query: &str| {
            let mut row = Map::new();
            for name in ["id", "name", "tags", "properties"] {
                row.insert(name.into(), Value::Null);
            }
            Wanted::by(query).prune(&mut row);
            row.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(pruned("resources | where tags.a == 'b' | project id"), ["id", "tags"]);
        assert_eq!(pruned("resources | where name has 'a' | summarize count()"), ["name"]);
        assert_eq!(pruned("resources | where name has 'a'").len(), 4);
        assert_eq!(pruned("resources | project p = properties").len(), 4);
    }

    #[test]
    fn one_row_a_subscription_is_enough_only_where_nothing_else_is_asked() {
        let enough = |query: &str| Wanted::by(query).enough();
        assert_eq!(enough("resources\n| distinct subscriptionId"), 1);
        let typed = "resources | where type =~ 'a' | extend b = name | distinct subscriptionId";
        assert_eq!(enough(typed), 1);
        for whole in [
            "resources",
            "resources | distinct subscriptionId, name",
            "resources | where name == 'a' | distinct subscriptionId",
            "resources | summarize count() by subscriptionId",
            "resources | distinct subscriptionId | join (resources) on subscriptionId",
        ] {
            assert_eq!(enough(whole), usize::MAX, "{whole}");
        }
    }

    #[test]
    fn members_are_pruned_only_where_every_use_is_a_plain_path() {
        let members = |query: &str| Wanted::by(query).members;
        assert_eq!(
            members(
                "resources | where properties.status.code == 'x' | summarize count() by tostring(properties.displayName)"
            ),
            Some(vec!["status".into(), "displayName".into()])
        );
        assert_eq!(members("resources | project id"), Some(vec![]));
        for whole in [
            "resources",
            "resources | extend a = properties.b",
            "resources | project properties",
            "resources | project p = properties['a']",
            "resources | extend p = properties | project p.a",
            "resources | project x = pack_all()",
            "resources | project-away name",
        ] {
            assert_eq!(members(whole), None, "{whole}");
        }
    }
}
