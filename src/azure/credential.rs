//! Who we are to Azure: one credential, one way to ask it for a token.
//!
//! Owns the choice of credential, the rules of where it may be used, and token caching. It must
//! not know what a token is used for; `app` also hands [`Credential::token`] to the model.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use jiff::Timestamp;
use thiserror::Error;

use super::cloud::Cloud;
use super::http::Http;
use super::secret::Secret;

mod cache;
mod identity;
mod transport;

pub use identity::{Assigned, Identity};

/// What the sample estate takes from anyone.
const SAMPLE_TOKEN: &str = "sample";
/// The longest wait for a token. `az` needs seconds; the metadata service retries by itself.
const TOKEN_TIMEOUT: Duration = Duration::from_secs(40);
const MAX_PROBLEM_CHARS: usize = 600;

/// What the operator said about who to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialChoice {
    /// Nothing.
    Unset,
    /// This bearer token.
    Token(Secret),
    /// This identity.
    Identity(Identity),
}

/// A credential, cheap to clone. Its `Debug` names it and prints no secret.
#[derive(Clone)]
pub struct Credential(Arc<Inner>);

struct Inner {
    source: Source,
    cache: cache::TokenCache,
}

enum Source {
    Sample,
    Fixed(Secret),
    Identity { name: &'static str, credential: Arc<dyn TokenCredential> },
}

/// Why there is no token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CredentialError {
    /// A custom endpoint was given neither a token nor an identity.
    #[error(
        "{endpoint} needs a credential: give a token, or an audience and an identity (managed-identity, workload-identity or client-secret)"
    )]
    Missing {
        /// The endpoint.
        endpoint: String,
    },
    /// An identity has no audience to ask for at a custom endpoint.
    #[error(
        "a token of {identity} for {endpoint} needs an audience: say which one the endpoint expects"
    )]
    NoAudience {
        /// The identity's name.
        identity: &'static str,
        /// The endpoint.
        endpoint: String,
    },
    /// The developer's own sign-in is never sent to a custom endpoint.
    #[error(
        "the developer's own sign-in is not sent to {endpoint}: give a token, or an audience and another identity"
    )]
    DeveloperTokenAbroad {
        /// The endpoint.
        endpoint: String,
    },
    /// The settings of the identity are wrong or incomplete.
    #[error("{identity} is not set up: {problem}")]
    Settings {
        /// The identity's name.
        identity: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The authority, metadata service or tool gave no token.
    #[error("{identity} got no token: {problem}")]
    Refused {
        /// The identity's name.
        identity: &'static str,
        /// What it answered, shortened.
        problem: String,
    },
    /// No answer in time.
    #[error("{identity} got no token within {} s; check that its authority, metadata service or tool answers", TOKEN_TIMEOUT.as_secs())]
    TimedOut {
        /// The identity's name.
        identity: &'static str,
    },
    /// The token holds characters that no header can carry.
    #[error("the token holds characters that cannot be sent; check for line breaks in it")]
    Unusable,
}

impl Credential {
    /// The credential for `cloud`. With nothing chosen, Microsoft's clouds get the developer's
    /// sign-in, and a loopback endpoint without audience gets the sample bearer.
    ///
    /// # Errors
    /// [`CredentialError`] `Missing`, `NoAudience`, `DeveloperTokenAbroad`, `Settings`,
    /// `Unusable`.
    pub fn for_cloud(
        cloud: &Cloud,
        choice: CredentialChoice,
        http: &Http,
    ) -> Result<Self, CredentialError> {
        let credential = match choice {
            CredentialChoice::Token(token) => Self::fixed(token)?,
            CredentialChoice::Identity(identity) => Self::identity(identity, cloud, http)?,
            CredentialChoice::Unset => match cloud {
                Cloud::Public | Cloud::UsGov | Cloud::China => {
                    Self::identity(Identity::DeveloperTools, cloud, http)?
                }
                Cloud::Custom(_) if cloud.is_loopback() && cloud.arm_scope().is_none() => {
                    Self::of(Source::Sample)
                }
                Cloud::Custom(_) => {
                    return Err(CredentialError::Missing { endpoint: cloud.to_string() });
                }
            },
        };
        credential.check_allowed_for(cloud)?;
        Ok(credential)
    }

    /// A fixed bearer token.
    ///
    /// # Errors
    /// [`CredentialError::Unusable`] for a token that is empty or no header value.
    pub fn fixed(token: Secret) -> Result<Self, CredentialError> {
        let sendable = |c: char| c.is_ascii_graphic();
        let text = token.expose();
        if text.is_empty() || !text.chars().all(sendable) {
            return Err(CredentialError::Unusable);
        }
        Ok(Self::of(Source::Fixed(token)))
    }

    /// An identity that signs in at `cloud`'s authority, wherever its tokens are used: for the
    /// model's endpoint too.
    ///
    /// # Errors
    /// [`CredentialError::Settings`].
    pub fn identity(
        identity: Identity,
        cloud: &Cloud,
        http: &Http,
    ) -> Result<Self, CredentialError> {
        let name = identity.name();
        let credential = identity.build(&cloud.authority(), http)?;
        Ok(Self::of(Source::Identity { name, credential }))
    }

    /// A token for `scope`, like `https://management.azure.com/.default`. Kept until shortly
    /// before it expires; asked for once however many wait.
    ///
    /// # Errors
    /// [`CredentialError::Refused`], [`CredentialError::TimedOut`].
    pub async fn token(&self, scope: &str) -> Result<Secret, CredentialError> {
        match &self.0.source {
            Source::Sample => Ok(Secret::new(SAMPLE_TOKEN)),
            Source::Fixed(token) => Ok(token.clone()),
            Source::Identity { name, credential } => {
                let fetch = || fetch(name, credential.as_ref(), scope);
                self.0.cache.token(scope, fetch).await
            }
        }
    }

    /// Whether it is one bearer token, good for one audience.
    #[must_use]
    pub(in crate::azure) fn is_fixed(&self) -> bool {
        matches!(self.0.source, Source::Fixed(_))
    }

    /// What it is, for people: `sample`, `token` or the identity's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.0.source {
            Source::Sample => "sample",
            Source::Fixed(_) => "token",
            Source::Identity { name, .. } => name,
        }
    }

    /// Whether this credential may be sent to `cloud`'s endpoint.
    ///
    /// # Errors
    /// [`CredentialError`] `Missing` for the sample bearer off this machine, `NoAudience`,
    /// `DeveloperTokenAbroad`.
    pub fn check_allowed_for(&self, cloud: &Cloud) -> Result<(), CredentialError> {
        let endpoint = || cloud.to_string();
        let name = match &self.0.source {
            Source::Fixed(_) => return Ok(()),
            Source::Sample if cloud.is_loopback() => return Ok(()),
            Source::Sample => {
                return Err(CredentialError::Missing { endpoint: endpoint() });
            }
            Source::Identity { name, .. } => *name,
        };
        match cloud {
            Cloud::Public | Cloud::UsGov | Cloud::China => Ok(()),
            Cloud::Custom(_) if name == Identity::DeveloperTools.name() => {
                Err(CredentialError::DeveloperTokenAbroad { endpoint: endpoint() })
            }
            Cloud::Custom(_) if cloud.arm_scope().is_none() => {
                Err(CredentialError::NoAudience { identity: name, endpoint: endpoint() })
            }
            Cloud::Custom(_) => Ok(()),
        }
    }

    fn of(source: Source) -> Self {
        Self(Arc::new(Inner { source, cache: cache::TokenCache::default() }))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credential").field(&self.name()).finish()
    }
}

async fn fetch(
    identity: &'static str,
    credential: &dyn TokenCredential,
    scope: &str,
) -> Result<cache::Token, CredentialError> {
    let scopes = [scope];
    let answer = tokio::time::timeout(TOKEN_TIMEOUT, credential.get_token(&scopes, None)).await;
    let token = answer
        .map_err(|_| CredentialError::TimedOut { identity })?
        .map_err(|error| CredentialError::Refused { identity, problem: problem_of(&error) })?;
    let expires_at = Timestamp::from_second(token.expires_on.unix_timestamp());
    Ok(cache::Token {
        secret: Secret::new(token.token.secret()),
        expires_at: expires_at.unwrap_or(Timestamp::MAX),
    })
}

/// One line, shortened: the messages hold whole answers of the other side.
fn problem_of(error: &azure_core::Error) -> String {
    let text = error.to_string();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MAX_PROBLEM_CHARS).collect()
}
