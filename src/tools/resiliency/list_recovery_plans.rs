//! `list_recovery_plans`: the recovery plans of Site Recovery: what each starts in which order, and
//! when it was last tested.
//!
//! Owns the reading of plans (`ReplicationRecoveryPlans_List`, 2024-04-01) of the vaults that
//! something is replicated into, and how they are told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::replicas::{self, DRILL_DAYS, REPLICAS_ACTION};
use crate::{
    azure::ApiVersion,
    protocol::{ColumnKind, Finding, FindingTone, Pillar, View},
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ListRead, Pages, ReadContext},
        error::ToolError,
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, headline,
        },
        rows::{self, Row},
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

/// Lists recovery plans.
#[derive(Clone, Copy, Debug)]
pub struct ListRecoveryPlans;

const PLANS_ACTION: &str = "Microsoft.RecoveryServices/vaults/replicationRecoveryPlans/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Part of the plan's name.
    plan: Option<String>,
    /// Part of the vault's name, or its ARM id.
    vault: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The plans: never tested first, then those whose last good test is longest ago.
    plans: Vec<Plan>,
    /// How many were never tested with success.
    untested: u64,
    /// How many were not tested for 180 days.
    overdue: u64,
}

/// A recovery plan.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Plan {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// The vault's name.
    vault: Untrusted<String>,
    /// From which region or site.
    from: Untrusted<String>,
    /// To which.
    to: Untrusted<String>,
    /// How many machines it fails over.
    machines: u64,
    /// How many machines are started in each of its boot groups, in order.
    boot_groups: Vec<u64>,
    /// When a failover was last tested, however it went.
    last_test_at: Option<String>,
    /// When one last went well for all of its machines.
    last_good_test_at: Option<String>,
    /// When it last failed over in earnest.
    last_failover_at: Option<String>,
    /// How long ago one went well: `never`, `overdue` (180 days) or `recent`.
    tested: &'static str,
    /// The replicated machines, by id in lower case.
    #[serde(skip)]
    members: BTreeSet<String>,
}

impl Tool for ListRecoveryPlans {
    const NAME: &'static str = "list_recovery_plans";
    const TITLE: &'static str = "List recovery plans";
    const PILLAR: Pillar = Pillar::Resiliency;
    const DESCRIPTION: &'static str = "Lists Site Recovery's recovery plans: regions, machines, \
        boot order, last test failover; never tested first.";
    const ASKS: &'static [&'static str] = &[
        "List recovery plans",
        "Which recovery plans do we have?",
        "When was the recovery plan last tested?",
        "Show the recovery plan rp-erp-prod",
        "Which recovery plans were never tested?",
        "In which order are machines started in a failover?",
        "Disaster recovery plans and drills",
    ];
    const ACTIONS: &'static [RbacAction] = &[PLANS_ACTION, REPLICAS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut plans = Vec::new();
        let mut first_error = None;
        let vaults = replicas::vaults(cx, &over, input.vault.as_ref()).await?;
        let tests = replicas::tests(cx, &over, input.vault.as_ref()).await?;
        for vault in &vaults {
            match read(cx, vault).await {
                Ok(read) => plans.extend(read),
                Err(error) => {
                    cx.failed(vault, &error);
                    first_error.get_or_insert(error);
                }
            }
        }
        if let Some(error) = first_error.filter(|_| plans.is_empty()) {
            return Err(error);
        }
        if let Some(part) = given(input.plan.as_ref()) {
            let part = part.rsplit('/').next().unwrap_or(part).to_lowercase();
            plans.retain(|plan| plan.name.as_str().to_lowercase().contains(&part));
        }
        plans.iter_mut().for_each(|plan| plan.judge(&tests, cx.now()));
        plans.sort_by(|a, b| {
            a.last_good_test_at.cmp(&b.last_good_test_at).then_with(|| a.id.cmp(&b.id))
        });
        let count = |tested| plans.iter().filter(|plan| plan.tested == tested).count() as u64;
        Ok(Output { untested: count("never"), overdue: count("overdue"), plans })
    }
}

async fn read(cx: &ReadContext, vault: &str) -> Result<Vec<Plan>, ToolError> {
    let list = ListRead {
        scope: vault,
        below: "/replicationRecoveryPlans",
        version: ApiVersion::new("2024-04-01"),
        action: PLANS_ACTION,
        pages: Pages::All,
    };
    let rows = cx.list(&list).await?;
    let given = rows.len();
    let plans = rows.into_iter().filter_map(|row| Plan::of(&Value::Object(row), vault));
    let plans: Vec<Plan> = plans.collect();
    cx.skipped(vault, given - plans.len());
    cx.read_at(vault);
    Ok(plans)
}

impl Plan {
    fn of(value: &Value, vault: &str) -> Option<Self> {
        let row = Row::of(value)?;
        let said = |key: &str| row.text(&format!("properties.{key}"));
        let at = |key: &str| row.instant(&format!("properties.{key}"));
        let text = |key: &str| Untrusted::new(&said(key).unwrap_or_else(|| "unknown".to_owned()));
        let mut machines = BTreeSet::new();
        let mut boot_groups = Vec::new();
        for group in row.list("properties.groups").iter().filter_map(Row::of) {
            let members = group.list("replicationProtectedItems");
            let ids = members.iter().filter_map(|one| Row::of(one)?.text("id"));
            let ids: Vec<String> = ids.map(|id| id.to_lowercase()).collect();
            if group.text("groupType").is_some_and(|kind| kind.eq_ignore_ascii_case("Boot")) {
                boot_groups.push(ids.len() as u64);
            }
            machines.extend(ids);
        }
        let test = at("lastTestFailoverTime");
        let failover = at("lastUnplannedFailoverTime").max(at("lastPlannedFailoverTime"));
        Some(Self {
            id: row.text("id")?,
            name: Untrusted::new(&row.text("name")?),
            vault: Untrusted::new(vault.rsplit('/').next().unwrap_or_default()),
            from: text("primaryFabricFriendlyName"),
            to: text("recoveryFabricFriendlyName"),
            machines: machines.len() as u64,
            boot_groups,
            last_test_at: test.map(|at| at.to_string()),
            last_failover_at: failover.map(|at| at.to_string()),
            last_good_test_at: None,
            tested: "never",
            members: machines,
        })
    }

    /// Adds when a test went well: that of the machine whose test is longest ago.
    fn judge(&mut self, tests: &BTreeMap<String, Option<Timestamp>>, now: Timestamp) {
        let good = self.members.iter().map(|id| tests.get(id).copied().flatten());
        let good = good.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().min());
        self.last_good_test_at = good.map(|at| at.to_string());
        let days = good.map(|at| (now.as_second() - at.as_second()) / 86_400);
        self.tested = match days {
            None => "never",
            Some(days) if days > DRILL_DAYS => "overdue",
            Some(_) => "recent",
        };
    }

    fn told(&self, at: &Moment) -> Finding {
        let when = |text: &Option<String>| text.as_deref().and_then(rows::instant);
        let (last, good) = (when(&self.last_test_at), when(&self.last_good_test_at));
        let of = |test| format!("{} ({})", at.ago(test), at.local(test));
        let test = match (last, good) {
            (None, None) => "never tested".to_owned(),
            (Some(last), None) => format!("tested {}, but no test went well", of(last)),
            (Some(last), Some(good)) if last.as_second() - good.as_second() > 3_600 => {
                format!("tested {}, but the last test that went well was {}", of(last), of(good))
            }
            (_, Some(good)) => format!("last tested {}", of(good)),
        };
        let mut text = format!(
            "`{}` fails {} over from {} to {} in {}, {test}",
            self.name.marked(),
            count_of(self.machines, "machine"),
            self.from.marked(),
            self.to.marked(),
            count_of(self.boot_groups.len() as u64, "boot group")
        );
        if let Some(when) = self.last_failover_at.as_deref().and_then(rows::instant) {
            text.push_str(&format!("; failed over in earnest {}", at.ago(when)));
        }
        let tone = match self.tested {
            "recent" => FindingTone::Good,
            _ => FindingTone::Warning,
        };
        about(detail(tone, format!("{text}.")), &self.id)
    }
}

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("plans");

    fn present(&self, at: &Moment) -> Presentation {
        let all = self.plans.len() as u64;
        let mut findings = vec![self.headline()];
        findings.extend(self.plans.iter().take(10).map(|plan| plan.told(at)));
        if let Some(plan) = self.plans.first().filter(|plan| plan.tested != "recent") {
            let text = format!("Test the failover of `{}` first.", plan.name.marked());
            findings.push(about(action(text), &plan.id));
        }
        Presentation {
            summary: count_of(all, "recovery plan"),
            findings,
            views: if self.plans.is_empty() { Vec::new() } else { vec![self.view()] },
            rows: all,
            total: Some(all),
        }
    }
}

impl Output {
    fn headline(&self) -> Finding {
        let all = self.plans.len() as u64;
        if all == 0 {
            let text = "There are no such recovery plans in vaults with replicated machines.";
            return headline(FindingTone::Warning, text);
        }
        let verb = if all == 1 { "is" } else { "are" };
        let tone = match self.untested + self.overdue {
            0 => FindingTone::Good,
            _ => FindingTone::Warning,
        };
        let text = format!(
            "There {verb} {}: {} never tested with success, {} not for {DRILL_DAYS} days.",
            count_of(all, "recovery plan"),
            self.untested,
            self.overdue
        );
        headline(tone, text)
    }

    fn view(&self) -> View {
        let row = |plan: &Plan| {
            vec![
                cell(&plan.id),
                cell(plan.from.as_str()),
                cell(plan.to.as_str()),
                plan.machines.into(),
                plan.tested.into(),
                plan.last_good_test_at.clone().into(),
                cell(plan.vault.as_str()),
            ]
        };
        View::Table {
            title: "Recovery plans".to_owned(),
            columns: vec![
                column("plan", "Plan", ColumnKind::Resource),
                column("from", "From", ColumnKind::Text),
                column("to", "To", ColumnKind::Text),
                column("machines", "Machines", ColumnKind::Number),
                column("tested", "Test failover", ColumnKind::Text),
                column("lastGoodTestAt", "Went well", ColumnKind::Instant),
                column("vault", "Vault", ColumnKind::Text),
            ],
            rows: self.plans.iter().map(row).collect(),
            total: self.plans.len() as u64,
        }
    }
}
