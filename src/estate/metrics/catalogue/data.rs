//! Storage, secrets, databases, caches and backup vaults.

use super::{Aggregation, Dimension, Metric, Unit, amount, dimension, level};

const GIB: f64 = 1_073_741_824.0;
const MIB: f64 = 1_048_576.0;

const TRANSACTIONS: &[Dimension] = &[
    dimension(
        "ResponseType",
        &[("Success", 0.985), ("ClientOtherError", 0.012), ("ServerBusyError", 0.003)],
    ),
    dimension("ApiName", &[("GetBlob", 0.62), ("PutBlob", 0.25), ("ListBlobs", 0.13)]),
];
const VAULT_CALLS: &[Dimension] = &[
    dimension("ActivityName", &[("secretget", 0.8), ("keyget", 0.12), ("vaultget", 0.08)]),
    dimension("StatusCode", &[("200", 0.94), ("401", 0.05), ("403", 0.01)]),
];
const COSMOS_CALLS: &[Dimension] =
    &[dimension("StatusCode", &[("200", 0.96), ("404", 0.03), ("429", 0.01)])];
const HEALTH: &[Dimension] = &[dimension("healthStatus", &[("Transient Unhealthy", 1.0)])];

pub(super) const STORAGE: &[Metric] = &[
    level(
        ("UsedCapacity", "Used capacity"),
        Unit::Bytes,
        (4.0 * GIB, 900.0 * GIB),
        (0.0, 0.0),
        "The amount of storage used by the storage account",
    )
    .hourly(),
    amount(
        ("Transactions", "Transactions"),
        Unit::Count,
        (15.0, 900.0),
        (0.6, 0.35),
        "The number of requests made to a storage service or the specified API operation",
    )
    .by(TRANSACTIONS),
    amount(
        ("Ingress", "Ingress"),
        Unit::Bytes,
        (0.5 * MIB, 60.0 * MIB),
        (0.6, 0.4),
        "The amount of ingress data, in bytes",
    ),
    amount(
        ("Egress", "Egress"),
        Unit::Bytes,
        (0.5 * MIB, 110.0 * MIB),
        (0.6, 0.4),
        "The amount of egress data, in bytes",
    ),
    level(
        ("SuccessServerLatency", "Success Server Latency"),
        Unit::MilliSeconds,
        (3.0, 14.0),
        (0.3, 0.3),
        "The average time used to process a successful request by Azure Storage",
    ),
    level(
        ("SuccessE2ELatency", "Success E2E Latency"),
        Unit::MilliSeconds,
        (6.0, 45.0),
        (0.3, 0.35),
        "The average end-to-end latency of successful requests made to a storage service or the specified API operation, in milliseconds",
    ),
    level(
        ("Availability", "Availability"),
        Unit::Percent,
        (100.0, 100.0),
        (0.0, 0.0),
        "The percentage of availability for the storage service or the specified API operation",
    ),
];

pub(super) const VAULT: &[Metric] = &[
    amount(
        ("ServiceApiHit", "Total Service Api Hits"),
        Unit::Count,
        (1.0, 40.0),
        (0.6, 0.4),
        "Number of total service api hits",
    )
    .best_told_by(Aggregation::Count)
    .by(VAULT_CALLS),
    level(
        ("ServiceApiLatency", "Overall Service Api Latency"),
        Unit::MilliSeconds,
        (8.0, 40.0),
        (0.2, 0.3),
        "Overall latency of service api requests",
    ),
    level(
        ("Availability", "Overall Vault Availability"),
        Unit::Percent,
        (100.0, 100.0),
        (0.0, 0.0),
        "Vault requests availability",
    ),
    level(
        ("SaturationShoebox", "Overall Vault Saturation"),
        Unit::Percent,
        (0.1, 6.0),
        (0.5, 0.4),
        "Vault capacity used",
    ),
];

pub(super) const DATABASE: &[Metric] = &[
    level(
        ("cpu_percent", "CPU percentage"),
        Unit::Percent,
        (8.0, 52.0),
        (0.7, 0.25),
        "CPU percentage",
    )
    .at_most(84.0),
    level(
        ("dtu_consumption_percent", "DTU percentage"),
        Unit::Percent,
        (10.0, 58.0),
        (0.7, 0.25),
        "DTU Percentage. Applies to DTU-based databases",
    )
    .like("cpu_percent"),
    level(
        ("physical_data_read_percent", "Data IO percentage"),
        Unit::Percent,
        (4.0, 40.0),
        (0.7, 0.4),
        "Data IO percentage",
    ),
    level(
        ("log_write_percent", "Log IO percentage"),
        Unit::Percent,
        (2.0, 30.0),
        (0.7, 0.4),
        "Log IO percentage",
    ),
    level(
        ("storage", "Data space used"),
        Unit::Bytes,
        (2.0 * GIB, 180.0 * GIB),
        (0.0, 0.0),
        "Data space used",
    )
    .best_told_by(Aggregation::Maximum),
    level(
        ("storage_percent", "Data space used percent"),
        Unit::Percent,
        (14.0, 78.0),
        (0.0, 0.0),
        "Data space used percent",
    )
    .best_told_by(Aggregation::Maximum),
    amount(
        ("connection_successful", "Successful Connections"),
        Unit::Count,
        (4.0, 60.0),
        (0.7, 0.3),
        "Successful Connections",
    ),
    amount(
        ("connection_failed", "Failed Connections : System Errors"),
        Unit::Count,
        (0.01, 0.08),
        (0.3, 0.5),
        "Failed Connections : System Errors",
    ),
    amount(("deadlock", "Deadlocks"), Unit::Count, (0.0, 0.02), (0.8, 0.6), "Deadlocks"),
    level(
        ("sessions_percent", "Sessions percentage"),
        Unit::Percent,
        (0.5, 9.0),
        (0.7, 0.3),
        "Sessions percentage",
    ),
    level(
        ("workers_percent", "Workers percentage"),
        Unit::Percent,
        (1.0, 18.0),
        (0.7, 0.3),
        "Workers percentage",
    ),
];

pub(super) const COSMOS: &[Metric] = &[
    amount(
        ("TotalRequests", "Total Requests"),
        Unit::Count,
        (30.0, 1_200.0),
        (0.7, 0.3),
        "Number of requests made",
    )
    .best_told_by(Aggregation::Count)
    .by(COSMOS_CALLS),
    amount(
        ("TotalRequestUnits", "Total Request Units"),
        Unit::Count,
        (300.0, 18_000.0),
        (0.7, 0.3),
        "SQL Request Units consumed",
    ),
    level(
        ("NormalizedRUConsumption", "Normalized RU Consumption"),
        Unit::Percent,
        (8.0, 52.0),
        (0.7, 0.3),
        "Max RU consumption percentage per minute",
    )
    .best_told_by(Aggregation::Maximum),
    level(
        ("ServerSideLatency", "Server Side Latency"),
        Unit::MilliSeconds,
        (2.0, 9.0),
        (0.3, 0.3),
        "Server Side Latency",
    ),
    level(
        ("ServiceAvailability", "Service Availability"),
        Unit::Percent,
        (100.0, 100.0),
        (0.0, 0.0),
        "Account requests availability at one hour, day or month granularity",
    )
    .hourly(),
];

pub(super) const CACHE: &[Metric] = &[
    level(
        ("serverLoad", "Server Load"),
        Unit::Percent,
        (8.0, 46.0),
        (0.7, 0.25),
        "The percentage of cycles in which the Redis server is busy processing",
    )
    .at_most(78.0)
    .best_told_by(Aggregation::Maximum),
    level(
        ("usedmemorypercentage", "Used Memory Percentage"),
        Unit::Percent,
        (22.0, 70.0),
        (0.1, 0.04),
        "The percentage of cache memory used for key/value pairs",
    )
    .best_told_by(Aggregation::Maximum),
    level(
        ("connectedclients", "Connected Clients"),
        Unit::Count,
        (12.0, 160.0),
        (0.5, 0.1),
        "The number of client connections to the cache",
    )
    .best_told_by(Aggregation::Maximum),
    amount(
        ("cachehits", "Cache Hits"),
        Unit::Count,
        (200.0, 6_000.0),
        (0.7, 0.3),
        "The number of successful key lookups",
    ),
    amount(
        ("cachemisses", "Cache Misses"),
        Unit::Count,
        (10.0, 700.0),
        (0.7, 0.3),
        "The number of failed key lookups",
    ),
    amount(
        ("errors", "Errors"),
        Unit::Count,
        (0.0, 0.02),
        (0.5, 0.5),
        "The number errors that occurred on the cache",
    ),
];

pub(super) const BACKUP: &[Metric] = &[
    amount(
        ("BackupHealthEvent", "Backup Health Events (preview)"),
        Unit::Count,
        (0.0, 0.0),
        (0.0, 0.0),
        "The count of health events pertaining to backup job health",
    )
    .best_told_by(Aggregation::Total)
    .by(HEALTH),
    amount(
        ("RestoreHealthEvent", "Restore Health Events (preview)"),
        Unit::Count,
        (0.0, 0.0),
        (0.0, 0.0),
        "The count of health events pertaining to restore job health",
    )
    .by(HEALTH),
];
