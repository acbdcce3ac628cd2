//! `list_alerts`: what Azure Monitor has fired.
//!
//! Owns the filters and the order; counts are made by Resource Graph over the same filters. Table
//! `alertsmanagementresources`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alert::{self, ALERTS_ACTION, Alert, Condition, Count, Counted, Severity, State};
use crate::{
    azure::kql_literal::Literal,
    protocol::Pillar,
    tools::{
        arguments::{limit_of, range_of},
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool, one_or_many},
        untrusted::Untrusted,
    },
};

mod telling;

pub(super) use telling::{bars, counted_as};

/// Lists fired alerts.
#[derive(Clone, Copy, Debug)]
pub struct ListAlerts;

const LIMITS: (u32, u32) = (50, 500);

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only these severities. Default all.
    #[serde(default, deserialize_with = "one_or_many")]
    severity: Vec<Severity>,
    /// Only these states. Default New and Acknowledged; with condition Resolved, all.
    #[serde(default, deserialize_with = "one_or_many")]
    state: Vec<State>,
    /// Only these conditions. Default Fired; with state Closed, both.
    #[serde(default, deserialize_with = "one_or_many")]
    condition: Vec<Condition>,
    /// When it fired: `24h`, `7d`, `yesterday`, a date or `start/end`. Default any time.
    time_range: Option<String>,
    /// Part of the name of the resource, or its ARM id.
    resource: Option<String>,
    /// Resource group name.
    resource_group: Option<String>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
    /// Alerts at most, 1 to 500. Default 50; all are counted anyway.
    limit: Option<u32>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// How many alerts fit.
    total: u64,
    /// How many of those fit, by severity, worst first.
    by_severity: Vec<Count>,
    /// How many more there are that are closed or resolved, under the other filters.
    others: u64,
    /// The alerts, most severe first, then newest.
    alerts: Vec<Alert>,
    /// The severities asked for; empty is all.
    severities: Vec<Severity>,
    /// The states asked for.
    states: Vec<State>,
    /// The conditions asked for.
    conditions: Vec<Condition>,
    /// What else was asked for, in words.
    asked: Untrusted<String>,
}

const ROWS: &str = "\
| where state in~ {{states}} and condition in~ {{conditions}}
";

impl Tool for ListAlerts {
    const NAME: &'static str = "list_alerts";
    const TITLE: &'static str = "List fired alerts";
    const PILLAR: Pillar = Pillar::Observability;
    const DESCRIPTION: &'static str = "Lists and counts the fired alerts of Azure Monitor (metric, \
        log, health and activity alerts), by severity, state, time, resource or subscription. Not \
        the security alerts of Defender.";
    const ASKS: &'static [&'static str] = &[
        "Which alerts are firing?",
        "Are there any alerts for my resource?",
        "Show open Azure Monitor alerts",
        "How many critical alerts do I have?",
        "List Sev0 and Sev1 alerts that fired",
        "Is anything alerting on this VM?",
        "Which alerts has nobody acknowledged yet?",
        "Show closed or resolved alerts of this week",
        "Any monitoring alerts in production right now?",
    ];
    const ACTIONS: &'static [RbacAction] = &[ALERTS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        let limit = limit_of(input.limit, LIMITS)?;
        let range = match &input.time_range {
            Some(text) => Some(range_of(cx, text, alert::KEPT)?),
            None => None,
        };
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let mut table = alert::table();
        table.resource(cx, input.resource.as_ref()).await?;
        table.group(input.resource_group.as_ref());
        table.range(cx, range);
        let wanted = Wanted::of(input);
        let counts = table.counts(cx, &over, alert::COUNT).await?;
        let counts: Vec<Counted> =
            counts.iter().filter_map(|row| Counted::of(Row::of(row)?)).collect();
        table.check_rights(cx, &over, ALERTS_ACTION).await?;
        let rest = format!("{ROWS}{}{}", wanted.of_severity(), alert::COLUMNS);
        let mut alerts = Vec::new();
        if counts.iter().any(|one| wanted.fits(one)) {
            let answer = table.read(cx, &over, (&rest, &wanted.values()), limit).await?;
            alerts = answer.each().filter_map(|row| Alert::of(row, visible)).collect();
            cx.skipped("/", answer.rows.len() - alerts.len());
        }
        Ok(wanted.output(&counts, alerts, table.asked()))
    }
}

/// Which of the counted alerts are wanted.
#[derive(Debug)]
struct Wanted {
    severities: Vec<Severity>,
    states: Vec<State>,
    conditions: Vec<Condition>,
}

impl Wanted {
    fn of(input: Input) -> Self {
        let closed = input.state.contains(&State::Closed);
        let resolved = input.condition.contains(&Condition::Resolved);
        let states = match input.state {
            states if !states.is_empty() => states,
            _ if resolved => State::ALL.to_vec(),
            _ => vec![State::New, State::Acknowledged],
        };
        let conditions = match input.condition {
            conditions if !conditions.is_empty() => conditions,
            _ if closed => Condition::ALL.to_vec(),
            _ => vec![Condition::Fired],
        };
        Self { severities: input.severity, states, conditions }
    }

    fn fits(&self, one: &Counted) -> bool {
        let severity = self.severities.is_empty()
            || self.severities.iter().any(|severity| severity.is(&one.severity));
        severity && self.is_kind(one)
    }

    fn is_kind(&self, one: &Counted) -> bool {
        self.states.iter().any(|state| state.is(&one.state))
            && self.conditions.iter().any(|condition| condition.is(&one.condition))
    }

    fn values(&self) -> Vec<(&'static str, Literal)> {
        let named = |names: Vec<&'static str>| {
            Literal::Texts(names.into_iter().map(str::to_owned).collect())
        };
        let mut values = vec![
            ("states", named(self.states.iter().map(|one| one.name()).collect())),
            ("conditions", named(self.conditions.iter().map(|one| one.name()).collect())),
        ];
        if !self.severities.is_empty() {
            let severities = self.severities.iter().map(|one| one.name()).collect();
            values.push(("severities", named(severities)));
        }
        values
    }

    /// Without a wish any severity, also one that is not known here.
    fn of_severity(&self) -> &'static str {
        if self.severities.is_empty() { "" } else { "| where severity in~ {{severities}}\n" }
    }

    fn output(self, counts: &[Counted], alerts: Vec<Alert>, asked: Untrusted<String>) -> Output {
        let fitting = || counts.iter().filter(|one| self.fits(one));
        let total: u64 = fitting().map(|one| one.count).sum();
        let mut by_severity =
            alert::summed(fitting().map(|one| (one.severity.as_str(), one.count)));
        by_severity.sort_by(|a, b| a.key.cmp(&b.key));
        let others = counts.iter().filter(|one| !self.is_kind(one)).map(|one| one.count).sum();
        Output {
            total: total.max(alerts.len() as u64),
            by_severity,
            others,
            alerts,
            severities: self.severities,
            states: self.states,
            conditions: self.conditions,
            asked,
        }
    }
}
