//! App Service and the telemetry of applications.

use super::{Dimension, Metric, Unit, amount, dimension, level};

const MIB: f64 = 1_048_576.0;

const INSTANCE: &[Dimension] =
    &[dimension("Instance", &[("RD0003FF4A1C07", 0.52), ("RD0003FF4A2B91", 0.48)])];
const RESULT: &[Dimension] = &[dimension(
    "request/resultCode",
    &[("200", 0.93), ("302", 0.04), ("404", 0.02), ("500", 0.01)],
)];

pub(super) const PLAN: &[Metric] = &[
    level(
        ("CpuPercentage", "CPU Percentage"),
        Unit::Percent,
        (8.0, 54.0),
        (0.65, 0.25),
        "The average CPU used across all instances of the plan",
    )
    .by(INSTANCE),
    level(
        ("MemoryPercentage", "Memory Percentage"),
        Unit::Percent,
        (36.0, 78.0),
        (0.1, 0.04),
        "The average memory used across all instances of the plan",
    )
    .by(INSTANCE),
    level(
        ("HttpQueueLength", "Http Queue Length"),
        Unit::Count,
        (0.0, 0.6),
        (0.8, 0.6),
        "The average number of HTTP requests that had to sit on the queue before being fulfilled",
    )
    .by(INSTANCE),
    amount(
        ("BytesReceived", "Data In"),
        Unit::Bytes,
        (1.0 * MIB, 18.0 * MIB),
        (0.7, 0.25),
        "The average incoming bandwidth used across all instances of the plan",
    )
    .by(INSTANCE),
    amount(
        ("BytesSent", "Data Out"),
        Unit::Bytes,
        (3.0 * MIB, 60.0 * MIB),
        (0.7, 0.25),
        "The average outgoing bandwidth used across all instances of the plan",
    )
    .by(INSTANCE),
];

pub(super) const SITE: &[Metric] = &[
    amount(
        ("Requests", "Requests"),
        Unit::Count,
        (60.0, 900.0),
        (0.75, 0.25),
        "The total number of requests regardless of their resulting HTTP status code",
    )
    .by(INSTANCE),
    amount(
        ("Http2xx", "Http 2xx"),
        Unit::Count,
        (56.0, 860.0),
        (0.75, 0.25),
        "The count of requests resulting in an HTTP status code >= 200 but < 300",
    )
    .like("Requests")
    .by(INSTANCE),
    amount(
        ("Http4xx", "Http 4xx"),
        Unit::Count,
        (0.5, 12.0),
        (0.75, 0.5),
        "The count of requests resulting in an HTTP status code >= 400 but < 500",
    )
    .by(INSTANCE),
    amount(
        ("Http5xx", "Http Server Errors"),
        Unit::Count,
        (0.02, 0.6),
        (0.75, 0.6),
        "The count of requests resulting in an HTTP status code >= 500 but < 600",
    )
    .by(INSTANCE),
    level(
        ("HttpResponseTime", "Response Time"),
        Unit::Seconds,
        (0.12, 0.8),
        (0.3, 0.35),
        "The time taken for the app to serve requests, in seconds",
    )
    .by(INSTANCE),
    amount(
        ("CpuTime", "CPU Time"),
        Unit::Seconds,
        (2.0, 26.0),
        (0.7, 0.25),
        "The amount of CPU consumed by the app, in seconds",
    )
    .by(INSTANCE),
    level(
        ("MemoryWorkingSet", "Memory working set"),
        Unit::Bytes,
        (180.0 * MIB, 900.0 * MIB),
        (0.15, 0.05),
        "The current amount of memory used by the app, in bytes",
    )
    .by(INSTANCE),
    amount(
        ("BytesReceived", "Data In"),
        Unit::Bytes,
        (0.5 * MIB, 9.0 * MIB),
        (0.7, 0.25),
        "The amount of incoming bandwidth consumed by the app, in bytes",
    )
    .by(INSTANCE),
    amount(
        ("BytesSent", "Data Out"),
        Unit::Bytes,
        (2.0 * MIB, 40.0 * MIB),
        (0.7, 0.25),
        "The amount of outgoing bandwidth consumed by the app, in bytes",
    )
    .by(INSTANCE),
];

pub(super) const TELEMETRY: &[Metric] = &[
    amount(
        ("requests/count", "Server requests"),
        Unit::Count,
        (60.0, 900.0),
        (0.75, 0.25),
        "Count of HTTP requests completed",
    )
    .by(RESULT),
    amount(
        ("requests/failed", "Failed requests"),
        Unit::Count,
        (0.02, 0.6),
        (0.75, 0.6),
        "Count of HTTP requests marked as failed",
    ),
    level(
        ("requests/duration", "Server response time"),
        Unit::MilliSeconds,
        (120.0, 800.0),
        (0.3, 0.35),
        "Time between receiving an HTTP request and finishing sending the response",
    ),
    amount(
        ("dependencies/failed", "Dependency call failures"),
        Unit::Count,
        (0.02, 0.5),
        (0.75, 0.6),
        "Count of failed dependency calls made by the application",
    ),
    level(
        ("dependencies/duration", "Dependency duration"),
        Unit::MilliSeconds,
        (20.0, 160.0),
        (0.3, 0.35),
        "Duration of calls made by the application to external resources",
    ),
    amount(
        ("exceptions/count", "Exceptions"),
        Unit::Count,
        (0.02, 0.8),
        (0.75, 0.6),
        "Combined count of all uncaught exceptions",
    ),
    level(
        ("availabilityResults/availabilityPercentage", "Availability"),
        Unit::Percent,
        (99.6, 100.0),
        (0.0, 0.002),
        "Percentage of successfully completed availability tests",
    ),
];
