//! The identities of `azure_identity`, by name.
//!
//! Owns how each is built and which settings mislead it. It must not know caching or who asks.

use std::path::PathBuf;
use std::sync::Arc;

use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{Secret as CoreSecret, TokenCredential};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions,
    DeveloperToolsCredential, DeveloperToolsCredentialOptions, Executor, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions, new_executor,
};
use url::Url;

use super::CredentialError;
use super::transport::{IdentityTransport, Reroute};
use crate::azure::cloud::is_loopback;
use crate::azure::http::Http;
use crate::azure::secret::Secret;

const METADATA_SERVICE: &str = "http://169.254.169.254";

/// An identity that can get tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The identity Azure gave to the machine, container or app this runs in.
    ManagedIdentity {
        /// Which of its identities.
        assigned: Assigned,
        /// The metadata service, where it is not the usual one: a loopback origin.
        metadata_endpoint: Option<Url>,
    },
    /// A Kubernetes service account that an Entra identity trusts. What is `None` is read from
    /// `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`.
    WorkloadIdentity {
        /// The tenant.
        tenant_id: Option<String>,
        /// The application (client) id.
        client_id: Option<String>,
        /// The file that holds the service account's token.
        token_file: Option<PathBuf>,
    },
    /// An application with a secret.
    ClientSecret {
        /// The tenant.
        tenant_id: String,
        /// The application (client) id.
        client_id: String,
        /// The secret.
        secret: Secret,
    },
    /// Who is signed in with `az` or `azd` on this machine.
    DeveloperTools,
}

/// Which managed identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Assigned {
    /// The system-assigned one.
    #[default]
    System,
    /// A user-assigned one by client id.
    ClientId(String),
    /// A user-assigned one by object (principal) id.
    ObjectId(String),
    /// A user-assigned one by resource id; App Service does not take it.
    ResourceId(String),
}

impl Identity {
    /// The name people choose it by.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ManagedIdentity { .. } => "managed-identity",
            Self::WorkloadIdentity { .. } => "workload-identity",
            Self::ClientSecret { .. } => "client-secret",
            Self::DeveloperTools => "developer-tools",
        }
    }

    /// Builds the credential, with `authority` as the place to sign in at.
    pub(super) fn build(
        self,
        authority: &Url,
        http: &Http,
    ) -> Result<Arc<dyn TokenCredential>, CredentialError> {
        let name = self.name();
        let broken = |error: azure_core::Error| settings(name, error.to_string());
        let options = client_options(authority, http, &self)?;
        match self {
            Self::ManagedIdentity { assigned, metadata_endpoint: _ } => {
                check_managed_environment(|key| std::env::var_os(key).is_some())?;
                let managed = ManagedIdentityCredentialOptions {
                    user_assigned_id: assigned.into_id(),
                    client_options: options,
                };
                Ok(ManagedIdentityCredential::new(Some(managed)).map_err(broken)?)
            }
            Self::WorkloadIdentity { tenant_id, client_id, token_file } => {
                let workload = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions {
                        client_options: options,
                    },
                    client_id,
                    tenant_id,
                    token_file_path: token_file,
                };
                Ok(WorkloadIdentityCredential::new(Some(workload)).map_err(broken)?)
            }
            Self::ClientSecret { tenant_id, client_id, secret } => {
                let secret = CoreSecret::new(secret.expose().to_owned());
                let app = ClientSecretCredentialOptions { client_options: options };
                let built = ClientSecretCredential::new(&tenant_id, client_id, secret, Some(app));
                Ok(built.map_err(broken)?)
            }
            Self::DeveloperTools => developer_tools(new_executor()),
        }
    }
}

/// Tries `az`, then `azd`, and stays with the one that works.
fn developer_tools(
    executor: Arc<dyn Executor>,
) -> Result<Arc<dyn TokenCredential>, CredentialError> {
    let options = DeveloperToolsCredentialOptions { executor: Some(executor) };
    let built = DeveloperToolsCredential::new(Some(options));
    Ok(built.map_err(|error| settings(Identity::DeveloperTools.name(), error.to_string()))?)
}

impl Assigned {
    fn into_id(self) -> Option<UserAssignedId> {
        match self {
            Self::System => None,
            Self::ClientId(id) => Some(UserAssignedId::ClientId(id)),
            Self::ObjectId(id) => Some(UserAssignedId::ObjectId(id)),
            Self::ResourceId(id) => Some(UserAssignedId::ResourceId(id)),
        }
    }
}

/// `azure_identity` refuses an authority that is not https. A loopback one over http is given
/// to it as https, and the transport turns exactly that origin back.
fn client_options(
    authority: &Url,
    http: &Http,
    identity: &Identity,
) -> Result<ClientOptions, CredentialError> {
    let mut reroutes = Vec::new();
    let mut shown = authority.clone();
    if authority.scheme() == "http" {
        if !is_loopback(authority) {
            let problem = format!("{authority} is plain http; a sign-in needs https");
            return Err(settings(identity.name(), problem));
        }
        let (host, port) = (authority.host_str(), authority.port_or_known_default());
        let https = format!("https://{}:{}", host.unwrap_or_default(), port.unwrap_or(80));
        shown = parse(identity, &https)?;
        reroutes.push(Reroute { from: shown.clone(), to: authority.clone() });
    }
    if let Identity::ManagedIdentity { metadata_endpoint: Some(to), .. } = identity {
        if !is_loopback(to) {
            let problem = format!("the metadata endpoint {to} is not on this machine");
            return Err(settings(identity.name(), problem));
        }
        reroutes.push(Reroute { from: parse(identity, METADATA_SERVICE)?, to: to.clone() });
    }
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = shown.as_str().trim_end_matches('/').to_owned();
    let transport = IdentityTransport { http: http.clone(), reroutes };
    Ok(ClientOptions {
        transport: Some(Transport::new(Arc::new(transport))),
        cloud: Some(Arc::new(CloudConfiguration::Custom(cloud))),
        ..ClientOptions::default()
    })
}

/// With `IDENTITY_ENDPOINT` but without `IDENTITY_HEADER` the credential would silently ask the
/// virtual machine's metadata service instead, and hang or get somebody else's identity.
fn check_managed_environment(is_set: impl Fn(&str) -> bool) -> Result<(), CredentialError> {
    if is_set("IDENTITY_ENDPOINT") && !is_set("IDENTITY_HEADER") && !is_set("IMDS_ENDPOINT") {
        return Err(settings(
            "managed-identity",
            "IDENTITY_ENDPOINT is set without IDENTITY_HEADER; set both (App Service, Container \
             Apps) or neither (virtual machines)"
                .to_owned(),
        ));
    }
    Ok(())
}

fn parse(identity: &Identity, url: &str) -> Result<Url, CredentialError> {
    Url::parse(url).map_err(|error| settings(identity.name(), format!("{url}: {error}")))
}

fn settings(identity: &'static str, problem: String) -> CredentialError {
    CredentialError::Settings { identity, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_endpoint_without_its_header_is_refused() {
        let with =
            |set: &'static [&'static str]| check_managed_environment(|key| set.contains(&key));
        assert!(with(&["IDENTITY_ENDPOINT"]).is_err());
        assert!(with(&["IDENTITY_ENDPOINT", "IDENTITY_HEADER"]).is_ok());
        assert!(with(&[]).is_ok());
    }

    /// Answers like one of the tools, and only to it.
    #[derive(Debug)]
    enum Fake {
        Az,
        Azd,
    }

    type Ran<'a> =
        std::pin::Pin<Box<dyn Future<Output = std::io::Result<std::process::Output>> + Send + 'a>>;

    impl Executor for Fake {
        fn run<'s, 'p, 'l, 'b, 'a>(
            &'s self,
            _program: &'p std::ffi::OsStr,
            args: &'l [&'b std::ffi::OsStr],
        ) -> Ran<'a>
        where
            's: 'a,
            'p: 'a,
            'l: 'a,
            'b: 'a,
        {
            let command = args.last().unwrap().to_string_lossy().into_owned();
            let (tool, answer) = match self {
                Self::Az => (
                    "az account get-access-token",
                    r#"{"accessToken":"from-az","expires_on":4102444800,"tokenType":"Bearer"}"#,
                ),
                Self::Azd => {
                    ("azd auth token", r#"{"token":"from-azd","expiresOn":"2100-01-01T00:00:00Z"}"#)
                }
            };
            let known =
                command.contains(tool) && command.contains("--scope https://arm.example/.default");
            let output = std::process::Output {
                status: std::os::unix::process::ExitStatusExt::from_raw(i32::from(!known) << 8),
                stdout: if known { answer.into() } else { Vec::new() },
                stderr: b"ERROR: Please run 'az login'".to_vec(),
            };
            Box::pin(async move { Ok(output) })
        }
    }

    #[tokio::test]
    async fn developer_tools_ask_az_then_azd_for_the_scope() {
        let credential = developer_tools(Arc::new(Fake::Az)).unwrap();
        let token = credential.get_token(&["https://arm.example/.default"], None).await.unwrap();
        assert_eq!(token.token.secret(), "from-az");
        let credential = developer_tools(Arc::new(Fake::Azd)).unwrap();
        let token = credential.get_token(&["https://arm.example/.default"], None).await.unwrap();
        assert_eq!(token.token.secret(), "from-azd");
        let error = developer_tools(Arc::new(Fake::Az)).unwrap();
        let error = error.get_token(&["https://other/.default"], None).await.unwrap_err();
        assert!(error.to_string().contains("az login"), "{error}");
    }
}
