//! `securityresources`.

use serde_json::{Value, json};

use super::{GraphTables, shared};
use crate::estate::{
    access::Scope,
    defender::{
        assessment::{self, Expand, Finding},
        attack_path::{self, AttackPath},
        compliance::Compliance,
        governance,
        plans::PLANS,
        sub_assessment,
    },
    kql::SharedRow,
    world::{GroupIx, SubscriptionIx},
};

impl GraphTables<'_> {
    pub(super) fn security(&self) -> Vec<SharedRow> {
        let mut rows = Vec::new();
        for ix in self.subscriptions {
            let at = Scope::Subscription(*ix);
            if self.wants("microsoft.security/securescores")
                && self.may("Microsoft.Security/secureScores/read", at)
            {
                rows.extend(self.score(*ix));
            }
            if self.wants("microsoft.security/securescores/securescorecontrols")
                && self.may("Microsoft.Security/secureScoreControls/read", at)
            {
                rows.extend(self.controls(*ix));
            }
            if self.wants("microsoft.security/pricings")
                && self.may("Microsoft.Security/pricings/read", at)
            {
                rows.extend(self.plans(*ix));
            }
            if self.wants("microsoft.security/assessments") {
                self.assessments(*ix, &mut rows);
            }
            if self.wants("microsoft.security/assessments/subassessments") {
                self.sub_assessments(*ix, &mut rows);
            }
            self.governed(*ix, &mut rows);
            self.compliance(*ix, &mut rows);
            // The published right is that to everything of Defender's.
            if self.wants("microsoft.security/attackpaths")
                && self.may("Microsoft.Security/attackPaths/read", at)
            {
                let paths = attack_path::within(self.call.world(), *ix);
                rows.extend(paths.iter().filter_map(|path| self.path_row(path, *ix)));
            }
        }
        if self.wants("microsoft.security/locations/alerts") {
            rows.extend(self.alerts());
        }
        rows
    }

    fn finding_row(&self, finding: &Finding) -> Option<SharedRow> {
        let expand = Expand {
            links: self.wanted.has_member("links"),
            metadata: self.wanted.has_member("metadata"),
        };
        let mut row = finding.row(self.call.world(), expand);
        self.wanted.prune(row.as_object_mut()?);
        shared(row)
    }

    fn path_row(&self, path: &AttackPath, ix: SubscriptionIx) -> Option<SharedRow> {
        shared(path.row(self.call.world(), ix))
    }

    /// The findings of a subscription on which the caller has a right.
    fn findings(&self, ix: SubscriptionIx, right: &str) -> impl Iterator<Item = Finding> + '_ {
        let world = self.call.world();
        let everywhere = self.may(right, Scope::Subscription(ix));
        let groups: Vec<GroupIx> = world
            .subscription_groups(ix)
            .filter(|group| everywhere || self.may(right, Scope::Group(*group)))
            .collect();
        let own = everywhere.then(|| assessment::of_subscription(world, ix));
        let below = groups
            .into_iter()
            .flat_map(|group| world.group_resources(group))
            .flat_map(|resource| assessment::of_resource(world, resource));
        own.into_iter().flatten().chain(below)
    }

    fn sub_assessments(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let right = "Microsoft.Security/assessments/subAssessments/read";
        let subs =
            self.findings(ix, right).flat_map(|finding| sub_assessment::of_finding(world, finding));
        rows.extend(subs.filter_map(|sub| shared(sub.row(world))).take(self.enough()));
    }

    /// Governance rules and the assignments that follow from them.
    fn governed(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let world = self.call.world();
        let right = "Microsoft.Security/governanceRules/read";
        if self.wants("microsoft.security/governancerules")
            && self.may(right, Scope::Subscription(ix))
        {
            rows.extend(governance::rule(world, ix).and_then(|rule| self.placed(ix, rule)));
        }
        if self.wants("microsoft.security/assessments/governanceassignments") {
            let right = "Microsoft.Security/assessments/governanceAssignments/read";
            let all = self.findings(ix, right);
            let assigned = all.filter_map(|finding| governance::assignment(world, &finding));
            let assigned = assigned.filter_map(|body| self.placed(ix, body));
            rows.extend(assigned.take(self.enough()));
        }
    }

    fn compliance(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let kind = "microsoft.security/regulatorycompliancestandards";
        let levels = [
            "",
            "/regulatorycompliancecontrols",
            "/regulatorycompliancecontrols/regulatorycomplianceassessments",
        ];
        let right = "Microsoft.Security/regulatoryComplianceStandards/read";
        let [standards, controls, assessments] =
            levels.map(|level| self.wants(&format!("{kind}{level}")));
        let any = standards || controls || assessments;
        if !any || !self.may(right, Scope::Subscription(ix)) {
            return;
        }
        let own = Compliance::of(self.call.world(), ix);
        for standard in own.standards() {
            if standards {
                rows.extend(self.placed(ix, own.standard_body(standard)));
            }
            for requirement in standard.requirements() {
                if controls {
                    rows.extend(self.placed(ix, own.control_body(standard, requirement)));
                }
                if assessments {
                    let bodies = own
                        .assessments(requirement)
                        .map(|a| own.assessment_body(standard, requirement, a));
                    rows.extend(bodies.filter_map(|body| self.placed(ix, body)));
                }
            }
        }
    }

    /// A REST body as a row: with its place, and its type in lower case.
    pub(super) fn placed(&self, ix: SubscriptionIx, mut body: Value) -> Option<SharedRow> {
        let world = self.call.world();
        let members = body.as_object_mut()?;
        let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("type").to_ascii_lowercase();
        let id = text("id").to_ascii_lowercase();
        let group = id.split_once("/resourcegroups/").map(|(_, rest)| rest);
        let group = group.and_then(|rest| rest.split('/').next());
        let group = group.unwrap_or_default().to_owned();
        members.insert("type".into(), json!(kind));
        members.insert("tenantId".into(), json!(world.tenant_id));
        members.insert("subscriptionId".into(), json!(world.subscription(ix).map(|s| &s.id)));
        members.insert("resourceGroup".into(), json!(group));
        shared(body)
    }

    fn assessments(&self, ix: SubscriptionIx, rows: &mut Vec<SharedRow>) {
        let right = "Microsoft.Security/assessments/read";
        let findings = self.findings(ix, right).filter(|finding| {
            self.wanted.admits("name", finding.assessment.id)
                && self.wanted.admits("properties.status.code", finding.code())
        });
        let findings = findings.filter_map(|finding| self.finding_row(&finding));
        rows.extend(findings.take(self.enough()));
    }

    fn alerts(&self) -> Vec<SharedRow> {
        let call = self.call;
        let right = "Microsoft.Security/locations/alerts/read";
        let alerts = call.state.alerts().filter(|(_, alert)| {
            self.subscriptions.contains(&alert.subscription)
                && self.may(right, Scope::Resource(alert.resource))
        });
        let row = |(ix, alert)| shared(call.state.alert_row(ix, alert));
        alerts.filter_map(row).take(self.enough()).collect()
    }

    fn score(&self, ix: SubscriptionIx) -> Option<SharedRow> {
        let posture = self.call.state.posture(ix)?;
        self.security_row(ix, "securescores", "secureScores/ascScore", &posture.properties())
    }

    fn controls(&self, ix: SubscriptionIx) -> Vec<SharedRow> {
        let controls = self.call.state.posture(ix).map(|p| p.controls.as_slice());
        let rows = controls.unwrap_or_default().iter().filter_map(|control| {
            let path =
                format!("secureScores/ascScore/secureScoreControls/{}", control.control.id());
            let kind = "securescores/securescorecontrols";
            // Resource Graph always has the definition, which REST gives on demand.
            let mut properties = control.properties();
            if let Some(properties) = properties.as_object_mut() {
                properties.insert("definition".into(), control.control.definition());
            }
            self.security_row(ix, kind, &path, &properties)
        });
        rows.collect()
    }

    fn plans(&self, ix: SubscriptionIx) -> Vec<SharedRow> {
        let rows = PLANS.iter().filter_map(|plan| {
            let body = plan.body(self.call.world(), ix);
            let properties = body.get("properties")?;
            self.security_row(ix, "pricings", &format!("pricings/{}", plan.name), properties)
        });
        rows.collect()
    }

    /// A row of something that belongs to a subscription as a whole.
    fn security_row(
        &self,
        ix: SubscriptionIx,
        kind: &str,
        path: &str,
        properties: &Value,
    ) -> Option<SharedRow> {
        let world = self.call.world();
        let subscription = world.subscription(ix)?;
        shared(json!({
            "id": format!("{}/providers/Microsoft.Security/{path}", world.subscription_id(ix)),
            "name": path.rsplit('/').next(),
            "type": format!("microsoft.security/{kind}"),
            "tenantId": world.tenant_id,
            "subscriptionId": subscription.id,
            "resourceGroup": "",
            "properties": properties,
        }))
    }
}
