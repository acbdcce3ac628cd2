//! Azure Policy of the sample estate: what is defined, where it is assigned, what is exempt, and
//! how every resource fares. Compliance follows from the same marks as Defender's
//! recommendations, so the two cannot contradict each other. Knows no HTTP.

pub(crate) mod assignment;
pub(crate) mod definition;
pub(crate) mod event;
pub(crate) mod exemption;
pub(crate) mod initiative;
pub(crate) mod remediation;
pub(crate) mod row;
pub(crate) mod state;

/// The ARM id of the company's own definitions and initiatives, which are kept at the root.
fn root_id(world: &super::world::World) -> String {
    super::world::company::ManagementGroup::Root.id(&world.tenant_id)
}
