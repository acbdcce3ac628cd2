//! `Microsoft.PolicyInsights` (2024-10-01): compliance states and their summary, events,
//! remediations and their deployments.

mod apply;
mod odata;
mod records;
mod remediations;
mod summary;

use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    policy::{
        event,
        state::{self, PolicyState},
    },
    world::SubscriptionIx,
};

/// The right to see how resources comply.
pub(in crate::estate::providers) const STATES: &str =
    "Microsoft.PolicyInsights/policyStates/queryResults/read";
const SUMMARY: &str = "Microsoft.PolicyInsights/policyStates/summarize/read";
const EVENTS: &str = "Microsoft.PolicyInsights/policyEvents/queryResults/read";

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["policystates", "latest" | "default", "queryresults"] => states(call),
        ["policystates", "latest", "summarize"] => summarize(call),
        ["policyevents", "default", "queryresults"] => events(call),
        ["remediations", rest @ ..] => remediations::answer(call, rest),
        ["attestations"] => attestations(call),
        _ => return None,
    })
}

/// What a query is about: a place, and maybe one assignment or definition.
#[derive(Debug)]
struct Subject {
    scope: Scope,
    /// The id of the one policy object it is about, in lower case.
    only: Option<String>,
}

impl Subject {
    fn of(call: &Call<'_>) -> Result<Self, ArmError> {
        let segments = &call.path.scope;
        let cut = segments.len().checked_sub(4).filter(|at| {
            let is = |offset: usize, word: &str| {
                segments.get(at + offset).is_some_and(|own| own.eq_ignore_ascii_case(word))
            };
            let kinds = ["policyAssignments", "policyDefinitions", "policySetDefinitions"];
            is(0, "providers")
                && is(1, "Microsoft.Authorization")
                && kinds.iter().any(|kind| is(2, kind))
        });
        match cut {
            None => Ok(Self { scope: call.scope()?, only: None }),
            Some(at) => {
                let place = segments.get(..at).unwrap_or_default();
                let only = match segments.get(at + 2) {
                    // Definitions are kept elsewhere than where the query looks.
                    Some(kind) if !kind.eq_ignore_ascii_case("policyAssignments") => {
                        segments.get(at..).unwrap_or_default().join("/")
                    }
                    _ => segments.join("/"),
                };
                let only = Some(format!("/{}", only.to_ascii_lowercase()));
                Ok(Self { scope: call.resolve(place)?, only })
            }
        }
    }

    fn has(&self, call: &Call<'_>, state: &PolicyState) -> bool {
        let Some(only) = &self.only else { return true };
        let world = call.world();
        let set = state.assignment.initiative().map(|set| set.id(world));
        let ids = [Some(state.assignment.id(world)), Some(state.definition.id(world)), set];
        ids.into_iter().flatten().any(|id| id.to_ascii_lowercase().ends_with(only))
    }

    fn subscriptions(&self, call: &Call<'_>) -> Vec<SubscriptionIx> {
        let world = call.world();
        let has = |ix: &SubscriptionIx| match self.scope {
            Scope::Tenant => false,
            Scope::ManagementGroup(_) => Scope::Subscription(*ix).is_within(self.scope, world),
            Scope::Subscription(_) | Scope::Group(_) | Scope::Resource(_) => {
                self.scope.subscription(world) == Some(*ix)
            }
        };
        world.subscription_ixs().filter(has).collect()
    }

    /// Its states, those of one resource together.
    fn states<'a>(
        &'a self,
        call: &'a Call<'_>,
    ) -> Result<Box<dyn Iterator<Item = PolicyState> + 'a>, ArmError> {
        let world = call.world();
        let all: Box<dyn Iterator<Item = PolicyState> + 'a> = match self.scope {
            Scope::Tenant => {
                return Err(ArmError::invalid_type("Microsoft.PolicyInsights", "policyStates"));
            }
            Scope::ManagementGroup(_) | Scope::Subscription(_) => Box::new(
                self.subscriptions(call).into_iter().flat_map(|ix| state::within(world, ix)),
            ),
            Scope::Group(ix) => {
                Box::new(state::in_group(world, ix).flat_map(|one| state::of_subject(world, one)))
            }
            Scope::Resource(_) => Box::new(state::of_subject(world, self.scope).into_iter()),
        };
        Ok(Box::new(all.filter(|state| self.has(call, state))))
    }
}

/// The list is asked for by POST; a subject the caller may not see is refused.
fn subject(call: &Call<'_>, right: &str) -> Result<Subject, ArmError> {
    call.only(Method::Post)?;
    let subject = Subject::of(call)?;
    call.require(right, subject.scope)?;
    Ok(subject)
}

fn states(call: &Call<'_>) -> Result<Answer, ArmError> {
    let subject = subject(call, STATES)?;
    let options = records::Options::of(call)?;
    let world = call.world();
    let with_details = call
        .query
        .get("$expand")
        .is_some_and(|expand| expand.to_ascii_lowercase().contains("policyevaluationdetails"));
    let records = subject.states(call)?.map(|state| {
        let mut record = state.record(world);
        if with_details {
            record.insert("policyEvaluationDetails".into(), state.details(world));
        }
        record
    });
    options.answer(call, "latest", records)
}

fn summarize(call: &Call<'_>) -> Result<Answer, ArmError> {
    let subject = subject(call, SUMMARY)?;
    let options = records::Options::of(call)?;
    summary::answer(call, &subject, &options)
}

fn events(call: &Call<'_>) -> Result<Answer, ArmError> {
    let subject = subject(call, EVENTS)?;
    let options = records::Options::of(call)?;
    let world = call.world();
    let below = format!("{}/", subject.scope.id(world).to_ascii_lowercase());
    let only = matches!(subject.scope, Scope::Group(_) | Scope::Resource(_));
    let within = subject.subscriptions(call).into_iter();
    let records = within
        .flat_map(|ix| event::within(world, ix))
        .filter(|event| options.has_instant(call, event.minutes_ago()))
        .map(|event| event.record(world))
        .filter(|record| {
            let id = record.get("resourceId").and_then(serde_json::Value::as_str);
            let id = id.unwrap_or_default().to_ascii_lowercase();
            !only || format!("{id}/").starts_with(&below)
        });
    options.answer(call, "default", records)
}

/// Nobody attests anything here: no policy of the estate is a manual one.
fn attestations(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    call.require("Microsoft.PolicyInsights/attestations/read", call.scope()?)?;
    Answer::list(&[])
}
