//! How often what is wrong: the share of resources of a kind that bear a flaw when nobody tells
//! a story about them. Production is kept better than the rest.

use super::{
    company::Environment,
    kind::Kind,
    mark::{Mark, Marks},
};
use crate::estate::chance::Chance;

/// A flaw, the kinds it strikes, and its share in production and elsewhere in percent.
struct Flaw(Mark, &'static [Kind], u8, u8);

const FLAWS: &[Flaw] = &[
    Flaw(Mark::OpenManagementPorts, &[Kind::NetworkSecurityGroup], 0, 20),
    Flaw(Mark::OpenPorts, &[Kind::NetworkSecurityGroup], 10, 25),
    Flaw(Mark::NoJustInTime, &[Kind::VirtualMachine], 20, 55),
    Flaw(Mark::MissingUpdates, &[Kind::VirtualMachine], 25, 45),
    Flaw(Mark::NoPeriodicAssessment, &[Kind::VirtualMachine], 15, 50),
    Flaw(Mark::Vulnerable, &[Kind::VirtualMachine], 30, 45),
    Flaw(Mark::NoScanner, &[Kind::VirtualMachine], 5, 30),
    Flaw(Mark::NoEndpointProtection, &[Kind::VirtualMachine], 8, 35),
    Flaw(Mark::WeakBaseline, &[Kind::VirtualMachine], 35, 60),
    Flaw(Mark::NoGuestConfiguration, &[Kind::VirtualMachine], 10, 45),
    Flaw(Mark::NoEncryptionAtHost, &[Kind::VirtualMachine], 30, 60),
    Flaw(Mark::NoBackup, &[Kind::VirtualMachine], 5, 70),
    Flaw(Mark::PlainHttp, &[Kind::StorageAccount], 6, 20),
    Flaw(Mark::PlainHttp, &[Kind::WebSite], 12, 35),
    Flaw(Mark::OldTls, &[Kind::WebSite, Kind::RedisCache], 15, 30),
    Flaw(Mark::PublicData, &[Kind::StorageAccount], 10, 30),
    Flaw(
        Mark::OpenFirewall,
        &[Kind::StorageAccount, Kind::KeyVault, Kind::SqlServer, Kind::CosmosAccount],
        30,
        60,
    ),
    Flaw(Mark::OpenFirewall, &[Kind::ContainerRegistry], 40, 70),
    Flaw(
        Mark::NoPrivateLink,
        &[Kind::StorageAccount, Kind::KeyVault, Kind::SqlServer, Kind::CosmosAccount],
        40,
        80,
    ),
    Flaw(Mark::NoPurgeProtection, &[Kind::KeyVault], 25, 60),
    Flaw(Mark::NoDiagnostics, &[Kind::KeyVault, Kind::WebSite, Kind::KubernetesCluster], 25, 60),
    Flaw(Mark::NoAudit, &[Kind::SqlServer], 20, 55),
    Flaw(Mark::NoTransparentEncryption, &[Kind::SqlDatabase], 4, 12),
    Flaw(Mark::NoEntraAdmin, &[Kind::SqlServer], 20, 50),
    Flaw(Mark::Vulnerable, &[Kind::SqlDatabase], 30, 40),
    Flaw(Mark::VulnerableImages, &[Kind::ContainerRegistry], 55, 75),
    Flaw(Mark::OpenApiServer, &[Kind::KubernetesCluster], 30, 70),
    Flaw(Mark::NoPolicyAddOn, &[Kind::KubernetesCluster], 25, 60),
    Flaw(Mark::NoDdosProtection, &[Kind::VirtualNetwork], 30, 100),
    Flaw(Mark::SystemIdentity, &[Kind::VirtualMachine, Kind::WebSite, Kind::SqlServer], 75, 40),
    Flaw(Mark::Zonal, &[Kind::VirtualMachine], 50, 0),
    Flaw(Mark::Premium, &[Kind::Disk, Kind::StorageAccount], 60, 10),
    Flaw(Mark::Deallocated, &[Kind::VirtualMachine], 0, 30),
    Flaw(Mark::Untagged, Kind::ALL, 4, 30),
];

/// Flaws of subscriptions themselves: their accounts, contacts and plans.
const SUBSCRIPTION_FLAWS: &[(Mark, u8, u8)] = &[
    (Mark::OwnerWithoutMfa, 0, 40),
    (Mark::WriterWithoutMfa, 50, 60),
    (Mark::ReaderWithoutMfa, 50, 70),
    (Mark::TooManyOwners, 0, 100),
    (Mark::GuestOwner, 0, 50),
    (Mark::NoSecurityContact, 0, 60),
    (Mark::NoServersPlan, 0, 60),
    (Mark::NoStoragePlan, 0, 70),
];

/// The marks a new resource happens to bear.
pub(super) fn of_resource(kind: Kind, environment: Environment, chance: Chance) -> Marks {
    let mut marks = Marks::default();
    for Flaw(mark, kinds, production, elsewhere) in FLAWS {
        let share = share(environment, *production, *elsewhere);
        if kinds.contains(&kind) && chance.nth(*mark as u64).percent(share) {
            marks.set(*mark);
        }
    }
    marks
}

/// The marks a new subscription happens to bear.
pub(super) fn of_subscription(environment: Environment, chance: Chance) -> Marks {
    let mut marks = Marks::default();
    for (mark, production, elsewhere) in SUBSCRIPTION_FLAWS {
        if chance.nth(*mark as u64).percent(share(environment, *production, *elsewhere)) {
            marks.set(*mark);
        }
    }
    marks
}

const fn share(environment: Environment, production: u8, elsewhere: u8) -> u8 {
    match environment {
        Environment::Production | Environment::Platform => production,
        Environment::NonProduction | Environment::Sandbox => elsewhere,
    }
}
