//! How attack paths are filtered and read; a row may lack anything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{AttackPath, PATHS_ACTION, Step};
use crate::{
    azure::{
        ResourceId,
        kql_literal::{self, Literal},
    },
    tools::{
        context::{GraphRead, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        security::severity::Severity,
        untrusted::{Untrusted, cut},
    },
};

const MAX_STEPS: usize = 20;
const MAX_TEXTS: usize = 20;

/// The types that Defender uses for them, and the columns that filters use.
const COLUMNS: &str = "\
| where type in~ ('microsoft.security/attackpaths', 'microsoft.security/locations/attackpaths')
| extend graph = tostring(properties.graphComponent),
    risk = iff(isempty(tostring(properties.riskLevel)), tostring(properties.RiskLevel), tostring(properties.riskLevel))
";
const ORDERED: &str = "\
| extend rank = case(risk =~ 'Critical', 4, risk =~ 'High', 3, risk =~ 'Medium', 2, risk =~ 'Low', 1, 0)
| project id, name, subscriptionId, properties, risk, rank
| order by rank desc, id asc";

/// Which paths are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    template: String,
    values: Vec<(&'static str, Literal)>,
    pub(super) asked: String,
}

impl Wanted {
    pub(super) async fn of(
        cx: &ReadContext,
        resource: Option<&str>,
        risk: &[Severity],
    ) -> Result<Self, ToolError> {
        let mut wanted = Self { template: COLUMNS.to_owned(), ..Self::default() };
        if !risk.is_empty() {
            wanted.template.push_str("| where risk in~ {{risk}}\n");
            let names: Vec<String> = risk.iter().map(|one| one.name().to_owned()).collect();
            wanted.asked = format!("of {} risk", names.join(" or ").to_lowercase());
            wanted.values.push(("risk", Literal::Texts(names)));
        }
        let Some(resource) = resource else { return Ok(wanted) };
        let words = if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            wanted.template.push_str(&format!("| where {}\n", leads_over(&id)));
            format!("over `{}`", cut(id.name(), 80))
        } else {
            wanted.template.push_str("| where graph contains {{part}}\n");
            wanted.values.push(("part", Literal::Text(resource.to_owned())));
            format!("over resources named like `{}`", cut(resource, 80))
        };
        wanted.asked = format!("{} {words}", wanted.asked).trim().to_owned();
        Ok(wanted)
    }
}

/// Whether a path leads over a resource, or over one in a group.
fn leads_over(id: &ResourceId) -> String {
    let named = kql_literal::string(&format!("\"{id}\""));
    let below = kql_literal::string(&format!("\"{id}/"));
    format!("graph contains {named} or graph contains {below}")
}

/// The paths, the riskiest first, with how many there are.
pub(super) async fn paths(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    wanted: &Wanted,
    limit: usize,
) -> Result<(Vec<AttackPath>, u64), ToolError> {
    let bound = cx.bounds().filter_by(over, leads_over);
    let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
    let template = format!("{}{bound}{ORDERED}", wanted.template);
    let text = cx.whole_query("securityresources", &template, &wanted.values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: limit }).await?;
    if answer.rows.is_empty() {
        let all = format!("securityresources\n{COLUMNS}");
        cx.check_silent(over, &BTreeSet::new(), (&all, PATHS_ACTION)).await?;
    }
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let paths: Vec<AttackPath> =
        rows.iter().filter_map(|row| AttackPath::of(Row::of(row)?, visible)).collect();
    cx.skipped("/", rows.len() - paths.len());
    let total = answer.total.unwrap_or(0).max(paths.len() as u64);
    Ok((paths, total))
}

impl AttackPath {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id")?;
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        Some(Self {
            title: said("displayName").or_else(|| said("attackPathType"))?,
            risk: row.text("risk").as_deref().and_then(Severity::of),
            description: said("description"),
            impact: said("potentialImpact"),
            risk_categories: texts(row, "properties.riskCategories"),
            steps: steps(row),
            remediation_steps: texts(row, "properties.manualRemediationSteps"),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            id,
        })
    }

    /// The resources that it leads over.
    pub(super) fn resources(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| step.resource_id.as_deref())
    }
}

/// Texts at a path: a list, or one text with a line each.
fn texts(row: Row<'_>, path: &str) -> Vec<Untrusted<String>> {
    let listed = row.list(path);
    let texts: Vec<String> = match row.text(path) {
        Some(text) if listed.is_empty() => text.lines().map(str::to_owned).collect(),
        Some(_) | None => listed.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    };
    let kept = texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    kept.take(MAX_TEXTS).map(Untrusted::new).collect()
}

/// What a path leads over, in the order of its connections: from the entry point on.
fn steps(row: Row<'_>) -> Vec<Step> {
    let entities = row.list("properties.graphComponent.entities");
    let mut by_id: BTreeMap<String, Step> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for entity in entities.iter().filter_map(Row::of).take(MAX_STEPS * 2) {
        let Some((key, step)) = step(entity) else { continue };
        order.push(key.clone());
        by_id.insert(key, step);
    }
    insights(row, &mut by_id);
    let next = connections(row);
    let entry = row.text("properties.entryPointEntityInternalID");
    let mut walked: Vec<String> = Vec::new();
    let mut at = entry.map(|entry| beginning(entry, &next));
    while let Some(key) = at {
        if walked.contains(&key) || walked.len() >= MAX_STEPS {
            break;
        }
        at = next.get(&key).cloned();
        walked.push(key);
    }
    // What is beside the line still belongs to the path.
    let beside: Vec<String> = order.into_iter().filter(|key| !walked.contains(key)).collect();
    walked.extend(beside);
    walked.iter().filter_map(|key| by_id.remove(key)).take(MAX_STEPS).collect()
}

/// What leads to the entry point, such as its public address; the entry point itself in a circle.
fn beginning(entry: String, next: &BTreeMap<String, String>) -> String {
    let mut at = &entry;
    for _ in 0..MAX_STEPS {
        match next.iter().find(|(_, to)| *to == at) {
            Some((from, _)) if *from == entry => return entry,
            Some((from, _)) => at = from,
            None => return at.clone(),
        }
    }
    entry
}

fn step(entity: Row<'_>) -> Option<(String, Step)> {
    let key = entity.text("entityInternalID").or_else(|| entity.text("id"))?;
    let id = entity
        .text("entityIdentifiers.azureResourceId")
        .or_else(|| entity.text("azureResourceId"))
        .or_else(|| entity.text("entityID"))
        .filter(|id| ResourceId::parse(id).is_ok());
    let last = || id.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned);
    let name = entity.text("entityName").or_else(last).unwrap_or_else(|| key.clone());
    let step = Step {
        name: Untrusted::new(&name),
        kind: entity.text("entityType").map(|kind| Untrusted::new(&kind)),
        resource_id: id.map(|id| cut(&id, 1024).into_owned()),
        insights: Vec::new(),
    };
    Some((key, step))
}

fn insights(row: Row<'_>, by_id: &mut BTreeMap<String, Step>) {
    let insights = row.list("properties.graphComponent.insights");
    for insight in insights.iter().filter_map(Row::of) {
        let of = insight.text("entityInternalID").or_else(|| insight.text("entityId"));
        let name = insight.text("displayName").or_else(|| insight.text("insightType"));
        if let (Some(of), Some(name)) = (of, name)
            && let Some(step) = by_id.get_mut(&of)
            && step.insights.len() < 5
        {
            step.insights.push(Untrusted::new(&name));
        }
    }
}

fn connections(row: Row<'_>) -> BTreeMap<String, String> {
    let connections = row.list("properties.graphComponent.connections");
    let ends = connections.iter().filter_map(Row::of).filter_map(|one| {
        let end = |names: [&str; 3]| names.into_iter().find_map(|name| one.text(name));
        Some((
            end(["fromEntityInternalID", "from", "sourceEntityInternalID"])?,
            end(["toEntityInternalID", "to", "targetEntityInternalID"])?,
        ))
    });
    let mut next = BTreeMap::new();
    for (from, to) in ends {
        next.entry(from).or_insert(to);
    }
    next
}
