//! Interfaces, addresses, balancers and the hub's appliances.

use super::{Aggregation, Dimension, Metric, Unit, amount, dimension, level};

const MIB: f64 = 1_048_576.0;

const DIRECTION: &[Dimension] = &[dimension("Direction", &[("In", 0.45), ("Out", 0.55)])];
const PROTOCOL: &[Dimension] = &[dimension("Protocol", &[("http", 0.2), ("https", 0.8)])];

pub(super) const INTERFACE: &[Metric] = &[
    amount(
        ("BytesReceivedRate", "Bytes Received"),
        Unit::Bytes,
        (4.0 * MIB, 60.0 * MIB),
        (0.7, 0.3),
        "Number of bytes the Network Interface received",
    ),
    amount(
        ("BytesSentRate", "Bytes Sent"),
        Unit::Bytes,
        (5.0 * MIB, 90.0 * MIB),
        (0.7, 0.3),
        "Number of bytes the Network Interface sent",
    ),
    amount(
        ("PacketsReceivedRate", "Packets Received"),
        Unit::Count,
        (6_000.0, 70_000.0),
        (0.7, 0.3),
        "Number of packets the Network Interface received",
    ),
];

pub(super) const ADDRESS: &[Metric] = &[
    amount(
        ("ByteCount", "Byte Count"),
        Unit::Bytes,
        (2.0 * MIB, 80.0 * MIB),
        (0.7, 0.3),
        "Total number of Bytes transmitted within time period",
    )
    .by(DIRECTION),
    amount(
        ("PacketCount", "Packet Count"),
        Unit::Count,
        (3_000.0, 90_000.0),
        (0.7, 0.3),
        "Total number of Packets transmitted within time period",
    )
    .by(DIRECTION),
    level(
        ("IfUnderDDoSAttack", "Under DDoS attack or not"),
        Unit::Count,
        (0.0, 0.0),
        (0.0, 0.0),
        "Under DDoS attack or not",
    )
    .best_told_by(Aggregation::Maximum),
    level(
        ("VipAvailability", "Data Path Availability"),
        Unit::Count,
        (100.0, 100.0),
        (0.0, 0.0),
        "Average IP Address availability per time duration",
    ),
];

pub(super) const BALANCER: &[Metric] = &[
    level(
        ("DipAvailability", "Health Probe Status"),
        Unit::Count,
        (100.0, 100.0),
        (0.0, 0.0),
        "Average Load Balancer health probe status per time duration",
    ),
    level(
        ("VipAvailability", "Data Path Availability"),
        Unit::Count,
        (100.0, 100.0),
        (0.0, 0.0),
        "Average Load Balancer data path availability per time duration",
    ),
    amount(
        ("ByteCount", "Byte Count"),
        Unit::Bytes,
        (30.0 * MIB, 300.0 * MIB),
        (0.7, 0.25),
        "Total number of Bytes transmitted within time period",
    )
    .by(DIRECTION),
    amount(
        ("SYNCount", "SYN Count"),
        Unit::Count,
        (300.0, 4_000.0),
        (0.7, 0.25),
        "Total number of SYN Packets transmitted within time period",
    )
    .by(DIRECTION),
    level(
        ("UsedSnatPorts", "Used SNAT Ports"),
        Unit::Count,
        (20.0, 600.0),
        (0.6, 0.3),
        "Total number of SNAT ports used within time period",
    ),
];

pub(super) const FIREWALL: &[Metric] = &[
    level(
        ("FirewallHealth", "Firewall health state"),
        Unit::Percent,
        (100.0, 100.0),
        (0.0, 0.0),
        "Indicates the overall health of this firewall",
    ),
    level(
        ("Throughput", "Throughput"),
        Unit::BitsPerSecond,
        (8e7, 9e8),
        (0.7, 0.25),
        "Throughput processed by this firewall",
    ),
    level(
        ("SNATPortUtilization", "SNAT port utilization"),
        Unit::Percent,
        (2.0, 21.0),
        (0.6, 0.3),
        "Percentage of outbound SNAT ports currently in use",
    )
    .by(PROTOCOL),
    amount(
        ("NetworkRuleHit", "Network rules hit count"),
        Unit::Count,
        (200.0, 3_000.0),
        (0.7, 0.25),
        "Number of times Network rules were hit",
    ),
    amount(
        ("DataProcessed", "Data processed"),
        Unit::Bytes,
        (500.0 * MIB, 6_000.0 * MIB),
        (0.7, 0.25),
        "Total amount of data processed by this firewall",
    ),
];

pub(super) const GATEWAY: &[Metric] = &[
    level(
        ("AverageBandwidth", "Gateway S2S Bandwidth"),
        Unit::BytesPerSecond,
        (0.5 * MIB, 12.0 * MIB),
        (0.7, 0.25),
        "Site-to-site bandwidth of a gateway in bytes per second",
    ),
    amount(
        ("TunnelIngressBytes", "Tunnel Ingress Bytes"),
        Unit::Bytes,
        (20.0 * MIB, 300.0 * MIB),
        (0.7, 0.25),
        "Incoming bytes of a tunnel",
    ),
    amount(
        ("TunnelEgressBytes", "Tunnel Egress Bytes"),
        Unit::Bytes,
        (20.0 * MIB, 360.0 * MIB),
        (0.7, 0.25),
        "Outgoing bytes of a tunnel",
    ),
];

pub(super) const BASTION: &[Metric] = &[level(
    ("sessions", "Session Count"),
    Unit::Count,
    (0.3, 4.0),
    (0.95, 0.4),
    "Sessions Count for the Bastion",
)];

pub(super) const ENDPOINT: &[Metric] = &[
    amount(
        ("PEBytesIn", "Bytes In"),
        Unit::Bytes,
        (1.0 * MIB, 50.0 * MIB),
        (0.6, 0.3),
        "Total number of Bytes In",
    ),
    amount(
        ("PEBytesOut", "Bytes Out"),
        Unit::Bytes,
        (1.0 * MIB, 70.0 * MIB),
        (0.6, 0.3),
        "Total number of Bytes Out",
    ),
];
