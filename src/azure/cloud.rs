//! Which Azure: endpoints, sign-in authority and token scopes of a cloud.
//!
//! Owns the facts about Microsoft's clouds and the rules for a custom endpoint. It must not
//! know credentials, HTTP or which cloud is configured.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::{Host, Url};

use super::resource_id::ResourceId;

const PUBLIC_AUTHORITY: &str = "https://login.microsoftonline.com";

/// An Azure cloud: where Resource Manager and Log Analytics are, and what a token for them is
/// asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// The public cloud.
    Public,
    /// Azure for the US government.
    UsGov,
    /// Azure in China, operated by 21Vianet.
    China,
    /// Any other Resource Manager, the sample estate among them.
    Custom(CustomCloud),
}

/// A Resource Manager outside Microsoft's clouds. Built by [`Cloud::custom`], which checks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomCloud {
    endpoint: Url,
    authority: Url,
    audience: Option<String>,
}

/// Why a cloud or an endpoint is not usable.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CloudError {
    /// The name is none of the clouds known.
    #[error("`{0}` is not a cloud: use public, usgov or china, or give an endpoint of your own")]
    UnknownCloud(String),
    /// The text is no URL, or not one of scheme, host and port alone.
    #[error(
        "`{url}` is not an endpoint: {problem}; give scheme, host and port only, like https://management.example.com"
    )]
    NotAnEndpoint {
        /// What was given, without user information.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Plain http to a host that is not this machine would send a token in the clear.
    #[error(
        "`{0}` is plain http: a token would travel in the clear; use https (http is for 127.0.0.0/8, ::1 and localhost)"
    )]
    PlainHttp(String),
    /// One of Microsoft's clouds was given a sign-in authority.
    #[error(
        "the cloud `{0}` has its own sign-in authority; give one only with an endpoint of your own"
    )]
    FixedAuthority(String),
    /// The audience is empty or holds characters no audience has.
    #[error(
        "`{0}` is not a token audience: use a URI like https://management.azure.com or api://<id>"
    )]
    BadAudience(String),
}

impl Cloud {
    /// A custom endpoint. `audience` is what a credential asks a token for; without one, only a
    /// fixed token can be used.
    ///
    /// # Errors
    /// [`CloudError::NotAnEndpoint`], [`CloudError::PlainHttp`] for http off this machine,
    /// [`CloudError::BadAudience`].
    pub fn custom(endpoint: &str, audience: Option<&str>) -> Result<Self, CloudError> {
        let endpoint = parse_endpoint(endpoint)?;
        let authority = parse_endpoint(PUBLIC_AUTHORITY)?;
        let audience = audience.map(check_audience).transpose()?;
        Ok(Self::Custom(CustomCloud { endpoint, authority, audience }))
    }

    /// The same custom cloud with a sign-in authority of its own.
    ///
    /// # Errors
    /// [`CloudError::NotAnEndpoint`], [`CloudError::PlainHttp`], [`CloudError::FixedAuthority`]
    /// for Microsoft's clouds.
    pub fn with_authority(self, authority: &str) -> Result<Self, CloudError> {
        let authority = parse_endpoint(authority)?;
        match self {
            Self::Custom(custom) => Ok(Self::Custom(CustomCloud { authority, ..custom })),
            Self::Public | Self::UsGov | Self::China => {
                Err(CloudError::FixedAuthority(self.to_string()))
            }
        }
    }

    /// The Resource Manager endpoint: scheme, host and port, path `/`.
    #[must_use]
    pub fn arm_endpoint(&self) -> Url {
        match self {
            Self::Public => known("https://management.azure.com"),
            Self::UsGov => known("https://management.usgovcloudapi.net"),
            Self::China => known("https://management.chinacloudapi.cn"),
            Self::Custom(custom) => custom.endpoint.clone(),
        }
    }

    /// The sign-in authority, where tokens are asked for.
    #[must_use]
    pub fn authority(&self) -> Url {
        match self {
            Self::Public => known(PUBLIC_AUTHORITY),
            Self::UsGov => known("https://login.microsoftonline.us"),
            Self::China => known("https://login.chinacloudapi.cn"),
            Self::Custom(custom) => custom.authority.clone(),
        }
    }

    /// The scope of a Resource Manager token; `None` for a custom endpoint without audience.
    #[must_use]
    pub fn arm_scope(&self) -> Option<String> {
        match self {
            Self::Public => Some("https://management.azure.com/.default".to_owned()),
            Self::UsGov => Some("https://management.core.usgovcloudapi.net/.default".to_owned()),
            Self::China => Some("https://management.chinacloudapi.cn/.default".to_owned()),
            Self::Custom(custom) => custom.audience.as_deref().map(scope_of),
        }
    }

    /// The base of Log Analytics queries, `…/v1` without a trailing slash. Of a custom endpoint
    /// it is the same origin.
    #[must_use]
    pub fn log_analytics_endpoint(&self) -> Url {
        match self {
            Self::Public => known("https://api.loganalytics.azure.com/v1"),
            Self::UsGov => known("https://api.loganalytics.us/v1"),
            Self::China => known("https://api.loganalytics.azure.cn/v1"),
            Self::Custom(custom) => {
                let mut base = custom.endpoint.clone();
                base.set_path("/v1");
                base
            }
        }
    }

    /// The scope of a Log Analytics token; of a custom endpoint it is the Resource Manager one.
    #[must_use]
    pub fn log_analytics_scope(&self) -> Option<String> {
        match self {
            Self::Public => Some("https://api.loganalytics.io/.default".to_owned()),
            Self::UsGov => Some("https://api.loganalytics.us/.default".to_owned()),
            Self::China => Some("https://api.loganalytics.azure.cn/.default".to_owned()),
            Self::Custom(_) => self.arm_scope(),
        }
    }

    /// The portal's origin; a custom endpoint, the sample estate among them, has none.
    #[must_use]
    pub fn portal(&self) -> Option<&'static str> {
        match self {
            Self::Public => Some("https://portal.azure.com"),
            Self::UsGov => Some("https://portal.azure.us"),
            Self::China => Some("https://portal.azure.cn"),
            Self::Custom(_) => None,
        }
    }

    /// Where a subscription, a resource group or a resource opens in the portal. `None` for what
    /// the portal has no page of its own for, such as an alert on a resource.
    #[must_use]
    pub fn portal_url(&self, id: &ResourceId) -> Option<String> {
        let page = id.subscription().is_some() && !id.is_extension();
        let page = page && (id.provider().is_none() || id.resource_group().is_some());
        self.portal()
            .filter(|_| page)
            .map(|portal| format!("{portal}/#resource{}", id.path().encoded()))
    }

    /// Whether the endpoint is this machine, reached over the loopback interface.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.arm_endpoint())
    }
}

impl FromStr for Cloud {
    type Err = CloudError;

    fn from_str(name: &str) -> Result<Self, CloudError> {
        match name.trim().to_ascii_lowercase().as_str() {
            "public" => Ok(Self::Public),
            "usgov" => Ok(Self::UsGov),
            "china" => Ok(Self::China),
            _ => Err(CloudError::UnknownCloud(name.to_owned())),
        }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::UsGov => f.write_str("usgov"),
            Self::China => f.write_str("china"),
            Self::Custom(custom) => f.write_str(custom.endpoint.as_str().trim_end_matches('/')),
        }
    }
}

/// Whether `url` names this machine: 127.0.0.0/8, ::1 or localhost.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        Some(Host::Domain(name)) => name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// Checks a URL of scheme, host and port alone, https unless it is this machine.
///
/// # Errors
/// [`CloudError::NotAnEndpoint`], [`CloudError::PlainHttp`].
pub fn parse_endpoint(text: &str) -> Result<Url, CloudError> {
    let url = Url::parse(text.trim()).map_err(|error| CloudError::NotAnEndpoint {
        url: text.to_owned(),
        problem: error.to_string(),
    })?;
    let problem = if !url.username().is_empty() || url.password().is_some() {
        Some("it holds user information")
    } else if url.host().is_none() {
        Some("it has no host")
    } else if !matches!(url.path(), "" | "/") {
        Some("it has a path")
    } else if url.query().is_some() || url.fragment().is_some() {
        Some("it has a query or a fragment")
    } else {
        None
    };
    if let Some(problem) = problem {
        let url = url.host_str().unwrap_or("…").to_owned();
        return Err(CloudError::NotAnEndpoint { url, problem: problem.to_owned() });
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(CloudError::PlainHttp(url.to_string())),
        other => Err(CloudError::NotAnEndpoint {
            url: url.to_string(),
            problem: format!("`{other}` is not http or https"),
        }),
    }
}

fn check_audience(audience: &str) -> Result<String, CloudError> {
    let audience = audience.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '/');
    if audience.is_empty() || !audience.chars().all(allowed) {
        return Err(CloudError::BadAudience(audience.to_owned()));
    }
    Ok(audience.to_owned())
}

/// An audience that ends in a slash keeps it: the token service compares literally, and
/// `https://management.core.windows.net/` is asked for with two slashes.
fn scope_of(audience: &str) -> String {
    if audience.ends_with("/.default") {
        audience.to_owned()
    } else {
        format!("{audience}/.default")
    }
}

#[expect(clippy::expect_used, reason = "the argument is one of the constants of this file")]
fn known(url: &'static str) -> Url {
    Url::parse(url).expect("a constant of this file is a URL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for url in
            ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1", "http://LocalHost:3/"]
        {
            assert!(Cloud::custom(url, None).unwrap().is_loopback(), "{url}");
        }
        for url in [
            "http://management.example.com",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://0.0.0.0",
        ] {
            assert!(matches!(Cloud::custom(url, None), Err(CloudError::PlainHttp(_))), "{url}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port_alone() {
        for url in [
            "https://user:secret@host",
            "https://host/path",
            "https://host/?a=b",
            "ftp://host",
            "host",
            "https://",
            "https://h#f",
        ] {
            let error = Cloud::custom(url, None).unwrap_err();
            assert!(matches!(error, CloudError::NotAnEndpoint { .. }), "{url}: {error}");
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn custom_log_analytics_is_the_same_origin_under_v1() {
        let cloud = Cloud::custom("http://127.0.0.1:8080", None).unwrap();
        assert_eq!(cloud.log_analytics_endpoint().as_str(), "http://127.0.0.1:8080/v1");
        assert_eq!(cloud.arm_scope(), None);
    }

    #[test]
    fn an_audience_becomes_its_default_scope() {
        for (audience, scope) in [
            ("https://management.azure.com", "https://management.azure.com/.default"),
            (
                "https://management.core.windows.net/",
                "https://management.core.windows.net//.default",
            ),
            ("api://x/.default", "api://x/.default"),
        ] {
            let cloud = Cloud::custom("https://arm.example", Some(audience)).unwrap();
            assert_eq!(cloud.arm_scope().as_deref(), Some(scope));
            assert_eq!(cloud.log_analytics_scope().as_deref(), Some(scope));
        }
        assert!(Cloud::custom("https://arm.example", Some("a b")).is_err());
    }

    #[test]
    fn clouds_are_named_on_the_command_line() {
        assert_eq!("UsGov".parse(), Ok(Cloud::UsGov));
        assert!("azure".parse::<Cloud>().is_err());
        assert!(Cloud::Public.with_authority("https://login.example").is_err());
        assert_eq!(Cloud::China.authority().as_str(), "https://login.chinacloudapi.cn/");
    }
}
