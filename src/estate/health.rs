//! How well Azure itself is: the availability of each resource, and the service-health events
//! that explain some of it. Follows from stories and marks. Knows no HTTP.

pub(crate) mod availability;
pub(crate) mod event;
