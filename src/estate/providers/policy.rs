//! The policy objects of `Microsoft.Authorization`: definitions, initiatives and assignments
//! (2023-04-01), exemptions (2022-07-01-preview).

use serde_json::Value;

use super::filter::quoted;
use crate::estate::{
    access::Scope,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
    policy::{
        assignment::{self, Assignment},
        definition::{self, Definition},
        exemption,
        initiative::{self, Initiative},
    },
    world::company::ManagementGroup,
};

const DEFINITIONS: &str = "Microsoft.Authorization/policyDefinitions/read";
const INITIATIVES: &str = "Microsoft.Authorization/policySetDefinitions/read";
const ASSIGNMENTS: &str = "Microsoft.Authorization/policyAssignments/read";
const EXEMPTIONS: &str = "Microsoft.Authorization/policyExemptions/read";

/// `None` where the words are no policy object's.
pub(super) fn answer(call: &Call<'_>, words: &[&str]) -> Option<Result<Answer, ArmError>> {
    Some(match words {
        ["policydefinitions"] => definitions(call),
        ["policydefinitions", name] => one_definition(call, name),
        ["policysetdefinitions"] => initiatives(call),
        ["policysetdefinitions", name] => one_initiative(call, name),
        ["policyassignments"] => assignments(call),
        ["policyassignments", name] => one_assignment(call, name),
        ["policyexemptions"] => exemptions(call),
        ["policyexemptions", name] => one_exemption(call, name),
        _ => return None,
    })
}

/// What `$filter` of definitions and initiatives asks.
#[derive(Debug, Default)]
struct Kinds {
    policy_type: Option<String>,
    category: Option<String>,
    exact: bool,
}

impl Kinds {
    fn of(call: &Call<'_>) -> Result<Self, ArmError> {
        let text = call.query.get("$filter").unwrap_or_default().trim();
        let refused = || {
            ArmError::bad_request(format!(
                "The filter '{text}' is not supported. It may be atExactScope(), compare \
                 policyType or category with eq."
            ))
        };
        let mut kinds = Self::default();
        if text.is_empty() {
            return Ok(kinds);
        }
        for part in super::filter::split_words(text, " and ") {
            let part = part.trim();
            if part.eq_ignore_ascii_case("atExactScope()") {
                kinds.exact = true;
                continue;
            }
            let mut words = part.splitn(3, ' ');
            let (name, operator) = (words.next(), words.next());
            let value = words.next().and_then(quoted).ok_or_else(refused)?;
            // The documentation writes both `eq` and `-eq`.
            match (name.map(str::to_ascii_lowercase).as_deref(), operator) {
                (Some("policytype"), Some("eq" | "-eq")) => kinds.policy_type = Some(value),
                (Some("category"), Some("eq" | "-eq")) => kinds.category = Some(value),
                _ => return Err(refused()),
            }
        }
        Ok(kinds)
    }

    fn admits(&self, policy_type: &str, category: &str) -> bool {
        let fits = |wanted: &Option<String>, actual: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(actual))
        };
        fits(&self.policy_type, policy_type) && fits(&self.category, category)
    }
}

/// Where definitions are asked for: built-ins are everybody's, the company's own are kept at the
/// root and seen from there down.
fn definitions_at(call: &Call<'_>, right: &str) -> Result<Scope, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    match scope {
        Scope::Tenant => {}
        Scope::ManagementGroup(_)
        | Scope::Subscription(_)
        | Scope::Group(_)
        | Scope::Resource(_) => call.require(right, scope)?,
    }
    Ok(scope)
}

fn is_listed(scope: Scope, is_own: bool, kinds: &Kinds) -> bool {
    match (scope, is_own) {
        (Scope::Tenant, own) => !own,
        (_, false) => !kinds.exact,
        (scope, true) => !kinds.exact || scope == Scope::ManagementGroup(ManagementGroup::Root),
    }
}

fn definitions(call: &Call<'_>) -> Result<Answer, ArmError> {
    let scope = definitions_at(call, DEFINITIONS)?;
    let kinds = Kinds::of(call)?;
    let fits = |one: &Definition| {
        is_listed(scope, one.is_own, &kinds) && kinds.admits(one.policy_type(), one.category)
    };
    let world = call.world();
    call.page(definition::all().filter(fits), |one| Some(one.body(world)))
}

fn is_kept_at(scope: Scope, is_own: bool) -> bool {
    let kept = if is_own { Scope::ManagementGroup(ManagementGroup::Root) } else { Scope::Tenant };
    kept == scope
}

fn one_definition(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let scope = definitions_at(call, DEFINITIONS)?;
    let found = definition::find(name).filter(|one| is_kept_at(scope, one.is_own));
    let found =
        found.ok_or_else(|| absent("PolicyDefinitionNotFound", "policy definition", name))?;
    Answer::json(&found.body(call.world()))
}

fn initiatives(call: &Call<'_>) -> Result<Answer, ArmError> {
    let scope = definitions_at(call, INITIATIVES)?;
    let kinds = Kinds::of(call)?;
    let fits = |one: &&Initiative| {
        is_listed(scope, one.is_own, &kinds) && kinds.admits(one.policy_type(), one.category)
    };
    let world = call.world();
    call.page(initiative::all().iter().filter(fits), |one| Some(one.body(world)))
}

fn one_initiative(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    let scope = definitions_at(call, INITIATIVES)?;
    let found = initiative::find(name).filter(|one| is_kept_at(scope, one.is_own));
    let found = found
        .ok_or_else(|| absent("PolicySetDefinitionNotFound", "policy set definition", name))?;
    Answer::json(&found.body(call.world()))
}

/// Which of the places around a scope a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Everything,
    AtAndAbove,
    Exactly,
}

impl Around {
    fn has(self, call: &Call<'_>, at: Scope, scope: Scope) -> bool {
        let world = call.world();
        match self {
            Self::Exactly => at == scope,
            Self::AtAndAbove => scope.is_within(at, world),
            Self::Everything => scope.is_within(at, world) || at.is_within(scope, world),
        }
    }
}

/// `atScope()`, `atExactScope()`, `excludeExpired()`, or `{field} eq '…'`.
fn around(call: &Call<'_>, field: &str) -> Result<(Around, Option<String>), ArmError> {
    let text = call.query.get("$filter").unwrap_or_default().trim();
    match text.to_ascii_lowercase().as_str() {
        "" => return Ok((Around::Everything, None)),
        "atscope()" => return Ok((Around::AtAndAbove, None)),
        "atexactscope()" => return Ok((Around::Exactly, None)),
        _ => {}
    }
    let mut words = text.splitn(3, ' ');
    let is_it = words.next().is_some_and(|name| name.eq_ignore_ascii_case(field))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("eq"));
    match words.next().and_then(quoted) {
        Some(value) if is_it => Ok((Around::Everything, Some(value))),
        _ => Err(ArmError::bad_request(format!(
            "The filter '{text}' is not supported. It may be atScope(), atExactScope() or \
             {field} eq '{{value}}'."
        ))),
    }
}

fn assignments(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(ASSIGNMENTS, scope)?;
    let (around, definition) = around(call, "policyDefinitionId")?;
    let world = call.world();
    let fits = |one: &Assignment| {
        around.has(call, one.at, scope)
            && definition.as_ref().is_none_or(|id| one.target_id(world).eq_ignore_ascii_case(id))
    };
    let all = assignment::all(world).into_iter().filter(fits);
    call.page(all, |one| Some(one.body(world)))
}

fn one_assignment(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(ASSIGNMENTS, scope)?;
    let world = call.world();
    let all = assignment::all(world).into_iter();
    let mut named = all.filter(|one| one.at == scope && one.of.name.eq_ignore_ascii_case(name));
    let found = named.next();
    let found =
        found.ok_or_else(|| absent("PolicyAssignmentNotFound", "policy assignment", name))?;
    Answer::json(&found.body(world))
}

fn exemptions(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(EXEMPTIONS, scope)?;
    let world = call.world();
    let text = call.query.get("$filter").unwrap_or_default().trim();
    let is_current = text.eq_ignore_ascii_case("excludeExpired()");
    let (around, assignment) = match is_current {
        true => (Around::Everything, None),
        false => around(call, "policyAssignmentId")?,
    };
    let all = exemption::all(world)
        .into_iter()
        .filter(|(one, at)| around.has(call, *at, scope) && (!is_current || one.is_current()));
    let bodies = all.map(|(one, at)| one.body(world, at)).filter(|body| {
        let own = body.pointer("/properties/policyAssignmentId").and_then(Value::as_str);
        assignment.as_ref().is_none_or(|id| own.is_some_and(|own| own.eq_ignore_ascii_case(id)))
    });
    call.page(bodies, Some)
}

fn one_exemption(call: &Call<'_>, name: &str) -> Result<Answer, ArmError> {
    call.only(Method::Get)?;
    let scope = call.scope()?;
    call.require(EXEMPTIONS, scope)?;
    let world = call.world();
    let mut named = exemption::all(world).into_iter();
    let found = named.find(|(one, at)| *at == scope && one.name.eq_ignore_ascii_case(name));
    let (one, at) =
        found.ok_or_else(|| absent("PolicyExemptionNotFound", "policy exemption", name))?;
    Answer::json(&one.body(world, at))
}

fn absent(code: &'static str, what: &str, name: &str) -> ArmError {
    ArmError::new(404, code, format!("The {what} '{name}' is not found."))
}
