//! What operators ask for and no tool reads: said at once, before words that sound like a tool.

use super::table::{Row, none};

/// Words of what is not there.
pub(super) const TABLE: &[Row] = &[
    none("cost|price|much per_hour|an_hour|hourly", "list prices"),
    none("estimate|price cost|template|bicep|sku -estimated|estimated_month", "list prices"),
    none("price|pricing -plan|recommendation", "list prices"),
    none("credit balance|credits", "credits and invoices"),
    none("resilience|recovery drill", "resilience drills"),
    none("service_group", "service groups and their resilience goals"),
    none("usage_plan|goal_assignment", "service groups and their resilience goals"),
    none("workbook", "workbooks"),
    none("app_lens|applens", "App Lens"),
    none(
        "data_path|network_path|packet_capture|effective_route|route_table|routing",
        "network paths",
    ),
    none(
        "nsg|network_security_group block|blocking|traffic|flow|allow|allowing|inbound|rule",
        "network rules and paths",
    ),
    none("ddos|attack_surface|easm", "network attacks and the external attack surface"),
    none("private_endpoint reach|connectivity|connect|trace|diagnose", "network paths"),
    none("can't|cannot|unable|not rdp|ssh|connect|reach|reachable|send_mail", "network paths"),
    none("autoscale|autoscaling|scale_out rule|rules|setting", "autoscale settings"),
    none("deployment_slot|staging_slot|slot", "deployment slots"),
    none("probe|health_check path|paths|app|enabled", "health probes of apps"),
    none("support ticket|request|case", "support requests"),
    none(
        "recommendation_type|advisor_metadata|metadata +advisor|catalog|recommendation|language|retire|mean",
        "the catalogue of Advisor's recommendation types",
    ),
    none("well-architected|waf_guidance|architectural_guidance", "architecture guidance"),
    none(
        "secret|certificate|app_secret|key expiry|expire|expires|expiring|rotation -policy",
        "certificates, keys and secrets",
    ),
    none("quota|region_availability|available_regions", "quotas and availability by region"),
    none(
        "pod|node|ingress|helm|replica|workload connectivity|schedule|scheduled|restart|restarting|failure|cluster|status|replicas",
        "what runs inside clusters",
    ),
    none(
        "container|containers restart|restarting|restarts|crash|crashing log|logs|keep",
        "what runs inside containers",
    ),
    none("summary|summarize|explain this_page|page", "the page that you look at"),
    none(
        "recommendation could|would produce|generate|make",
        "the catalogue of Advisor's recommendation types",
    ),
    none(
        "creation|create failing|fails|failed unauthorized|error cluster|azure_local",
        "why a deployment fails",
    ),
    none(
        "who_owns|who_is_responsible -recommendation|finding|task|remediation",
        "who owns a resource",
    ),
    none(
        "ip|ip_address|address with|has machine|vm|nic -public|exposed|internet",
        "private addresses",
    ),
    none("key_vault access_policy|access_policies", "the access policies of key vaults"),
];
