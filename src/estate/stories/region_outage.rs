//! An outage in one region, with an application that depends on it. So far only the place is
//! fixed; service and resource health follow with their providers.

use crate::estate::world::{Builder, company::Region, kind::Kind, mark::Mark};

/// The region.
pub(crate) const REGION: Region = Region::EastUs2;
/// The resource group that feels it most.
pub(crate) const GROUP: &str = "rg-orders-prod-eus2";

pub(super) fn cast(builder: &mut Builder) {
    debug_assert!(GROUP.ends_with(REGION.short()), "the story's group lies in its region");
    for member in builder.members(GROUP) {
        if builder.kind_of(member) == Some(Kind::WebSite) {
            builder.clear(member, Mark::NoDiagnostics);
        }
    }
}
