//! One authenticated request, as a provider sees it: where it points, who asks, and how its list
//! is paged.

use serde_json::{Value, json};

use super::{
    answer::Answer,
    error::ArmError,
    path::{ArmPath, Query},
};
use crate::estate::{
    access::{Principal, Scope},
    chance::Chance,
    state::{Request, State},
    world::{GroupIx, SubscriptionIx, World, company::ManagementGroup, kind::Kind},
};

/// The methods ARM knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Method {
    Get,
    Head,
    Put,
    Patch,
    Post,
    Delete,
    Other,
}

impl Method {
    /// The method of this name.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "POST" => Self::Post,
            "DELETE" => Self::Delete,
            _ => Self::Other,
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Other => "OTHER",
        }
    }
}

/// A request.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) method: Method,
    pub(crate) path: ArmPath,
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
    pub(crate) principal: Principal,
    /// `http://host:port` as the caller wrote it.
    pub(crate) base: &'a str,
    /// The path as it came, for next links.
    pub(crate) raw_path: &'a str,
    pub(crate) page_size: usize,
    /// The correlation id of the request, as the answer's header shows it.
    pub(crate) correlation: &'a str,
    /// The `Prefer` header, or nothing.
    pub(crate) prefer: &'a str,
}

impl<'a> Call<'a> {
    /// The world asked about.
    pub(crate) const fn world(&self) -> &'a World {
        &self.state.world
    }

    /// Who writes, for what is written.
    pub(crate) const fn request(&self) -> Request<'_> {
        Request { principal: &self.principal, correlation: self.correlation }
    }

    /// Refuses every method but `method`.
    ///
    /// # Errors
    /// `MethodNotAllowed`.
    pub(crate) fn only(&self, method: Method) -> Result<(), ArmError> {
        if self.method == method {
            Ok(())
        } else {
            Err(ArmError::method_not_allowed(self.method.name()))
        }
    }

    /// Whether the caller may do `action` at `scope`.
    pub(crate) fn may(&self, action: &str, scope: Scope) -> bool {
        self.state.directory.allows(self.world(), &self.principal, action, scope)
    }

    /// Refuses a caller who may not do `action` at `scope`.
    ///
    /// # Errors
    /// `AuthorizationFailed`.
    pub(crate) fn require(&self, action: &str, scope: Scope) -> Result<(), ArmError> {
        if self.may(action, scope) {
            return Ok(());
        }
        Err(self.refusal(action, &scope.id(self.world())))
    }

    fn refusal(&self, action: &str, scope: &str) -> ArmError {
        ArmError::forbidden(&self.principal.upn(), &self.principal.object_id, action, scope)
    }

    /// Where the path's scope part lies.
    ///
    /// # Errors
    /// ARM's not-found errors, or `AuthorizationFailed` where the caller may not even know.
    pub(crate) fn scope(&self) -> Result<Scope, ArmError> {
        self.resolve(&self.path.scope)
    }

    /// Where these segments lie, wherever in the path they stand.
    ///
    /// # Errors
    /// As [`Call::scope`].
    pub(crate) fn resolve(&self, segments: &[String]) -> Result<Scope, ArmError> {
        let mut segments = segments.iter().map(String::as_str);
        let Some(first) = segments.next() else {
            return Ok(Scope::Tenant);
        };
        if first.eq_ignore_ascii_case("providers") {
            return self.management_group(&segments.collect::<Vec<_>>());
        }
        if !first.eq_ignore_ascii_case("subscriptions") {
            return Err(ArmError::not_found(&format!("The path '{}'", self.raw_path)));
        }
        let Some(id) = segments.next() else {
            return Ok(Scope::Tenant);
        };
        let subscription = self.subscription(id)?;
        let Some(word) = segments.next() else {
            return Ok(Scope::Subscription(subscription));
        };
        if !word.eq_ignore_ascii_case("resourceGroups") {
            return Err(ArmError::not_found(&format!("The path '{}'", self.raw_path)));
        }
        let Some(name) = segments.next() else {
            return Ok(Scope::Subscription(subscription));
        };
        let group = self.group(subscription, name)?;
        match segments.next() {
            None => Ok(Scope::Group(group)),
            Some(_) => self.resource(group, &segments.collect::<Vec<_>>()),
        }
    }

    fn management_group(&self, segments: &[&str]) -> Result<Scope, ArmError> {
        match segments {
            [namespace, kind, name]
                if namespace.eq_ignore_ascii_case("Microsoft.Management")
                    && kind.eq_ignore_ascii_case("managementGroups") =>
            {
                self.find_management_group(name).map(Scope::ManagementGroup)
            }
            _ => Err(ArmError::not_found(&format!("The scope '{}'", self.raw_path))),
        }
    }

    /// The management group of this name.
    ///
    /// # Errors
    /// `NotFound`.
    pub(crate) fn find_management_group(&self, name: &str) -> Result<ManagementGroup, ArmError> {
        let tenant = &self.world().tenant_id;
        ManagementGroup::ALL
            .into_iter()
            .find(|group| group.name(tenant).eq_ignore_ascii_case(name))
            .ok_or_else(|| ArmError::not_found(&format!("The management group '{name}'")))
    }

    /// The subscription of this GUID, if the caller has any role there.
    ///
    /// # Errors
    /// `InvalidSubscriptionId`, `SubscriptionNotFound`, `AuthorizationFailed`.
    pub(crate) fn subscription(&self, id: &str) -> Result<SubscriptionIx, ArmError> {
        if uuid::Uuid::try_parse(id).is_err() {
            return Err(ArmError::invalid_subscription(id));
        }
        let ix = self
            .world()
            .find_subscription(id)
            .ok_or_else(|| ArmError::subscription_not_found(id))?;
        if self.sees(Scope::Subscription(ix)) {
            return Ok(ix);
        }
        let action = "Microsoft.Resources/subscriptions/read";
        Err(self.refusal(action, &self.world().subscription_id(ix)))
    }

    /// Whether the caller has any role at, above or below a scope.
    pub(crate) fn sees(&self, scope: Scope) -> bool {
        self.state.directory.sees(self.world(), &self.principal, scope)
    }

    fn group(&self, subscription: SubscriptionIx, name: &str) -> Result<GroupIx, ArmError> {
        let world = self.world();
        match world.find_group(subscription, name) {
            Some(ix) if self.sees(Scope::Group(ix)) => Ok(ix),
            Some(ix) => {
                let action = "Microsoft.Resources/subscriptions/resourceGroups/read";
                Err(self.refusal(action, &world.group_id(ix)))
            }
            None => {
                let action = "Microsoft.Resources/subscriptions/resourceGroups/read";
                self.require(action, Scope::Subscription(subscription))?;
                Err(ArmError::group_not_found(name))
            }
        }
    }

    /// The resource at `namespace/type/name[/type/name]` of a group.
    fn resource(&self, group: GroupIx, segments: &[&str]) -> Result<Scope, ArmError> {
        let world = self.world();
        let (namespace, pairs) = segments
            .split_first()
            .ok_or_else(|| ArmError::not_found(&format!("The path '{}'", self.raw_path)))?;
        let (types, names) = alternate(pairs)
            .ok_or_else(|| ArmError::not_found(&format!("The path '{}'", self.raw_path)))?;
        let arm_type = format!("{namespace}/{types}");
        let kind = Kind::of_type(&arm_type);
        self.require(&format!("{arm_type}/read"), Scope::Group(group)).or_else(|error| {
            // A role on the resource itself would do as well.
            let found = kind.and_then(|kind| world.find_resource(group, kind, &names));
            found
                .filter(|ix| self.may(&format!("{arm_type}/read"), Scope::Resource(*ix)))
                .map(|_| ())
                .ok_or(error)
        })?;
        let Some(kind) = kind else {
            return Err(ArmError::invalid_type(namespace, &types));
        };
        world.find_resource(group, kind, &names).map(Scope::Resource).ok_or_else(|| {
            let group = world.group(group).map_or("", |g| g.name.as_str());
            ArmError::resource_not_found(&arm_type, &names, group)
        })
    }

    /// One page of a list: `items` in their fixed order, of which only the page is rendered.
    ///
    /// # Errors
    /// `BadRequest` for a token that is not this list's, or a `$top` that is no number.
    pub(crate) fn page<T>(
        &self,
        items: impl Iterator<Item = T>,
        render: impl Fn(T) -> Option<Value>,
    ) -> Result<Answer, ArmError> {
        let size = self.top()?.unwrap_or(self.page_size);
        self.page_of(size, items, render)
    }

    /// As [`Call::page`], of `size` items or as many as the estate allows.
    ///
    /// # Errors
    /// `BadRequest` for a token that is not this list's.
    pub(crate) fn page_of<T>(
        &self,
        size: usize,
        items: impl Iterator<Item = T>,
        render: impl Fn(T) -> Option<Value>,
    ) -> Result<Answer, ArmError> {
        self.page_linked("nextLink", size, items, render)
    }

    /// As [`Call::page_of`], with the link to the next page under `link`.
    ///
    /// # Errors
    /// `BadRequest` for a token that is not this list's.
    pub(crate) fn page_linked<T>(
        &self,
        link: &str,
        size: usize,
        items: impl Iterator<Item = T>,
        render: impl Fn(T) -> Option<Value>,
    ) -> Result<Answer, ArmError> {
        let size = size.min(self.page_size).max(1);
        let offset = self.offset()?;
        let mut items = items.skip(offset);
        let page: Vec<Value> = items.by_ref().take(size).filter_map(render).collect();
        let mut body = json!({ "value": page });
        if let (Some(body), true) = (body.as_object_mut(), items.next().is_some()) {
            body.insert(link.into(), Value::String(self.next_link(offset + size)));
        }
        Answer::json(&body)
    }

    /// `$top`.
    pub(crate) fn top(&self) -> Result<Option<usize>, ArmError> {
        let Some(text) = self.query.get("$top") else {
            return Ok(None);
        };
        match text.parse::<usize>() {
            Ok(top) if top > 0 => Ok(Some(top)),
            _ => Err(ArmError::bad_request(format!("The value '{text}' of '$top' is invalid."))),
        }
    }

    pub(crate) fn offset(&self) -> Result<usize, ArmError> {
        let Some(token) = self.query.skip_token() else {
            return Ok(0);
        };
        read_token(token, self.token_owner())
            .ok_or_else(|| ArmError::bad_request("The value of '$skiptoken' is invalid."))
    }

    pub(crate) fn next_link(&self, offset: usize) -> String {
        let token = write_token(offset, self.token_owner());
        format!("{}{}?{}", self.base, self.raw_path, self.query.with_skip_token(&token))
    }

    /// What a token belongs to: the path and the filter.
    fn token_owner(&self) -> Chance {
        let path = self.path.whole().join("/").to_ascii_lowercase();
        Chance::root(0).child(&path).child(self.query.get("$filter").unwrap_or_default())
    }
}

/// An opaque token for an offset into a list.
pub(crate) fn write_token(offset: usize, owner: Chance) -> String {
    let masked = offset as u64 ^ owner.bits();
    let check = owner.nth(offset as u64).bits() >> 32;
    format!("{masked:016x}{check:08x}")
}

/// The offset in a token; `None` if it is not `owner`'s.
pub(crate) fn read_token(token: &str, owner: Chance) -> Option<usize> {
    let (masked, check) = token.split_at_checked(16)?;
    let offset = u64::from_str_radix(masked, 16).ok()? ^ owner.bits();
    let expected = owner.nth(offset).bits() >> 32;
    (u64::from_str_radix(check, 16).ok()? == expected).then_some(())?;
    usize::try_from(offset).ok()
}

/// `[type, name, type, name]` as `type/type` and `name/name`.
fn alternate(pairs: &[&str]) -> Option<(String, String)> {
    if pairs.is_empty() || !pairs.len().is_multiple_of(2) {
        return None;
    }
    let every_other = |from: usize| {
        let parts: Vec<&str> = pairs.iter().skip(from).step_by(2).copied().collect();
        parts.join("/")
    };
    Some((every_other(0), every_other(1)))
}
