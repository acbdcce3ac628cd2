//! A machine with no protection: no backup, no endpoint protection, nobody's tag. Seen in its
//! recommendations; protectable items follow with the backup provider.

use crate::estate::world::{Builder, kind::Kind, mark::Mark};

/// The machine.
pub(crate) const MACHINE: &str = "vm-legacy-01";

pub(super) fn cast(builder: &mut Builder) {
    let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) else {
        return;
    };
    for mark in [
        Mark::NoBackup,
        Mark::NoEndpointProtection,
        Mark::NoScanner,
        Mark::NoGuestConfiguration,
        Mark::NoPeriodicAssessment,
        Mark::Untagged,
    ] {
        builder.mark(machine, mark);
    }
}
