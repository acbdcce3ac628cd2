//! The contract of a tool that reads, and what a call of it gives.
//!
//! Authors write a typed [`Tool`]; the registry and everything above it see an [`AnyTool`], made
//! by the blanket implementation in this file, so that no author touches JSON and no schema can
//! drift from its parser. Tools know Azure through a [`ReadContext`] only; they know neither
//! threads nor models.

use std::{future::Future, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    context::{ReadContext, is_note},
    digest,
    error::ToolError,
    portal,
    present::{Present, Presentation, caveat, sentence, shown},
    registry::ToolSpec,
    schema,
    untrusted::{plain, visible},
};
use crate::protocol::{Coverage, Finding, MAX_VIEW_ROWS, MAX_VIEWS_BYTES, Pillar, View};

/// Parts that could not be read and are told one by one.
const MAX_GAPS: usize = 4;

/// A permission of Azure RBAC, like `Microsoft.Security/alerts/read`.
pub type RbacAction = &'static str;

/// A typed read.
pub trait Tool: Send + Sync + 'static {
    /// A verb phrase: `list_security_alerts`.
    const NAME: &'static str;
    /// The name people read.
    const TITLE: &'static str;
    /// Where it belongs.
    const PILLAR: Pillar;
    /// What the model is told, in a sentence or two.
    const DESCRIPTION: &'static str;
    /// How operators ask for it; the router's index is made of these.
    const ASKS: &'static [&'static str];
    /// The rights that any call of it may need.
    const ACTIONS: &'static [RbacAction];

    /// The arguments; their doc comments are what the model reads.
    type Input: DeserializeOwned + JsonSchema + Send;
    /// The result.
    type Output: Serialize + JsonSchema + Present + Send;

    /// The rights that this call needs.
    fn actions(_input: &Self::Input) -> Vec<RbacAction> {
        Self::ACTIONS.to_vec()
    }

    /// Reads.
    ///
    /// # Errors
    /// [`ToolError`]; a right that is missing is `Denied`, never an empty result.
    fn call(
        &self,
        cx: &ReadContext,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, ToolError>> + Send;
}

/// What a call gives.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolOutput {
    /// The whole result: what is stored as evidence, after redaction.
    pub output: Value,
    /// The field of `output` whose rows `read_evidence` pages.
    pub rows_key: Option<&'static str>,
    /// What it means, as sentences.
    pub findings: Vec<Finding>,
    /// What people look at, within `MAX_VIEW_ROWS` and `MAX_VIEWS_BYTES`.
    pub views: Vec<View>,
    /// What the model reads, within [`digest::MAX_DIGEST_BYTES`], fences included.
    pub digest: String,
    /// One line for the tool-call card.
    pub summary: String,
    /// What was looked at.
    pub coverage: Coverage,
}

/// A result before its marks are taken out, so that another tool can take it in.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The whole result.
    pub output: Value,
    /// The field of `output` whose rows `read_evidence` pages.
    pub rows_key: Option<&'static str>,
    /// What it means; texts that outsiders wrote are marked.
    pub presentation: Presentation,
}

/// A tool whose types are erased: what the registry holds.
pub trait AnyTool: Send + Sync {
    /// What there is to know about it.
    fn spec(&self) -> ToolSpec;

    /// The rights that a call with these arguments needs, for a check before it is sent.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for arguments that do not fit the schema.
    fn actions(&self, arguments: Value) -> Result<Vec<String>, ToolError>;

    /// Validates the arguments and reads. What was looked at is noted in the context.
    ///
    /// # Errors
    /// [`ToolError`], as [`Tool::call`] has it.
    fn tell<'a>(
        &'a self,
        cx: &'a ReadContext,
        arguments: Value,
    ) -> BoxFuture<'a, Result<Told, ToolError>>;

    /// Validates the arguments, reads, and makes of it what people and models see.
    ///
    /// # Errors
    /// [`ToolError`], as [`Tool::call`] has it.
    fn run<'a>(
        &'a self,
        cx: &'a ReadContext,
        arguments: Value,
    ) -> BoxFuture<'a, Result<ToolOutput, ToolError>> {
        async move {
            let told = self.tell(cx, arguments).await?;
            Ok(finish(cx, told).within(cx.bounds()))
        }
        .boxed()
    }
}

/// A tool as the registry holds it.
pub(super) fn boxed(tool: impl AnyTool + 'static) -> Arc<dyn AnyTool> {
    Arc::new(tool)
}

impl<T: Tool> AnyTool for T {
    fn spec(&self) -> ToolSpec {
        ToolSpec::of_tool::<T>()
    }

    fn actions(&self, arguments: Value) -> Result<Vec<String>, ToolError> {
        let input = parse::<T::Input>(arguments)?;
        Ok(T::actions(&input).into_iter().map(str::to_owned).collect())
    }

    fn tell<'a>(
        &'a self,
        cx: &'a ReadContext,
        arguments: Value,
    ) -> BoxFuture<'a, Result<Told, ToolError>> {
        async move {
            let input = parse::<T::Input>(arguments)?;
            let output = self.call(cx, input).await?;
            tell(cx, &output)
        }
        .boxed()
    }
}

/// Reads arguments, naming the field and the rule that one breaks. `null` stands for absent,
/// since some models send every optional argument as `null`.
///
/// # Errors
/// [`ToolError::Rejected`].
pub fn parse<I: DeserializeOwned>(arguments: Value) -> Result<I, ToolError> {
    let arguments = match arguments {
        Value::Null => Value::Object(Map::new()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return Err(ToolError::rejected("the arguments must be one JSON object"));
        }
    };
    serde_path_to_error::deserialize(arguments).map_err(|error| {
        let field = error.path().to_string();
        let rule = error.into_inner().to_string();
        if field == "." { ToolError::rejected(rule) } else { ToolError::wrong(&field, rule) }
    })
}

/// Reads a list, or one value as a list of one: models send either.
///
/// # Errors
/// The error of the value that does not read.
pub fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: DeserializeOwned,
{
    let values = match Value::deserialize(deserializer)? {
        Value::Array(values) => values,
        Value::Null => Vec::new(),
        one @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            vec![one]
        }
    };
    let read = values.into_iter().map(|value| serde_json::from_value(value));
    read.collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

/// Tells an output.
pub(crate) fn tell<O: Serialize + Present>(
    cx: &ReadContext,
    output: &O,
) -> Result<Told, ToolError> {
    let value = serde_json::to_value(output).map_err(|error| ToolError::Upstream {
        code: "BadAnswer".to_owned(),
        message: error.to_string(),
        request_id: None,
        status: None,
    })?;
    let presentation = output.present(cx.moment());
    Ok(Told { output: value, rows_key: O::ROWS_KEY, presentation })
}

/// The one place where marks are taken out and caps are kept.
fn finish(cx: &ReadContext, told: Told) -> ToolOutput {
    let Told { output, rows_key, presentation } = told;
    let coverage = cx.coverage(presentation.rows, presentation.total);
    let digest = digest::write(&presentation, &coverage, rows_key, cx.fence());
    let findings = presentation.findings.into_iter().chain(gaps(&coverage));
    ToolOutput {
        output,
        rows_key,
        findings: findings.map(|finding| portal::finding(plain_finding(finding), cx)).collect(),
        views: fit(presentation.views, cx),
        digest,
        summary: plain(&presentation.summary),
        coverage,
    }
}

/// What could not be read, as caveats: an answer without them would pass for whole. The digest
/// has its own lines for them.
fn gaps(coverage: &Coverage) -> Vec<Finding> {
    let failures = coverage.failures.iter();
    let told = failures.take(MAX_GAPS).map(|failure| {
        let (scope, code) = (visible(&failure.scope), visible(&failure.code));
        caveat(match failure.code.as_str() {
            "AuthorizationFailed" => {
                format!("`{scope}` is not in this: {}.", visible(&failure.message))
            }
            _ if is_note(failure) && scope == "/" => {
                sentence(&format!("Not all is in this: {}", visible(&failure.message)))
            }
            _ if is_note(failure) => {
                sentence(&format!("At `{scope}` {}", visible(&failure.message)))
            }
            _ => format!("`{scope}` is not in this: it could not be read ({code})."),
        })
    });
    let mut told: Vec<Finding> = told.collect();
    if coverage.failures.len() > MAX_GAPS {
        told.push(caveat("More could not be read; the coverage lists it."));
    }
    told
}

fn plain_finding(finding: Finding) -> Finding {
    Finding { text: plain(&finding.text), ..finding }
}

/// The views with their links, within both caps: rows are halved, and views dropped from the end, until they fit.
fn fit(views: Vec<View>, cx: &ReadContext) -> Vec<View> {
    let mut rows = MAX_VIEW_ROWS;
    let mut fitted: Vec<View> =
        views.into_iter().map(|view| portal::view(shown(view, rows), cx)).collect();
    while schema::json_len(&fitted) > MAX_VIEWS_BYTES {
        if rows > 4 {
            rows /= 2;
            fitted = fitted.into_iter().map(|view| shown(view, rows)).collect();
        } else if fitted.pop().is_none() {
            break;
        }
    }
    fitted
}
