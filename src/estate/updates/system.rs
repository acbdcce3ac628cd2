//! Which operating system a machine runs, by name and build as its instance view tells it.

use crate::estate::world::{ResourceIx, World, company::Environment, mark::Mark};

/// An operating system.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct System {
    /// As the instance view names it.
    pub(crate) name: &'static str,
    /// As the instance view numbers it.
    pub(crate) version: &'static str,
    /// The image: publisher, offer, sku.
    pub(crate) image: (&'static str, &'static str, &'static str),
}

const WINDOWS: &str = "MicrosoftWindowsServer";

const WINDOWS_2022: System = System {
    name: "Windows Server 2022 Datacenter",
    version: "10.0.20348.2700",
    image: (WINDOWS, "WindowsServer", "2022-datacenter-azure-edition"),
};
const WINDOWS_2019: System = System {
    name: "Windows Server 2019 Datacenter",
    version: "10.0.17763.6414",
    image: (WINDOWS, "WindowsServer", "2019-datacenter-gensecond"),
};
const WINDOWS_2016: System = System {
    name: "Windows Server 2016 Datacenter",
    version: "10.0.14393.7428",
    image: (WINDOWS, "WindowsServer", "2016-datacenter-gensecond"),
};
const WINDOWS_2012_R2: System = System {
    name: "Windows Server 2012 R2 Datacenter",
    version: "6.3.9600.22221",
    image: (WINDOWS, "WindowsServer", "2012-r2-datacenter-gensecond"),
};
const UBUNTU_22: System = System {
    name: "ubuntu",
    version: "22.04",
    image: ("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"),
};
const UBUNTU_20: System = System {
    name: "ubuntu",
    version: "20.04",
    image: ("Canonical", "0001-com-ubuntu-server-focal", "20_04-lts-gen2"),
};

/// The application that nobody dares to touch.
const LEGACY: &str = "legacy";

/// The system of a machine.
pub(crate) fn of_machine(world: &World, ix: ResourceIx) -> &'static System {
    let Some(resource) = world.resource(ix) else {
        return &WINDOWS_2022;
    };
    let group = world.group(resource.group);
    let is_legacy = group.is_some_and(|g| g.application.ends_with(LEGACY));
    let is_test = group.is_some_and(|g| g.environment == Environment::NonProduction);
    let draw = resource.chance.child("system").below(100);
    match (resource.marks.has(Mark::Linux), draw) {
        (true, 0..20) if is_test => &UBUNTU_20,
        (true, 0..12) => &UBUNTU_20,
        (true, _) => &UBUNTU_22,
        (false, 0..50) if is_legacy => &WINDOWS_2012_R2,
        (false, _) if is_legacy => &WINDOWS_2016,
        (false, 0..20) => &WINDOWS_2019,
        (false, 20..25) => &WINDOWS_2016,
        (false, _) => &WINDOWS_2022,
    }
}
