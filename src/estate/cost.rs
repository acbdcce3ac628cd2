//! What the estate costs: charges of resources at prices believable for their sizes, and their
//! sums by dimension and day. Everything follows from the world in closed form, so that a sum by
//! one dimension agrees with a sum by any other, and a year of 100,000 resources is quick. Knows
//! no provider.

pub(crate) mod budget;
pub(crate) mod calendar;
mod charge;
pub(crate) mod commitment;
pub(crate) mod dimension;
mod meter;
mod price;
pub(crate) mod sizes;
pub(crate) mod tally;

pub(crate) use charge::{Charge, of_resource};
pub(crate) use price::region_factor;

/// The currency the company is billed in.
pub(crate) const CURRENCY: &str = "EUR";
/// What a euro is in US dollars, for the columns in dollars.
pub(crate) const DOLLARS: f64 = 1.09;
/// Days of an average month, for prices a month.
pub(crate) const MONTH: f64 = 365.25 / 12.0;
/// Months of history that are kept beside the present one.
pub(crate) const MONTHS_KEPT: i32 = 13;
