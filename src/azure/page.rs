//! Lists in pages: how much to read, what was read, and when a list goes round in circles.
//!
//! Owns the page envelope and the limits. It must not know how a page is fetched.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

/// Where reading a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimits {
    /// Pages at most.
    pub max_pages: u32,
    /// Items at most; what is above is dropped and the list is marked truncated.
    pub max_items: usize,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self { max_pages: 8, max_items: 5_000 }
    }
}

/// What was read of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage<T> {
    /// The items, in the order given.
    pub items: Vec<T>,
    /// Whether there is more than was read.
    pub truncated: bool,
    /// How many pages were read.
    pub pages: u32,
}

/// One page as it comes.
#[derive(Debug)]
pub(in crate::azure) struct Envelope {
    pub(in crate::azure) items: Vec<Value>,
    pub(in crate::azure) next: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    value: Option<Vec<Value>>,
    #[serde(default, rename = "nextLink")]
    next_link: Option<String>,
    #[serde(default, rename = "@odata.nextLink")]
    odata_next_link: Option<String>,
    #[serde(default, rename = "@nextLink")]
    at_next_link: Option<String>,
}

impl Envelope {
    /// Reads `{"value": […], "nextLink"}`; `@odata.nextLink` and the `@nextLink` of
    /// management groups are the same, and no, a null and an empty link all end the list.
    pub(in crate::azure) fn parse(body: &[u8]) -> Result<Self, String> {
        let wire: Wire = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let items = wire.value.ok_or("a list without `value`")?;
        let next = [wire.next_link, wire.odata_next_link, wire.at_next_link];
        let next = next.into_iter().flatten().find(|link| !link.is_empty());
        Ok(Self { items, next })
    }
}

/// Remembers where a list has been, to notice one that never ends.
#[derive(Debug, Default)]
pub(in crate::azure) struct Trail(HashSet<String>);

impl Trail {
    /// Whether `link` was not seen before.
    pub(in crate::azure) fn is_new(&mut self, link: &str) -> bool {
        self.0.insert(link.to_owned())
    }
}
