//! `list_alert_suppression_rules`: which security alerts are kept quiet, why and until when.
//!
//! Owns the reading of the rules (`AlertsSuppressionRules_List`, 2019-01-01-preview), which
//! Resource Graph does not have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    azure::ApiVersion,
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{Operation, Pages, ReadContext, Subscription},
        error::ToolError,
        rows::Row,
        tool::{RbacAction, Tool},
        untrusted::{Untrusted, cut},
    },
};

mod telling;

/// Lists suppression rules.
#[derive(Clone, Copy, Debug)]
pub struct ListAlertSuppressionRules;

const RULES_ACTION: &str = "Microsoft.Security/alertsSuppressionRules/read";
const MAX_CONDITIONS: usize = 20;

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Only rules for this kind of alert, by a part of it, e.g. `SqlInjection`.
    alert_type: Option<String>,
    /// Only rules in force.
    enabled_only: Option<bool>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// Rules in force.
    enabled: u64,
    /// The rules, those in force first.
    rules: Vec<Rule>,
}

/// A suppression rule.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Rule {
    /// The ARM id.
    id: String,
    /// Its name.
    name: Untrusted<String>,
    /// The kind of alert that it keeps quiet.
    alert_type: Untrusted<String>,
    /// `Enabled`, `Disabled` or `Expired`.
    state: String,
    /// Why.
    reason: Option<Untrusted<String>>,
    /// Why, in words.
    comment: Option<Untrusted<String>>,
    /// When it ends or ended; absent of one that lasts.
    ends_at: Option<String>,
    /// When it was last changed.
    modified_at: Option<String>,
    /// What an alert must have besides; none is any alert of the kind.
    conditions: Vec<Untrusted<String>>,
    /// The name of the subscription.
    subscription: Untrusted<String>,
}

impl Tool for ListAlertSuppressionRules {
    const NAME: &'static str = "list_alert_suppression_rules";
    const TITLE: &'static str = "List alert suppression rules";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists the rules that suppress security alerts of Defender \
        for Cloud: for which alert, why, by which conditions and until when.";
    const ASKS: &'static [&'static str] = &[
        "Which security alerts are suppressed?",
        "List alert suppression rules",
        "Are there suppression rules in Defender for Cloud?",
        "Why do we not see alerts of this kind any more?",
        "Which suppression rules never expire?",
    ];
    const ACTIONS: &'static [RbacAction] = &[RULES_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("suppression rules")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let operation = Operation {
            below: "/providers/Microsoft.Security/alertsSuppressionRules",
            version: ApiVersion::new("2019-01-01-preview"),
            action: RULES_ACTION,
            pages: Pages::All,
        };
        let kind = given(input.alert_type.as_deref()).unwrap_or_default().to_lowercase();
        let mut rules = Vec::new();
        for (subscription, rows) in cx.list_each(&over, operation).await? {
            let given = rows.len();
            let read = rows.into_iter().map(Value::Object);
            let read = read.filter_map(|row| Rule::of(Row::of(&row)?, subscription));
            let before = rules.len();
            rules.extend(read);
            cx.skipped(&subscription.scope(), given - (rules.len() - before));
        }
        rules.retain(|one: &Rule| one.alert_type.as_str().to_lowercase().contains(&kind));
        let enabled = rules.iter().filter(|one| one.is_on()).count() as u64;
        if input.enabled_only == Some(true) {
            rules.retain(Rule::is_on);
        }
        rules.sort_by(|a, b| (!a.is_on(), &a.id).cmp(&(!b.is_on(), &b.id)));
        Ok(Output { enabled, rules })
    }
}

impl Rule {
    fn of(row: Row<'_>, subscription: &Subscription) -> Option<Self> {
        let said =
            |key: &str| row.text(&format!("properties.{key}")).map(|text| Untrusted::new(&text));
        let at = |key: &str| row.instant(&format!("properties.{key}")).map(|at| at.to_string());
        let conditions = row.list("properties.suppressionAlertsScope.allOf");
        Some(Self {
            id: row.text("id")?,
            name: Untrusted::new(&row.text("name")?),
            alert_type: said("alertType")?,
            state: cut(&row.text("properties.state")?, 40).into_owned(),
            reason: said("reason"),
            comment: said("comment"),
            ends_at: at("expirationDateUtc"),
            modified_at: at("lastModifiedUtc"),
            conditions: conditions.iter().filter_map(condition).take(MAX_CONDITIONS).collect(),
            subscription: subscription.name.clone(),
        })
    }

    fn is_on(&self) -> bool {
        self.state.eq_ignore_ascii_case("Enabled")
    }
}

/// `{"field": "entities.ip.address", "in": […]}` in words.
fn condition(value: &Value) -> Option<Untrusted<String>> {
    let row = Row::of(value)?;
    let field = row.text("field")?;
    let among = row.list("in");
    let among: Vec<&str> = among.iter().filter_map(Value::as_str).collect();
    let part = row.text("contains").map(|text| format!("contains {text}"));
    let what = part.unwrap_or_else(|| format!("is one of {}", among.join(", ")));
    Some(Untrusted::new(&format!("{field} {what}")))
}
