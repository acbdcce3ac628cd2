//! Asking other tools: side by side, each once, a failure noted and the rest kept.
//!
//! Owns how a tool is found and what becomes of its failure. It must not know which tools are
//! asked, nor what for.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    protocol::{Finding, FindingKind, FindingTone, Pillar},
    tools::{
        context::ReadContext,
        error::ToolError,
        tool::{AnyTool, Told},
        untrusted::Untrusted,
    },
};

/// The tools of the pillars, by name. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Others(Arc<BTreeMap<String, Arc<dyn AnyTool>>>);

impl std::fmt::Debug for Others {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// What is asked of a tool.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The tool.
    pub(super) tool: &'static str,
    /// What it tells of, as a sentence has it: `backups`.
    pub(super) what: &'static str,
    /// Where that belongs.
    pub(super) pillar: Pillar,
    /// Its arguments.
    pub(super) arguments: Value,
}

/// What a tool told.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) ask: Ask,
    pub(super) told: Told,
}

/// A sentence of another tool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sentence {
    /// The tool that tells it.
    pub(super) tool: &'static str,
    /// How good or bad it is.
    #[schemars(with = "String")]
    pub(super) tone: FindingTone,
    /// The sentence.
    pub(super) text: Untrusted<String>,
    /// The ARM id of the resource it is about, where it is about one.
    pub(super) resource_id: Option<String>,
    /// The same with the marks of what outsiders wrote.
    #[serde(skip)]
    marked: String,
}

impl Others {
    /// These tools.
    pub(super) fn of(tools: &[Arc<dyn AnyTool>]) -> Self {
        let named = tools.iter().map(|tool| (tool.spec().name, Arc::clone(tool)));
        Self(Arc::new(named.collect()))
    }

    /// Asks them all at once. What fails is in the coverage.
    ///
    /// # Errors
    /// The first [`ToolError`] when nothing could be read.
    pub(super) async fn ask(
        &self,
        cx: &ReadContext,
        asks: Vec<Ask>,
    ) -> Result<Vec<Answer>, ToolError> {
        let read = asks.into_iter().map(|ask| async move {
            let told = match self.0.get(ask.tool) {
                Some(tool) => tool.tell(cx, ask.arguments.clone()).await,
                None => Err(ToolError::rejected(format!("there is no tool {}", ask.tool))),
            };
            (ask, told)
        });
        let (mut answers, mut first) = (Vec::new(), None);
        for (ask, told) in join_all(read).await {
            match told {
                Ok(told) => answers.push(Answer { ask, told }),
                Err(ToolError::Cancelled) => return Err(ToolError::Cancelled),
                Err(error) => {
                    cx.part_failed("/", ask.what, &error);
                    first.get_or_insert(error);
                }
            }
        }
        match first {
            Some(error) if answers.is_empty() => Err(error),
            Some(_) | None => Ok(answers),
        }
    }
}

impl Answer {
    /// The rows in a field of the result.
    pub(super) fn rows(&self, key: &str) -> &[Value] {
        let rows = self.told.output.get(key).and_then(Value::as_array);
        rows.map_or(&[][..], Vec::as_slice)
    }

    /// The answer in one sentence.
    pub(super) fn headline(&self) -> Option<Sentence> {
        self.of_kind(FindingKind::Headline).next()
    }

    /// The facts behind it, ranked.
    pub(super) fn details(&self) -> impl Iterator<Item = Sentence> {
        self.of_kind(FindingKind::Detail)
    }

    /// What to do next.
    pub(super) fn actions(&self) -> impl Iterator<Item = Sentence> {
        self.of_kind(FindingKind::Action)
    }

    fn of_kind(&self, kind: FindingKind) -> impl Iterator<Item = Sentence> {
        let findings = self.told.presentation.findings.iter();
        findings.filter(move |one| one.kind == kind).map(|one| Sentence::of(self.ask.tool, one))
    }
}

impl Sentence {
    fn of(tool: &'static str, finding: &Finding) -> Self {
        Self {
            tool,
            tone: finding.tone,
            text: Untrusted::new(&crate::tools::untrusted::plain(&finding.text)),
            resource_id: finding.resource_id.clone(),
            marked: finding.text.clone(),
        }
    }

    /// The sentence, what outsiders wrote in it marked.
    pub(super) fn marked(&self) -> &str {
        &self.marked
    }
}

/// How bad a tone is: the worst first.
pub(super) const fn rank(tone: FindingTone) -> u8 {
    match tone {
        FindingTone::Critical => 0,
        FindingTone::Warning => 1,
        FindingTone::Neutral => 2,
        FindingTone::Good => 3,
    }
}

/// The five pillars, in the order of the product.
pub(super) const FIVE: [Pillar; 5] = [
    Pillar::Observability,
    Pillar::Security,
    Pillar::Configuration,
    Pillar::Resiliency,
    Pillar::Optimization,
];
