//! `Microsoft.GuestConfiguration`: assignments on virtual machines and their reports (2024-04-05).

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    machine_configuration::{self, Assignment},
    world::{ResourceIx, kind::Kind},
};

/// The right to see what is configured inside machines.
pub(in crate::estate::providers) const READ: &str =
    "Microsoft.GuestConfiguration/guestConfigurationAssignments/read";
const REPORTS: &str = "Microsoft.GuestConfiguration/guestConfigurationAssignments/reports/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["guestconfigurationassignments"] => list(call),
        ["guestconfigurationassignments", name] => get(call, name),
        ["guestconfigurationassignments", name, "reports"] => reports(call, name),
        ["guestconfigurationassignments", name, "reports", id] => report(call, name, id),
        _ => return None,
    })
}

/// The machine's, the group's or the subscription's.
fn list(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(READ, scope)?;
    let world = call.world();
    let of = |ix: ResourceIx| machine_configuration::of_machine(world, ix);
    let render = |one: Assignment| Some(one.body(world));
    match scope {
        Scope::Subscription(ix) => call.page(world.subscription_resources(ix).flat_map(of), render),
        Scope::Group(ix) => call.page(world.group_resources(ix).flat_map(of), render),
        Scope::Resource(ix) => call.page(of(machine(call, ix)?), render),
        Scope::Tenant | Scope::ManagementGroup(_) => Err(elsewhere()),
    }
}

fn machine(call: &Call<'_>, ix: ResourceIx) -> Result<ResourceIx, ArmError> {
    let is_machine = call.world().resource(ix).is_some_and(|r| r.kind == Kind::VirtualMachine);
    is_machine.then_some(ix).ok_or_else(elsewhere)
}

fn find(call: &Call<'_>, name: &str, right: &str) -> Result<Assignment, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(right, scope)?;
    let Scope::Resource(ix) = scope else {
        return Err(elsewhere());
    };
    let mut all = machine_configuration::of_machine(call.world(), machine(call, ix)?);
    let found = all.find(|one| one.configuration.name().eq_ignore_ascii_case(name));
    found
        .ok_or_else(|| ArmError::not_found(&format!("The guest configuration assignment '{name}'")))
}

fn get(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    Answer::json(&find(call, name, READ)?.body(call.world()))
}

fn reports(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let found = find(call, name, REPORTS)?;
    let world = call.world();
    call.page(found.reports(world).into_iter(), |report| Some(report.body(world)))
}

fn report(call: &Call<'_>, name: &str, id: &str) -> Result<Answer, ArmError> {
    let world = call.world();
    let reports = find(call, name, REPORTS)?.reports(world);
    let found = reports.into_iter().find(|report| report.name(world).eq_ignore_ascii_case(id));
    let found = found
        .ok_or_else(|| ArmError::not_found(&format!("The guest configuration report '{id}'")))?;
    Answer::json(&found.body(world))
}

fn elsewhere() -> ArmError {
    ArmError::invalid_type("Microsoft.GuestConfiguration", "guestConfigurationAssignments")
}
