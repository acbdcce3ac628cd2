//! The tree, from chains of ancestors: the nearest first, the root last.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::tools::{context::Visible, rows::Row, untrusted::Untrusted};

/// Levels at most, as Azure has them with the root and to spare.
const MAX_LEVELS: usize = 12;

/// A management group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    /// The ARM id.
    pub(super) id: String,
    /// Its name in ids.
    pub(super) name: Untrusted<String>,
    /// What people call it.
    pub(super) display_name: Untrusted<String>,
    /// What people call the group above; absent at the root.
    pub(super) parent: Option<Untrusted<String>>,
    /// 1 for the root, or the topmost that may be seen.
    pub(super) level: u64,
    /// The subscriptions right in it.
    pub(super) subscriptions: Vec<Untrusted<String>>,
    /// Subscriptions in it and below.
    pub(super) subscriptions_below: u64,
}

#[derive(Debug, Default)]
struct Node {
    name: String,
    display: String,
    parent: Option<String>,
    subscriptions: Vec<Untrusted<String>>,
}

/// Groups by their name in lower case.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    unplaced: Vec<Untrusted<String>>,
}

impl Tree {
    /// A group that tells of itself and its ancestors.
    pub(super) fn add_group(&mut self, row: Row<'_>) -> Option<()> {
        let name = row.text("name")?;
        let display = row.text("display").unwrap_or_else(|| name.clone());
        let mut chain = vec![(name, display)];
        chain.extend(chain_of(row, "above"));
        self.add_chain(&chain);
        Some(())
    }

    /// A subscription that tells of its ancestors.
    pub(super) fn add_subscription(&mut self, row: Row<'_>, visible: &Visible) -> Option<()> {
        let id = row.text("subscriptionId")?;
        let inside = visible.inside().iter().find(|one| one.id.eq_ignore_ascii_case(&id))?;
        let chain = chain_of(row, "chain");
        self.add_chain(&chain);
        let own = chain.first().map(|(name, _)| name.to_lowercase());
        match own.and_then(|key| self.nodes.get_mut(&key)) {
            Some(node) => node.subscriptions.push(inside.name.clone()),
            None => self.unplaced.push(inside.name.clone()),
        }
        Some(())
    }

    fn add_chain(&mut self, chain: &[(String, String)]) {
        for (at, (name, display)) in chain.iter().enumerate() {
            let mut above = chain.iter().skip(at + 1).map(|(name, _)| name.to_lowercase());
            // A chain may begin with what it is of.
            let parent = above.find(|above| *above != name.to_lowercase());
            let node = self.nodes.entry(name.to_lowercase()).or_default();
            node.name.clone_from(name);
            node.display.clone_from(display);
            node.parent = parent.or(node.parent.take());
        }
    }

    /// The groups in order, of those that `part` names and what is below; and what has no group.
    pub(super) fn finish(mut self, part: &str) -> (Vec<Group>, Vec<Untrusted<String>>) {
        for node in self.nodes.values_mut() {
            node.subscriptions.sort();
        }
        let known: BTreeSet<&String> = self.nodes.keys().collect();
        let is_root = |node: &Node| node.parent.as_ref().is_none_or(|above| !known.contains(above));
        let mut groups = Vec::new();
        for (key, _) in self.nodes.iter().filter(|(_, node)| is_root(node)) {
            self.walk((key, 1), part.is_empty(), &part.to_lowercase(), &mut groups);
        }
        let unplaced = if part.is_empty() { self.unplaced } else { Vec::new() };
        (groups, unplaced)
    }

    /// Adds a group and those below it; gives how many subscriptions they hold.
    fn walk(
        &self,
        (key, level): (&str, usize),
        wanted: bool,
        part: &str,
        groups: &mut Vec<Group>,
    ) -> u64 {
        let Some(node) = self.nodes.get(key).filter(|_| level <= MAX_LEVELS) else { return 0 };
        let wanted = wanted
            || node.name.to_lowercase().contains(part)
            || node.display.to_lowercase().contains(part);
        let at = groups.len();
        if wanted {
            groups.push(self.group(node, level));
        }
        let mut held = node.subscriptions.len() as u64;
        let below = self.nodes.iter().filter(|(_, one)| one.parent.as_deref() == Some(key));
        for (child, _) in below {
            held += self.walk((child, level + 1), wanted, part, groups);
        }
        if let Some(own) = groups.get_mut(at).filter(|_| wanted) {
            own.subscriptions_below = held;
        }
        held
    }

    fn group(&self, node: &Node, level: usize) -> Group {
        let parent = node.parent.as_ref().and_then(|key| self.nodes.get(key));
        Group {
            id: format!("/providers/Microsoft.Management/managementGroups/{}", node.name),
            name: Untrusted::new(&node.name),
            display_name: Untrusted::new(&node.display),
            parent: parent.map(|one| Untrusted::new(&one.display)),
            level: level as u64,
            subscriptions: node.subscriptions.clone(),
            subscriptions_below: 0,
        }
    }
}

fn chain_of(row: Row<'_>, column: &str) -> Vec<(String, String)> {
    let chain = row.list(column);
    let of = chain.iter().filter_map(Row::of).filter_map(|one| {
        let name = one.text("name")?;
        let display = one.text("displayName").unwrap_or_else(|| name.clone());
        Some((name, display))
    });
    of.take(MAX_LEVELS).collect()
}
