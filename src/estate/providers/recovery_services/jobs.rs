//! Backup jobs (2024-04-01): `BackupJobs_List`, `JobDetails_Get`.

use jiff::{Timestamp, civil::DateTime};

use super::{
    super::conditions::{Comparison, Conditions},
    require,
};
use crate::estate::{
    http::{answer::Answer, call::Call, error::ArmError},
    recovery::job::{self, Job},
    world::ResourceIx,
};

const FIELDS: &[&str] =
    &["status", "operation", "backupManagementType", "startTime", "endTime", "jobId"];

pub(super) fn list(call: &Call<'_>, vault: ResourceIx) -> Result<Answer, ArmError> {
    require(call, vault, "backupJobs")?;
    let filter = Conditions::of(call, FIELDS)?;
    let world = call.world();
    let mut wanted = Vec::new();
    for job in job::in_vault(world, vault) {
        if fits(call, &filter, &job)? {
            wanted.push(job);
        }
    }
    call.page(wanted.into_iter(), |job| Some(job.body(world)))
}

pub(super) fn get(call: &Call<'_>, vault: ResourceIx, name: &str) -> Result<Answer, ArmError> {
    require(call, vault, "backupJobs")?;
    let world = call.world();
    let mut jobs = job::in_vault(world, vault).into_iter();
    let found = jobs.find(|job| job.name(world).eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| ArmError::not_found(&format!("The job '{name}'")))?;
    Answer::json(&found.detailed(world))
}

/// Whether a job fits: `startTime` and `endTime` are the bounds of a range, whatever is written
/// between them and their value.
fn fits(call: &Call<'_>, filter: &Conditions, job: &Job) -> Result<bool, ArmError> {
    let world = call.world();
    let started = world.ago(job.started);
    if filter.0.is_empty() {
        return Ok(true);
    }
    for all in &filter.0 {
        let mut fit = true;
        for condition in all {
            let value = condition.value.as_str();
            let same = match condition.field {
                "startTime" => {
                    fit &= started >= instant(value)?;
                    continue;
                }
                "endTime" => {
                    fit &= started <= instant(value)?;
                    continue;
                }
                "status" => value.eq_ignore_ascii_case(job.status()),
                "operation" => value.eq_ignore_ascii_case("Backup"),
                "jobId" => value.eq_ignore_ascii_case(&job.name(world)),
                _ => value.eq_ignore_ascii_case(job.item.management()),
            };
            fit &= same != (condition.comparison == Comparison::NotEqual);
        }
        if fit {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An instant as Backup's filters write it, `2025-01-01 05:23:52 AM`, or RFC 3339.
pub(super) fn instant(text: &str) -> Result<Timestamp, ArmError> {
    let wrong = || ArmError::bad_request(format!("The time '{text}' in the filter is invalid."));
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let (clock, half) = match text.rsplit_once(' ') {
        Some((clock, half)) if half.eq_ignore_ascii_case("PM") => (clock, 12),
        Some((clock, half)) if half.eq_ignore_ascii_case("AM") => (clock, 0),
        _ => (text, 24),
    };
    let at: DateTime = clock.replace(' ', "T").parse().map_err(|_| wrong())?;
    // Midnight and noon are written as 12 or as 0.
    let hour = match half {
        24 => at.hour(),
        half => at.hour() % 12 + half,
    };
    let at = at.with().hour(hour).build().map_err(|_| wrong())?;
    Ok(at.in_tz("UTC").map_err(|_| wrong())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_backup_filters_have_halves_of_the_day() {
        let read = |text| instant(text).ok().map(|at| at.to_string());
        assert_eq!(read("2025-01-01 05:23:52 AM").as_deref(), Some("2025-01-01T05:23:52Z"));
        assert_eq!(read("2025-01-01 05:23:52 PM").as_deref(), Some("2025-01-01T17:23:52Z"));
        assert_eq!(read("2016-01-01 00:00:00 AM").as_deref(), Some("2016-01-01T00:00:00Z"));
        assert_eq!(read("2016-01-01 12:00:00 PM").as_deref(), Some("2016-01-01T12:00:00Z"));
        assert_eq!(read("2016-01-01T12:00:00Z").as_deref(), Some("2016-01-01T12:00:00Z"));
        assert_eq!(read("yesterday"), None);
    }
}
