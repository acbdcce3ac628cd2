//! Defender plans of subscriptions: which are on, which are off, and what is left unprotected.
//!
//! Owns the reading of pricings (`Pricings_List`, 2024-01-01, and the same rows in Resource
//! Graph) and which types of resource a plan is for. It must not know what plans are told for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    azure::{ApiVersion, kql_literal::Literal},
    tools::{
        context::{GraphRead, Operation, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        untrusted::{Untrusted, cut, word},
    },
};

/// The right to read plans.
pub(super) const PLANS_ACTION: &str = "Microsoft.Security/pricings/read";
/// The plan that attack paths and much of the posture need.
pub(super) const POSTURE: &str = "CloudPosture";

const QUERY: &str = "\
| where type =~ 'microsoft.security/pricings'
| project id, name, subscriptionId, properties
| order by id asc";

const RESOURCES: &str = "\
| where type in~ {{types}}
| summarize resources = count() by subscriptionId, type = tolower(type)";

/// Plan, what people call it, and the types of resource it protects.
const PLANS: &[(&str, &str, &[&str])] = &[
    (POSTURE, "Defender CSPM", &[]),
    (
        "VirtualMachines",
        "Servers",
        &["microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines"],
    ),
    ("SqlServers", "Azure SQL Databases", &["microsoft.sql/servers"]),
    (
        "SqlServerVirtualMachines",
        "SQL servers on machines",
        &["microsoft.sqlvirtualmachine/sqlvirtualmachines"],
    ),
    (
        "OpenSourceRelationalDatabases",
        "Open-source databases",
        &[
            "microsoft.dbforpostgresql/servers",
            "microsoft.dbforpostgresql/flexibleservers",
            "microsoft.dbformysql/servers",
            "microsoft.dbformysql/flexibleservers",
            "microsoft.dbformariadb/servers",
        ],
    ),
    ("CosmosDbs", "Cosmos DB", &["microsoft.documentdb/databaseaccounts"]),
    ("AppServices", "App Service", &["microsoft.web/sites"]),
    ("StorageAccounts", "Storage", &["microsoft.storage/storageaccounts"]),
    (
        "Containers",
        "Containers",
        &["microsoft.containerservice/managedclusters", "microsoft.containerregistry/registries"],
    ),
    ("KeyVaults", "Key Vault", &["microsoft.keyvault/vaults"]),
    ("Arm", "Resource Manager", &[]),
    ("Api", "APIs", &["microsoft.apimanagement/service"]),
    ("AI", "AI services", &["microsoft.cognitiveservices/accounts"]),
    ("Dns", "DNS", &[]),
    ("KubernetesService", "Kubernetes", &[]),
    ("ContainerRegistry", "Container registries", &[]),
];

/// A plan of one subscription.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    /// Azure's name, e.g. `VirtualMachines`.
    pub(super) plan: String,
    /// What people call it.
    pub(super) title: Untrusted<String>,
    /// The id of the subscription.
    pub(super) subscription_id: String,
    /// The name of the subscription.
    pub(super) subscription: Untrusted<String>,
    /// Whether it is on.
    pub(super) on: bool,
    /// The part of the plan that is bought, e.g. `P2`.
    pub(super) sub_plan: Option<String>,
    /// `FullyCovered`, `PartiallyCovered` or `NotCovered`.
    pub(super) coverage: Option<String>,
    /// Since when it is on.
    pub(super) enabled_at: Option<String>,
    /// What is left of a free trial, as an ISO 8601 duration.
    pub(super) trial_left: Option<String>,
    /// Whether another plan has replaced it.
    pub(super) deprecated: bool,
    /// What has replaced it.
    pub(super) replaced_by: Vec<String>,
    /// Extensions that are on.
    pub(super) extensions_on: Vec<String>,
    /// Extensions that are off.
    pub(super) extensions_off: Vec<String>,
    /// Resources of the types it is for; absent where they were not counted.
    pub(super) resources: Option<u64>,
}

impl Plan {
    fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let id = row.text("id").unwrap_or_default();
        let subscription_id =
            row.text("subscriptionId").or_else(|| id.split('/').nth(2).map(str::to_owned))?;
        let plan = row.text("name").map(|name| cut(&name, 80).into_owned())?;
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let tier = text("pricingTier")?;
        let extensions = row.list("properties.extensions");
        let named = |wanted: bool| -> Vec<String> {
            let of = extensions.iter().filter_map(Row::of);
            let of = of.filter(|one| one.is_true("isEnabled") == wanted);
            of.filter_map(|one| one.text("name")).take(20).collect()
        };
        let replaced = row.list("properties.replacedBy");
        Some(Self {
            title: Untrusted::new(title_of(&plan)),
            subscription: visible.name_of(&subscription_id),
            subscription_id,
            // `Standard`, or a paid tier that is not known here.
            on: !tier.eq_ignore_ascii_case("Free"),
            sub_plan: text("subPlan"),
            coverage: text("resourcesCoverageStatus"),
            enabled_at: row.instant("properties.enablementTime").map(|at| at.to_string()),
            trial_left: text("freeTrialRemainingTime").filter(|left| left != "PT0S"),
            deprecated: row.is_true("properties.deprecated"),
            replaced_by: replaced.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            extensions_on: named(true),
            extensions_off: named(false),
            resources: None,
            plan,
        })
    }

    /// The title in a sentence: a known one is our own word, another is Azure's.
    pub(super) fn called(&self) -> String {
        let known = PLANS.iter().find(|(_, title, _)| *title == self.title.as_str());
        known.map_or_else(|| word(self.title.as_str()), |(_, title, _)| (*title).to_owned())
    }

    /// Whether it is off and could be on.
    pub(super) fn is_off(&self) -> bool {
        !self.on && !self.deprecated
    }

    pub(super) fn partly(&self) -> bool {
        self.on && self.coverage.as_deref() == Some("PartiallyCovered")
    }
}

/// What people call a plan; the name itself where there is no word.
fn title_of(plan: &str) -> &str {
    let found = PLANS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(plan));
    found.map_or(plan, |(_, title, _)| title)
}

/// The types that a plan is for; none of a plan that is for a subscription as a whole.
fn types_of(plan: &str) -> &'static [&'static str] {
    let found = PLANS.iter().find(|(name, ..)| name.eq_ignore_ascii_case(plan));
    found.map_or(&[], |(_, _, types)| types)
}

/// The plan that words mean, by Azure's name or the people's.
pub(super) fn named(words: &str, plan: &Plan) -> bool {
    let same = |text: &str| {
        let plain = |text: &str| -> String {
            text.chars().filter(|ch| ch.is_alphanumeric()).collect::<String>().to_lowercase()
        };
        let (text, words) = (plain(text), plain(words));
        let words = words.strip_prefix("defenderfor").unwrap_or(&words);
        !words.is_empty() && (text.contains(words) || words.contains(text.as_str()))
    };
    same(&plan.plan) || same(plan.title.as_str())
}

/// The plans of the subscriptions; those without a row are asked for theirs, since Resource Graph
/// leaves out what may not be read.
///
/// # Errors
/// The first failure, when no subscription could be read.
pub(super) async fn read(
    cx: &ReadContext,
    visible: &Visible,
    over: &[Subscription],
) -> Result<Vec<Plan>, ToolError> {
    let text = cx.query(("securityresources", over), QUERY, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await?;
    let mut plans: Vec<Plan> = Vec::new();
    let take = |row: Value, plans: &mut Vec<Plan>| {
        let read = Row::of(&row).and_then(|row| Plan::of(row, visible));
        if read.is_none() {
            cx.skipped("/", 1);
        }
        plans.extend(read);
    };
    for fields in answer.rows {
        take(Value::Object(fields), &mut plans);
    }
    let has = |plans: &[Plan], id: &str| {
        plans.iter().any(|one| one.subscription_id.eq_ignore_ascii_case(id))
    };
    let missing: Vec<Subscription> =
        over.iter().filter(|one| !has(&plans, &one.id)).cloned().collect();
    if !missing.is_empty() {
        let operation = Operation {
            below: "/providers/Microsoft.Security/pricings",
            version: ApiVersion::new("2024-01-01"),
            action: PLANS_ACTION,
            pages: Pages::All,
        };
        match cx.list_each(&missing, operation).await {
            Ok(answers) => {
                for fields in answers.into_iter().flat_map(|(_, rows)| rows) {
                    take(Value::Object(fields), &mut plans);
                }
            }
            // What could not be read is in the coverage; the rest is still an answer.
            Err(_) if !plans.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(plans)
}

/// Counts the resources that each plan is for, with one query. Where nothing at all is seen in a
/// subscription the counts stay absent, since what may not be seen looks the same.
///
/// # Errors
/// [`ToolError`].
pub(super) async fn count_resources(
    cx: &ReadContext,
    over: &[Subscription],
    plans: &mut [Plan],
) -> Result<(), ToolError> {
    let types: Vec<String> =
        PLANS.iter().flat_map(|(_, _, types)| types.iter().map(|one| (*one).to_owned())).collect();
    let values = [("types", Literal::Texts(types))];
    let text = cx.query(("resources", over), RESOURCES, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await?;
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for row in answer.rows.into_iter().map(Value::Object) {
        let Some(row) = Row::of(&row) else { continue };
        if let (Some(id), Some(kind), Some(count)) =
            (row.text("subscriptionId"), row.text("type"), row.count("resources"))
        {
            counts.entry(id.to_lowercase()).or_default().insert(kind.to_lowercase(), count);
        }
    }
    for plan in plans.iter_mut() {
        let types = types_of(&plan.plan);
        if let Some(own) = counts.get(&plan.subscription_id.to_lowercase())
            && !types.is_empty()
        {
            plan.resources = Some(types.iter().filter_map(|one| own.get(*one)).sum());
        }
    }
    Ok(())
}
