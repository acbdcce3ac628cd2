//! A machine that went down after a change: it was resized in the night and never came back.
//! So far seen in its power state; alerts, health and changes follow with their providers.

use crate::estate::world::{Builder, kind::Kind, mark::Mark};

/// The machine.
pub(crate) const MACHINE: &str = "vm-api-02";

pub(super) fn cast(builder: &mut Builder) {
    if let Some(machine) = builder.named(Kind::VirtualMachine, MACHINE) {
        builder.mark(machine, Mark::Deallocated);
        builder.clear(machine, Mark::NoBackup);
    }
}
