//! Which Azure: a real one when asked for, else the sample estate in this process.

use std::{net::Ipv4Addr, path::PathBuf};

use tokio::net::TcpListener;

use super::{AppConfig, AppError, Keep};
use crate::{
    azure::{
        ArmClient, ClientSettings, Cloud, Credential, Http, HttpSettings, Secret, SubscriptionId,
        credential::{Assigned, CredentialChoice, Identity},
        http::ProxyChoice,
    },
    config::{AzureOptions, ConfigError},
    estate::{self, RunningEstate},
    protocol::{EstateInfo, EstateKind},
};

/// The Azure of a service.
pub(crate) struct Azure {
    pub(crate) client: ArmClient,
    pub(crate) cloud: Cloud,
    pub(crate) http: Http,
    pub(crate) info: EstateInfo,
    pub(crate) estate: Option<RunningEstate>,
    pub(crate) identity: Option<Identity>,
    /// What the credential is called.
    pub(crate) credential: &'static str,
}

/// Builds the client of the Azure that is asked for.
pub(crate) async fn build(config: &AppConfig) -> Result<Azure, AppError> {
    let options = &config.azure;
    let http = Http::new(&HttpSettings {
        proxy: match options.proxy.as_deref() {
            None => ProxyChoice::System,
            Some("none") => ProxyChoice::Direct,
            Some(url) => ProxyChoice::Url(url.to_owned()),
        },
        ca_file: options.ca_file.clone(),
    })?;
    let identity = identity(options)?;
    let (cloud, info, estate) = match (&options.cloud, &options.azure_endpoint) {
        (Some(name), _) => {
            let cloud: Cloud = name.parse()?;
            let info = EstateInfo { name: format!("Azure ({cloud})"), kind: EstateKind::Azure };
            (cloud, info, None)
        }
        (None, Some(endpoint)) => {
            let cloud = Cloud::custom(endpoint, options.azure_audience.as_deref())?;
            let host = cloud.arm_endpoint().host_str().unwrap_or_default().to_owned();
            (cloud, EstateInfo { name: host, kind: EstateKind::Custom }, None)
        }
        (None, None) => {
            let estate = sample(config).await?;
            let cloud = Cloud::custom(&estate.endpoint(), None)?;
            let name = estate::COMPANY.to_owned();
            (cloud, EstateInfo { name, kind: EstateKind::Sample }, Some(estate))
        }
    };
    let choice = match (&options.azure_token, &identity, &estate) {
        // The sample estate in this process takes no credential of the operator's.
        (_, _, Some(_)) => CredentialChoice::Unset,
        (Some(token), _, None) => CredentialChoice::Token(Secret::new(token.expose())),
        (None, Some(identity), None) => CredentialChoice::Identity(identity.clone()),
        (None, None, None) => CredentialChoice::Unset,
    };
    let credential = Credential::for_cloud(&cloud, choice, &http)?;
    let name = credential.name();
    let settings = ClientSettings::default();
    let client = ArmClient::new(&cloud, credential, http.clone(), settings)?;
    Ok(Azure { client, cloud, http, info, estate, identity, credential: name })
}

/// The only subscriptions that may be read.
pub(crate) fn allowed(options: &AzureOptions) -> Result<Vec<SubscriptionId>, AppError> {
    let ids = options.allow_subscription.iter().map(|id| {
        SubscriptionId::parse(id).map_err(|error| {
            ConfigError::Invalid(format!("--allow-subscription {id}: {error}")).into()
        })
    });
    ids.collect()
}

async fn sample(config: &AppConfig) -> Result<RunningEstate, AppError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|source| {
        AppError::Listen { address: "a loopback port for the sample estate".to_owned(), source }
    })?;
    let data: Option<PathBuf> = match &config.keep {
        Keep::In(dir) => Some(dir.join("estate")),
        Keep::Nothing => None,
    };
    let options = estate::Options {
        seed: config.estate.seed,
        scale: config.estate.scale,
        anchor: config.estate.anchor,
        data,
        ..estate::Options::default()
    };
    Ok(estate::serve(listener, options)?)
}

fn identity(options: &AzureOptions) -> Result<Option<Identity>, ConfigError> {
    let Some(name) = options.azure_identity.as_deref() else { return Ok(None) };
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let needed = |name: &str| {
        variable(name).ok_or_else(|| {
            ConfigError::Invalid(format!(
                "the identity client-secret needs {name} in the environment"
            ))
        })
    };
    match name {
        "managed-identity" => Ok(Some(Identity::ManagedIdentity {
            assigned: variable("AZURE_CLIENT_ID").map_or(Assigned::System, Assigned::ClientId),
            metadata_endpoint: None,
        })),
        "workload-identity" => Ok(Some(Identity::WorkloadIdentity {
            tenant_id: None,
            client_id: None,
            token_file: None,
        })),
        "client-secret" => Ok(Some(Identity::ClientSecret {
            tenant_id: needed("AZURE_TENANT_ID")?,
            client_id: needed("AZURE_CLIENT_ID")?,
            secret: Secret::new(needed("AZURE_CLIENT_SECRET")?),
        })),
        "developer-tools" => Ok(Some(Identity::DeveloperTools)),
        other => Err(ConfigError::Invalid(format!(
            "`{other}` is no identity: managed-identity, workload-identity, client-secret or \
             developer-tools"
        ))),
    }
}
