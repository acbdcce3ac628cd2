//! The address that is asked and the headers that say who asks.
//!
//! It knows the two forms of Azure OpenAI's addresses and nothing of requests and replies.

use std::net::IpAddr;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use url::{Host, Url};

use super::settings::{AzureAuth, EndpointKind, Secret, SettingsError, TokenFn};

/// One endpoint, ready to be asked.
#[derive(Clone)]
pub(super) struct Endpoint {
    pub(super) url: Url,
    /// Host and path, as errors name it.
    pub(super) label: String,
    auth: Auth,
}

#[derive(Clone)]
enum Auth {
    None,
    Fixed { header: HeaderName, value: HeaderValue, secret: Secret },
    Token(TokenFn),
}

impl Endpoint {
    /// Reads an endpoint's settings.
    ///
    /// # Errors
    /// [`SettingsError`] when the address or the key is not usable.
    pub(super) fn new(kind: &EndpointKind) -> Result<Self, SettingsError> {
        let (url, auth) = match kind {
            EndpointKind::Plain { base_url, api_key } => {
                let mut url = parse(base_url)?;
                let path = trimmed_path(&url).to_owned();
                url.set_path(&format!("{path}/chat/completions"));
                let auth = match api_key {
                    Some(key) => {
                        Auth::fixed(AUTHORIZATION, &format!("Bearer {}", key.expose()), key)?
                    }
                    None => Auth::None,
                };
                (url, auth)
            }
            EndpointKind::Azure { endpoint, deployment, api_version, auth } => {
                let url = azure_url(parse(endpoint)?, deployment, api_version.as_deref())?;
                let auth = match auth {
                    AzureAuth::Key(key) => {
                        Auth::fixed(HeaderName::from_static("api-key"), key.expose(), key)?
                    }
                    AzureAuth::Token(token) => Auth::Token(token.clone()),
                };
                (url, auth)
            }
        };
        let label = format!("{}{}", authority(&url), url.path());
        Ok(Self { url, label, auth })
    }

    /// Whether it is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The header to authenticate with, if any, and the secret in it, to be kept out of errors.
    ///
    /// # Errors
    /// A sentence that says why there is no token.
    pub(super) async fn credentials(
        &self,
    ) -> Result<Option<(HeaderName, HeaderValue, Secret)>, String> {
        match &self.auth {
            Auth::None => Ok(None),
            Auth::Fixed { header, value, secret } => {
                Ok(Some((header.clone(), value.clone(), secret.clone())))
            }
            Auth::Token(token) => {
                let secret = Secret::new(&token().await?);
                let value = sensitive(&format!("Bearer {}", secret.expose()))
                    .map_err(|_| "the token cannot be sent in a header".to_owned())?;
                Ok(Some((AUTHORIZATION, value, secret)))
            }
        }
    }
}

impl Auth {
    fn fixed(header: HeaderName, value: &str, secret: &Secret) -> Result<Self, SettingsError> {
        if secret.expose().is_empty() {
            return Err(SettingsError::Empty("the model's key"));
        }
        Ok(Self::Fixed { header, value: sensitive(value)?, secret: secret.clone() })
    }
}

fn sensitive(value: &str) -> Result<HeaderValue, SettingsError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| SettingsError::Key)?;
    value.set_sensitive(true);
    Ok(value)
}

fn parse(address: &str) -> Result<Url, SettingsError> {
    // The address itself is not repeated: people paste keys into the wrong field.
    let wrong = |why: &str| SettingsError::Address(why.to_owned());
    let mut url = Url::parse(address.trim()).map_err(|e| wrong(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it must hold no user name and no password"));
    }
    if url.host().is_none() {
        return Err(wrong("it names no host"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The path without slashes at its end and without the operation, which people paste along.
fn trimmed_path(url: &Url) -> &str {
    let path = url.path().trim_end_matches('/');
    path.strip_suffix("/chat/completions").unwrap_or(path).trim_end_matches('/')
}

fn azure_url(
    mut url: Url,
    deployment: &str,
    api_version: Option<&str>,
) -> Result<Url, SettingsError> {
    if deployment.trim().is_empty() {
        return Err(SettingsError::Empty("the deployment"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(SettingsError::Address(
            "plain http is for this machine only: Azure's credentials need https://".to_owned(),
        ));
    }
    let path: Vec<String> =
        trimmed_path(&url).split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    let is_v1 = path.ends_with(&["openai".to_owned(), "v1".to_owned()]);
    let is_api = |at: usize| {
        path.get(at).is_some_and(|s| s == "openai")
            && path.get(at + 1).is_none_or(|s| s == "v1" || s == "deployments")
    };
    let root = (0..path.len()).find(|&at| is_api(at)).unwrap_or(path.len());
    let version = api_version.map(str::trim).filter(|v| !v.is_empty());
    url.set_query(None);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear();
        segments.extend(path.iter().take(root));
        match version {
            Some(_) if !is_v1 => segments.extend(["openai", "deployments", deployment.trim()]),
            Some(_) | None => segments.extend(["openai", "v1"]),
        };
        segments.extend(["chat", "completions"]);
    }
    if let Some(version) = version {
        url.query_pairs_mut().append_pair("api-version", version);
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(base_url: &str) -> Result<Endpoint, SettingsError> {
        Endpoint::new(&EndpointKind::Plain { base_url: base_url.to_owned(), api_key: None })
    }

    fn azure(endpoint: &str, api_version: Option<&str>) -> Result<Endpoint, SettingsError> {
        Endpoint::new(&EndpointKind::Azure {
            endpoint: endpoint.to_owned(),
            deployment: "gpt 5".to_owned(),
            api_version: api_version.map(str::to_owned),
            auth: AzureAuth::Key(Secret::new("k")),
        })
    }

    #[test]
    fn the_operation_is_appended_to_a_base_address_once() {
        for base in ["http://h:1/v1", "http://h:1/v1/", "http://h:1/v1/chat/completions"] {
            let endpoint = plain(base).unwrap();
            assert_eq!(endpoint.url.as_str(), "http://h:1/v1/chat/completions");
            assert_eq!(endpoint.label, "h:1/v1/chat/completions");
        }
    }

    #[test]
    fn azure_is_addressed_by_deployment_or_by_v1() {
        let deployed = "https://c.openai.azure.com/openai/deployments/gpt%205/chat/completions?api-version=2024-10-21";
        let v1 = "https://c.openai.azure.com/openai/v1/chat/completions";
        let of = |endpoint: &str, version| azure(endpoint, version).unwrap().url.to_string();
        assert_eq!(of("https://c.openai.azure.com/", Some("2024-10-21")), deployed);
        assert_eq!(of(deployed, Some("2024-10-21")), deployed);
        assert_eq!(of("https://c.openai.azure.com", None), v1);
        assert_eq!(of("https://c.openai.azure.com/openai/v1/", None), v1);
        assert_eq!(
            of("https://c.openai.azure.com/openai/v1/", Some("preview")),
            format!("{v1}?api-version=preview")
        );
        assert_eq!(
            of("https://gateway/openai-eu", None),
            "https://gateway/openai-eu/openai/v1/chat/completions"
        );
    }

    #[test]
    fn addresses_that_would_leak_or_fail_are_refused() {
        assert!(matches!(plain("api.openai.com/v1"), Err(SettingsError::Address(_))));
        assert!(matches!(plain("ftp://h/v1"), Err(SettingsError::Address(_))));
        assert!(matches!(plain("https://me:pw@h/v1"), Err(SettingsError::Address(_))));
        assert!(matches!(azure("http://c.openai.azure.com", None), Err(SettingsError::Address(_))));
        assert!(azure("http://127.0.0.1:9", None).is_ok());
    }
}
