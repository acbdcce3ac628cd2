//! Reading maintenance configurations and counting what they cover.

use std::collections::HashMap;

use serde_json::Value;

use super::{Configuration, window};
use crate::{
    azure::kql_literal::Literal,
    tools::{
        configuration::covering::{self, Dynamic},
        context::{GraphRead, ReadContext, Subscription, Visible},
        error::ToolError,
        rows::Row,
        untrusted::Untrusted,
    },
};

const MAX_CONFIGURATIONS: usize = 200;

/// The configurations of subscriptions.
pub(super) async fn configurations(
    cx: &ReadContext,
    over: &[Subscription],
    name: &str,
) -> Result<Vec<Configuration>, ToolError> {
    let rest = "| where type =~ 'microsoft.maintenance/maintenanceconfigurations'\n\
        | where isempty({{name}}) or name contains {{name}}\n\
        | project id, name, properties\n\
        | order by id asc";
    let values = [("name", Literal::Text(name.to_owned()))];
    let text = cx.query(("resources", over), rest, &values)?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: MAX_CONFIGURATIONS }).await?;
    let found = answer.rows.into_iter().filter_map(|fields| {
        let value = Value::Object(fields);
        Row::of(&value).and_then(|row| Configuration::of(cx, row))
    });
    Ok(found.collect())
}

impl Configuration {
    fn of(cx: &ReadContext, row: Row<'_>) -> Option<Self> {
        let text = |key: &str| row.text(&format!("properties.{key}"));
        let untrusted = |key: &str| text(key).map(|text| Untrusted::new(&text));
        let mut installs: Vec<String> = ["windowsParameters", "linuxParameters"]
            .iter()
            .flat_map(|system| {
                row.list(&format!("properties.installPatches.{system}.classificationsToInclude"))
            })
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect();
        installs.sort();
        installs.dedup();
        let opens = window::Window {
            start: text("maintenanceWindow.startDateTime").unwrap_or_default(),
            zone: text("maintenanceWindow.timeZone").unwrap_or_default(),
            recurs: text("maintenanceWindow.recurEvery").unwrap_or_default(),
            expires: text("maintenanceWindow.expirationDateTime"),
        };
        Some(Self {
            id: row.text("id")?,
            name: Untrusted::new(&row.text("name").unwrap_or_default()),
            maintenance_scope: text("maintenanceScope").unwrap_or_default(),
            recurs: untrusted("maintenanceWindow.recurEvery"),
            duration: untrusted("maintenanceWindow.duration"),
            time_zone: untrusted("maintenanceWindow.timeZone"),
            next_at: opens.next_after(cx.now()).map(|at| at.to_string()),
            expires: untrusted("maintenanceWindow.expirationDateTime"),
            reboot: text("installPatches.rebootSetting"),
            installs: installs.iter().map(|text| Untrusted::new(text)).collect(),
            assigned: 0,
            filtered: 0,
            filters: Vec::new(),
        })
    }
}

/// Counts the machines that each covers, with one query for the assignments of machines and one
/// for all filters.
pub(super) async fn coverage(
    cx: &ReadContext,
    (visible, over): (&Visible, &[Subscription]),
    configurations: &mut [Configuration],
) -> Result<(), ToolError> {
    let assigned = assigned(cx, over).await?;
    let dynamic = covering::dynamic(cx, over).await?;
    let filtered = filtered(cx, over, &dynamic).await?;
    for configuration in configurations {
        let id = configuration.id.to_lowercase();
        configuration.assigned = assigned.get(&id).copied().unwrap_or(0);
        for (one, count) in dynamic.iter().zip(&filtered).filter(|(one, _)| one.configuration == id)
        {
            configuration.filtered += count;
            let name = visible.name_of(&one.subscription());
            let words = format!("{} in {}", one.words(), name.as_str());
            configuration.filters.push(Untrusted::new(&words));
        }
    }
    Ok(())
}

async fn assigned(
    cx: &ReadContext,
    over: &[Subscription],
) -> Result<HashMap<String, u64>, ToolError> {
    let rest = "| where type =~ 'microsoft.maintenance/configurationassignments'\n\
        | where tostring(properties.resourceId) contains '/providers/'\n\
        | summarize machines = dcount(tolower(tostring(properties.resourceId))) \
        by configuration = tolower(tostring(properties.maintenanceConfigurationId))";
    let text = cx.query(("maintenanceresources", over), rest, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1_000 }).await?;
    let counted = answer.rows.into_iter().filter_map(|fields| {
        let value = Value::Object(fields);
        let row = Row::of(&value)?;
        Some((row.text("configuration")?, row.count("machines").unwrap_or(0)))
    });
    Ok(counted.collect())
}

/// How many machines fit each filter.
async fn filtered(
    cx: &ReadContext,
    over: &[Subscription],
    dynamic: &[Dynamic],
) -> Result<Vec<u64>, ToolError> {
    if dynamic.is_empty() {
        return Ok(Vec::new());
    }
    let counts = dynamic.iter().enumerate();
    let counts = counts.map(|(at, one)| format!("n{at} = countif({})", one.condition()));
    let counts: Vec<String> = counts.collect();
    let rest = format!(
        "| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines')\n\
         | summarize {}",
        counts.join(", ")
    );
    let text = cx.query(("resources", over), &rest, &[])?;
    let answer = cx.graph(&GraphRead { text, over, max_rows: 1 }).await?;
    let row = answer.rows.into_iter().next().map(Value::Object).unwrap_or_default();
    let row = Row::of(&row);
    let count = |at: usize| row.and_then(|row| row.count(&format!("n{at}"))).unwrap_or(0);
    Ok((0..dynamic.len()).map(count).collect())
}
