//! What a reader may ask: GETs, and the POSTs that only query.
//!
//! Owns the list of query POSTs. It must not know how a request is sent. A POST that is not in
//! the list cannot be written down as a [`QueryPost`], so no reader can send it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;
use url::Url;

use super::path::{ApiVersion, ArmPath};

const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$');

/// The query POSTs. `*` stands for one segment, a leading `**` for any scope, the tenant
/// included. Each only reads; several need an `…/action` permission that Reader lacks.
const QUERY_POSTS: &[&str] = &[
    "providers/Microsoft.ResourceGraph/resources",
    "providers/Microsoft.ResourceGraph/resourcesHistory",
    "providers/Microsoft.Management/getEntities",
    "providers/Microsoft.Carbon/carbonEmissionReports",
    "providers/Microsoft.Carbon/queryCarbonEmissionDataAvailableDateRange",
    "subscriptions/*/providers/Microsoft.Insights/metrics",
    "subscriptions/*/providers/Microsoft.RecoveryServices/locations/*/backupStatus",
    "**/providers/Microsoft.ResourceHealth/events/*/fetchEventDetails",
    "**/providers/Microsoft.ResourceHealth/events/*/listSecurityAdvisoryImpactedResources",
    "**/providers/Microsoft.PolicyInsights/policyStates/*/summarize",
    "**/providers/Microsoft.PolicyInsights/policyStates/*/queryResults",
    "**/providers/Microsoft.PolicyInsights/policyEvents/*/queryResults",
    "**/providers/Microsoft.PolicyInsights/remediations/*/listDeployments",
    "**/providers/Microsoft.PolicyInsights/checkPolicyRestrictions",
    "**/providers/Microsoft.CostManagement/query",
    "**/providers/Microsoft.CostManagement/forecast",
    "**/providers/Microsoft.OperationalInsights/workspaces/*/api/query",
];

/// A GET: path, version and further query parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmGet {
    pub(in crate::azure) path: ArmPath,
    pub(in crate::azure) query: Vec<(String, String)>,
}

impl ArmGet {
    /// A GET of `path` at `version`.
    #[must_use]
    pub fn new(path: ArmPath, version: ApiVersion) -> Self {
        Self {
            path,
            query: vec![version_pair(version)],
        }
    }

    /// Adds a query parameter such as `$filter`; the value is encoded.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }
}

/// A POST that only queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryPost {
    pub(in crate::azure) path: ArmPath,
    pub(in crate::azure) query: Vec<(String, String)>,
}

/// A POST that is not among the query POSTs.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("POST {0} is not one of the queries a reader may send")]
pub struct NotAQuery(pub String);

impl QueryPost {
    /// A query POST to `path` at `version`.
    ///
    /// # Errors
    /// [`NotAQuery`] when the path is not in the list of this file.
    pub fn new(path: ArmPath, version: ApiVersion) -> Result<Self, NotAQuery> {
        if !is_query(&path) {
            return Err(NotAQuery(path.to_string()));
        }
        Ok(Self {
            path,
            query: vec![version_pair(version)],
        })
    }

    /// Adds a query parameter; the value is encoded.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }
}

/// Whether `path` is one of the query POSTs. Case is ignored, as Resource Manager does.
pub(in crate::azure) fn is_query(path: &ArmPath) -> bool {
    QUERY_POSTS
        .iter()
        .any(|pattern| matches(pattern, path.segments()))
}

/// The URL of `path` and `query` below `base`, whose own path is kept in front.
pub(in crate::azure) fn url_of(base: &Url, path: &ArmPath, query: &[(String, String)]) -> Url {
    let mut url = base.clone();
    url.set_path(&format!(
        "{}{}",
        base.path().trim_end_matches('/'),
        path.encoded()
    ));
    let pairs: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    url.set_query((!pairs.is_empty()).then(|| pairs.join("&")).as_deref());
    url
}

/// A space is `%20`, not `+`: not every service behind Resource Manager reads `+` as a space.
fn encode(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, QUERY)
}

fn matches(pattern: &str, segments: &[String]) -> bool {
    let (pattern, segments) = match pattern.strip_prefix("**/") {
        Some(tail) => {
            let skip = segments.len().checked_sub(tail.split('/').count());
            match skip.and_then(|skip| segments.get(skip..)) {
                Some(rest) => (tail, rest),
                None => return false,
            }
        }
        None => (pattern, segments),
    };
    pattern.split('/').count() == segments.len()
        && pattern
            .split('/')
            .zip(segments)
            .all(|(want, have)| want == "*" || want.eq_ignore_ascii_case(have))
}

fn version_pair(version: ApiVersion) -> (String, String) {
    ("api-version".to_owned(), version.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const V: ApiVersion = ApiVersion::new("2024-04-01");

    fn post(path: &str) -> Result<QueryPost, NotAQuery> {
        QueryPost::new(ArmPath::parse(path).unwrap(), V)
    }

    #[test]
    fn queries_are_listed_at_any_scope_and_in_any_case() {
        for path in [
            "/providers/microsoft.resourcegraph/RESOURCES",
            "/subscriptions/a/providers/Microsoft.CostManagement/query",
            "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.CostManagement/query",
            "/subscriptions/a/resourceGroups/r/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults",
        ] {
            assert!(post(path).is_ok(), "{path}");
        }
    }

    #[test]
    fn a_post_that_acts_is_not_a_query() {
        for path in [
            "/subscriptions/a/resourceGroups/r/providers/Microsoft.Compute/virtualMachines/v/restart",
            "/subscriptions/a/providers/Microsoft.ResourceGraph/resources/x",
            "/subscriptions/a/providers/Microsoft.Storage/storageAccounts/s/listKeys",
            "/query",
        ] {
            assert!(post(path).is_err(), "{path}");
        }
    }

    #[test]
    fn query_values_are_encoded() {
        let get = ArmGet::new(ArmPath::parse("/subscriptions/a").unwrap(), V)
            .with_query("$filter", "name eq 'a&b'#");
        let base = Url::parse("http://127.0.0.1:9/").unwrap();
        assert_eq!(
            url_of(&base, &get.path, &get.query).as_str(),
            "http://127.0.0.1:9/subscriptions/a?api-version=2024-04-01&$filter=name%20eq%20%27a%26b%27%23"
        );
    }
}
