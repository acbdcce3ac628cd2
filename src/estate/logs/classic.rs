//! The names that Application Insights' own query operation has for tables and columns.

use crate::estate::kql::Kind;

/// A classic table and the one of the workspace that holds its rows.
pub(super) const TABLES: &[(&str, &str)] = &[
    ("requests", "AppRequests"),
    ("dependencies", "AppDependencies"),
    ("exceptions", "AppExceptions"),
    ("traces", "AppTraces"),
    ("availabilityResults", "AppAvailabilityResults"),
    ("pageViews", "AppPageViews"),
];

const COLUMNS: &[(&str, &str)] = &[
    ("TimeGenerated", "timestamp"),
    ("Id", "id"),
    ("Name", "name"),
    ("Url", "url"),
    ("Success", "success"),
    ("ResultCode", "resultCode"),
    ("DurationMs", "duration"),
    ("PerformanceBucket", "performanceBucket"),
    ("Source", "source"),
    ("Target", "target"),
    ("DependencyType", "type"),
    ("Data", "data"),
    ("ProblemId", "problemId"),
    ("ExceptionType", "type"),
    ("Assembly", "assembly"),
    ("Method", "method"),
    ("OuterType", "outerType"),
    ("OuterMessage", "outerMessage"),
    ("OuterMethod", "outerMethod"),
    ("InnermostType", "innermostType"),
    ("InnermostMessage", "innermostMessage"),
    ("InnermostMethod", "innermostMethod"),
    ("SeverityLevel", "severityLevel"),
    ("Details", "details"),
    ("HandledAt", "handledAt"),
    ("Message", "message"),
    ("Location", "location"),
    ("Size", "size"),
    ("Properties", "customDimensions"),
    ("Measurements", "customMeasurements"),
    ("OperationName", "operation_Name"),
    ("OperationId", "operation_Id"),
    ("ParentId", "operation_ParentId"),
    ("SyntheticSource", "operation_SyntheticSource"),
    ("SessionId", "session_Id"),
    ("UserId", "user_Id"),
    ("AppVersion", "application_Version"),
    ("AppRoleName", "cloud_RoleName"),
    ("AppRoleInstance", "cloud_RoleInstance"),
    ("ClientType", "client_Type"),
    ("ClientIP", "client_IP"),
    ("ClientCity", "client_City"),
    ("ClientCountryOrRegion", "client_CountryOrRegion"),
    ("ClientBrowser", "client_Browser"),
    ("IKey", "iKey"),
    ("SDKVersion", "sdkVersion"),
    ("ItemCount", "itemCount"),
    ("_ResourceId", "_ResourceId"),
];

/// The classic name of a column; `None` where it has none.
pub(crate) fn name(column: &str) -> Option<&'static str> {
    COLUMNS.iter().find(|(own, _)| *own == column).map(|(_, classic)| *classic)
}

/// The classic type, where it is another: whether something worked is a text there.
pub(super) fn kind_of(column: &str) -> Option<Kind> {
    (column == "Success").then_some(Kind::String)
}
