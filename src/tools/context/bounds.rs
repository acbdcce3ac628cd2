//! The boundary of a call: the thread's scope and the subscriptions allowed at all.
//!
//! Owns the question "may this be read?" and its wording as a filter of a query. It must not
//! know which subscriptions exist.

use super::Subscription;
use crate::{
    azure::{ResourceId, ScopeSet, kql_literal, resource_id::SubscriptionId},
    tools::error::ToolError,
};

/// A thread's scope and the operator's allow-list.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    scope: ScopeSet,
    allowed: Vec<SubscriptionId>,
}

impl Bounds {
    /// A boundary; an empty scope is all that is visible, an empty allow-list allows all.
    #[must_use]
    pub fn new(scope: ScopeSet, allowed: Vec<SubscriptionId>) -> Self {
        Self { scope, allowed }
    }

    /// The thread's scope.
    #[must_use]
    pub fn scope(&self) -> &ScopeSet {
        &self.scope
    }

    /// Whether the allow-list has a subscription.
    #[must_use]
    pub fn allows(&self, subscription: &str) -> bool {
        self.allowed.is_empty()
            || self.allowed.iter().any(|id| id.as_str().eq_ignore_ascii_case(subscription))
    }

    /// Whether there is no allow-list.
    #[must_use]
    pub fn allows_all(&self) -> bool {
        self.allowed.is_empty()
    }

    /// Whether a part of the scope is narrower than a subscription.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        self.scope.ids().iter().any(is_narrow)
    }

    /// The subscriptions that the scope names, whole or in part; empty when it is unbounded.
    #[must_use]
    pub fn named_subscriptions(&self) -> Vec<SubscriptionId> {
        self.scope.subscriptions()
    }

    /// What the boundary leaves of subscriptions: themselves, or the parts of a narrower scope.
    #[must_use]
    pub fn parts(&self, over: &[Subscription]) -> Vec<ResourceId> {
        let whole = |one: &Subscription| ResourceId::parse(&one.scope()).ok();
        if !self.is_narrow() {
            return over.iter().filter_map(whole).collect();
        }
        let is_of = |id: &ResourceId, one: &Subscription| {
            id.subscription().is_some_and(|own| own.eq_ignore_ascii_case(&one.id))
        };
        let ids = self.scope.ids();
        let named = ids.iter().filter(|id| over.iter().any(|one| is_of(id, one))).cloned();
        // The rest came from management groups, whose ids name no subscription.
        let rest = over.iter().filter(|one| !ids.iter().any(|id| is_of(id, one)));
        named.chain(rest.filter_map(whole)).collect()
    }

    /// Checks that an ARM id is inside.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] naming the scope that it needs.
    pub fn check(&self, id: &str) -> Result<(), ToolError> {
        let id = ResourceId::parse(id).map_err(|error| ToolError::rejected(error.to_string()))?;
        let inside = self.scope.contains(&id)
            || (id.subscription().is_some() && !self.scope.management_groups().is_empty());
        let allowed = id.subscription().is_none_or(|subscription| self.allows(subscription));
        if inside && allowed { Ok(()) } else { Err(self.outside(&id.to_string())) }
    }

    /// Checks that an operation which answers for whole subscriptions can be bound.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] naming the scopes that it needs.
    pub fn check_whole_subscriptions(&self, what: &str) -> Result<(), ToolError> {
        if !self.is_narrow() {
            return Ok(());
        }
        let narrow = self.scope.ids().iter().filter(|id| is_narrow(id));
        let needed: Vec<String> = narrow
            .filter_map(|id| id.subscription().map(|one| format!("`/subscriptions/{one}`")))
            .collect();
        Err(ToolError::rejected(format!(
            "{what} cannot be bound to less than a subscription, and this thread is bound to {}; \
             it needs the scope {}",
            self.named(),
            needed.join(", ")
        )))
    }

    /// The error for something outside.
    #[must_use]
    pub fn outside(&self, wanted: &str) -> ToolError {
        ToolError::rejected(format!(
            "`{wanted}` is outside the scope of this thread, which is {}; it needs the scope \
             `{wanted}`",
            self.named()
        ))
    }

    /// The scope as a filter on the columns `id` and `subscriptionId`, where it is narrower than
    /// the subscriptions that a query is over; prefixes end in a slash, so that names are
    /// compared whole.
    #[must_use]
    pub fn filter(&self, over: &[Subscription]) -> Option<String> {
        self.filter_by(over, below)
    }

    /// The scope as a filter, where `narrow` words the parts that are narrower than a
    /// subscription: for rows whose own id says nothing about the resource they are of.
    #[must_use]
    pub fn filter_by(
        &self,
        over: &[Subscription],
        narrow: impl Fn(&ResourceId) -> String,
    ) -> Option<String> {
        if !self.is_narrow() {
            return None;
        }
        let clause = |id: &ResourceId| {
            let subscription = kql_literal::string(id.subscription()?);
            let whole = format!("subscriptionId =~ {subscription}");
            Some(if is_narrow(id) { format!("({})", narrow(id)) } else { whole })
        };
        let mut parts: Vec<String> = self.scope.ids().iter().filter_map(clause).collect();
        // The rest of `over` came from management groups, whose ids name no subscription.
        let named = self.scope.subscriptions();
        let rest = over.iter().filter_map(Subscription::key).filter(|id| !named.contains(id));
        let rest: Vec<String> = rest.map(|id| id.to_string()).collect();
        if !rest.is_empty() {
            parts.push(format!("subscriptionId in~ {}", kql_literal::strings(&rest)));
        }
        Some(parts.join(" or "))
    }

    fn named(&self) -> String {
        if self.scope.is_unbounded() {
            return "limited to the subscriptions that the operator allows".to_owned();
        }
        let ids: Vec<String> = self.scope.ids().iter().map(|id| format!("`{id}`")).collect();
        ids.join(", ")
    }
}

fn is_narrow(id: &ResourceId) -> bool {
    id.resource_group().is_some() || (id.subscription().is_some() && id.provider().is_some())
}

/// The rows that are a resource or group, or lie below it.
fn below(id: &ResourceId) -> String {
    let own = kql_literal::string(&id.to_string());
    let below = kql_literal::string(&format!("{id}/"));
    format!("id =~ {own} or id startswith {below}")
}
