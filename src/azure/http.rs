//! The HTTP clients of this room: trust, proxies, and who is never proxied.
//!
//! Owns how a connection is made. It must not know Azure's paths, tokens or retries. Redirects
//! are never followed here, for anyone: a redirect could carry a token to another host.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy, redirect};
use thiserror::Error;
use url::{Host, Url};

use super::cloud::is_loopback;

const USER_AGENT: &str = concat!("opscopilot/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest silence inside one answer.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Which proxy leads out of here.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the environment says: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    #[default]
    System,
    /// None, whatever the environment says.
    Direct,
    /// This one, for every host but those of `NO_PROXY`.
    Url(String),
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A proxy URL may hold a password.
        f.write_str(match self {
            Self::System => "System",
            Self::Direct => "Direct",
            Self::Url(_) => "Url(…)",
        })
    }
}

/// How connections are made.
#[derive(Clone, Debug, Default)]
pub struct HttpSettings {
    /// Which proxy to use. Loopback and link-local hosts are never proxied.
    pub proxy: ProxyChoice,
    /// A PEM file of further certificate authorities to trust.
    pub ca_file: Option<PathBuf>,
}

/// Why HTTP clients cannot be built.
#[derive(Clone, Debug, Error)]
pub enum HttpError {
    /// The CA file cannot be read or holds no certificate.
    #[error("the CA file {path} is not usable: {problem}")]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The proxy URL is not one.
    #[error("the proxy URL is not usable: {0}")]
    Proxy(String),
    /// TLS could not be set up, most often because the machine has no CA certificates.
    #[error(
        "TLS cannot be set up ({0}): install the system's CA certificates (ca-certificates), or give a CA file"
    )]
    Tls(String),
}

/// HTTP clients, cheap to clone. Which one a URL gets is decided by its host.
#[derive(Clone, Debug)]
pub struct Http(Arc<Inner>);

#[derive(Debug)]
enum Route {
    System,
    Direct,
    Via(Box<Proxy>),
}

#[derive(Debug)]
struct Inner {
    route: Route,
    extra_roots: Vec<Certificate>,
    /// Plain http to this machine or its metadata service: no proxy, no trust store, so that a
    /// machine without CA certificates can use it and start-up loads none.
    plain: Client,
    direct: OnceLock<Result<Client, HttpError>>,
    outward: OnceLock<Result<Client, HttpError>>,
}

impl Http {
    /// Checks the settings. Clients that need the system's trust store are built when first used.
    ///
    /// # Errors
    /// [`HttpError::CaFile`], [`HttpError::Proxy`], [`HttpError::Tls`].
    pub fn new(settings: &HttpSettings) -> Result<Self, HttpError> {
        // Fails when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let extra_roots = match &settings.ca_file {
            Some(path) => read_roots(path)?,
            None => Vec::new(),
        };
        let route = match &settings.proxy {
            ProxyChoice::System => Route::System,
            ProxyChoice::Direct => Route::Direct,
            ProxyChoice::Url(url) => {
                let proxy = Proxy::all(url);
                let proxy = proxy.map_err(|error| HttpError::Proxy(root_cause(&error)))?;
                Route::Via(Box::new(proxy.no_proxy(NoProxy::from_env())))
            }
        };
        let plain = base().no_proxy().tls_certs_only(extra_roots.clone());
        let plain = plain
            .build()
            .map_err(|error| HttpError::Tls(root_cause(&error)))?;
        Ok(Self(Arc::new(Inner {
            route,
            extra_roots,
            plain,
            direct: OnceLock::new(),
            outward: OnceLock::new(),
        })))
    }

    /// The client for `url`.
    ///
    /// # Errors
    /// [`HttpError::Tls`] where the trust store of the system is needed and is not there.
    pub(in crate::azure) fn client_for(&self, url: &Url) -> Result<&Client, HttpError> {
        if !is_near(url) {
            return built(&self.0.outward, || self.outward());
        }
        if url.scheme() == "http" {
            return Ok(&self.0.plain);
        }
        built(&self.0.direct, || self.trusting().no_proxy())
    }

    fn trusting(&self) -> ClientBuilder {
        base().tls_certs_merge(self.0.extra_roots.clone())
    }

    fn outward(&self) -> ClientBuilder {
        match &self.0.route {
            Route::System => self.trusting(),
            Route::Direct => self.trusting().no_proxy(),
            Route::Via(proxy) => self.trusting().proxy(Proxy::clone(proxy)),
        }
    }
}

/// This machine and its metadata service: a proxy would be somebody else's machine.
fn is_near(url: &Url) -> bool {
    is_loopback(url) || matches!(url.host(), Some(Host::Ipv4(ip)) if ip.is_link_local())
}

fn base() -> ClientBuilder {
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .tcp_keepalive(Duration::from_secs(30))
}

fn built(
    slot: &OnceLock<Result<Client, HttpError>>,
    make: impl FnOnce() -> ClientBuilder,
) -> Result<&Client, HttpError> {
    slot.get_or_init(|| {
        make()
            .build()
            .map_err(|error| HttpError::Tls(root_cause(&error)))
    })
    .as_ref()
    .map_err(Clone::clone)
}

fn read_roots(path: &Path) -> Result<Vec<Certificate>, HttpError> {
    let broken = |problem: String| HttpError::CaFile {
        path: path.to_owned(),
        problem,
    };
    let pem = std::fs::read(path).map_err(|error| broken(error.to_string()))?;
    let roots = Certificate::from_pem_bundle(&pem).map_err(|error| broken(root_cause(&error)))?;
    if roots.is_empty() {
        return Err(broken("it holds no PEM certificate".to_owned()));
    }
    Ok(roots)
}

/// The innermost message: reqwest's own says only "builder error".
pub(in crate::azure) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_ca_file_or_proxy_is_refused_at_start() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let ca = |path: &Path| HttpSettings {
            ca_file: Some(path.to_owned()),
            ..Default::default()
        };
        assert!(matches!(
            Http::new(&ca(file.path())),
            Err(HttpError::CaFile { .. })
        ));
        assert!(matches!(
            Http::new(&ca(Path::new("/nowhere"))),
            Err(HttpError::CaFile { .. })
        ));
        let proxy = ProxyChoice::Url("http://user:secret@[bad".to_owned());
        let error = Http::new(&HttpSettings {
            proxy,
            ca_file: None,
        })
        .unwrap_err();
        assert!(matches!(error, HttpError::Proxy(_)) && !error.to_string().contains("secret"));
    }

    #[test]
    fn this_machine_and_its_metadata_service_are_near() {
        for (url, near) in [
            ("http://127.0.0.1:1/x", true),
            ("https://localhost", true),
            ("http://169.254.169.254/metadata", true),
            ("https://management.azure.com", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(is_near(&Url::parse(url).unwrap()), near, "{url}");
        }
    }
}
