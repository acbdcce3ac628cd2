//! Which metrics a resource has (`MetricDefinitions_List`, 2024-02-01).

use super::DEFINITIONS_ACTION;
use crate::{
    azure::ApiVersion,
    tools::{
        context::{ListRead, Pages, ReadContext},
        error::ToolError,
        rows::Row,
        untrusted::{Untrusted, cut},
    },
};

/// The version of every operation on metrics.
pub(in super::super) const VERSION: ApiVersion = ApiVersion::new("2024-02-01");
const MAX_DEFINITIONS: usize = 500;

/// How values of a step are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Aggregation {
    Average,
    Minimum,
    Maximum,
    Total,
    Count,
}

impl Aggregation {
    /// The word of a definition, or `None` for one that is not known here.
    pub(in super::super) fn of(word: &str) -> Option<Self> {
        [Self::Average, Self::Minimum, Self::Maximum, Self::Total, Self::Count]
            .into_iter()
            .find(|one| one.name().eq_ignore_ascii_case(word))
    }

    /// The word on the wire.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
            Self::Total => "Total",
            Self::Count => "Count",
        }
    }

    /// The member of a data point.
    pub(in super::super) fn key(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Total => "total",
            Self::Count => "count",
        }
    }

    /// Whether values are amounts that add up.
    pub(in super::super) fn adds_up(self) -> bool {
        matches!(self, Self::Total | Self::Count)
    }
}

/// A metric of a resource.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Definition {
    /// The name on the wire.
    pub(in super::super) name: String,
    /// The name people read.
    pub(in super::super) display: String,
    pub(in super::super) description: Option<Untrusted<String>>,
    pub(in super::super) unit: String,
    pub(in super::super) primary: Aggregation,
    pub(in super::super) supported: Vec<Aggregation>,
    /// Grains in minutes, the finest first; empty where none is told.
    pub(in super::super) grains: Vec<i64>,
    /// How long values are kept, e.g. `P93D`.
    pub(in super::super) kept: Option<String>,
    pub(in super::super) dimensions: Vec<Untrusted<String>>,
}

impl Definition {
    fn of(row: Row<'_>) -> Option<Self> {
        let name = row.text("name.value")?;
        let available = row.list("metricAvailabilities");
        let available: Vec<Row<'_>> = available.iter().filter_map(Row::of).collect();
        let mut grains: Vec<i64> = available
            .iter()
            .filter_map(|one| super::grain::minutes(&one.text("timeGrain")?))
            .collect();
        grains.sort_unstable();
        let dimensions = row.list("dimensions");
        let dimensions = dimensions.iter().filter_map(Row::of);
        let supported = row.list("supportedAggregationTypes");
        let supported = supported.iter().filter_map(|one| Aggregation::of(one.as_str()?));
        Some(Self {
            display: row.text("name.localizedValue").unwrap_or_else(|| name.clone()),
            description: row.text("displayDescription").map(|text| Untrusted::new(&text)),
            unit: row.text("unit").unwrap_or_else(|| "Count".to_owned()),
            primary: row
                .text("primaryAggregationType")
                .and_then(|word| Aggregation::of(&word))
                .unwrap_or(Aggregation::Average),
            supported: supported.collect(),
            grains,
            kept: available.first().and_then(|one| one.text("retention")),
            dimensions: dimensions
                .filter_map(|one| one.text("value").map(|name| Untrusted::new(&cut(&name, 100))))
                .collect(),
            name,
        })
    }

    /// The finest grain in minutes.
    pub(in super::super) fn finest(&self) -> i64 {
        self.grains.first().copied().unwrap_or(1)
    }
}

/// The metrics of a resource.
///
/// # Errors
/// [`ToolError`]: no right, outside the boundary, or Azure failed.
pub(in super::super) async fn of_resource(
    cx: &ReadContext,
    id: &str,
) -> Result<Vec<Definition>, ToolError> {
    let read = ListRead {
        scope: id,
        below: "/providers/Microsoft.Insights/metricDefinitions",
        version: VERSION,
        action: DEFINITIONS_ACTION,
        pages: Pages::All,
    };
    let rows = cx.list(&read).await?;
    let given = rows.len().min(MAX_DEFINITIONS);
    let rows = rows.into_iter().take(MAX_DEFINITIONS).map(serde_json::Value::Object);
    let definitions: Vec<Definition> =
        rows.filter_map(|row| Definition::of(Row::of(&row)?)).collect();
    cx.skipped(id, given - definitions.len());
    Ok(definitions)
}
