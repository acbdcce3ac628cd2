//! Configuration: one struct a concern, each option a flag, an environment variable and a key
//! of `opscopilot.toml`, in that order of precedence.
//!
//! A leaf: it knows the names and shapes of options, not what is built from them. Secrets are
//! never printed.

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The file that is read when none is named.
pub const DEFAULT_FILE: &str = "opscopilot.toml";

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {source}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something that is not understood.
    #[error("the configuration file {path} is wrong: {problem}", path = path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with line and column.
        problem: String,
    },
    /// Options contradict each other, or one is not usable.
    #[error("{0}")]
    Invalid(String),
}

/// A secret of the configuration: it is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::str::FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Where the service listens and what it keeps.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ServeOptions {
    /// Address and port to listen on; port 0 takes a free one. Loopback only, until there is
    /// authentication.
    #[arg(long, env = "OPSCOPILOT_LISTEN", value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Directory that keeps the threads and the sample estate.
    #[arg(long, env = "OPSCOPILOT_DATA", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Origin of a page, besides our own, that may use the service; may be repeated.
    #[arg(long, env = "OPSCOPILOT_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_origin: Vec<String>,
    /// Questions answered at once; more are told to ask again in a moment (default 1000).
    #[arg(long, env = "OPSCOPILOT_MAX_RUNS", value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_runs: Option<usize>,
    /// Connections at once; more are refused (default 10000).
    #[arg(long, env = "OPSCOPILOT_MAX_CONNECTIONS", value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_connections: Option<usize>,
    /// Directory with operations of your own as .kql files.
    #[arg(long, env = "OPSCOPILOT_TOOLS_DIR", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools_dir: Option<PathBuf>,
}

/// Which Azure, and who we are there.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct AzureOptions {
    /// Talk to real Azure: public, usgov or china. Without this or an endpoint, the sample
    /// estate is used.
    #[arg(long, env = "OPSCOPILOT_CLOUD", value_name = "CLOUD")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud: Option<String>,
    /// Talk to this Azure Resource Manager endpoint instead.
    #[arg(long, env = "OPSCOPILOT_AZURE_ENDPOINT", value_name = "URL", conflicts_with = "cloud")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_endpoint: Option<String>,
    /// Bearer token for Azure. Prefer the environment variable: flags are seen by others.
    #[arg(long, env = "OPSCOPILOT_AZURE_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_token: Option<SecretText>,
    /// Audience of tokens for a custom endpoint.
    #[arg(long, env = "OPSCOPILOT_AZURE_AUDIENCE", value_name = "URI")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_audience: Option<String>,
    /// Who to be: managed-identity, workload-identity, client-secret or developer-tools.
    #[arg(long, env = "OPSCOPILOT_AZURE_IDENTITY", value_name = "IDENTITY")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_identity: Option<String>,
    /// The only subscriptions that may be read; may be repeated. All visible ones when absent.
    #[arg(
        long = "allow-subscription",
        env = "OPSCOPILOT_ALLOW_SUBSCRIPTION",
        value_name = "ID",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_subscription: Vec<String>,
    /// Proxy for everything that leaves this machine; `none` ignores the environment's.
    #[arg(long, env = "OPSCOPILOT_PROXY", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// PEM file of further certificate authorities to trust.
    #[arg(long, env = "OPSCOPILOT_CA_FILE", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

/// Which model answers. Without any of these the built-in planner does.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct ModelOptions {
    /// Answer with the built-in planner, whatever else is configured.
    #[arg(long, env = "OPSCOPILOT_PLANNER", num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planner: Option<bool>,
    /// Base URL of an OpenAI-compatible endpoint (also OPENAI_BASE_URL).
    #[arg(long, env = "OPSCOPILOT_OPENAI_BASE_URL", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openai_base_url: Option<String>,
    /// Key of that endpoint (also OPENAI_API_KEY). Prefer the environment variable.
    #[arg(long, env = "OPSCOPILOT_OPENAI_API_KEY", value_name = "KEY", hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openai_api_key: Option<SecretText>,
    /// Name of the model (also OPENAI_MODEL).
    #[arg(long, env = "OPSCOPILOT_OPENAI_MODEL", value_name = "MODEL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openai_model: Option<String>,
    /// Azure OpenAI resource (also AZURE_OPENAI_ENDPOINT).
    #[arg(long, env = "OPSCOPILOT_AZURE_OPENAI_ENDPOINT", value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_openai_endpoint: Option<String>,
    /// Key of that resource (also AZURE_OPENAI_API_KEY); without one, the Azure identity signs
    /// in.
    #[arg(
        long,
        env = "OPSCOPILOT_AZURE_OPENAI_API_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_openai_api_key: Option<SecretText>,
    /// Name of the deployment (also AZURE_OPENAI_DEPLOYMENT).
    #[arg(long, env = "OPSCOPILOT_AZURE_OPENAI_DEPLOYMENT", value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_openai_deployment: Option<String>,
    /// API version (also AZURE_OPENAI_API_VERSION); without one the v1 API is used.
    #[arg(long, env = "OPSCOPILOT_AZURE_OPENAI_API_VERSION", value_name = "VERSION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure_openai_api_version: Option<String>,
    /// Most tokens of one reply; the endpoint's own limit when absent.
    #[arg(long, env = "OPSCOPILOT_MODEL_MAX_OUTPUT_TOKENS", value_name = "TOKENS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_max_output_tokens: Option<u32>,
    /// Field that limit is sent in: max_completion_tokens or max_tokens.
    #[arg(long, env = "OPSCOPILOT_MODEL_OUTPUT_FIELD", value_name = "FIELD")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_output_field: Option<String>,
    /// Whether the model may ask for several tools at once; not sent when absent.
    #[arg(long, env = "OPSCOPILOT_MODEL_PARALLEL_CALLS", value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_parallel_calls: Option<bool>,
    /// Directory with instructions of your own for the model: <page>.md takes the place of a
    /// page, <page>.add.md is added to it; the pages are system and the pillars.
    #[arg(long, env = "OPSCOPILOT_PROMPTS_DIR", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompts_dir: Option<PathBuf>,
    /// Whether the model can call tools (default true).
    #[arg(long, env = "OPSCOPILOT_MODEL_TOOLS", value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_tools: Option<bool>,
}

/// The sample estate.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct EstateOptions {
    /// Number from which the whole sample estate follows (default 1).
    #[arg(long, env = "OPSCOPILOT_SEED", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Size of the sample estate: 1 is some hundreds of resources (default 1).
    #[arg(long, env = "OPSCOPILOT_SCALE", value_name = "FACTOR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<u32>,
    /// Instant the sample estate's stories are told relative to (default: its first start).
    #[arg(long, env = "OPSCOPILOT_ANCHOR", value_name = "INSTANT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<jiff::Timestamp>,
}

/// What a run may use.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct LimitOptions {
    /// Model requests of one run (default 16).
    #[arg(long, env = "OPSCOPILOT_MAX_STEPS", value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u32>,
    /// Tool calls of one run (default 25).
    #[arg(long, env = "OPSCOPILOT_MAX_TOOL_CALLS", value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tool_calls: Option<u32>,
    /// Seconds that one run may work (default 120).
    #[arg(long, env = "OPSCOPILOT_MAX_RUN_SECONDS", value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_run_seconds: Option<u64>,
}

/// What the service writes of itself, on standard error.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct LogOptions {
    /// What is logged, e.g. `info` or `opscopilot=debug`.
    #[arg(long, env = "OPSCOPILOT_LOG", value_name = "FILTER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// How it is written: text or json.
    #[arg(long, env = "OPSCOPILOT_LOG_FORMAT", value_name = "FORMAT", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<String>,
}

/// The keys of a configuration file, whatever command reads it.
#[derive(Clone, Debug, Default)]
pub struct ConfigFile(Map<String, Value>);

impl ConfigFile {
    /// Reads the file named, or `opscopilot.toml` here if there is one.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`] and [`ConfigError::Wrong`], also for a key that no option has.
    pub fn read(named: Option<&Path>) -> Result<Self, ConfigError> {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
                return Ok(Self::default());
            }
            Err(source) => return Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        };
        Self::parse(&text).map_err(|problem| ConfigError::Wrong { path: path.to_owned(), problem })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let keys: Map<String, Value> = toml::from_str(text).map_err(|error| error.to_string())?;
        let known = known_keys();
        match keys.keys().find(|key| !known.contains(key)) {
            Some(key) => Err(format!("there is no option `{key}`")),
            None => Ok(Self(keys)),
        }
    }

    /// The options given on the command line and in the environment, and the file's for the rest.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] when a value of the file is of the wrong type.
    pub fn under<T: Serialize + DeserializeOwned>(&self, given: &T) -> Result<T, ConfigError> {
        let wrong = |error: serde_json::Error| ConfigError::Invalid(error.to_string());
        let mut merged = self.0.clone();
        if let Value::Object(given) = serde_json::to_value(given).map_err(wrong)? {
            merged.extend(given);
        }
        serde_json::from_value(Value::Object(merged)).map_err(wrong)
    }
}

/// Every option there is, as its flag is called.
fn known_keys() -> Vec<String> {
    use clap::{Args, Command};
    let command = Command::new("options");
    let command = ServeOptions::augment_args(command);
    let command = AzureOptions::augment_args(command);
    let command = ModelOptions::augment_args(command);
    let command = EstateOptions::augment_args(command);
    let command = LimitOptions::augment_args(command);
    let command = LogOptions::augment_args(command);
    command.get_arguments().filter_map(|arg| arg.get_long()).map(str::to_owned).collect()
}

impl ModelOptions {
    /// These options, and for the rest what other programs call them in the environment.
    #[must_use]
    pub fn or_common_names(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let text = |own: &mut Option<String>, name: &str| {
            if own.is_none() {
                *own = variable(name).filter(|value| !value.trim().is_empty());
            }
        };
        let secret = |own: &mut Option<SecretText>, name: &str| {
            if own.is_none() {
                *own = variable(name).filter(|value| !value.trim().is_empty()).map(SecretText);
            }
        };
        text(&mut self.openai_base_url, "OPENAI_BASE_URL");
        secret(&mut self.openai_api_key, "OPENAI_API_KEY");
        text(&mut self.openai_model, "OPENAI_MODEL");
        text(&mut self.azure_openai_endpoint, "AZURE_OPENAI_ENDPOINT");
        secret(&mut self.azure_openai_api_key, "AZURE_OPENAI_API_KEY");
        text(&mut self.azure_openai_deployment, "AZURE_OPENAI_DEPLOYMENT");
        text(&mut self.azure_openai_api_version, "AZURE_OPENAI_API_VERSION");
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_over_the_file() {
        let file = ConfigFile::parse("seed = 7\nscale = 3\ncloud = \"public\"").unwrap();
        let given = EstateOptions { seed: Some(9), ..EstateOptions::default() };
        let merged = file.under(&given).unwrap();
        assert_eq!((merged.seed, merged.scale), (Some(9), Some(3)));
        let azure = file.under(&AzureOptions::default()).unwrap();
        assert_eq!(azure.cloud.as_deref(), Some("public"));
    }

    #[test]
    fn a_key_that_no_option_has_is_an_error() {
        let error = ConfigFile::parse("clouds = \"public\"").unwrap_err();
        assert_eq!(error, "there is no option `clouds`");
        assert!(ConfigFile::parse("allow-subscription = [\"a\"]").is_ok());
    }

    #[test]
    fn secrets_are_never_printed() {
        let options = AzureOptions {
            azure_token: Some(SecretText("hush".into())),
            ..AzureOptions::default()
        };
        assert!(!format!("{options:?}").contains("hush"));
    }

    #[test]
    fn names_that_other_programs_use_fill_what_is_left() {
        let own = ModelOptions { openai_model: Some("mine".into()), ..ModelOptions::default() };
        let env =
            |name: &str| (name == "OPENAI_MODEL" || name == "OPENAI_API_KEY").then(|| "x".into());
        let options = own.or_common_names(env);
        assert_eq!(options.openai_model.as_deref(), Some("mine"));
        assert_eq!(options.openai_api_key.unwrap().expose(), "x");
    }
}
