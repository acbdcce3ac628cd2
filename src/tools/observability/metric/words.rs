//! Which metrics operators mean: words such as `cpu` or `disk latency`, against the definitions
//! that a resource has.
//!
//! Owns the words; the names come from the definitions, so that a type nobody thought of answers
//! to its own names.

use super::definition::Definition;
use crate::tools::{
    error::ToolError,
    present::listed,
    untrusted::{cut, visible},
};

/// Metrics that one word may mean at most.
const MAX_OF_A_WORD: usize = 3;
/// Names told when none fits.
const MAX_TOLD: usize = 30;

/// Words, and what they mean: of each list the first that the resource has.
struct Meaning(&'static [&'static str], &'static [&'static [&'static str]]);

const CPU: &[&str] = &[
    "Percentage CPU",
    "cpu_percent",
    "CpuPercentage",
    "node_cpu_usage_percentage",
    "serverLoad",
    "NormalizedRUConsumption",
    "CpuTime",
    "performanceCounters/processCpuPercentage",
];
const MEMORY: &[&str] = &[
    "Available Memory Percentage",
    "Available Memory Bytes",
    "MemoryPercentage",
    "node_memory_working_set_percentage",
    "usedmemorypercentage",
    "MemoryWorkingSet",
];
const LATENCY: &[&str] = &[
    "HttpResponseTime",
    "requests/duration",
    "SuccessE2ELatency",
    "ServiceApiLatency",
    "ServerSideLatency",
    "Data Disk Latency",
    "OS Disk Latency",
];
const REQUESTS: &[&str] = &[
    "Requests",
    "requests/count",
    "Transactions",
    "TotalRequests",
    "ServiceApiHit",
    "connection_successful",
    "SYNCount",
    "TotalPullCount",
];
const ERRORS: &[&str] =
    &["Http5xx", "requests/failed", "connection_failed", "errors", "BackupHealthEvent"];
const INCOMING: &[&str] = &[
    "Network In Total",
    "BytesReceived",
    "BytesReceivedRate",
    "Ingress",
    "TunnelIngressBytes",
    "PEBytesIn",
    "ByteCount",
    "node_network_in_bytes",
    "DataProcessed",
];
const OUTGOING: &[&str] = &[
    "Network Out Total",
    "BytesSent",
    "BytesSentRate",
    "Egress",
    "TunnelEgressBytes",
    "PEBytesOut",
];
const AVAILABILITY: &[&str] = &[
    "VmAvailabilityMetric",
    "DipAvailability",
    "availabilityResults/availabilityPercentage",
    "ServiceAvailability",
    "Availability",
    "FirewallHealth",
    "VipAvailability",
];
const SPACE: &[&str] =
    &["UsedCapacity", "storage_percent", "storage", "StorageUsed", "node_disk_usage_percentage"];
const READS: &[&str] = &[
    "Disk Read Operations/Sec",
    "Composite Disk Read Operations/sec",
    "physical_data_read_percent",
];
const WRITES: &[&str] =
    &["Disk Write Operations/Sec", "Composite Disk Write Operations/sec", "log_write_percent"];
const READ_BYTES: &[&str] = &["Disk Read Bytes", "Composite Disk Read Bytes/sec"];
const WRITTEN_BYTES: &[&str] = &["Disk Write Bytes", "Composite Disk Write Bytes/sec"];

const MEANINGS: &[Meaning] = &[
    Meaning(&["cpu", "processor", "compute", "cpu usage", "cpu utilization", "load"], &[CPU]),
    Meaning(&["memory", "ram", "available memory", "memory usage", "free memory"], &[MEMORY]),
    Meaning(
        &["disk latency", "io latency", "disk response"],
        &[&["Data Disk Latency"], &["OS Disk Latency"], &["SuccessE2ELatency"]],
    ),
    Meaning(&["latency", "response time", "duration", "slow", "response times"], &[LATENCY]),
    Meaning(
        &["disk queue", "queue depth", "queue"],
        &[&["OS Disk Queue Depth", "HttpQueueLength"]],
    ),
    Meaning(&["iops", "disk operations", "io", "disk iops"], &[READS, WRITES]),
    Meaning(&["disk", "disk throughput", "disk io", "disk activity"], &[READ_BYTES, WRITTEN_BYTES]),
    Meaning(
        &["requests", "request rate", "transactions", "calls", "hits", "throughput"],
        &[REQUESTS],
    ),
    Meaning(
        &["errors", "failures", "failed requests", "5xx", "server errors", "error rate"],
        &[ERRORS],
    ),
    Meaning(&["4xx", "client errors"], &[&["Http4xx"]]),
    Meaning(&["network in", "incoming traffic", "inbound", "ingress", "received"], &[INCOMING]),
    Meaning(&["network out", "outgoing traffic", "outbound", "egress", "sent"], &[OUTGOING]),
    Meaning(&["network", "traffic", "bandwidth", "network traffic"], &[INCOMING, OUTGOING]),
    Meaning(&["availability", "uptime", "health", "reachable", "probes"], &[AVAILABILITY]),
    Meaning(&["dtu", "dtus", "dtu usage"], &[&["dtu_consumption_percent"]]),
    Meaning(
        &["ru", "rus", "request units", "throughput units"],
        &[&["NormalizedRUConsumption"], &["TotalRequestUnits"]],
    ),
    Meaning(&["storage", "capacity", "size", "space", "used space", "disk space"], &[SPACE]),
    Meaning(
        &["connections", "sessions", "clients"],
        &[&[
            "connectedclients",
            "sessions_percent",
            "sessions",
            "connection_successful",
            "SYNCount",
        ]],
    ),
    Meaning(&["failed connections", "connection failures"], &[&["connection_failed"]]),
    Meaning(&["exceptions"], &[&["exceptions/count"]]),
    Meaning(&["dependencies", "dependency failures"], &[&["dependencies/failed"]]),
    Meaning(&["pods"], &[&["kube_pod_status_ready", "kube_pod_status_phase"]]),
    Meaning(&["nodes", "nodes not ready"], &[&["kube_node_status_condition"]]),
    Meaning(&["cache hits", "hit rate"], &[&["cachehits"], &["cachemisses"]]),
    Meaning(&["snat", "snat ports"], &[&["SNATPortUtilization", "UsedSnatPorts"]]),
    Meaning(&["backup health"], &[&["BackupHealthEvent"]]),
    // What a resource is about, when nobody says.
    Meaning(&["performance", "utilization", "usage", "busy"], &[CPU, MEMORY, LATENCY]),
];

/// What is looked at of a resource when nobody says, of what it has.
const USUAL: &[&[&str]] =
    &[CPU, MEMORY, REQUESTS, ERRORS, LATENCY, INCOMING, OUTGOING, SPACE, AVAILABILITY];
const MAX_USUAL: usize = 4;

/// The metrics that words mean, without doubles.
///
/// # Errors
/// [`ToolError::Rejected`] with the names there are, when a word means none.
pub(in super::super) fn meant(
    words: &[String],
    definitions: &[Definition],
) -> Result<Vec<Definition>, ToolError> {
    if words.is_empty() {
        return Ok(usual(definitions));
    }
    let mut meant: Vec<Definition> = Vec::new();
    for word in words {
        let of_word = of_word(word, definitions);
        if of_word.is_empty() {
            return Err(unknown(word, definitions));
        }
        for one in of_word {
            if !meant.contains(one) {
                meant.push(one.clone());
            }
        }
    }
    Ok(meant)
}

/// What is looked at when nobody says.
fn usual(definitions: &[Definition]) -> Vec<Definition> {
    let found = USUAL.iter().filter_map(|names| first_of(names, definitions));
    let mut usual: Vec<Definition> = Vec::new();
    for one in found {
        if usual.len() < MAX_USUAL && !usual.contains(one) {
            usual.push(one.clone());
        }
    }
    if usual.is_empty() {
        usual.extend(definitions.iter().take(MAX_USUAL).cloned());
    }
    usual
}

fn first_of<'a>(names: &[&str], definitions: &'a [Definition]) -> Option<&'a Definition> {
    names.iter().find_map(|name| definitions.iter().find(|one| one.name.eq_ignore_ascii_case(name)))
}

/// A word by exact name, by its meaning, by the words in a name.
fn of_word<'a>(word: &str, definitions: &'a [Definition]) -> Vec<&'a Definition> {
    let asked = squeezed(word);
    let exact = definitions
        .iter()
        .find(|one| squeezed(&one.name) == asked || squeezed(&one.display) == asked);
    if let Some(exact) = exact {
        return vec![exact];
    }
    let plain = word.trim().to_lowercase();
    let plain = plain.trim_end_matches(" usage").trim_end_matches(" utilization");
    let plain = plain.trim_start_matches("average ").trim_start_matches("the ").trim();
    let meaning = MEANINGS.iter().find(|meaning| meaning.0.contains(&plain));
    if let Some(meaning) = meaning {
        let found: Vec<&Definition> =
            meaning.1.iter().filter_map(|names| first_of(names, definitions)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let parts: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .map(squeezed)
        .filter(|part| !part.is_empty())
        .collect();
    let has = |one: &&Definition| {
        let text = format!("{} {}", squeezed(&one.name), squeezed(&one.display));
        !parts.is_empty() && parts.iter().all(|part| text.contains(part.as_str()))
    };
    definitions.iter().filter(has).take(MAX_OF_A_WORD).collect()
}

/// Letters and digits alone, in lower case.
fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The longest name of a metric that is told whole; Azure has none as long.
const MAX_NAME_CHARS: usize = 80;

fn unknown(word: &str, definitions: &[Definition]) -> ToolError {
    let names = definitions
        .iter()
        .take(MAX_TOLD)
        .map(|one| format!("`{}`", visible(&cut(&one.name, MAX_NAME_CHARS))));
    let names: Vec<String> = names.collect();
    let rule = match names.as_slice() {
        [] => "this kind of resource has no platform metrics".to_owned(),
        names => {
            format!("no metric here is called `{}`; there are {}", visible(word), listed(names))
        }
    };
    ToolError::wrong("metric", rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::observability::metric::definition::Aggregation;

    fn definitions(names: &[&str]) -> Vec<Definition> {
        let of = |name: &&str| Definition {
            name: (*name).to_owned(),
            display: (*name).to_owned(),
            description: None,
            unit: "Count".to_owned(),
            primary: Aggregation::Average,
            supported: Vec::new(),
            grains: Vec::new(),
            kept: None,
            dimensions: Vec::new(),
        };
        names.iter().map(of).collect()
    }

    #[test]
    fn operators_words_mean_what_the_resource_has() {
        let machine = definitions(&[
            "Percentage CPU",
            "Network In Total",
            "Network Out Total",
            "Data Disk Latency",
            "OS Disk Latency",
        ]);
        let names = |words: &str| {
            let meant = meant(&[words.to_owned()], &machine).unwrap();
            meant.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(names("cpu"), ["Percentage CPU"]);
        assert_eq!(names("CPU usage"), ["Percentage CPU"]);
        assert_eq!(names("percentage_cpu"), ["Percentage CPU"]);
        assert_eq!(names("traffic"), ["Network In Total", "Network Out Total"]);
        assert_eq!(names("disk latency"), ["Data Disk Latency", "OS Disk Latency"]);
        assert!(meant(&["dtu".to_owned()], &machine).unwrap_err().to_string().contains("OS Disk"));
        assert_eq!(meant(&[], &definitions(&["Odd"])).unwrap().len(), 1);
    }
}
