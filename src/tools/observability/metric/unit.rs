//! Units as people read them: bytes become the multiple that their size asks for, once for a whole
//! series, so that figures, sentences and pictures say the same.

use crate::tools::present::figure;

/// A unit to show values in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Shown {
    /// What is written after a value; empty for counts.
    pub(in super::super) unit: &'static str,
    /// What a value of the wire is divided by.
    by: f64,
}

const BYTES: [(&str, f64); 5] = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1.0)];
const RATES: [(&str, f64); 5] =
    [("TB/s", 1e12), ("GB/s", 1e9), ("MB/s", 1e6), ("KB/s", 1e3), ("B/s", 1.0)];
const BITS: [(&str, f64); 4] = [("Gbit/s", 1e9), ("Mbit/s", 1e6), ("kbit/s", 1e3), ("bit/s", 1.0)];

impl Shown {
    /// How values of a unit are shown where the largest is `largest`.
    pub(in super::super) fn of(unit: &str, largest: f64) -> Self {
        let scaled = |steps: &[(&'static str, f64)]| {
            let fits = steps.iter().find(|(_, by)| largest.abs() >= *by).or(steps.last());
            fits.map_or(Self { unit: "", by: 1.0 }, |(unit, by)| Self { unit, by: *by })
        };
        match unit.to_ascii_lowercase().as_str() {
            "bytes" => scaled(&BYTES),
            "bytespersecond" => scaled(&RATES),
            "bitspersecond" => scaled(&BITS),
            "percent" => Self { unit: "%", by: 1.0 },
            "seconds" => Self { unit: "s", by: 1.0 },
            "milliseconds" => Self { unit: "ms", by: 1.0 },
            "countpersecond" => Self { unit: "/s", by: 1.0 },
            "bytesecond" | "byteseconds" => Self { unit: "B·s", by: 1.0 },
            "cores" => Self { unit: "cores", by: 1.0 },
            "millicores" => Self { unit: "millicores", by: 1.0 },
            _ => Self { unit: "", by: 1.0 },
        }
    }

    /// A value of the wire as it is shown, to two decimals.
    pub(in super::super) fn value(self, value: f64) -> f64 {
        (value / self.by * 100.0).round() / 100.0
    }
}

/// A shown value with its unit, e.g. `12.5 %`.
pub(in super::super) fn told(shown: f64, unit: &str) -> String {
    match unit {
        "" => figure(shown),
        unit => format!("{} {unit}", figure(shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_multiple_of_their_size() {
        let shown = Shown::of("Bytes", 2_500_000_000.0);
        assert_eq!(told(shown.value(2_500_000_000.0), shown.unit), "2.5 GB");
        assert_eq!(Shown::of("Bytes", 0.0).unit, "B");
        assert_eq!(told(12.346, "%"), "12.35 %");
        assert_eq!(told(3.0, Shown::of("Unheard", 3.0).unit), "3");
    }
}
