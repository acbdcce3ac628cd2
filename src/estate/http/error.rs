//! ARM's error envelope and the errors the estate answers with, in ARM's own words.

use serde_json::{Value, json};

use crate::estate::journal::EstateError;

/// A refusal or a failure, as ARM puts it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArmError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) details: Vec<Value>,
    /// Headers beside the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl ArmError {
    /// An error of this status and code.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new(), headers: Vec::new() }
    }

    /// With a header.
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a detail.
    pub(crate) fn with_detail(mut self, detail: Value) -> Self {
        self.details.push(detail);
        self
    }

    /// The envelope.
    pub(crate) fn envelope(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let (Some(error), false) = (error.as_object_mut(), self.details.is_empty()) {
            error.insert("details".into(), json!(self.details));
        }
        json!({ "error": error })
    }

    pub(crate) fn missing_api_version() -> Self {
        Self::new(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    }

    pub(crate) fn invalid_api_version(given: &str) -> Self {
        Self::new(
            400,
            "InvalidApiVersionParameter",
            format!(
                "The api-version '{given}' is invalid. The supported versions are dates of the \
                 form 'yyyy-mm-dd', with or without '-preview'."
            ),
        )
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(crate) fn invalid_content(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequestContent", message)
    }

    pub(crate) fn unauthenticated(code: &'static str, message: &str, base: &str) -> Self {
        let challenge = format!(
            "Bearer authorization_uri=\"{base}/common/oauth2/v2.0/authorize\", \
             error=\"invalid_token\", error_description=\"{message}\""
        );
        Self::new(401, code, message).with_header("www-authenticate", challenge)
    }

    pub(crate) fn forbidden(upn: &str, object_id: &str, action: &str, scope: &str) -> Self {
        Self::new(
            403,
            "AuthorizationFailed",
            format!(
                "The client '{upn}' with object id '{object_id}' does not have authorization to \
                 perform action '{action}' over scope '{scope}' or the scope is invalid. If \
                 access was recently granted, please refresh your credentials."
            ),
        )
    }

    pub(crate) fn subscription_not_found(id: &str) -> Self {
        let message = format!("The subscription '{id}' could not be found.");
        Self::new(404, "SubscriptionNotFound", message)
    }

    pub(crate) fn invalid_subscription(id: &str) -> Self {
        Self::new(
            400,
            "InvalidSubscriptionId",
            format!("The provided subscription identifier '{id}' is malformed or invalid."),
        )
    }

    pub(crate) fn group_not_found(name: &str) -> Self {
        let message = format!("Resource group '{name}' could not be found.");
        Self::new(404, "ResourceGroupNotFound", message)
    }

    pub(crate) fn resource_not_found(kind: &str, name: &str, group: &str) -> Self {
        Self::new(
            404,
            "ResourceNotFound",
            format!(
                "The Resource '{kind}/{name}' under resource group '{group}' was not found. For \
                 more details please go to https://aka.ms/ARMResourceNotFoundFix"
            ),
        )
    }

    /// Something a provider does not have, in the provider's wording.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, "NotFound", format!("{what} was not found."))
    }

    pub(crate) fn invalid_type(namespace: &str, kind: &str) -> Self {
        Self::new(
            404,
            "InvalidResourceType",
            format!(
                "The resource type '{kind}' could not be found in the namespace '{namespace}' \
                 for the api version given. The sample estate does not have it."
            ),
        )
    }

    pub(crate) fn invalid_namespace(namespace: &str) -> Self {
        Self::new(
            404,
            "InvalidResourceNamespace",
            format!("The resource namespace '{namespace}' is invalid."),
        )
    }

    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::new(
            405,
            "MethodNotAllowed",
            format!("The requested resource does not support http method '{method}'."),
        )
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            413,
            "RequestContentTooLarge",
            "The request content size exceeds the maximum size of 4 MB.",
        )
    }

    /// A change that could not be kept, and so was not made.
    pub(crate) fn unwritten(error: &EstateError) -> Self {
        tracing::error!(%error, "the estate's journal could not be written");
        Self::internal()
    }

    pub(crate) fn internal() -> Self {
        Self::new(500, "InternalServerError", "The server could not complete the request.")
    }
}
