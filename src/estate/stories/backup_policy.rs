//! Backups that fail since a policy was changed: the enterprise-planning machines are protected,
//! but their restore points now go to a resource group that a deny policy does not let the
//! backup service create. Seen in the activity log and the backup alerts; jobs and the policy
//! itself follow with their provider.

use crate::estate::{
    chronicle::{Actor, Deed, Edit, Target, Verb, request},
    monitor::{Condition, Fired, Rule, Signal, Source},
    world::{Builder, DAY, GroupIx, ResourceIx, World, kind::Kind, mark::Mark},
};

/// The resource group of the machines whose backups fail.
pub(crate) const GROUP: &str = "rg-erp-prod-weu";
/// The vault that protects them, and its resource group.
pub(crate) const VAULT: (&str, &str) = ("rg-backup-prod-weu", "rsv-backup-prod-weu");
/// The backup policy that was changed.
pub(crate) const POLICY: &str = "policy-erp-daily";
/// Who changed it.
pub(crate) const CHANGER: Actor = Actor::Person("tom.hartmann");
/// The backup service.
pub(crate) const BACKUP: Actor = Actor::Platform("Microsoft.RecoveryServices");
/// Minutes before the anchor at which it was changed.
pub(crate) const CHANGED: i64 = 4 * DAY + 5 * 60 + 20;
/// Minutes before the anchor of the failed nightly backups, newest first.
pub(crate) const FAILURES: [i64; 4] =
    [6 * 60 + 25, DAY + 6 * 60 + 25, 2 * DAY + 6 * 60 + 25, 3 * DAY + 6 * 60 + 25];
/// What the deny policy answers.
pub(crate) const DENIED: (&str, &str) = (
    "RequestDisallowedByPolicy",
    "Resource 'rg-erp-snapshots-1' was disallowed by policy. Policy identifiers: \
     'Require cost center and owner tags on resource groups'.",
);

pub(super) fn cast(builder: &mut Builder) {
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::VirtualMachine) {
            builder.clear(member, Mark::NoBackup);
        }
    }
}

/// The vault in a finished world.
pub(crate) fn vault(world: &World) -> Option<ResourceIx> {
    world.named(VAULT.0, Kind::RecoveryVault, VAULT.1)
}

/// The machines in a finished world.
pub(crate) fn machines(world: &World) -> Vec<ResourceIx> {
    world.members_of_kind(GROUP, Kind::VirtualMachine)
}

pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let (Some(vault), Some(group)) = (vault(world), world.first_group(GROUP)) else {
        return Vec::new();
    };
    let policy = Target::Part {
        of: vault,
        arm_type: "Microsoft.RecoveryServices/vaults/backupPolicies",
        path: format!("/backupPolicies/{POLICY}"),
    };
    let change = Deed::new(CHANGED, CHANGER, Verb::Write, policy, request(world, "backup-policy"))
        .noted("Keep restore points of the ERP machines in a group of their own")
        .editing(vec![
            Edit::new(
                "properties.instantRPDetails.azureBackupRGNamePrefix",
                "",
                "rg-erp-snapshots-",
            ),
            Edit::new("properties.instantRpRetentionRangeInDays", "2", "5"),
        ]);
    let nights = FAILURES.iter().map(|at| denied(world, group, *at));
    std::iter::once(change).chain(nights).collect()
}

/// The policy engine refuses the group that the backup service wants to create.
fn denied(world: &World, near: GroupIx, at: i64) -> Deed {
    let subscription = world.group(near).map(|g| g.subscription);
    let target = subscription.map_or(Target::Group(near), Target::Subscription);
    let label = format!("backup-denied-{at}");
    Deed::new(
        at,
        BACKUP,
        Verb::Named("Microsoft.Authorization/policies/deny/action"),
        target,
        request(world, &label),
    )
    .failing(403, DENIED.0, DENIED.1)
}

pub(super) fn fired(world: &World) -> Vec<Fired> {
    let rule = Rule {
        name: "Backup Failure",
        severity: 1,
        signal: Signal::Log,
        source: Source::AzureBackup,
        description: "A scheduled backup failed: UserErrorRequestDisallowedByPolicy.",
        condition: Condition::event("Backup"),
    };
    let machines = machines(world);
    let of_night = |at: &i64| {
        let at = *at;
        machines
            .iter()
            .map(move |machine| Fired::new(rule, Target::Resource(*machine), at - 4))
            .collect::<Vec<_>>()
    };
    FAILURES.iter().flat_map(of_night).collect()
}
