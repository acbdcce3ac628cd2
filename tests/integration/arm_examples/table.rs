//! Which example goes through which tool: the vocabulary, and what answers a read as it stands.
//! `queried` has those that a query is run over, `left` those that go through none.

/// An example and the call it answers.
pub(crate) struct Example {
    /// Below the folder of the examples.
    pub(crate) file: &'static str,
    pub(crate) tool: &'static str,
    /// JSON.
    pub(crate) arguments: &'static str,
    /// The end of the path that the example answers; empty for none.
    pub(crate) path: &'static str,
    /// What the tool must say.
    pub(crate) tells: &'static str,
    /// A word of the Resource Graph query whose rows are the items of the example, or of `beside`.
    pub(crate) rows_of: Option<&'static str>,
    /// Another example, for the rows.
    pub(crate) beside: Option<&'static str>,
    /// Whether the example is a whole answer of Resource Graph.
    pub(crate) whole_graph: bool,
    /// Whether the query of the tool is run over the items of the example (and of `beside`).
    pub(crate) engine: bool,
    /// Whether its instants are moved so that the latest lies an hour back.
    pub(crate) recent: bool,
    /// The thread's scope.
    pub(crate) scope: Option<&'static str>,
}

pub(super) const fn through(
    file: &'static str,
    tool: &'static str,
    arguments: &'static str,
    (path, tells): (&'static str, &'static str),
) -> Example {
    Example {
        file,
        tool,
        arguments,
        path,
        tells,
        rows_of: None,
        beside: None,
        whole_graph: false,
        engine: false,
        recent: false,
        scope: None,
    }
}

impl Example {
    /// With the rows of a query.
    const fn rows_of(self, word: &'static str) -> Self {
        Self { rows_of: Some(word), ..self }
    }

    /// With rows of another example.
    pub(super) const fn beside(self, file: &'static str) -> Self {
        Self { beside: Some(file), ..self }
    }

    /// With the tool's own query run over the items, by the engine of the sample estate.
    pub(super) const fn queried(self) -> Self {
        Self { engine: true, ..self }
    }

    pub(super) const fn recent(self) -> Self {
        Self { recent: true, ..self }
    }

    const fn whole_graph(self) -> Self {
        Self { whole_graph: true, ..self }
    }

    const fn scoped(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }
}

/// What goes through a tool.
pub(crate) const THROUGH_TOOLS: &[Example] = &[
    through(
        "common/Subscriptions_List.json",
        "list_subscriptions",
        "{}",
        ("/subscriptions", "Example Subscription"),
    ),
    through(
        "common/ManagementGroups_GetDescendants.json",
        "list_subscriptions",
        "{}",
        ("/descendants", "Example"),
    )
    .scoped(
        "/providers/Microsoft.Management/managementGroups/20000000-0000-0000-0000-000000000000",
    ),
    through(
        "common/RoleDefinitions_List.json",
        "check_access",
        r#"{"action": "Microsoft.Compute/virtualMachines/restart/action"}"#,
        ("/roleDefinitions", "restart"),
    ),
    through(
        "common/ResourceGraph_Resources_Basic.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Facets.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myTestVm"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_ManagementGroup.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Tenant.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "myPublicIp"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_NextPage.json",
        "query_resources",
        r#"{"query": "resources | project id, name"}"#,
        ("", "second_OsDisk"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Complex.json",
        "query_resources",
        r#"{"query": "resources | summarize count() by name"}"#,
        ("", "count_"),
    )
    .whole_graph(),
    through(
        "common/ResourceGraph_Resources_Summarize.json",
        "query_resources",
        r#"{"query": "resources | summarize count() by location"}"#,
        ("", "centralus"),
    )
    .whole_graph(),
    through(
        "observability/ActivityLogs_List.json",
        "get_activity_log",
        "{}",
        ("/eventtypes/management/values", "admin@contoso.com"),
    ),
    through(
        "observability/Alerts_GetById.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("", "66114d64"),
    )
    .rows_of("alertsmanagementresources"),
    through(
        "observability/Alerts_GetById_2024-01-01-preview.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("", "66114d64"),
    )
    .rows_of("alertsmanagementresources"),
    through(
        "observability/Alerts_GetHistory.json",
        "get_alert",
        r#"{"alert": "66114d64-d9d9-478b-95c9-b789d6502100"}"#,
        ("/history", "vikramm"),
    )
    .rows_of("alertsmanagementresources")
    .beside("observability/Alerts_GetById.json"),
    through(
        "observability/AvailabilityStatuses_List.json",
        "list_resource_health",
        r#"{"resource": "/subscriptions/20ff7fc3-e762-44dd-bd96-b71116dcdc23/resourceGroups/rhctestenv/providers/Microsoft.Compute/virtualMachines/vm1"}"#,
        ("/availabilityStatuses", "couldn't automatically recover"),
    ),
    through(
        "security/Alerts_GetSubscriptionLevel.json",
        "get_security_alert",
        r#"{"alert": "2518770965529163669_F144EE95-A3E5-42DA-A279-967D115809AA"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Alerts_List.json",
        "get_security_alert",
        r#"{"alert": "2518298467986649999_4d25bfef-2d77-4a08-adc0-3e35715cc92a"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Alerts_ListSubscriptionLevelByRegion.json",
        "get_security_alert",
        r#"{"alert": "2518298467986649999_4d25bfef-2d77-4a08-adc0-3e35715cc92a"}"#,
        ("", "test alert"),
    )
    .rows_of("locations/alerts"),
    through(
        "security/Pricings_List.json",
        "list_resource_protections",
        "{}",
        ("/pricings", "Servers"),
    ),
    through("security/SecureScores_List.json", "get_secure_score", "{}", ("/secureScores", "60.3")),
    through(
        "security/SecureScoreControlDefinitions_ListBySubscription.json",
        "explain_secure_score",
        "{}",
        ("/secureScoreControlDefinitions", "60.3"),
    )
    .rows_of("securescores")
    .beside("security/SecureScores_List.json"),
];
