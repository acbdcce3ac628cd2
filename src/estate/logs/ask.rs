//! What a query asks of a table, and where its rows are put: only those of the time and the
//! resources that it asks for, with only the columns that it can see.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    KEPT,
    schema::{Definition, classic_name},
};
use crate::estate::{
    chance::Chance,
    kql::{SharedRow, Sought},
    state::State,
    world::{DAY, ResourceIx, World},
};

/// Whose logs are read.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// Everything in some workspaces.
    Workspaces(Vec<ResourceIx>),
    /// What is about one resource or below it, by its id in lower case.
    Resource(String),
}

/// From one second to another, both included, with the present and the anchor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) now: i64,
    pub(super) anchor: i64,
}

impl Window {
    pub(super) fn of(
        state: &State,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        sought: &Sought,
        is_classic: bool,
    ) -> Self {
        let column = if is_classic { "timestamp" } else { "TimeGenerated" };
        let (after, before) = sought.between(column);
        let now = state.clock.now().as_second();
        let anchor = state.world.anchor.as_second();
        // Rows have fractions of seconds: the query drops what is a fraction too early.
        let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        let ends = [second(to), second(before)];
        let starts = [second(from), second(after)];
        Self {
            from: starts.into_iter().flatten().max().unwrap_or(i64::MIN).max(anchor - KEPT * 60),
            to: ends.into_iter().flatten().min().unwrap_or(i64::MAX).min(now),
            now,
            anchor,
        }
    }

    pub(super) const fn has(&self, at: i64) -> bool {
        self.from <= at && at <= self.to
    }

    /// The second so many minutes before the anchor.
    pub(super) const fn ago(&self, minutes: i64) -> i64 {
        self.anchor - minutes * 60
    }

    /// The seconds at which something happens every `every` minutes up to `end`: all of them
    /// shortly before the end, fewer before, and fewer still after a day, so that `sources` of
    /// them together stay bearable.
    pub(super) fn beats(self, (phase, end): (u64, Option<i64>), rate: Rate) -> Vec<i64> {
        let last = end.unwrap_or(i64::MAX).min(self.now);
        let phase = i64::try_from(phase % 60).unwrap_or(0);
        let day = self.anchor - DAY * 60;
        let tail = last - 10 * rate.every * 60;
        let mut beats = Vec::new();
        for (from, to, minutes) in [
            (i64::MIN, day.min(tail), rate.dense() * 30),
            (day, tail, rate.dense()),
            (tail, last + 1, rate.every),
        ] {
            let step = minutes * 60;
            let mut at = self.from.max(from).div_euclid(step) * step + phase;
            while at < to && at <= self.to {
                if at >= self.from && at >= from && at <= last {
                    beats.push(at);
                }
                at += step;
            }
        }
        beats
    }

    /// What happens now and then: at most once in each `slot` seconds, with its own chance; most
    /// of what is older than a day is forgotten.
    pub(super) fn slots(
        self,
        (chance, end): (Chance, Option<i64>),
        slot: i64,
    ) -> impl Iterator<Item = (i64, Chance)> {
        let last = end.unwrap_or(i64::MAX).min(self.to);
        let day = self.anchor - DAY * 60;
        (self.from.div_euclid(slot)..=last.div_euclid(slot)).filter_map(move |number| {
            let own = chance.nth(number.unsigned_abs());
            let within = own.child("at").below(slot.unsigned_abs());
            let at = number * slot + i64::try_from(within).unwrap_or(0);
            let is_kept = at >= day || own.child("kept").percent(15);
            (is_kept && self.from <= at && at <= last).then_some((at, own))
        })
    }
}

/// How often something happens, and how many it happens to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// Minutes.
    pub(super) every: i64,
    pub(super) sources: usize,
}

impl Rate {
    /// Minutes between those that are kept of the last day.
    fn dense(self) -> i64 {
        let a_day = i64::try_from(self.sources).unwrap_or(i64::MAX).saturating_mul(DAY);
        self.every.max((a_day + 39_999) / 40_000)
    }
}

/// What one query asks of one table.
pub(super) struct Ask<'a> {
    pub(super) state: &'a State,
    pub(super) reach: &'a Reach,
    pub(super) sought: &'a Sought,
    pub(super) window: Window,
}

impl<'a> Ask<'a> {
    pub(super) const fn world(&self) -> &'a World {
        &self.state.world
    }

    /// Whether rows about a resource are asked for.
    pub(super) fn sees(&self, place: &Place) -> bool {
        let is_reached = match self.reach {
            Reach::Workspaces(all) => place.workspace.is_some_and(|own| all.contains(&own)),
            Reach::Resource(id) => {
                place.workspace.is_some()
                    && place
                        .id
                        .strip_prefix(id.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        };
        is_reached && self.sought.admits("_ResourceId", &place.id)
    }
}

/// What a row is about, and which workspace holds it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The ARM id in lower case; empty for what is about no resource.
    pub(super) id: String,
    pub(super) workspace: Option<ResourceIx>,
}

impl Place {
    pub(super) fn of(world: &World, ix: ResourceIx, workspace: Option<ResourceIx>) -> Self {
        Self { id: world.resource_id(ix).to_ascii_lowercase(), workspace }
    }
}

/// Where the rows of a table are put.
pub(super) struct Sink<'a> {
    ask: &'a Ask<'a>,
    table: &'a Definition,
    is_classic: bool,
    rows: Vec<SharedRow>,
}

impl<'a> Sink<'a> {
    pub(super) const fn new(ask: &'a Ask<'a>, table: &'a Definition, is_classic: bool) -> Self {
        Self { ask, table, is_classic, rows: Vec::new() }
    }

    pub(super) const fn is_classic(&self) -> bool {
        self.is_classic
    }

    pub(super) fn rows(self) -> Vec<SharedRow> {
        self.rows
    }

    /// Adds a row of an instant, if it is of the time asked for.
    pub(super) fn add(&mut self, at: i64, place: &Place, fill: impl FnOnce(&mut Line<'_>)) {
        if !self.ask.window.has(at) {
            return;
        }
        let world = self.ask.world();
        let sought = self.ask.sought;
        let is_classic = self.is_classic;
        let mut line = Line { sought, is_classic, cells: Map::new() };
        line.set("TimeGenerated", instant(at));
        line.set("Type", self.table.name);
        line.set("SourceSystem", self.table.source);
        line.set("_ResourceId", place.id.as_str());
        line.set_with("_SubscriptionId", || place.id.split('/').nth(2).unwrap_or("").into());
        line.set_with("TenantId", || {
            let workspace = place.workspace.and_then(|ix| world.resource(ix));
            workspace.map_or(Value::Null, |one| one.chance.child("customer").guid().into())
        });
        line.set("_BilledSize", self.table.bytes);
        line.set("_IsBillable", if self.table.is_billable { "True" } else { "False" });
        fill(&mut line);
        self.rows.push(SharedRow::new(line.cells));
    }
}

/// A row in the making.
pub(super) struct Line<'a> {
    sought: &'a Sought,
    is_classic: bool,
    cells: Map<String, Value>,
}

impl Line<'_> {
    pub(super) fn set(&mut self, column: &str, value: impl Into<Value>) -> &mut Self {
        self.set_with(column, || value.into())
    }

    /// As [`Line::set`], of a value that costs something.
    pub(super) fn set_with(&mut self, column: &str, value: impl FnOnce() -> Value) -> &mut Self {
        let classic = || classic_name(column);
        let shown = if self.is_classic { classic() } else { Some(column) };
        if let Some(name) = shown.filter(|name| self.sought.uses(name)) {
            self.cells.insert(name.to_owned(), value());
        }
        self
    }

    pub(super) fn all<const N: usize>(&mut self, cells: [(&str, Value); N]) -> &mut Self {
        for (column, value) in cells {
            self.set(column, value);
        }
        self
    }
}

/// An instant as rows have it.
pub(super) fn instant(at: i64) -> String {
    Timestamp::from_second(at).unwrap_or_default().to_string()
}

/// How busy the company is, from 0 to 100: least at night, half at weekends.
pub(super) const fn busy(at: i64) -> i64 {
    let minute = at.div_euclid(60).rem_euclid(24 * 60);
    let day = at.div_euclid(86_400).rem_euclid(7);
    let from_noon = if minute > 13 * 60 { minute - 13 * 60 } else { 13 * 60 - minute };
    let level = 100 - from_noon * 85 / (13 * 60);
    // The epoch was a Thursday.
    if day == 2 || day == 3 { level / 2 } else { level }
}
