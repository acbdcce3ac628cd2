//! The company whose estate this is: its tenant, management groups, regions and people's teams.
//! Facts only; the resources are laid out in `workload`.

use super::super::chance::Chance;

/// The company's display name.
pub(crate) const COMPANY: &str = "Northlight Foods";
/// Its default domain, in a top-level domain that can belong to nobody.
pub(crate) const DOMAIN: &str = "northlight.example";

/// What a subscription or resource group is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    Production,
    NonProduction,
    Platform,
    Sandbox,
}

impl Environment {
    /// The value of the `env` tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::NonProduction => "test",
            Self::Platform => "platform",
            Self::Sandbox => "sandbox",
        }
    }

    /// The part of a resource name.
    pub(crate) const fn short(self) -> &'static str {
        match self {
            Self::Production => "prod",
            Self::NonProduction => "test",
            Self::Platform => "plat",
            Self::Sandbox => "sbx",
        }
    }
}

/// A region the company uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Region {
    WestEurope,
    NorthEurope,
    EastUs2,
    UkSouth,
}

impl Region {
    /// The name ARM answers with.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::WestEurope => "westeurope",
            Self::NorthEurope => "northeurope",
            Self::EastUs2 => "eastus2",
            Self::UkSouth => "uksouth",
        }
    }

    /// The name people read.
    pub(crate) const fn display(self) -> &'static str {
        match self {
            Self::WestEurope => "West Europe",
            Self::NorthEurope => "North Europe",
            Self::EastUs2 => "East US 2",
            Self::UkSouth => "UK South",
        }
    }

    /// The part of a resource name.
    pub(crate) const fn short(self) -> &'static str {
        match self {
            Self::WestEurope => "weu",
            Self::NorthEurope => "neu",
            Self::EastUs2 => "eus2",
            Self::UkSouth => "uks",
        }
    }

    /// The second octet of this region's address space.
    pub(crate) const fn octet(self) -> u8 {
        match self {
            Self::WestEurope => 10,
            Self::NorthEurope => 20,
            Self::EastUs2 => 30,
            Self::UkSouth => 40,
        }
    }
}

/// A management group of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManagementGroup {
    Root,
    Platform,
    LandingZones,
    Sandbox,
}

impl ManagementGroup {
    /// Every group, parents first.
    pub(crate) const ALL: [Self; 4] =
        [Self::Root, Self::Platform, Self::LandingZones, Self::Sandbox];

    /// What people read.
    pub(crate) const fn display(self) -> &'static str {
        match self {
            Self::Root => "Tenant Root Group",
            Self::Platform => "Platform",
            Self::LandingZones => "Landing zones",
            Self::Sandbox => "Sandbox",
        }
    }

    /// The group above; `None` for the root.
    pub(crate) const fn parent(self) -> Option<Self> {
        match self {
            Self::Root => None,
            Self::Platform | Self::LandingZones | Self::Sandbox => Some(Self::Root),
        }
    }

    /// The group's id segment: the root's is the tenant id, as in Azure.
    pub(crate) fn name(self, tenant_id: &str) -> &str {
        match self {
            Self::Root => tenant_id,
            Self::Platform => "mg-platform",
            Self::LandingZones => "mg-landingzones",
            Self::Sandbox => "mg-sandbox",
        }
    }

    /// The ARM id.
    pub(crate) fn id(self, tenant_id: &str) -> String {
        format!("/providers/Microsoft.Management/managementGroups/{}", self.name(tenant_id))
    }

    /// Whether `self` is `other` or lies below it.
    pub(crate) fn is_within(self, other: Self) -> bool {
        self == other || self.parent() == Some(other)
    }

    /// The group a subscription for `environment` sits in.
    pub(crate) const fn of(environment: Environment) -> Self {
        match environment {
            Environment::Production | Environment::NonProduction => Self::LandingZones,
            Environment::Platform => Self::Platform,
            Environment::Sandbox => Self::Sandbox,
        }
    }
}

/// The tenant's id for one seed.
pub(crate) fn tenant_id(chance: Chance) -> String {
    chance.child("tenant").guid()
}
