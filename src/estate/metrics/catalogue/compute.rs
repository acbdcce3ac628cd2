//! Machines, disks, clusters and registries.

use super::{Aggregation, Dimension, Metric, Unit, amount, dimension, level};

const GIB: f64 = 1_073_741_824.0;
const MIB: f64 = 1_048_576.0;

const LUN: &[Dimension] = &[dimension("LUN", &[("0", 1.0)])];
const NODE: &[Dimension] =
    &[dimension("node", &[("aks-system-0", 1.0), ("aks-user-0", 1.0), ("aks-user-1", 1.0)])];
const POD: &[Dimension] = &[
    dimension("phase", &[("Running", 0.96), ("Pending", 0.03), ("Failed", 0.01)]),
    dimension("namespace", &[("default", 0.7), ("kube-system", 0.3)]),
];
const CONDITION: &[Dimension] =
    &[dimension("condition", &[("Ready", 1.0)]), dimension("status2", &[("NotReady", 1.0)])];

pub(super) const MACHINE: &[Metric] = &[
    level(
        ("Percentage CPU", "Percentage CPU"),
        Unit::Percent,
        (5.0, 46.0),
        (0.6, 0.22),
        "The percentage of allocated compute units that are currently in use by the Virtual Machine(s)",
    )
    .at_most(88.0),
    level(
        ("Available Memory Bytes", "Available Memory Bytes"),
        Unit::Bytes,
        (4.0 * GIB, 11.0 * GIB),
        (-0.25, 0.04),
        "Amount of physical memory, in bytes, immediately available for allocation to a process or for system use in the Virtual Machine",
    ),
    level(
        ("Available Memory Percentage", "Available Memory Percentage"),
        Unit::Percent,
        (32.0, 68.0),
        (-0.25, 0.04),
        "Amount of physical memory, in percentage, immediately available for allocation to a process or for system use in the Virtual Machine",
    )
    .like("Available Memory Bytes"),
    amount(
        ("Network In Total", "Network In Total"),
        Unit::Bytes,
        (4.0 * MIB, 60.0 * MIB),
        (0.7, 0.3),
        "The number of bytes received on all network interfaces by the Virtual Machine(s) (Incoming Traffic)",
    ),
    amount(
        ("Network Out Total", "Network Out Total"),
        Unit::Bytes,
        (5.0 * MIB, 90.0 * MIB),
        (0.7, 0.3),
        "The number of bytes out on all network interfaces by the Virtual Machine(s) (Outgoing Traffic)",
    ),
    amount(
        ("Disk Read Bytes", "Disk Read Bytes"),
        Unit::Bytes,
        (1.0 * MIB, 40.0 * MIB),
        (0.5, 0.5),
        "Bytes read from disk during monitoring period",
    ),
    amount(
        ("Disk Write Bytes", "Disk Write Bytes"),
        Unit::Bytes,
        (3.0 * MIB, 70.0 * MIB),
        (0.5, 0.4),
        "Bytes written to disk during monitoring period",
    ),
    level(
        ("Disk Read Operations/Sec", "Disk Read Operations/Sec"),
        Unit::CountPerSecond,
        (1.0, 60.0),
        (0.5, 0.5),
        "Disk Read IOPS",
    ),
    level(
        ("Disk Write Operations/Sec", "Disk Write Operations/Sec"),
        Unit::CountPerSecond,
        (4.0, 110.0),
        (0.5, 0.4),
        "Disk Write IOPS",
    ),
    level(
        ("OS Disk Queue Depth", "OS Disk Queue Depth"),
        Unit::Count,
        (0.02, 1.1),
        (0.5, 0.6),
        "OS Disk Queue Depth(or Queue Length)",
    ),
    level(
        ("OS Disk Latency", "OS Disk Latency"),
        Unit::MilliSeconds,
        (1.2, 9.0),
        (0.4, 0.35),
        "Average time to complete each IO during monitoring period for the OS Disk",
    ),
    level(
        ("Data Disk Latency", "Data Disk Latency"),
        Unit::MilliSeconds,
        (1.0, 12.0),
        (0.4, 0.4),
        "Average time to complete each IO during monitoring period for Data Disk",
    )
    .by(LUN),
    level(
        ("VmAvailabilityMetric", "VM Availability Metric (Preview)"),
        Unit::Count,
        (1.0, 1.0),
        (0.0, 0.0),
        "Measure of Availability of Virtual machines over time",
    ),
];

pub(super) const DISK: &[Metric] = &[
    level(
        ("Composite Disk Read Bytes/sec", "Disk Read Bytes/sec (Preview)"),
        Unit::BytesPerSecond,
        (0.02 * MIB, 2.0 * MIB),
        (0.5, 0.5),
        "Bytes/sec read from disk during monitoring period",
    ),
    level(
        ("Composite Disk Write Bytes/sec", "Disk Write Bytes/sec (Preview)"),
        Unit::BytesPerSecond,
        (0.05 * MIB, 3.0 * MIB),
        (0.5, 0.4),
        "Bytes/sec written to disk during monitoring period",
    ),
    level(
        ("Composite Disk Read Operations/sec", "Disk Read Operations/sec (Preview)"),
        Unit::CountPerSecond,
        (1.0, 60.0),
        (0.5, 0.5),
        "Number of read IOs performed on a disk during monitoring period",
    ),
    level(
        ("Composite Disk Write Operations/sec", "Disk Write Operations/sec (Preview)"),
        Unit::CountPerSecond,
        (2.0, 90.0),
        (0.5, 0.4),
        "Number of Write IOs performed on a disk during monitoring period",
    ),
];

pub(super) const CLUSTER: &[Metric] = &[
    level(
        ("node_cpu_usage_percentage", "CPU Usage Percentage"),
        Unit::Percent,
        (18.0, 58.0),
        (0.5, 0.2),
        "Aggregated average CPU utilization measured in percentage across the cluster",
    )
    .by(NODE),
    level(
        ("node_memory_working_set_percentage", "Memory Working Set Percentage"),
        Unit::Percent,
        (38.0, 76.0),
        (0.15, 0.05),
        "Container working set memory used in percent",
    )
    .by(NODE),
    level(
        ("node_disk_usage_percentage", "Disk Used Percentage"),
        Unit::Percent,
        (22.0, 64.0),
        (0.0, 0.02),
        "Disk space used in percent by device",
    )
    .by(NODE),
    level(
        ("kube_pod_status_phase", "Number of pods by phase"),
        Unit::Count,
        (28.0, 90.0),
        (0.1, 0.03),
        "Number of pods by phase",
    )
    .by(POD),
    level(
        ("kube_pod_status_ready", "Number of pods in Ready state"),
        Unit::Count,
        (27.0, 86.0),
        (0.1, 0.03),
        "Number of pods in Ready state",
    )
    .like("kube_pod_status_phase"),
    level(
        ("kube_node_status_condition", "Statuses for various node conditions"),
        Unit::Count,
        (0.0, 0.0),
        (0.0, 0.0),
        "Statuses for various node conditions",
    )
    .by(CONDITION),
    amount(
        ("node_network_in_bytes", "Network In Bytes"),
        Unit::Bytes,
        (20.0 * MIB, 240.0 * MIB),
        (0.6, 0.2),
        "Network received bytes",
    )
    .by(NODE),
];

pub(super) const REGISTRY: &[Metric] = &[
    amount(
        ("TotalPullCount", "Total Pull Count"),
        Unit::Count,
        (0.2, 4.0),
        (0.7, 0.8),
        "Number of image pulls in total",
    ),
    amount(
        ("SuccessfulPullCount", "Successful Pull Count"),
        Unit::Count,
        (0.2, 3.8),
        (0.7, 0.8),
        "Number of successful image pulls",
    )
    .like("TotalPullCount"),
    amount(
        ("TotalPushCount", "Total Push Count"),
        Unit::Count,
        (0.01, 0.2),
        (0.9, 0.9),
        "Number of image pushes in total",
    ),
    level(
        ("StorageUsed", "Storage used"),
        Unit::Bytes,
        (8.0 * GIB, 96.0 * GIB),
        (0.0, 0.001),
        "The amount of storage used by the container registry",
    )
    .hourly()
    .best_told_by(Aggregation::Average),
];
