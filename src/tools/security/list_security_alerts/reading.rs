//! How alerts are counted and read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{ALERTS_ACTION, Alert, Output, Severity, SeverityCount, Status, StatusCount};
use crate::{
    azure::{
        ApiVersion, ResourceId,
        kql_literal::{self, Literal},
        resource_graph::GraphRows,
    },
    tools::{
        context::{GraphRead, Operation, Pages, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        time_range::TimeRange,
        untrusted::{Untrusted, cut},
    },
};

pub(in crate::tools::security) mod row;

/// The columns that filters use, from either spelling.
pub(in crate::tools::security) const COLUMNS: &str = "\
| where type =~ 'microsoft.security/locations/alerts'
| extend severity = iff(isempty(tostring(properties.Severity)), tostring(properties.severity), tostring(properties.Severity)),
    status = iff(isempty(tostring(properties.Status)), tostring(properties.status), tostring(properties.Status)),
    entity = iff(isempty(tostring(properties.CompromisedEntity)), tostring(properties.compromisedEntity), tostring(properties.CompromisedEntity)),
    affected = iff(isempty(tostring(properties.ResourceIdentifiers)), tostring(properties.resourceIdentifiers), tostring(properties.ResourceIdentifiers)),
    began = iff(isempty(tostring(properties.StartTimeUtc)), tostring(properties.startTimeUtc), tostring(properties.StartTimeUtc))
| extend at = todatetime(began)
";
const COUNT: &str = "| summarize alerts = count() by subscriptionId, severity, status";
const ROWS: &str = "\
| where status in~ {{statuses}}
| extend rank = case(severity =~ 'High', 4, severity =~ 'Medium', 3, severity =~ 'Low', 2, 1)
| project id, name, subscriptionId, properties, rank, at
| order by rank desc, at desc, id asc";

const SEVERITIES: [Severity; 4] =
    [Severity::High, Severity::Medium, Severity::Low, Severity::Informational];

/// The filters that counts and rows share.
#[derive(Debug, Default)]
pub(in crate::tools::security) struct Filter {
    template: String,
    values: Vec<(&'static str, Literal)>,
    asked: String,
}

/// Which of the counted alerts are wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) statuses: Vec<Status>,
    pub(super) severities: Vec<Severity>,
    pub(super) limit: usize,
}

/// How many alerts there are, by subscription, severity and status.
#[derive(Debug, Default)]
pub(in crate::tools::security) struct Counts(Vec<(String, String, String, u64)>);

impl Filter {
    pub(in crate::tools::security) async fn of(
        cx: &ReadContext,
        (resource, range): (Option<&str>, Option<TimeRange>),
    ) -> Result<Self, ToolError> {
        let mut filter = Self { template: COLUMNS.to_owned(), ..Self::default() };
        if let Some(resource) = resource.map(str::trim).filter(|text| !text.is_empty()) {
            filter.resource(cx, resource).await?;
        }
        if let Some(range) = range {
            filter.template.push_str("| where at >= {{start}} and at < {{end}}\n");
            filter.values.push(("start", Literal::Instant(range.start)));
            filter.values.push(("end", Literal::Instant(range.end)));
            let (start, end) = (cx.moment().local(range.start), cx.moment().local(range.end));
            filter.said(&format!("since {start} and before {end}"));
        }
        Ok(filter)
    }

    async fn resource(&mut self, cx: &ReadContext, resource: &str) -> Result<(), ToolError> {
        if resource.starts_with('/') {
            cx.check(resource).await?;
            let id = ResourceId::parse(resource)
                .map_err(|error| ToolError::wrong("resource", error.to_string()))?;
            self.template.push_str(&format!("| where {}\n", affects(&id)));
            self.said(&format!("on `{}`", id.name()));
        } else {
            self.template
                .push_str("| where affected contains {{part}} or entity contains {{part}}\n");
            self.values.push(("part", Literal::Text(resource.to_owned())));
            self.said(&format!("on resources named like `{}`", cut(resource, 80)));
        }
        Ok(())
    }

    /// Adds to what is told of the conditions.
    pub(super) fn said(&mut self, words: &str) {
        if !self.asked.is_empty() {
            self.asked.push(' ');
        }
        self.asked.push_str(words);
    }

    /// The query, bound to the scope by what alerts affect: their own ids do not say it.
    fn query(
        &self,
        cx: &ReadContext,
        over: &[Subscription],
        (rest, more): (&str, &[(&'static str, Literal)]),
    ) -> Result<GraphText, ToolError> {
        let bound = cx.bounds().filter_by(over, affects);
        let bound = bound.map(|filter| format!("| where {filter}\n")).unwrap_or_default();
        let template = format!("{}{bound}{rest}", self.template);
        let mut values = self.values.clone();
        values.extend_from_slice(more);
        cx.whole_query("securityresources", &template, &values)
    }
}

type GraphText = crate::azure::kql_text::KqlText;

/// Whether an alert is about a resource, or about one in a group: it names the id or one below,
/// in quotes, so that names are compared whole. An alert also lies in the group it is about.
pub(in crate::tools::security) fn affects(id: &ResourceId) -> String {
    let named = kql_literal::string(&format!("\"{id}\""));
    let below = kql_literal::string(&format!("\"{id}/"));
    let own = kql_literal::string(&format!("{id}/providers/Microsoft.Security/"));
    format!("affected contains {named} or affected contains {below} or id startswith {own}")
}

/// Counts alerts of every severity and status.
pub(in crate::tools::security) async fn counts(
    cx: &ReadContext,
    over: &[Subscription],
    filter: &Filter,
) -> Result<Counts, ToolError> {
    let text = filter.query(cx, over, (COUNT, &[]))?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 5_000 }).await?;
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let counts = rows.iter().filter_map(Row::of).filter_map(|row| {
        let text = |key| row.text(key).unwrap_or_default();
        let count = row.count("alerts")?;
        Some((text("subscriptionId"), text("severity"), text("status"), count))
    });
    Ok(Counts(counts.collect()))
}

/// Asks the subscriptions without a counted alert for theirs (`Alerts_List`, 2022-01-01), which
/// tells a denial of any kind; where the boundary is narrower, for the identity's rights.
pub(in crate::tools::security) async fn check_rights(
    cx: &ReadContext,
    over: &[Subscription],
    counts: &Counts,
) -> Result<(), ToolError> {
    let seen: BTreeSet<String> = counts.0.iter().map(|(id, ..)| id.to_lowercase()).collect();
    if cx.bounds().is_narrow() {
        return cx.check_silent(over, &seen, (&all_rows(), ALERTS_ACTION)).await;
    }
    let silent = over.iter().filter(|one| !seen.contains(&one.id.to_lowercase()));
    let silent: Vec<Subscription> = silent.cloned().collect();
    let operation = Operation {
        below: "/providers/Microsoft.Security/alerts",
        version: ApiVersion::new("2022-01-01"),
        action: ALERTS_ACTION,
        pages: Pages::First,
    };
    match cx.list_each(&silent, operation).await {
        Err(error) if seen.is_empty() => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The table of alerts without any filter.
pub(in crate::tools::security) fn all_rows() -> String {
    format!("securityresources\n{COLUMNS}")
}

/// Reads the alerts wanted, most severe first, then newest, beside the check of rights.
pub(super) async fn rows(
    cx: &ReadContext,
    over: &[Subscription],
    (filter, wanted): (&Filter, &Wanted),
) -> Result<GraphRows, ToolError> {
    let statuses = wanted.statuses.iter().map(|one| one.name().to_owned()).collect();
    let mut more = vec![("statuses", Literal::Texts(statuses))];
    let mut rest = String::new();
    // Without a wish any severity, also one that is not known here.
    if !wanted.severities.is_empty() {
        let severities = wanted.severities.iter().map(|one| one.name().to_owned()).collect();
        more.push(("severities", Literal::Texts(severities)));
        rest.push_str("| where severity in~ {{severities}}\n");
    }
    rest.push_str(ROWS);
    let text = filter.query(cx, over, (&rest, &more))?;
    cx.graph_beside(&GraphRead { text, over, max_rows: wanted.limit }).await
}

/// The alerts of the rows that were read.
pub(super) fn alerts(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    answer: GraphRows,
) -> Vec<Alert> {
    cx.graph_read(over);
    let rows: Vec<Value> = answer.rows.into_iter().map(Value::Object).collect();
    let alerts: Vec<Alert> =
        rows.iter().filter_map(|row| Alert::of(Row::of(row)?, visible)).collect();
    cx.skipped("/", rows.len() - alerts.len());
    alerts
}

impl Counts {
    /// Active alerts by severity, worst first; a severity without any is left out.
    pub(in crate::tools::security) fn active(&self) -> Vec<(&'static str, u64)> {
        let active = Wanted { statuses: vec![Status::Active], severities: Vec::new(), limit: 0 };
        let of = |severity: Severity| {
            let own = self.fitting(&active).filter(|(one, _)| *one == Some(severity));
            own.map(|(_, count)| count).sum()
        };
        let counts = SEVERITIES.into_iter().map(|severity| (severity.name(), of(severity)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// How many alerts fit.
    pub(super) fn total(&self, wanted: &Wanted) -> u64 {
        self.fitting(wanted).map(|(_, count)| count).sum()
    }

    /// Those that fit; a severity that is not known here only where none is asked for.
    fn fitting<'a>(
        &'a self,
        wanted: &'a Wanted,
    ) -> impl Iterator<Item = (Option<Severity>, u64)> + 'a {
        self.0.iter().filter_map(|(_, severity, status, count)| {
            let severity = SEVERITIES.into_iter().find(|one| one.is(severity));
            let fits = wanted.severities.is_empty()
                || severity.is_some_and(|one| wanted.severities.contains(&one));
            let status = wanted.statuses.iter().any(|one| one.is(status));
            (fits && status).then_some((severity, *count))
        })
    }
}

/// The result, put together.
pub(super) fn output(
    counts: &Counts,
    wanted: Wanted,
    alerts: Vec<Alert>,
    filter: &Filter,
) -> Output {
    let by_severity = SEVERITIES.into_iter().filter_map(|severity| {
        let fitting = counts.fitting(&wanted).filter(|(one, _)| *one == Some(severity));
        let count = fitting.map(|(_, count)| count).sum();
        (count > 0).then_some(SeverityCount { severity, count })
    });
    let by_severity: Vec<SeverityCount> = by_severity.collect();
    let mut by_status: BTreeMap<String, u64> = BTreeMap::new();
    for (_, _, status, count) in &counts.0 {
        let known = Status::ALL.into_iter().find(|one| one.is(status));
        let name = known.map_or_else(|| cut(status, 40).into_owned(), |one| one.name().to_owned());
        *by_status.entry(name).or_default() += count;
    }
    Output {
        total: counts.total(&wanted).max(alerts.len() as u64),
        by_severity,
        by_status: by_status
            .into_iter()
            .map(|(status, count)| StatusCount { status, count })
            .collect(),
        alerts,
        statuses: wanted.statuses,
        severities: wanted.severities,
        asked: Untrusted::new(&filter.asked),
    }
}

impl Severity {
    pub(in crate::tools::security) fn name(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }

    fn is(self, text: &str) -> bool {
        self.name().eq_ignore_ascii_case(text)
    }
}

impl Status {
    const ALL: [Self; 4] = [Self::Active, Self::InProgress, Self::Resolved, Self::Dismissed];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::InProgress => "InProgress",
            Self::Resolved => "Resolved",
            Self::Dismissed => "Dismissed",
        }
    }

    /// The status in a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::InProgress => "in-progress",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    fn is(self, text: &str) -> bool {
        self.name().eq_ignore_ascii_case(text)
    }
}
