//! `PolicyStates_SummarizeFor…`: how many resources and policies comply, by assignment and by
//! definition.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Subject, records::Options};
use crate::estate::{
    access::Scope,
    http::{answer::Answer, call::Call, error::ArmError},
    policy::{
        assignment::Assignment,
        definition::Definition,
        initiative,
        state::{PolicyState, Verdict},
    },
};

/// How many fared how.
type Tally = BTreeMap<Verdict, u32>;

/// A definition within an assignment.
#[derive(Debug)]
struct PolicyTally {
    definition: Definition,
    resources: Tally,
}

/// An assignment.
#[derive(Debug)]
struct AssignmentTally {
    assignment: Assignment,
    resources: Tally,
    policies: Vec<PolicyTally>,
    /// The worst of the resource that is being counted.
    current: Option<Verdict>,
}

#[derive(Debug, Default)]
struct Summary {
    resources: Tally,
    assignments: Vec<AssignmentTally>,
    subject: Option<Scope>,
}

pub(super) fn answer(
    call: &Call<'_>,
    subject: &Subject,
    options: &Options,
) -> Result<Answer, ArmError> {
    let mut summary = Summary::default();
    let narrowed = call.query.get("$filter").is_some_and(|text| !text.trim().is_empty());
    for state in subject.states(call)? {
        if !narrowed || options.admits(&state.record(call.world())) {
            summary.count(&state);
        }
    }
    summary.close();
    Answer::json(&summary.body(call)?)
}

impl Summary {
    /// Counts a state; those of one subject come together.
    fn count(&mut self, state: &PolicyState) {
        if self.subject != Some(state.subject) {
            self.close();
            self.subject = Some(state.subject);
        }
        let is_it = |one: &AssignmentTally| {
            one.assignment.of.name == state.assignment.of.name
                && one.assignment.at == state.assignment.at
        };
        let place = self.assignments.iter().position(is_it).unwrap_or_else(|| {
            self.assignments.push(AssignmentTally {
                assignment: state.assignment,
                resources: Tally::new(),
                policies: Vec::new(),
                current: None,
            });
            self.assignments.len() - 1
        });
        if let Some(tally) = self.assignments.get_mut(place) {
            tally.count(state);
        }
    }

    /// The subject that was being counted is done.
    fn close(&mut self) {
        let mut worst = None;
        for tally in &mut self.assignments {
            if let Some(verdict) = tally.current.take() {
                *tally.resources.entry(verdict).or_default() += 1;
                worst = Some(worst.map_or(verdict, |known: Verdict| known.min(verdict)));
            }
        }
        if let Some(verdict) = worst {
            *self.resources.entry(verdict).or_default() += 1;
        }
    }

    fn body(&self, call: &Call<'_>) -> Result<Value, ArmError> {
        let most = match call.query.get("$top") {
            None => usize::MAX,
            Some(text) => text.parse().map_err(|_| {
                ArmError::bad_request(format!("The value '{text}' of '$top' is invalid."))
            })?,
        };
        let context = format!("{}{}", call.base, call.raw_path);
        let context = context.rsplit_once("/latest/").map_or("", |(before, _)| before);
        let context = format!("{context}/$metadata#summary");
        let policies = || self.assignments.iter().flat_map(|one| &one.policies);
        let results = results(call, &self.resources, policies());
        let mut assignments: Vec<&AssignmentTally> = self.assignments.iter().collect();
        assignments.sort_by_key(|one| std::cmp::Reverse(failing(&one.resources)));
        let told: Vec<Value> = assignments.iter().take(most).map(|one| one.body(call)).collect();
        Ok(json!({
            "@odata.context": context,
            "@odata.count": 1,
            "value": [{
                "@odata.id": Value::Null,
                "@odata.context": format!("{context}/$entity"),
                "results": results,
                "policyAssignments": told,
            }],
        }))
    }
}

impl AssignmentTally {
    fn count(&mut self, state: &PolicyState) {
        let worst = self.current.map_or(state.verdict, |known| known.min(state.verdict));
        self.current = Some(worst);
        let name = state.definition.name;
        let place = self.policies.iter().position(|one| one.definition.name == name);
        let place = place.unwrap_or_else(|| {
            let resources = Tally::new();
            self.policies.push(PolicyTally { definition: state.definition, resources });
            self.policies.len() - 1
        });
        if let Some(tally) = self.policies.get_mut(place) {
            *tally.resources.entry(state.verdict).or_default() += 1;
        }
    }

    fn body(&self, call: &Call<'_>) -> Value {
        let world = call.world();
        let set = self.assignment.initiative();
        let policies = self.policies.iter().map(|one| {
            let groups = match set {
                Some(_) => json!([initiative::group(&one.definition)]),
                None => json!([]),
            };
            let reference = set.map(|_| initiative::reference(&one.definition));
            json!({
                "policyDefinitionId": one.definition.id(world),
                "policyDefinitionReferenceId": reference.unwrap_or_default(),
                "policyDefinitionGroupNames": groups,
                "effect": one.definition.effect.lower(),
                "results": results(call, &one.resources, std::iter::once(one)),
            })
        });
        let groups = by_group(self.policies.iter()).into_iter().map(|(name, verdict)| {
            json!({
                "policyGroupName": name,
                "results": { "policyDetails": [{ "complianceState": lower(verdict), "count": 1 }] },
            })
        });
        json!({
            "policyAssignmentId": self.assignment.id(world),
            "policySetDefinitionId": set.map(|set| set.id(world)).unwrap_or_default(),
            "results": results(call, &self.resources, self.policies.iter()),
            "policyDefinitions": policies.collect::<Vec<_>>(),
            "policyGroups": if set.is_some() { groups.collect() } else { Vec::new() },
        })
    }
}

impl PolicyTally {
    /// The worst that it found.
    fn verdict(&self) -> Option<Verdict> {
        self.resources.keys().min().copied()
    }
}

fn failing(tally: &Tally) -> u32 {
    tally.get(&Verdict::NonCompliant).copied().unwrap_or_default()
}

fn lower(verdict: Verdict) -> String {
    verdict.word().to_ascii_lowercase()
}

fn details(tally: &Tally) -> Vec<Value> {
    let told = tally.iter();
    told.map(|(verdict, count)| json!({ "complianceState": lower(*verdict), "count": count }))
        .collect()
}

fn by_group<'a>(policies: impl Iterator<Item = &'a PolicyTally>) -> BTreeMap<String, Verdict> {
    let mut groups: BTreeMap<String, Verdict> = BTreeMap::new();
    for policy in policies {
        if let Some(verdict) = policy.verdict() {
            let group = groups.entry(initiative::group(&policy.definition)).or_insert(verdict);
            *group = (*group).min(verdict);
        }
    }
    groups
}

fn results<'a>(
    call: &Call<'_>,
    resources: &Tally,
    policies: impl Iterator<Item = &'a PolicyTally> + Clone,
) -> Value {
    let count = |verdicts: &mut dyn Iterator<Item = Verdict>| {
        let mut tally = Tally::new();
        for verdict in verdicts {
            *tally.entry(verdict).or_default() += 1;
        }
        tally
    };
    let by_policy = count(&mut policies.clone().filter_map(PolicyTally::verdict));
    let by_group = count(&mut by_group(policies).into_values());
    let uri = call.raw_path.replace("/summarize", "/queryResults");
    json!({
        "queryResultsUri": format!(
            "{}{uri}?api-version=2024-10-01&$filter=IsCompliant eq false",
            call.base
        ),
        "nonCompliantResources": failing(resources),
        "nonCompliantPolicies": failing(&by_policy),
        "resourceDetails": details(resources),
        "policyDetails": details(&by_policy),
        "policyGroupDetails": details(&by_group),
    })
}
