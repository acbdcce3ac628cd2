//! The values of a metric over time: a level of the resource's own, the rhythm of the working day
//! and week, noise, and what happened to the resource. One value a minute; every grain is put
//! together from those, so that hours add up to what their minutes say.

use jiff::Timestamp;

use super::{
    Metric,
    effect::{self, Effect, How},
};
use crate::estate::{
    chance::Chance,
    monitor::Fired,
    world::{ResourceIx, World},
};

const MINUTES_OF_DAY: i64 = 24 * 60;
/// The working day's course from midnight UTC, an hour each, in percent of the busiest.
const DAY: [f64; 24] = [
    22.0, 18.0, 16.0, 15.0, 17.0, 24.0, 38.0, 58.0, 79.0, 92.0, 97.0, 95.0, 90.0, 96.0, 100.0,
    98.0, 92.0, 83.0, 72.0, 62.0, 52.0, 42.0, 34.0, 27.0,
];
/// How busy each day is from Monday on, in percent.
const WEEK: [f64; 7] = [96.0, 100.0, 99.0, 98.0, 93.0, 58.0, 52.0];

/// Whole minutes since 1970, from the first up to, not including, the second, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Minutes of a step.
    pub(crate) step: i64,
}

impl Window {
    /// How many steps it has.
    pub(crate) const fn steps(self) -> i64 {
        let length = self.to - self.from;
        if self.step <= 0 || length <= 0 { 0 } else { (length + self.step - 1) / self.step }
    }
}

/// The values of a step put together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) count: u32,
    pub(crate) total: f64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
}

impl Bucket {
    fn add(&mut self, value: f64) {
        if self.count == 0 {
            (self.minimum, self.maximum) = (value, value);
        }
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
        self.total += value;
        self.count += 1;
    }

    /// Takes in the values of another resource in the same step.
    pub(crate) fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.total += other.total;
        self.count += other.count;
    }

    /// The mean; 0 where there is no value.
    pub(crate) fn average(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.total / f64::from(self.count) }
    }

    /// The part of the values that one value of a dimension has.
    pub(crate) fn share(&self, share: f64) -> Self {
        Self {
            count: self.count,
            total: self.total * share,
            minimum: self.minimum * share,
            maximum: self.maximum * share,
        }
    }
}

/// The steps of a window; a step without a value has count 0. Nothing is known of the time after
/// `now`.
pub(crate) fn buckets<'a>(
    (world, fired): (&World, impl Iterator<Item = &'a Fired>),
    (ix, metric): (ResourceIx, &Metric),
    (window, now): (Window, Timestamp),
) -> Vec<Bucket> {
    let Some(resource) = world.resource(ix) else {
        return Vec::new();
    };
    let course = Course {
        chance: resource.chance.child("metric").child(metric.follows),
        metric,
        effects: effect::of(world, fired, (ix, metric)),
    };
    let last = minute_of(now);
    let mut steps = Vec::new();
    for number in 0..window.steps() {
        let from = window.from + number * window.step;
        let to = (from + window.step).min(window.to).min(last);
        let mut bucket = Bucket::default();
        for minute in from..to {
            if let Some(value) = course.at(minute) {
                bucket.add(value);
            }
        }
        steps.push(bucket);
    }
    steps
}

/// Whole minutes since 1970.
pub(super) fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

struct Course<'a> {
    chance: Chance,
    metric: &'a Metric,
    effects: Vec<Effect>,
}

impl Course<'_> {
    /// The value of a minute; `None` where nothing was measured.
    fn at(&self, minute: i64) -> Option<f64> {
        let usual = &self.metric.usual;
        let noise = self.part_of_one(minute);
        let (least, most) = usual.level;
        let level = least + (most - least) * part_of_one(self.chance.child("level").bits());
        let busy = 1.0 - usual.rhythm + usual.rhythm * busy(minute);
        let mut value = level * busy * (1.0 + usual.noise * (2.0 * noise - 1.0));
        for effect in self.effects.iter().filter(|one| one.is_at(minute)) {
            value = match effect.how {
                How::Missing => return None,
                How::Times(factor) => value * factor,
                How::About(about) => about * (0.985 + 0.03 * noise),
                How::Exactly(exact) => return Some(exact),
            };
        }
        let value = value.clamp(0.0, usual.most);
        Some(if usual.is_whole { (value + noise).floor() } else { value })
    }

    fn part_of_one(&self, minute: i64) -> f64 {
        part_of_one(self.chance.nth(minute.unsigned_abs()).bits())
    }
}

/// From 0 up to, not including, 1.
fn part_of_one(bits: u64) -> f64 {
    let high = u32::try_from(bits >> 32).unwrap_or(0);
    f64::from(high) / 4_294_967_296.0
}

/// How busy people are in a minute, 0 to 1.
fn busy(minute: i64) -> f64 {
    let of_day = minute.rem_euclid(MINUTES_OF_DAY);
    // The first of January 1970 was a Thursday.
    let day = (minute.div_euclid(MINUTES_OF_DAY) + 3).rem_euclid(7);
    let hour = usize::try_from(of_day / 60).unwrap_or(0);
    let at = |hour: usize| DAY.get(hour % DAY.len()).copied().unwrap_or(50.0);
    let within = f64::from(i32::try_from(of_day % 60).unwrap_or(0)) / 60.0;
    let of_day = at(hour) * (1.0 - within) + at(hour + 1) * within;
    let of_week = usize::try_from(day).ok().and_then(|day| WEEK.get(day)).copied();
    of_day * of_week.unwrap_or(100.0) / 10_000.0
}
