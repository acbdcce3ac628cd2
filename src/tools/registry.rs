//! The one list of tools.
//!
//! Owns names, specs and the look-up. It must not know how a tool is chosen or told.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use super::{
    across, configuration,
    context::ReadContext,
    error::ToolError,
    observability, optimization, own,
    query::{self, LoadError},
    resiliency, schema, scope, security,
    tool::{AnyTool, Tool, ToolOutput, boxed},
};
use crate::protocol::{Effect, Pillar};

/// What there is to know about a tool.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolSpec {
    /// Its name, `^[a-z][a-z0-9_]{2,40}$`.
    pub name: String,
    /// The name people read.
    pub title: String,
    /// Where it belongs.
    pub pillar: Pillar,
    /// What it does to the world.
    pub effect: Effect,
    /// The rights that it may need.
    pub actions: Vec<String>,
    /// What the model is told.
    pub description: String,
    /// How operators ask for it.
    pub asks: Vec<String>,
    /// The JSON schema of its arguments.
    pub input_schema: Arc<Value>,
    /// The JSON schema of its result.
    pub output_schema: Arc<Value>,
}

impl ToolSpec {
    pub(crate) fn of_tool<T: Tool>() -> Self {
        Self {
            name: T::NAME.to_owned(),
            title: T::TITLE.to_owned(),
            pillar: T::PILLAR,
            effect: Effect::Read,
            actions: T::ACTIONS.iter().map(|action| (*action).to_owned()).collect(),
            description: T::DESCRIPTION.to_owned(),
            asks: T::ASKS.iter().map(|ask| (*ask).to_owned()).collect(),
            input_schema: Arc::new(schema::of_input::<T::Input>()),
            output_schema: Arc::new(schema::of_output::<T::Output>()),
        }
    }

    /// About how many tokens the tool takes in a model request: bytes of name, description and
    /// schema, divided by four.
    #[must_use]
    pub fn tokens(&self) -> usize {
        let schema = schema::json_len(&self.input_schema);
        (self.name.len() + self.description.len() + schema).div_ceil(4)
    }
}

/// Why the list of tools cannot be made.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// Two tools have one name.
    #[error("there are two tools named `{0}`")]
    Twice(String),
    /// A name that models or people could not use.
    #[error("`{0}` is no name for a tool: use 3 to 41 of a-z, 0-9 and _, a letter first")]
    BadName(String),
    /// A file of the operator's own cannot be used.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// All tools, by name. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    tools: Arc<BTreeMap<String, Registered>>,
}

struct Registered {
    spec: ToolSpec,
    tool: Arc<dyn AnyTool>,
}

impl Registry {
    /// The tools that are built in: the typed ones and the queries of `tools/`.
    ///
    /// # Errors
    /// [`RegistryError`], which the tests of this crate rule out.
    pub fn built_in() -> Result<Self, RegistryError> {
        Self::of(built_in_tools()?)
    }

    /// The built-in tools and the queries of an operator's directory.
    ///
    /// # Errors
    /// [`RegistryError::Load`] naming file, line and column; [`RegistryError::Twice`] for a name
    /// that is taken.
    pub fn with_dir(dir: &Path) -> Result<Self, RegistryError> {
        let mut tools = built_in_tools()?;
        tools.extend(query::load_dir(dir)?.into_iter().map(boxed));
        Self::of(tools)
    }

    fn of(tools: Vec<Arc<dyn AnyTool>>) -> Result<Self, RegistryError> {
        let mut by_name = BTreeMap::new();
        for tool in tools {
            let spec = tool.spec();
            let name = spec.name.clone();
            if !is_name(&name) {
                return Err(RegistryError::BadName(name));
            }
            if own::NAMES.contains(&name.as_str()) {
                return Err(RegistryError::Twice(name));
            }
            if by_name.insert(name.clone(), Registered { spec, tool }).is_some() {
                return Err(RegistryError::Twice(name));
            }
        }
        Ok(Self { tools: Arc::new(by_name) })
    }

    /// The specs, by name. The agent's own tools ([`own::specs`]) are not among them.
    pub fn specs(&self) -> impl Iterator<Item = &ToolSpec> {
        self.tools.values().map(|registered| &registered.spec)
    }

    /// The spec of a tool.
    #[must_use]
    pub fn spec(&self, name: &str) -> Option<&ToolSpec> {
        self.tools.get(name).map(|registered| &registered.spec)
    }

    /// The tool of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&dyn AnyTool> {
        self.tools.get(name).map(|registered| registered.tool.as_ref())
    }

    /// Runs a tool.
    ///
    /// # Errors
    /// [`ToolError::Rejected`] for an unknown name, else the tool's own.
    pub async fn run(
        &self,
        name: &str,
        cx: &ReadContext,
        arguments: Value,
    ) -> Result<ToolOutput, ToolError> {
        let Some(tool) = self.get(name) else {
            return Err(ToolError::rejected("there is no tool of this name; use find_tools"));
        };
        tool.run(cx, arguments).await
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.tools.keys()).finish()
    }
}

/// The typed tools of every pillar, the built-in queries, and what is made of them.
fn built_in_tools() -> Result<Vec<Arc<dyn AnyTool>>, LoadError> {
    let pillars = [
        scope::tools,
        observability::tools,
        security::tools,
        configuration::tools,
        resiliency::tools,
        optimization::tools,
    ];
    let mut tools: Vec<Arc<dyn AnyTool>> = pillars.iter().flat_map(|tools| tools()).collect();
    tools.extend(query::built_in()?.into_iter().map(boxed));
    tools.extend(across::tools(&tools));
    Ok(tools)
}

/// Whether models and people can use the name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (3..=41).contains(&name.len())
        && name.starts_with(|ch: char| ch.is_ascii_lowercase())
        && name.chars().all(|ch| ch.is_ascii_lowercase() || ch.is_ascii_digit() || ch == '_')
}
