//! The tables there are, their columns and who fills them.

use super::{
    apps,
    ask::{Ask, Sink},
    classic, directory, guest, machines, platform, security, system,
};
use crate::estate::kql::{Column, Kind};

pub(super) use classic::name as classic_name;

/// A table of a workspace.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    /// `SourceSystem`.
    pub(super) source: &'static str,
    /// The solution or category that it is listed under.
    pub(crate) solution: &'static str,
    /// `Analytics` or `Basic`.
    pub(crate) plan: &'static str,
    pub(super) is_billable: bool,
    /// Bytes of a row, as the bill has it.
    pub(super) bytes: i64,
    /// `name:type` pairs beside those that every table has.
    own: &'static str,
    pub(super) fill: fn(&Ask<'_>, &mut Sink<'_>),
}

/// Columns that every table has.
const COMMON: &str = "TenantId:string SourceSystem:string TimeGenerated:datetime Type:string \
    _ResourceId:string _SubscriptionId:string _BilledSize:real _IsBillable:string";

/// What the tables of Application Insights share.
const APP: &str = "Properties:dynamic Measurements:dynamic OperationName:string \
    OperationId:string ParentId:string SyntheticSource:string SessionId:string UserId:string \
    AppVersion:string AppRoleName:string AppRoleInstance:string ClientType:string \
    ClientIP:string ClientCity:string ClientCountryOrRegion:string ClientBrowser:string \
    IKey:string SDKVersion:string ItemCount:int ResourceGUID:string";

/// Every table.
pub(crate) const TABLES: &[Definition] = &[
    machine(
        "Heartbeat",
        "LogManagement",
        690,
        "Computer:string ComputerIP:string \
        ComputerPrivateIPs:dynamic ComputerEnvironment:string Category:string Version:string \
        OSType:string OSName:string OSMajorVersion:string OSMinorVersion:string VMUUID:guid \
        SourceComputerId:string RemoteIPCountry:string Resource:string ResourceGroup:string \
        ResourceId:string ResourceProvider:string ResourceType:string SubscriptionId:string \
        Solutions:string",
        machines::heartbeat,
    )
    .free(),
    machine(
        "Perf",
        "LogManagement",
        210,
        "Computer:string ObjectName:string CounterName:string \
        InstanceName:string CounterValue:real CounterPath:string Min:real Max:real \
        SampleCount:int StandardDeviation:real BucketStartTime:datetime BucketEndTime:datetime",
        machines::perf,
    ),
    machine(
        "InsightsMetrics",
        "VMInsights",
        240,
        "Computer:string Origin:string \
        Namespace:string Name:string Val:real Tags:string AgentId:string",
        machines::insights,
    ),
    machine(
        "Event",
        "LogManagement",
        820,
        "Computer:string EventLog:string Source:string \
        EventID:int EventLevel:int EventLevelName:string EventCategory:int UserName:string \
        RenderedDescription:string ParameterXml:string EventData:string MG:string \
        ManagementGroupName:string Message:string Role:string AzureDeploymentID:string",
        system::event,
    ),
    machine(
        "Syslog",
        "LogManagement",
        410,
        "Computer:string HostName:string HostIP:string \
        Facility:string SeverityLevel:string ProcessName:string ProcessID:int \
        SyslogMessage:string EventTime:datetime CollectorHostName:string",
        system::syslog,
    ),
    machine(
        "SecurityEvent",
        "Security",
        1_540,
        "Computer:string EventID:int Activity:string \
        Account:string AccountType:string Channel:string EventSourceName:string Level:string \
        IpAddress:string IpPort:string LogonType:int LogonTypeName:string LogonProcessName:string \
        TargetUserName:string TargetDomainName:string TargetAccount:string \
        SubjectUserName:string Status:string SubStatus:string FailureReason:string \
        WorkstationName:string Process:string NewProcessName:string CommandLine:string \
        EventData:string",
        security::event,
    ),
    azure(
        "AzureActivity",
        "LogManagement",
        2_100,
        "CallerIpAddress:string \
        CategoryValue:string CorrelationId:string Authorization:string \
        Authorization_d:dynamic Claims:string Claims_d:dynamic Level:string \
        OperationNameValue:string OperationName:string Properties:string Properties_d:dynamic \
        Caller:string EventDataId:string EventSubmissionTimestamp:datetime HTTPRequest:string \
        OperationId:string ResourceGroup:string ResourceProviderValue:string \
        ActivityStatusValue:string ActivityStatus:string ActivitySubstatusValue:string \
        Hierarchy:string SubscriptionId:string ResourceId:string Resource:string \
        Category:string",
        directory::activity,
    )
    .free(),
    azure(
        "SigninLogs",
        "LogManagement",
        3_900,
        "Identity:string UserPrincipalName:string \
        UserDisplayName:string UserId:string UserType:string AppDisplayName:string AppId:string \
        IPAddress:string Location:string LocationDetails:dynamic ResultType:string \
        ResultDescription:string ResultSignature:string Status:dynamic DeviceDetail:dynamic \
        ClientAppUsed:string AuthenticationRequirement:string ConditionalAccessStatus:string \
        ConditionalAccessPolicies:dynamic IsInteractive:bool ResourceDisplayName:string \
        RiskLevelDuringSignIn:string RiskState:string RiskDetail:string CorrelationId:string \
        CreatedDateTime:datetime Category:string OperationName:string Level:string \
        UserAgent:string Id:string",
        directory::sign_ins,
    ),
    machine(
        "ConfigurationChange",
        "ChangeTracking",
        1_150,
        "Computer:string \
        ConfigChangeType:string ChangeCategory:string ChangedDate:datetime SoftwareName:string \
        SoftwareType:string Publisher:string Current:string Previous:string SvcName:string \
        SvcDisplayName:string SvcState:string SvcPreviousState:string SvcStartupType:string \
        SvcPreviousStartupType:string SvcAccount:string SvcPath:string FieldsChanged:string \
        FileSystemPath:string FileContentChecksum:string PreviousFileContentChecksum:string \
        Size:long PreviousSize:long DateModified:datetime RegistryKey:string ValueName:string \
        ValueData:string PreviousValueData:string Hive:string VMUUID:guid",
        guest::changes,
    ),
    machine(
        "ConfigurationData",
        "ChangeTracking",
        980,
        "Computer:string ConfigDataType:string \
        SoftwareName:string SoftwareType:string SoftwareDescription:string Publisher:string \
        CurrentVersion:string Architecture:string SvcName:string SvcDisplayName:string \
        SvcState:string SvcStartupType:string SvcAccount:string SvcPath:string \
        FileSystemPath:string FileContentChecksum:string Size:long DateModified:datetime \
        RegistryKey:string ValueName:string ValueData:string Hive:string VMUUID:guid",
        guest::inventory,
    ),
    machine(
        "Update",
        "Updates",
        900,
        "Computer:string Title:string Classification:string \
        PublishedDate:datetime UpdateState:string UpdateID:string KBID:string Product:string \
        ProductVersion:string Approved:bool Optional:bool RebootBehavior:string MSRCSeverity:string \
        OSType:string CVENumbers:string VMUUID:guid",
        guest::updates,
    ),
    machine(
        "UpdateSummary",
        "Updates",
        520,
        "Computer:string OsVersion:string \
        TotalUpdatesMissing:int CriticalUpdatesMissing:int SecurityUpdatesMissing:int \
        OtherUpdatesMissing:int RestartPending:bool LastUpdateApplied:datetime \
        OldestMissingSecurityUpdateInDays:int WindowsUpdateSetting:string",
        guest::summaries,
    ),
    app(
        "AppRequests",
        1_450,
        "Id:string Name:string Url:string Success:bool ResultCode:string \
        DurationMs:real PerformanceBucket:string Source:string",
        apps::requests,
    ),
    app(
        "AppDependencies",
        1_300,
        "Id:string Name:string Target:string DependencyType:string \
        Data:string Success:bool ResultCode:string DurationMs:real PerformanceBucket:string",
        apps::dependencies,
    ),
    app(
        "AppExceptions",
        3_400,
        "ProblemId:string ExceptionType:string Assembly:string \
        Method:string OuterType:string OuterMessage:string OuterMethod:string \
        InnermostType:string InnermostMessage:string InnermostMethod:string SeverityLevel:int \
        Details:dynamic HandledAt:string",
        apps::exceptions,
    ),
    app("AppTraces", 780, "Message:string SeverityLevel:int", apps::traces),
    app(
        "AppAvailabilityResults",
        900,
        "Id:string Name:string Location:string Success:bool \
        Message:string DurationMs:real Size:real PerformanceBucket:string",
        apps::availability,
    ),
    app(
        "AppPageViews",
        1_000,
        "Id:string Name:string Url:string DurationMs:real \
        PerformanceBucket:string",
        apps::page_views,
    ),
    azure(
        "AzureDiagnostics",
        "LogManagement",
        1_700,
        "Category:string OperationName:string \
        ResultType:string ResultSignature:string ResultDescription:string CallerIPAddress:string \
        CorrelationId:string DurationMs:long Level:string Resource:string ResourceGroup:string \
        ResourceId:string ResourceProvider:string ResourceType:string SubscriptionId:string \
        identity_claim_upn_s:string requestUri_s:string httpStatusCode_d:real id_s:string \
        clientInfo_s:string msg_s:string",
        platform::diagnostics,
    ),
    azure(
        "AddonAzureBackupJobs",
        "LogManagement",
        1_200,
        "OperationName:string \
        BackupItemUniqueId:string BackupItemFriendlyName:string BackupManagementType:string \
        JobUniqueId:string JobOperation:string JobOperationSubType:string JobStatus:string \
        JobFailureCode:string JobStartDateTime:datetime JobDurationInSecs:real \
        DataTransferredInMB:real AdHocOrScheduledJob:string VaultName:string \
        ProtectedContainerUniqueId:string Category:string ResourceId:string",
        platform::backups,
    ),
    azure(
        "Usage",
        "LogManagement",
        480,
        "Computer:string DataType:string Solution:string \
        StartTime:datetime EndTime:datetime Quantity:real QuantityUnit:string IsBillable:bool \
        ResourceUri:string MeterId:string BatchesWithinSla:long BatchesOutsideSla:long \
        TotalBatches:long AvgLatencyInSeconds:real",
        platform::usage,
    )
    .free(),
];

const fn machine(
    name: &'static str,
    solution: &'static str,
    bytes: i64,
    own: &'static str,
    fill: fn(&Ask<'_>, &mut Sink<'_>),
) -> Definition {
    let source = "OpsManager";
    Definition { name, source, solution, plan: "Analytics", is_billable: true, bytes, own, fill }
}

const fn azure(
    name: &'static str,
    solution: &'static str,
    bytes: i64,
    own: &'static str,
    fill: fn(&Ask<'_>, &mut Sink<'_>),
) -> Definition {
    Definition { source: "Azure", ..machine(name, solution, bytes, own, fill) }
}

const fn app(
    name: &'static str,
    bytes: i64,
    own: &'static str,
    fill: fn(&Ask<'_>, &mut Sink<'_>),
) -> Definition {
    azure(name, "LogManagement", bytes, own, fill)
}

impl Definition {
    const fn free(mut self) -> Self {
        self.is_billable = false;
        self
    }

    /// Whether it is one of Application Insights.
    pub(crate) fn is_app(&self) -> bool {
        self.name.starts_with("App")
    }

    /// Name and type of each column.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let shared = if self.is_app() { APP } else { "" };
        let all = [COMMON, self.own, shared].into_iter().flat_map(str::split_whitespace);
        all.filter_map(|pair| pair.split_once(':'))
    }
}

/// The table that Application Insights' own query operation calls so.
pub(super) fn of_classic(name: &str) -> Option<&'static Definition> {
    let own = classic::TABLES.iter().find(|(classic, _)| *classic == name)?.1;
    TABLES.iter().find(|table| table.name == own)
}

/// The columns of such a table.
pub(crate) fn classic_columns(table: &Definition) -> Vec<Column> {
    let named = table.pairs().filter_map(|(name, word)| {
        Some(Column::new(classic_name(name)?, classic::kind_of(name).unwrap_or(kind(word))))
    });
    named.collect()
}

/// The type that the engine has for a word of the schema.
pub(super) fn kind(word: &str) -> Kind {
    match word {
        "datetime" => Kind::DateTime,
        "real" => Kind::Number,
        "long" => Kind::Integer,
        "int" => Kind::Int,
        "bool" => Kind::Boolean,
        "guid" => Kind::Guid,
        "timespan" => Kind::TimeSpan,
        "dynamic" => Kind::Object,
        _ => Kind::String,
    }
}
