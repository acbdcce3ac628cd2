//! What Azure Monitor is told to watch: alert rules, action groups, alert processing rules.

use serde_json::{Value, json};

use super::{Parts, Subject};
use crate::estate::{
    clock::stamp,
    monitor::{
        Condition,
        processing::{self, Action, Processing, Schedule, Scope},
        rules::{self, Written},
    },
    world::{DAY, Link, Resource, company::DOMAIN, kind::Kind},
};

pub(super) fn action_group(subject: &Subject<'_>) -> Parts {
    let team = subject.name().trim_start_matches("ag-");
    let (is_oncall, is_old) = (team == "oncall", team == "pager-old");
    let email = json!({
        "name": team,
        "emailAddress": format!("{team}@{DOMAIN}"),
        "useCommonAlertSchema": true,
        "status": "Enabled",
    });
    let sms = json!({
        "name": "on call",
        "countryCode": "1",
        "phoneNumber": "5550100",
        "status": "Enabled",
    });
    let webhook = json!({
        "name": "incident desk",
        "serviceUri": format!("https://desk.{DOMAIN}/hooks/azure"),
        "useCommonAlertSchema": true,
    });
    let only = |yes: bool, value: Value| if yes { json!([value]) } else { json!([]) };
    Parts::of(json!({
        "groupShortName": team.chars().take(12).collect::<String>(),
        "enabled": !is_old,
        "emailReceivers": [email],
        "smsReceivers": only(is_oncall, sms),
        "webhookReceivers": only(is_oncall, webhook),
        "azureAppPushReceivers": [],
        "automationRunbookReceivers": [],
        "voiceReceivers": [],
        "logicAppReceivers": [],
        "azureFunctionReceivers": [],
        "armRoleReceivers": [],
        "eventHubReceivers": [],
        "itsmReceivers": [],
    }))
}

/// The ids of the action groups that a rule runs.
fn woken(subject: &Subject<'_>) -> Vec<String> {
    let groups = subject.resource.all_linked(Link::ActionGroup);
    groups.map(|ix| subject.world.resource_id(ix)).collect()
}

pub(super) fn metric_alert(subject: &Subject<'_>) -> Parts {
    let Some(written) = rules::of(subject.resource) else {
        return Parts::default();
    };
    let watched = watched(subject);
    let several = subject.resource.all_linked(Link::Target).nth(1).is_some();
    let mut criterion = json!({
        "criterionType": "StaticThresholdCriterion",
        "name": "Metric1",
        "metricNamespace": watched.map_or("Microsoft.Compute/virtualMachines", |r| r.kind.arm_type()),
        "dimensions": [],
        "timeAggregation": "Average",
        "skipMetricValidation": false,
    });
    if let (Condition::Metric { name, operator, threshold, .. }, Some(members)) =
        (written.rule.condition, criterion.as_object_mut())
    {
        members.insert("metricName".into(), json!(name));
        members.insert("operator".into(), json!(operator));
        members.insert("threshold".into(), json!(threshold));
    }
    let criteria = if several {
        "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
    } else {
        "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
    };
    let actions = woken(subject).into_iter();
    let mut properties = json!({
        "description": written.rule.description,
        "severity": written.rule.severity,
        "enabled": written.is_enabled,
        "scopes": rules::scopes(subject.world, subject.resource),
        "evaluationFrequency": "PT1M",
        "windowSize": "PT5M",
        "criteria": { "odata.type": criteria, "allOf": [criterion] },
        "autoMitigate": true,
        "targetResourceType": watched.map_or("Microsoft.Compute/virtualMachines", |r| r.kind.arm_type()),
        "targetResourceRegion": subject.location(),
        "actions": actions
            .map(|id| json!({ "actionGroupId": id, "webHookProperties": {} }))
            .collect::<Vec<_>>(),
    });
    if let Some(members) = properties.as_object_mut() {
        members.insert("lastUpdatedTime".into(), json!(changed(subject)));
    }
    Parts::of(properties)
}

fn watched<'a>(subject: &'a Subject<'_>) -> Option<&'a Resource> {
    subject.resource.linked(Link::Target).and_then(|ix| subject.world.resource(ix))
}

fn changed(subject: &Subject<'_>) -> String {
    stamp(subject.world.ago(i64::from(subject.resource.created) / 2))
}

pub(super) fn log_alert(subject: &Subject<'_>) -> Parts {
    let Some(written) = rules::of(subject.resource) else {
        return Parts::default();
    };
    let query = match written.rule.condition {
        Condition::Query { text, .. } => text,
        Condition::Metric { .. } | Condition::Event(_) => "",
    };
    Parts::of(json!({
        "displayName": written.rule.name,
        "description": written.rule.description,
        "severity": written.rule.severity,
        "enabled": written.is_enabled,
        "evaluationFrequency": "PT5M",
        "windowSize": "PT10M",
        "scopes": rules::scopes(subject.world, subject.resource),
        "targetResourceTypes": watched(subject).map(|r| vec![r.kind.arm_type()]).unwrap_or_default(),
        "criteria": {
            "allOf": [{
                "query": query,
                "timeAggregation": "Count",
                "dimensions": [],
                "operator": "GreaterThan",
                "threshold": 0.0,
                "failingPeriods": { "numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1 },
            }],
        },
        "autoMitigate": true,
        "actions": { "actionGroups": woken(subject), "customProperties": {} },
        "createdWithApiVersion": "2023-12-01",
        "isWorkspaceAlertsStorageConfigured": false,
        "checkWorkspaceAlertsStorageConfigured": false,
        "skipQueryValidation": false,
    }))
    .with("kind", json!("LogAlert"))
}

pub(super) fn activity_alert(subject: &Subject<'_>) -> Parts {
    let Some(written) = rules::of(subject.resource) else {
        return Parts::default();
    };
    let groups = woken(subject).into_iter();
    Parts::of(json!({
        "description": written.rule.description,
        "enabled": written.is_enabled,
        "scopes": rules::scopes(subject.world, subject.resource),
        "condition": { "allOf": fields(&written) },
        "actions": {
            "actionGroups": groups
                .map(|id| json!({ "actionGroupId": id, "webhookProperties": {} }))
                .collect::<Vec<_>>(),
        },
    }))
}

fn fields(written: &Written) -> Vec<Value> {
    let category = match written.rule.condition {
        Condition::Event(category) => category,
        Condition::Metric { .. } | Condition::Query { .. } => "Administrative",
    };
    let mut fields = vec![json!({ "field": "category", "equals": category })];
    match category {
        "ServiceHealth" => {
            let is_planned = written.rule.name.starts_with("Planned");
            let kind = if is_planned { "Maintenance" } else { "Incident" };
            fields.push(json!({ "field": "properties.incidentType", "equals": kind }));
        }
        "ResourceHealth" => fields.push(json!({
            "anyOf": [
                { "field": "properties.currentHealthStatus", "equals": "Unavailable" },
                { "field": "properties.currentHealthStatus", "equals": "Degraded" },
            ],
        })),
        _ => fields.push(json!({ "field": "status", "equals": "Succeeded" })),
    }
    fields
}

pub(super) fn processing_rule(subject: &Subject<'_>) -> Parts {
    let Some(rule) = processing::named(subject.name()) else {
        return Parts::default();
    };
    let world = subject.world;
    let scope = match rule.scope {
        Scope::Group => world.group_id(subject.resource.group),
        Scope::Subscription => world.subscription_id(subject.group.subscription),
    };
    let action = match rule.action {
        Action::Suppress => json!({ "actionType": "RemoveAllActionGroups" }),
        Action::Add(name) => {
            let id = world.named(rules::OPERATIONS, Kind::ActionGroup, name);
            let ids: Vec<String> = id.map(|ix| world.resource_id(ix)).into_iter().collect();
            json!({ "actionType": "AddActionGroups", "actionGroupIds": ids })
        }
    };
    let mut properties = json!({
        "scopes": [scope],
        "conditions": conditions(rule),
        "actions": [action],
        "description": rule.description,
        "enabled": rule.is_enabled,
    });
    if let (Some(members), Some(schedule)) =
        (properties.as_object_mut(), schedule(subject, rule.schedule))
    {
        members.insert("schedule".into(), schedule);
    }
    let by = |at: String| {
        json!({
            "createdBy": format!("operations@{DOMAIN}"),
            "createdByType": "User",
            "createdAt": at,
            "lastModifiedBy": format!("operations@{DOMAIN}"),
            "lastModifiedByType": "User",
            "lastModifiedAt": at,
        })
    };
    Parts::of(properties).with("systemData", by(subject.created()))
}

fn conditions(rule: &Processing) -> Value {
    if rule.severities.is_empty() {
        return json!([]);
    }
    json!([{ "field": "Severity", "operator": "Equals", "values": rule.severities }])
}

fn schedule(subject: &Subject<'_>, schedule: Schedule) -> Option<Value> {
    let world = subject.world;
    let since = processing::unzoned(world.ago(60 * DAY));
    Some(match schedule {
        Schedule::Always => return None,
        Schedule::Once(from, to) => json!({
            "effectiveFrom": processing::unzoned(world.ago(from)),
            "effectiveUntil": processing::unzoned(world.ago(to)),
            "timeZone": "UTC",
        }),
        Schedule::Daily(from, to) => json!({
            "effectiveFrom": since,
            "timeZone": "UTC",
            "recurrences": [{ "recurrenceType": "Daily", "startTime": from, "endTime": to }],
        }),
        Schedule::WeeklyAround(middle, each_side) => {
            let (day, from, to) = processing::weekly(world, middle, each_side);
            json!({
                "effectiveFrom": since,
                "timeZone": "UTC",
                "recurrences": [{
                    "recurrenceType": "Weekly",
                    "daysOfWeek": [day],
                    "startTime": from,
                    "endTime": to,
                }],
            })
        }
    })
}
