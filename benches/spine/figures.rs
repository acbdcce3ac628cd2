//! Figures: percentiles, and lines with aim and verdict. It measures nothing.

use std::time::Duration;

/// Times of the same thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that `share` of all (0 to 1) do not exceed, in milliseconds.
    pub(crate) fn percentile_ms(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        let at = (share * last as f64).round() as usize;
        sorted.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }

    pub(crate) fn median_ms(&self) -> f64 {
        self.percentile_ms(0.5)
    }

    /// The shortest: what was not disturbed by others on the machine.
    pub(crate) fn least_ms(&self) -> f64 {
        self.percentile_ms(0.0)
    }

    pub(crate) fn mean_ms(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1_000.0 / self.0.len() as f64
    }

    /// The least, median, 95th and 99th percentile, for people.
    pub(crate) fn spread(&self) -> String {
        format!(
            "least {:.2} · median {:.2} · p95 {:.2} · p99 {:.2} ms",
            self.least_ms(),
            self.median_ms(),
            self.percentile_ms(0.95),
            self.percentile_ms(0.99)
        )
    }
}

/// Begins a section.
pub(crate) fn section(title: &str) {
    println!("\n== {title}");
}

/// A figure without an aim.
pub(crate) fn line(name: &str, value: impl std::fmt::Display) {
    println!("   {name:<58} {value}");
}

/// A figure that shall be at most `aim`.
pub(crate) fn judged(name: &str, value: f64, aim: f64, unit: &str) {
    let verdict = if value <= aim { "met" } else { "MISSED" };
    let figure = format!("{value:.2} {unit}");
    println!(" * {name:<58} {figure:<14} aim {aim} {unit}: {verdict}");
}

/// What the figures were measured on: they mean little elsewhere.
pub(crate) fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let name = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split(' ').take(2).collect();
    format!(
        "opscopilot {} · {cores} cores, {} · load before: {}",
        env!("CARGO_PKG_VERSION"),
        name.map_or("an unknown CPU", |(_, name)| name),
        load.join(", ")
    )
}
