//! What a server gives over HTTP: lists of threads and pages of evidence.

use std::time::Duration;

use serde_json::Value;

use super::{Address, ClientError, Trust};
use crate::{
    azure::{Http, HttpSettings, http::ProxyChoice},
    protocol::WireError,
};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads from a server.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Rest {
    http: Http,
    address: Address,
}

impl Rest {
    /// Reads from the server at `address`.
    pub(in crate::cli) fn at(address: Address, trust: &Trust) -> Result<Self, ClientError> {
        let settings = HttpSettings { proxy: ProxyChoice::System, ca_file: trust.ca_file() };
        let http = Http::new(&settings).map_err(|error| ClientError::Trust(error.to_string()))?;
        Ok(Self { http, address })
    }

    /// `GET path`, as JSON.
    pub(in crate::cli) async fn json(&self, path: &str) -> Result<Value, ClientError> {
        Ok(serde_json::from_str(&self.text(path).await?)?)
    }

    /// `GET path`, as text.
    pub(in crate::cli) async fn text(&self, path: &str) -> Result<String, ClientError> {
        let failed = |problem: String| {
            let what = path.split('?').next().unwrap_or_default().to_owned();
            ClientError::Rest { what, problem }
        };
        let url = self.address.at(path);
        let client = self.http.client_for(&url).map_err(|error| failed(error.to_string()))?;
        let answer = async {
            let answer = client.get(url).send().await?;
            let status = answer.status();
            answer.text().await.map(|text| (status, text))
        };
        let answered = tokio::time::timeout(PATIENCE, answer).await;
        let (status, text) = answered
            .map_err(|_| failed("no answer in time".to_owned()))?
            .map_err(|error| failed(root_cause(&error)))?;
        if status.is_success() {
            return Ok(text);
        }
        let told = serde_json::from_str::<Value>(&text).ok();
        let told = told.and_then(|mut told| told.get_mut("error").map(Value::take));
        match told.and_then(|error| serde_json::from_value::<WireError>(error).ok()) {
            Some(error) => Err(error.into()),
            None => Err(failed(format!("it answered {status}"))),
        }
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
