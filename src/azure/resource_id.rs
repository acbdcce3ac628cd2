//! Azure resource ids: read, compared without case, taken apart.
//!
//! Owns the grammar of ids. It must not know which resource types exist or whether a resource
//! does. Names are data: an id that could bend a request's path does not parse.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::path::{ArmPath, PathError};

mod scope;

pub use scope::{ScopeSet, SubscriptionId};

/// The id of a subscription, resource group, management group or resource, extension resources
/// included. Equality and hashing ignore ASCII case, as Resource Manager does; `Display` keeps
/// the case it was written in.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct ResourceId {
    path: ArmPath,
    /// The lower-cased segments.
    key: Vec<String>,
    root: Root,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Root {
    Tenant,
    Subscription,
    ResourceGroup,
}

/// One `providers/{namespace}/{type}/{name}/…` run.
#[derive(Clone, Debug)]
struct Part {
    /// Where its `providers` stands among the segments.
    start: usize,
    /// How many segments it has.
    len: usize,
}

/// Why a text is no resource id.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ResourceIdError {
    /// It cannot be a path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// It is a path, but not that of a resource.
    #[error("`{id}` is not a resource id: {problem}")]
    Shape {
        /// The text, shortened.
        id: String,
        /// What is missing or wrong.
        problem: &'static str,
    },
}

impl ResourceId {
    /// Reads an id; white space around it and a slash at its end are ignored.
    ///
    /// # Errors
    /// [`ResourceIdError`].
    pub fn parse(text: &str) -> Result<Self, ResourceIdError> {
        let trimmed = text.trim();
        let path = ArmPath::parse(trimmed.strip_suffix('/').unwrap_or(trimmed))?;
        let key: Vec<String> = path
            .segments()
            .iter()
            .map(|s| s.to_ascii_lowercase())
            .collect();
        let shape = |problem| ResourceIdError::Shape {
            id: path.to_string(),
            problem,
        };
        let (root, rest) = read_root(&key).map_err(shape)?;
        let parts = read_parts(&key, rest).map_err(shape)?;
        Ok(Self {
            path,
            key,
            root,
            parts,
        })
    }

    /// The subscription, where it is in one.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        match self.root {
            Root::Tenant => None,
            Root::Subscription | Root::ResourceGroup => self.segment(1),
        }
    }

    /// The resource group, where it is in one.
    #[must_use]
    pub fn resource_group(&self) -> Option<&str> {
        match self.root {
            Root::Tenant | Root::Subscription => None,
            Root::ResourceGroup => self.segment(3),
        }
    }

    /// The management group, where it is one or is at one.
    #[must_use]
    pub fn management_group(&self) -> Option<&str> {
        let key = |index: usize| self.key.get(index).map(String::as_str);
        let is_group = key(1) == Some("microsoft.management") && key(2) == Some("managementgroups");
        match self.root {
            Root::Tenant if is_group => self.segment(3),
            Root::Tenant | Root::Subscription | Root::ResourceGroup => None,
        }
    }

    /// The provider namespace, of an extension resource its own.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.segment(self.parts.last()?.start + 1)
    }

    /// The full type, like `Microsoft.Compute/virtualMachines/extensions`; of subscriptions and
    /// resource groups the one Resource Graph gives them.
    #[must_use]
    pub fn resource_type(&self) -> String {
        let Some(part) = self.parts.last() else {
            return match self.root {
                Root::ResourceGroup => "Microsoft.Resources/subscriptions/resourceGroups",
                Root::Subscription | Root::Tenant => "Microsoft.Resources/subscriptions",
            }
            .to_owned();
        };
        let mut name = self.segment(part.start + 1).unwrap_or_default().to_owned();
        for index in (part.start + 2..part.start + part.len).step_by(2) {
            name.push('/');
            name.push_str(self.segment(index).unwrap_or_default());
        }
        name
    }

    /// The last name: of a subscription its id, of a group or resource its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.segments().last().map_or("", String::as_str)
    }

    /// What it is part of: of a child its parent, of an extension what it extends, of a resource
    /// its group, of a group its subscription. `None` at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let segments = self.path.segments();
        let mut keep = segments.len().checked_sub(2)?;
        if let Some(part) = self.parts.last()
            && keep == part.start + 2
        {
            keep = part.start;
        }
        let kept = segments.get(..keep)?;
        Self::parse(&format!("/{}", kept.join("/"))).ok()
    }

    /// Whether it extends another resource or stands at a management group.
    #[must_use]
    pub fn is_extension(&self) -> bool {
        self.parts.len() > 1
    }

    /// What an extension resource extends; `None` of any other.
    #[must_use]
    pub fn extended(&self) -> Option<Self> {
        let part = self.parts.last().filter(|_| self.is_extension())?;
        let kept = self.path.segments().get(..part.start)?;
        Self::parse(&format!("/{}", kept.join("/"))).ok()
    }

    /// Whether it is `scope` or lies below it, by whole segments and without case.
    /// `/subscriptions/a` is not within `/subscriptions/ab`. Which subscriptions a management
    /// group holds is not in any id, so they are not within it.
    #[must_use]
    pub fn is_within(&self, scope: &Self) -> bool {
        self.key.starts_with(&scope.key)
    }

    /// The path of a request for it.
    #[must_use]
    pub fn path(&self) -> ArmPath {
        self.path.clone()
    }

    fn segment(&self, index: usize) -> Option<&str> {
        self.path.segments().get(index).map(String::as_str)
    }
}

/// The root and the index where the first `providers` may stand.
fn read_root(key: &[String]) -> Result<(Root, usize), &'static str> {
    let words: Vec<&str> = key.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["subscriptions"] => Err("the subscription's id is missing"),
        ["subscriptions", _, "resourcegroups"] => Err("the resource group's name is missing"),
        ["subscriptions", _, "resourcegroups", _, ..] => Ok((Root::ResourceGroup, 4)),
        ["subscriptions", _, ..] => Ok((Root::Subscription, 2)),
        ["providers", ..] => Ok((Root::Tenant, 0)),
        _ => Err("it begins with neither /subscriptions/ nor /providers/"),
    }
}

fn read_parts(key: &[String], from: usize) -> Result<Vec<Part>, &'static str> {
    let at = |index: usize| key.get(index).map(String::as_str);
    let mut parts = Vec::new();
    let mut index = from;
    while let Some(word) = at(index) {
        if word != "providers" {
            return Err("`providers` is expected after the scope");
        }
        let start = index;
        if !at(start + 1).is_some_and(|namespace| namespace.contains('.')) {
            return Err(
                "a provider namespace like Microsoft.Compute is expected after `providers`",
            );
        }
        index = start + 2;
        while at(index).is_some_and(|word| word != "providers") {
            if at(index + 1).is_none() {
                return Err("a type stands without a name at its end");
            }
            index += 2;
        }
        if index == start + 2 {
            return Err("a type and a name are missing after the namespace");
        }
        parts.push(Part {
            start,
            len: index - start,
        });
    }
    Ok(parts)
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ResourceId {}

impl Hash for ResourceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceId({})", self.path)
    }
}

impl FromStr for ResourceId {
    type Err = ResourceIdError;

    fn from_str(text: &str) -> Result<Self, ResourceIdError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for ResourceId {
    type Error = ResourceIdError;

    fn try_from(text: String) -> Result<Self, ResourceIdError> {
        Self::parse(&text)
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.path.to_string()
    }
}
