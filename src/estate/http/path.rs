//! Reading a request's path and query as ARM does: segments are percent-decoded before they are
//! matched, repeated slashes count once, case does not matter.

use percent_encoding::percent_decode_str;

/// A path, cut where its last `providers` segment stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ArmPath {
    /// What comes before the last `providers`: the scope, or the whole path where there is none.
    pub(crate) scope: Vec<String>,
    /// The namespace after it.
    pub(crate) namespace: Option<String>,
    /// What comes after the namespace.
    pub(crate) rest: Vec<String>,
}

impl ArmPath {
    /// Reads a raw path. Encoded slashes separate like plain ones.
    pub(crate) fn parse(raw: &str) -> Self {
        let decoded = percent_decode_str(raw).decode_utf8_lossy();
        let segments: Vec<String> =
            decoded.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect();
        // A `providers` with nothing after it is the list of providers, not a namespace.
        let cut = segments
            .iter()
            .rposition(|s| s.eq_ignore_ascii_case("providers"))
            .filter(|at| at + 1 < segments.len());
        let Some(at) = cut else {
            return Self { scope: segments, namespace: None, rest: Vec::new() };
        };
        let mut scope = segments;
        let mut tail = scope.split_off(at).into_iter().skip(1);
        let namespace = tail.next();
        Self { scope, namespace, rest: tail.collect() }
    }

    /// The segments of the scope in lower case, to match on.
    pub(crate) fn lower_scope(&self) -> Vec<String> {
        self.scope.iter().map(|s| s.to_ascii_lowercase()).collect()
    }

    /// The segments after the namespace in lower case, to match on.
    pub(crate) fn lower_rest(&self) -> Vec<String> {
        self.rest.iter().map(|s| s.to_ascii_lowercase()).collect()
    }

    /// All segments again.
    pub(crate) fn whole(&self) -> Vec<String> {
        let mut whole = self.scope.clone();
        if let Some(namespace) = &self.namespace {
            whole.push("providers".into());
            whole.push(namespace.clone());
            whole.extend(self.rest.iter().cloned());
        }
        whole
    }
}

/// A query string; names are case-sensitive, the first of several wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a raw query string.
    pub(crate) fn parse(raw: &str) -> Self {
        Self(url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect())
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The query with further parameters; those that it has win.
    pub(crate) fn with_more(&self, more: Vec<(String, String)>) -> Self {
        Self(self.0.iter().cloned().chain(more).collect())
    }

    /// The opaque token of a next link, in either spelling.
    pub(crate) fn skip_token(&self) -> Option<&str> {
        self.get("$skiptoken").or_else(|| self.get("$skipToken"))
    }

    /// The query string with another skip token.
    pub(crate) fn with_skip_token(&self, token: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !name.eq_ignore_ascii_case("$skiptoken") {
                query.append_pair(name, value);
            }
        }
        query.append_pair("$skiptoken", token);
        query.finish()
    }
}

/// Whether a text is an API version: a date, or a date and a word such as `preview`.
pub(crate) fn is_api_version(text: &str) -> bool {
    let (Some(date), rest) = (text.get(..10), text.get(10..).unwrap_or_default()) else {
        return false;
    };
    let is_date = date.parse::<jiff::civil::Date>().is_ok();
    let is_suffix = rest.is_empty()
        || rest.strip_prefix('-').is_some_and(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    is_date && is_suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_scopes_doubled_slashes_and_case_are_one_path() {
        let plain = ArmPath::parse("/subscriptions/s/providers/Microsoft.Security/alerts");
        assert_eq!(
            ArmPath::parse("//subscriptions%2Fs/providers//Microsoft.Security/alerts/"),
            plain
        );
        assert_eq!(plain.scope, ["subscriptions", "s"]);
        assert_eq!(plain.namespace.as_deref(), Some("Microsoft.Security"));
        assert_eq!(plain.rest, ["alerts"]);
    }

    #[test]
    fn an_extension_resource_is_cut_at_its_last_provider() {
        let path = ArmPath::parse(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v/providers/Microsoft.Security/assessments/a",
        );
        assert_eq!(path.scope.len(), 8);
        assert_eq!(path.rest, ["assessments", "a"]);
    }

    #[test]
    fn versions_are_dates_with_or_without_a_word() {
        assert!(is_api_version("2024-07-01"));
        assert!(is_api_version("2019-01-01-preview"));
        for wrong in ["", "latest", "2024-13-01", "2024-07-01-", "2024-07-01preview", "2024-7-1"] {
            assert!(!is_api_version(wrong), "{wrong}");
        }
    }
}
