//! The query for assignments, and what its rows mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Input, Only, PRIVILEGED};
use crate::{
    azure::kql_literal::Literal,
    tools::{arguments::given, context::Visible, rows::Row, untrusted::Untrusted},
};

/// An assignment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Assignment {
    /// The ARM id.
    pub(super) id: String,
    /// The role's name; its id where the name is not known.
    pub(super) role: Untrusted<String>,
    /// Whether the role was made here.
    pub(super) custom: bool,
    /// The object id of who has it.
    pub(super) principal_id: String,
    /// `User`, `Group`, `ServicePrincipal` or the like.
    pub(super) principal_type: String,
    /// The ARM id of where it holds; `/` is the tenant.
    pub(super) scope: String,
    /// `tenant`, `management group`, `subscription`, `resource group` or `resource`.
    pub(super) level: String,
    /// The name of that scope.
    pub(super) scope_name: Untrusted<String>,
    /// Whether it lets its holder change everything, or who may, at a subscription or above.
    pub(super) broad: bool,
    /// Whether a condition narrows it.
    pub(super) conditional: bool,
    /// Since when.
    pub(super) created_at: Option<String>,
}

const BEGIN: &str = "\
| where type =~ 'microsoft.authorization/roleassignments'
| extend scope = tostring(properties.scope), principal = tostring(properties.principalId),
    kind = tostring(properties.principalType),
    roleKey = tolower(extract('([^/]+)$', 1, tostring(properties.roleDefinitionId)))
| extend level = case(scope == '/', 0, scope contains '/managementGroups/', 1,
    not(scope contains '/resourceGroups/'), 2, not(scope contains '/providers/'), 3, 4)
";

const END: &str = "\
| join kind=leftouter (authorizationresources
    | where type =~ 'microsoft.authorization/roledefinitions'
    | summarize role = min(tostring(properties.roleName)), roleType = min(tostring(properties.type))
        by roleKey = tolower(name)) on roleKey
| extend role = iff(isempty(role), roleKey, role)
| extend strong = iff(role in~ {{privileged}}, 0, 1)
| where isempty({{role}}) or role contains {{role}}
| where {{only}} == '' or ({{only}} == 'broad' and strong == 0 and level <= 2)
    or ({{only}} == 'inherited' and level <= 1) or ({{only}} == 'direct' and level >= 2)
| project id, scope, principal, kind, role, roleType, level, strong,
    condition = tostring(properties.condition), createdOn = tostring(properties.createdOn)
| order by strong asc, level asc, role asc, id asc";

/// The template and its values. A place keeps what is at it, below it, or inherited by it.
pub(super) fn query(input: &Input, places: &[String]) -> (String, Vec<(String, Literal)>) {
    let mut values = vec![
        ("privileged".into(), Literal::Texts(PRIVILEGED.map(str::to_owned).to_vec())),
        ("role".into(), Literal::Text(role(input))),
        ("only".into(), Literal::Text(only(input).to_owned())),
    ];
    let mut template = BEGIN.to_owned();
    if let Some(principal) = given(input.principal.as_deref()) {
        template.push_str("| where principal =~ {{principal}} or kind =~ {{kind}}\n");
        values.push(("principal".into(), Literal::Text(principal.to_owned())));
        values.push(("kind".into(), Literal::Text(kind_of(principal))));
    }
    if !places.is_empty() {
        let mut clauses = vec!["level <= 1".to_owned()];
        for (at, place) in places.iter().enumerate() {
            let name = format!("place{at}");
            clauses.push(format!(
                "strcat(scope, '/') startswith {{{{{name}}}}} or {{{{{name}}}}} startswith strcat(scope, '/')"
            ));
            values.push((name, Literal::Text(format!("{}/", place.trim_end_matches('/')))));
        }
        template.push_str(&format!("| where {}\n", clauses.join(" or ")));
    }
    template.push_str(END);
    (template, values)
}

/// The role as it is looked for: people say `owners`.
fn role(input: &Input) -> String {
    let role = given(input.role.as_deref()).unwrap_or_default();
    let plural = role.len() > 3 && role.ends_with('s') && !role.ends_with("ss");
    if plural { role.trim_end_matches('s') } else { role }.to_owned()
}

fn only(input: &Input) -> &'static str {
    match input.only {
        None => "",
        Some(Only::Broad) => "broad",
        Some(Only::Inherited) => "inherited",
        Some(Only::Direct) => "direct",
    }
}

/// The kind that a word means, as Azure writes it.
fn kind_of(word: &str) -> String {
    let plain: String = word.chars().filter(|ch| ch.is_alphanumeric()).collect();
    plain.trim_end_matches('s').to_owned()
}

/// What was asked for, in words.
pub(super) fn asked(input: &Input) -> String {
    let mut words = Vec::new();
    let mut say = |before: &str, text: Option<&String>| {
        words.extend(given(text).map(|text| format!("{before}{text}")));
    };
    say("role ", input.role.as_ref());
    say("", input.principal.as_ref());
    say("at ", input.resource.as_ref().or(input.resource_group.as_ref()));
    say("in ", input.subscription.as_ref());
    words.join(", ")
}

impl Assignment {
    pub(super) fn of(row: Row<'_>, visible: &Visible) -> Option<Self> {
        let scope = row.text("scope")?;
        let level = match row.count("level")? {
            0 => "tenant",
            1 => "management group",
            2 => "subscription",
            3 => "resource group",
            _ => "resource",
        };
        let last = scope.rsplit('/').next().unwrap_or_default();
        let scope_name = match level {
            "tenant" => Untrusted::new("the tenant"),
            "subscription" => visible.name_of(last),
            _ => Untrusted::new(last),
        };
        Some(Self {
            id: row.text("id")?,
            role: Untrusted::new(&row.text("role")?),
            custom: row
                .text("roleType")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("CustomRole")),
            principal_id: row.text("principal")?,
            principal_type: row.text("kind").unwrap_or_else(|| "Unknown".to_owned()),
            level: level.to_owned(),
            scope_name,
            broad: row.count("strong")? == 0 && row.count("level")? <= 2,
            conditional: row.text("condition").is_some(),
            created_at: row.instant("createdOn").map(|at| at.to_string()),
            scope,
        })
    }

    pub(super) fn is_inherited(&self) -> bool {
        matches!(self.level.as_str(), "tenant" | "management group")
    }

    pub(super) fn is_to(&self, kind: &str) -> bool {
        self.principal_type.eq_ignore_ascii_case(kind)
    }
}
