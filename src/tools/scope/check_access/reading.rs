//! Where rights are asked for, what Azure says of them, and which locks there are.

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::{LOCKS_ACTION, Lock, Verdict, capability::Capability};
use crate::{
    azure::{ApiVersion, ResourceId},
    tools::{
        context::{Operation, Pages, ReadContext, Rights, Subscription},
        error::ToolError,
        present::listed,
        rows::Row,
        scope::look_up::{Asked, look_up},
        untrusted::{Untrusted, visible},
    },
};

/// Scopes that are checked in one call.
const MAX_PLACES: usize = 16;
const CONCURRENT_READS: usize = 4;

/// A scope to check.
#[derive(Clone, Debug)]
pub(super) struct Place {
    id: String,
    name: Untrusted<String>,
}

/// What was learnt.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) conditional: bool,
}

/// The scopes that are meant: those of the thread without a name.
///
/// # Errors
/// [`ToolError::Rejected`] for a name that means nothing visible, or several things.
pub(super) async fn places(cx: &ReadContext, at: Option<&str>) -> Result<Vec<Place>, ToolError> {
    let visible_ones = cx.subscriptions().await?;
    let Some(at) = at.map(str::trim).filter(|text| !text.is_empty()) else {
        let mut places = match cx.bounds().is_narrow() {
            true => cx.bounds().scope().ids().iter().map(|id| Place::at(&id.to_string())).collect(),
            false => visible_ones.inside().iter().map(Place::of).collect::<Vec<_>>(),
        };
        if places.len() > MAX_PLACES {
            let what = format!("{} more scopes were not checked", places.len() - MAX_PLACES);
            cx.note("/", "NotChecked", &what);
            places.truncate(MAX_PLACES);
        }
        return Ok(places);
    };
    if at.starts_with('/') {
        cx.check(at).await?;
        let id =
            ResourceId::parse(at).map_err(|error| ToolError::wrong("at", error.to_string()))?;
        return Ok(vec![Place::at(&id.to_string())]);
    }
    let asked = Some(at.to_owned());
    if let Ok([only]) = visible_ones.select(cx.bounds(), &asked).as_deref() {
        cx.bounds().check(&only.scope())?;
        return Ok(vec![Place::of(only)]);
    }
    named(cx, visible_ones.inside(), at).await
}

async fn named(
    cx: &ReadContext,
    over: &[Subscription],
    name: &str,
) -> Result<Vec<Place>, ToolError> {
    let found = look_up(cx, over, &Asked { name, ..Asked::default() }).await?;
    let ids: Vec<String> =
        found.rows.iter().filter_map(|row| row.get("id")?.as_str().map(str::to_owned)).collect();
    match ids.as_slice() {
        [only] => Ok(vec![Place::at(only)]),
        [] => Err(ToolError::wrong(
            "at",
            "no subscription, resource group or resource of this name is visible; rights can be \
             checked by ARM id all the same",
        )),
        several => {
            let several: Vec<String> =
                several.iter().take(5).map(|id| format!("`{}`", visible(id))).collect();
            let rule =
                format!("several are called that; give the ARM id of one: {}", listed(&several));
            Err(ToolError::wrong("at", rule))
        }
    }
}

/// Compares what Azure says of each scope with what is wanted.
///
/// # Errors
/// The first failure, when no scope could be read.
pub(super) async fn verdicts(
    cx: &ReadContext,
    places: &[Place],
    wanted: &[Capability],
) -> Result<Seen, ToolError> {
    let mut asked = Vec::new();
    for place in places {
        asked.push(rights_at(cx, place));
    }
    let answers: Vec<_> = stream::iter(asked).buffered(CONCURRENT_READS).collect().await;
    let mut seen = Seen::default();
    let mut first_error = None;
    for (place, answer) in answers {
        match answer {
            Ok(rights) => {
                cx.read_at(&place.id);
                seen.conditional |= rights.conditional();
                seen.verdicts.extend(wanted.iter().map(|one| place.verdict(&rights, one)));
            }
            Err(error) => {
                cx.failed(&place.id, &error);
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if seen.verdicts.is_empty() => Err(error),
        Some(_) | None => Ok(seen),
    }
}

async fn rights_at<'a>(
    cx: &ReadContext,
    place: &'a Place,
) -> (&'a Place, Result<Rights, ToolError>) {
    (place, cx.rights(&place.id).await)
}

/// The locks that would stop the change (`ManagementLocks_ListByScope`, 2020-05-01): a delete is
/// stopped by any, another change by `ReadOnly`. What cannot be read is in the coverage.
pub(super) async fn locks(cx: &ReadContext, places: &[Place], wanted: &Capability) -> Vec<Lock> {
    let operation = Operation {
        below: "/providers/Microsoft.Authorization/locks",
        version: ApiVersion::new("2020-05-01"),
        action: LOCKS_ACTION,
        pages: Pages::All,
    };
    let deletes = wanted.action.to_ascii_lowercase().ends_with("/delete");
    let mut locks: Vec<Lock> = Vec::new();
    for place in places {
        match cx.list(&operation.below(&place.id)).await {
            Ok(rows) => {
                let rows = rows.into_iter().map(Value::Object).collect::<Vec<_>>();
                let read = rows.iter().filter_map(|row| Lock::of(Row::of(row)?));
                let matters = |lock: &Lock| deletes || lock.level.eq_ignore_ascii_case("ReadOnly");
                locks.extend(read.filter(matters));
            }
            Err(error) => {
                cx.part_failed(&place.id, "locks", &error);
            }
        }
    }
    locks.dedup_by(|a, b| a.id.eq_ignore_ascii_case(&b.id));
    locks
}

impl Place {
    fn of(subscription: &Subscription) -> Self {
        Self { id: subscription.scope(), name: subscription.name.clone() }
    }

    fn at(id: &str) -> Self {
        Self { name: Untrusted::new(id.rsplit('/').next().unwrap_or(id)), id: id.to_owned() }
    }

    fn verdict(&self, rights: &Rights, wanted: &Capability) -> Verdict {
        Verdict {
            task: Untrusted::new(&wanted.task),
            action: wanted.action.clone(),
            scope: self.id.clone(),
            scope_name: self.name.clone(),
            allowed: rights.allow(&wanted.action),
        }
    }
}

impl Lock {
    fn of(row: Row<'_>) -> Option<Self> {
        let id = row.text("id")?;
        let marker = "/providers/microsoft.authorization/locks/";
        let at = id.to_ascii_lowercase().rfind(marker)?;
        Some(Self {
            scope: id.get(..at)?.to_owned(),
            level: row.text("properties.level")?,
            notes: row.text("properties.notes").map(|notes| Untrusted::new(&notes)),
            id,
        })
    }
}
