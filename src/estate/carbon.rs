//! What the estate emits: kilograms of CO2 equivalent a month, from the same use that is billed,
//! by what a service emits for a euro and how clean a region's power is. Knows no provider.

use jiff::Timestamp;

use super::{
    cost::{
        Charge,
        calendar::{Calendar, date_of, day_of, month_start},
    },
    world::{World, company::Region},
};

/// Months that are kept.
pub(crate) const MONTHS_KEPT: i32 = 12;
/// The day of a month on which the month before it is there.
const PUBLISHED: i8 = 19;

/// One of the scopes that emissions are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmissionScope {
    Scope1,
    Scope2,
    Scope3,
}

impl EmissionScope {
    /// The scope of this name.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "scope1" => Some(Self::Scope1),
            "scope2" => Some(Self::Scope2),
            "scope3" => Some(Self::Scope3),
            _ => None,
        }
    }

    /// The part of all emissions: most of what a renewably powered service emits is in how it
    /// was built.
    const fn share(self, region: Region) -> f64 {
        let power = match region {
            Region::WestEurope => 0.10,
            Region::NorthEurope => 0.14,
            Region::EastUs2 => 0.31,
            Region::UkSouth => 0.17,
        };
        match self {
            Self::Scope1 => 0.006,
            Self::Scope2 => power,
            Self::Scope3 => 0.994 - power,
        }
    }
}

/// Kilograms for a euro of a service.
fn intensity(service: &str) -> f64 {
    match service {
        "Virtual Machines" | "Azure Kubernetes Service" => 0.031,
        "Azure App Service" => 0.026,
        "SQL Database" | "Azure Cosmos DB" | "Azure Cache for Redis" => 0.019,
        "Storage" | "Backup" => 0.024,
        "Log Analytics" | "Azure Monitor" => 0.012,
        "Azure Firewall" | "VPN Gateway" | "Load Balancer" | "Azure Bastion" | "Bandwidth" => 0.008,
        _ => 0.002,
    }
}

/// How much more or less a region emits for the same.
const fn region_factor(region: Region) -> f64 {
    match region {
        Region::WestEurope => 1.0,
        Region::NorthEurope => 1.06,
        Region::EastUs2 => 1.42,
        Region::UkSouth => 0.9,
    }
}

/// What a charge's use emits in the month that begins on a day, in kilograms.
pub(crate) fn of_charge(
    world: &World,
    calendar: &Calendar,
    charge: &Charge,
    (scopes, month): (&[EmissionScope], i32),
) -> f64 {
    let Some(group) = charge.group(world) else {
        return 0.0;
    };
    let end = month_start(month, 1);
    let spent = charge.amount(calendar, f64::from(month), f64::from(end));
    let share: f64 = scopes.iter().map(|scope| scope.share(group.region)).sum();
    // Power is a little cleaner every year.
    let years = f64::from(day_of(world.anchor) - month) / 365.0;
    spent
        * intensity(charge.meter.service)
        * region_factor(group.region)
        * share
        * (1.0 + 0.05 * years)
}

/// The first days of the oldest and the latest month that are there.
pub(crate) fn available(now: Timestamp) -> (i32, i32) {
    let today = day_of(now);
    let back = if date_of(today).day() >= PUBLISHED { -1 } else { -2 };
    let last = month_start(today, back);
    (month_start(last, 1 - MONTHS_KEPT), last)
}
