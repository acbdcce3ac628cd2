//! `list_regulatory_compliance`: how well standards are met: standards, their controls, and the
//! assessments that fail.
//!
//! Owns the choice of the standard that is looked into. Sums over subscriptions are made by
//! Resource Graph; a control that fails in one subscription counts as failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    protocol::Pillar,
    tools::{
        arguments::given,
        context::{GRAPH_ACTION, ReadContext},
        error::ToolError,
        tool::{RbacAction, Tool},
        untrusted::Untrusted,
    },
};

mod reading;
mod telling;

/// Lists regulatory compliance.
#[derive(Clone, Copy, Debug)]
pub struct ListRegulatoryCompliance;

const STANDARDS_ACTION: &str = "Microsoft.Security/regulatoryComplianceStandards/read";

/// The arguments.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// Look into this standard, by a part of its name, e.g. `PCI`, `ISO 27001`, `benchmark`.
    /// Default the one that fails most.
    standard: Option<String>,
    /// Only this control, by its number or a part of its description.
    control: Option<String>,
    /// Which controls to list. Default Failed.
    state: Option<State>,
    /// Subscription name or id. Default all in scope.
    subscription: Option<String>,
}

/// What became of a control or standard.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
enum State {
    #[serde(alias = "failed")]
    Failed,
    #[serde(alias = "passed")]
    Passed,
    #[serde(alias = "skipped")]
    Skipped,
    #[serde(alias = "unsupported")]
    Unsupported,
    #[serde(alias = "any")]
    Any,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The standards, the one that fails most first.
    standards: Vec<Standard>,
    /// The standard that was looked into.
    standard: Option<Untrusted<String>>,
    /// Its controls in the state asked for, the one that fails most first.
    controls: Vec<Control>,
    /// The state asked for.
    state: State,
    /// Subscriptions that have no standard.
    without: Vec<Untrusted<String>>,
}

/// A standard, over the subscriptions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Standard {
    /// Its name, e.g. `PCI-DSS-4`.
    name: Untrusted<String>,
    /// Subscriptions that have it.
    subscription_count: u64,
    /// Subscriptions where it fails.
    failed_subscriptions: u64,
    /// Controls that pass, summed over the subscriptions.
    passed: u64,
    /// Controls that fail, summed over the subscriptions.
    failed: u64,
    /// Controls that were left out.
    skipped: u64,
    /// Controls that cannot be checked automatically.
    unsupported: u64,
}

/// A control of a standard, over the subscriptions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Control {
    /// Its number.
    number: Untrusted<String>,
    /// What it asks for.
    description: Option<Untrusted<String>>,
    /// Failed where it fails in any subscription.
    state: State,
    /// Subscriptions where it fails.
    failed_subscriptions: u64,
    /// Assessments that pass, summed over the subscriptions.
    passed_assessments: u64,
    /// Assessments that fail, summed over the subscriptions.
    failed_assessments: u64,
    /// What fails behind it, most resources first.
    failing: Vec<Failing>,
}

/// An assessment that fails.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Failing {
    /// Its id; that of a recommendation of Defender for Cloud.
    assessment_id: String,
    /// What it checks.
    title: Untrusted<String>,
    /// Resources that fail it.
    failed_resources: u64,
    /// Resources that pass it.
    passed_resources: u64,
}

impl Tool for ListRegulatoryCompliance {
    const NAME: &'static str = "list_regulatory_compliance";
    const TITLE: &'static str = "List regulatory compliance";
    const PILLAR: Pillar = Pillar::Security;
    const DESCRIPTION: &'static str = "Lists regulatory compliance in Defender for Cloud: \
        standards such as PCI DSS, ISO 27001, NIST or the Microsoft benchmark, their failing \
        controls and what fails behind them.";
    const ASKS: &'static [&'static str] = &[
        "How compliant are we?",
        "Show regulatory compliance",
        "Are we compliant with PCI DSS?",
        "Which controls of ISO 27001 fail?",
        "Which compliance standards do we fail?",
        "Check my Azure subscription for any compliance issues",
        "Compliance with the Microsoft cloud security benchmark",
        "What fails in NIST SP 800-53 or SOC 2 or CIS?",
        "Failing compliance controls and assessments",
    ];
    const ACTIONS: &'static [RbacAction] = &[STANDARDS_ACTION, GRAPH_ACTION];
    type Input = Input;
    type Output = Output;

    async fn call(&self, cx: &ReadContext, input: Input) -> Result<Output, ToolError> {
        cx.bounds().check_whole_subscriptions("regulatory compliance")?;
        let visible = cx.subscriptions().await?;
        let over = visible.select(cx.bounds(), &input.subscription)?;
        let state = input.state.unwrap_or(State::Failed);
        let (standards, without) = reading::standards(cx, &over).await?;
        let chosen = reading::choose(&standards, given(input.standard.as_deref()))?.cloned();
        let mut controls = Vec::new();
        if let Some(chosen) = &chosen {
            let wanted = (state, given(input.control.as_deref()));
            controls = reading::controls(cx, &over, chosen.name.as_str(), wanted).await?;
            reading::look_behind(cx, &over, chosen.name.as_str(), &mut controls).await?;
        }
        let standard = chosen.map(|one| one.name);
        Ok(Output { standards, standard, controls, state, without })
    }
}
