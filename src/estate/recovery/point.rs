//! What can be restored: the recovery points of a protected item. There is one for every night
//! whose backup did not fail, as long as its policy keeps it.

use jiff::civil::Weekday;
use serde_json::{Value, json};

use super::item::{Item, What};
use crate::estate::{
    chronicle::stopped_minutes_ago,
    clock::stamp,
    world::{World, mark::Mark},
};

/// The furthest night back of which anything is kept.
const FURTHEST: usize = 365;

/// A recovery point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    item: Item,
    night: usize,
    /// Minutes before the anchor.
    pub(crate) at: i64,
}

/// The recovery points of an item, newest first.
pub(crate) fn of_item(world: &World, item: Item) -> impl Iterator<Item = Point> + '_ {
    let created = world.resource(item.machine).map_or(0, |r| i64::from(r.created));
    (0..FURTHEST).filter_map(move |night| {
        let at = item.began(world, night) - 3;
        let kept = at < created && is_kept(world, item, night, at);
        (kept && item.failure(world, night).is_none()).then_some(Point { item, night, at })
    })
}

/// Minutes before the anchor of the newest point of an item.
pub(crate) fn newest(world: &World, item: Item) -> Option<i64> {
    of_item(world, item).next().map(|point| point.at)
}

/// Daily points for some days, those of Sundays for some weeks, the first of a month for longer.
fn is_kept(world: &World, item: Item, night: usize, at: i64) -> bool {
    let kept = item.policy(world).kept();
    if night < kept.days {
        return true;
    }
    let day = world.ago(at).to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    let is_sunday = day.weekday() == Weekday::Sunday;
    is_sunday && (night < kept.weeks * 7 || (day.day() <= 7 && night < kept.months * 30))
}

impl Point {
    /// Its name, digits as Azure has them.
    pub(crate) fn name(&self, world: &World) -> String {
        let digits = self.item.chance(world).child("point").nth(self.night as u64);
        (10_000_000_000_000 + digits.below(80_000_000_000_000)).to_string()
    }

    /// How consistent it is.
    fn consistency(&self, world: &World) -> &'static str {
        let machine = self.item.machine;
        let is_off = world.has(machine, Mark::Deallocated)
            && stopped_minutes_ago(world, machine).is_none_or(|stopped| self.at < stopped);
        match (is_off, world.has(machine, Mark::Linux)) {
            (true, _) => "CrashConsistent",
            (false, true) => "FileSystemConsistent",
            (false, false) => "AppConsistent",
        }
    }

    /// The REST body.
    pub(crate) fn body(&self, world: &World) -> Value {
        let properties = match self.item.what {
            What::Machine => self.of_machine(world),
            What::Database(_) => json!({
                "objectType": "AzureWorkloadSQLRecoveryPoint",
                "recoveryPointTimeInUTC": stamp(world.ago(self.at)),
                "type": "Differential",
                "recoveryPointTierDetails": [{ "type": "HardenedRP", "status": "Valid" }],
            }),
        };
        json!({
            "id": format!("{}/recoveryPoints/{}", self.item.id(world), self.name(world)),
            "name": self.name(world),
            "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/recoveryPoints",
            "properties": properties,
        })
    }

    fn of_machine(&self, world: &World) -> Value {
        let kept = self.item.policy(world).kept();
        let instant = if self.night < kept.instant_days { "Valid" } else { "Deleted" };
        let expires = if self.night < kept.days { kept.days } else { kept.months.max(3) * 30 };
        let left = i64::try_from(expires).unwrap_or(0) * crate::estate::world::DAY - self.at;
        json!({
            "objectType": "IaasVMRecoveryPoint",
            "recoveryPointType": self.consistency(world),
            "recoveryPointTime": stamp(world.ago(self.at)),
            "recoveryPointAdditionalInfo": "",
            "sourceVMStorageType": "NormalStorage",
            "isSourceVMEncrypted": false,
            "isInstantIlrSessionActive": false,
            "isManagedVirtualMachine": true,
            "originalStorageAccountOption": false,
            "osType": if world.has(self.item.machine, Mark::Linux) { "Linux" } else { "Windows" },
            "recoveryPointTierDetails": [
                { "type": "InstantRP", "status": instant },
                { "type": "HardenedRP", "status": "Valid" },
            ],
            "recoveryPointMoveReadinessInfo": { "ArchivedRP": { "isReadyForMove": false } },
            "recoveryPointProperties": {
                "expiryTime": stamp(world.ago(-left)),
                "isSoftDeleted": false,
            },
        })
    }
}
