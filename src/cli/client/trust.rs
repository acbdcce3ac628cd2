//! Whom a client trusts over TLS: the system's authorities and those of a file.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_tungstenite::Connector;

use super::{Address, ClientError};

/// Whom a client trusts.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Trust {
    ca_file: Option<PathBuf>,
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Trust {
    /// The system's authorities, and those of a PEM file.
    pub(in crate::cli) fn with(ca_file: Option<PathBuf>) -> Self {
        Self { ca_file, config: Arc::default() }
    }

    /// The file of further authorities.
    pub(super) fn ca_file(&self) -> Option<PathBuf> {
        self.ca_file.clone()
    }

    /// How to connect to `address`. The authorities are loaded when first needed, once.
    pub(super) fn connector(&self, address: &Address) -> Result<Connector, ClientError> {
        if !address.is_secure() {
            return Ok(Connector::Plain);
        }
        if let Some(config) = self.config.get() {
            return Ok(Connector::Rustls(Arc::clone(config)));
        }
        let config = Arc::new(self.load()?);
        Ok(Connector::Rustls(Arc::clone(self.config.get_or_init(|| config))))
    }

    fn load(&self) -> Result<ClientConfig, ClientError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = &self.ca_file {
            let broken = |problem: String| {
                ClientError::Trust(format!("the CA file {} {problem}", path.display()))
            };
            let found = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| broken(format!("cannot be read: {error}")))?;
            if roots.add_parsable_certificates(found).0 == 0 {
                return Err(broken("holds no certificate".to_owned()));
            }
        }
        if roots.is_empty() {
            let missing = "this machine has no CA certificates; install them (ca-certificates), \
                           or give a file with --ca-file";
            return Err(ClientError::Trust(missing.to_owned()));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| ClientError::Trust(error.to_string()))?;
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
}
