//! Words with a fixed meaning: places, words that mean nothing, topics that need their own tool.

use super::text::among;

/// Azure regions as people write them, without blanks.
pub(super) const REGIONS: &str = "australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth \
    canadacentral canadaeast centralindia centralus chilecentral eastasia eastus eastus2 \
    francecentral germanywestcentral indonesiacentral israelcentral italynorth japaneast \
    japanwest koreacentral malaysiawest mexicocentral newzealandnorth northcentralus \
    northeurope norwayeast polandcentral qatarcentral southafricanorth southcentralus \
    southeastasia southindia spaincentral swedencentral switzerlandnorth uaenorth uksouth \
    ukwest westcentralus westeurope westindia westus westus2 westus3";

/// Environments that subscriptions are named after, in any place.
pub(super) const ENVIRONMENTS: &str = "production prod non-production nonproduction nonprod non-prod pre-production \
    preproduction preprod pre-prod sandbox";

/// Environments whose words also mean something else: only behind `in the` or before
/// `subscription`.
pub(super) const WEAK_ENVIRONMENTS: &str = "development dev test testing staging platform connectivity management identity shared qa \
    uat dr";

/// Words that add nothing to a question.
const EMPTY: &str = "a about above actually again ahead all already also altogether am an and any anything \
    are as asking at azure be been being between both but by can check could currently \
    current did display do does doing else entire estate every everything exactly exist \
    exists fetch few find for from get getting give go going got had has have having hello \
    help here hey hi how i i'd i'm i've if in inside into is isn't it its just kindly know \
    let like list look looking many me much must my name named names need needs no not now \
    of ok okay on one ones only or other our out over overview please pls provide quick \
    quickly really report right s say see seeing shall should show showing so some still \
    summary summarize tell than thank thanks that that's the their them then there these \
    they thing things this those to today's too under us use using view want was we we're \
    were what whats when where whether which who whole whose will with within would yes you \
    your around across details detail info information status overall total each per called \
    morning folks team copilot opscopilot belong belongs located live lives there's dont \
    don't nothing more most run runs deployed we've contain contains exact table bullet \
    points environment env environments visible available accessible scope tenant \
    organization organisation company cloud portal instance instances stand standing way \
    used kind kinds type types region regions location locations subscription subscriptions \
    sub subs resource resources group groups id ids state states asap briefly short long \
    full complete together compare versus vs against figure figures number count first \
    always moment ago since until till during past yet up down off own catch catches brief briefing review analyze \
    analyse walk through deal hows according how's goes latest new recent recently lately \
    happening happen happens compared comparison comparing relative news gap gaps follow following before respond react teh waht wich whcih tehre hav bring regarding concerning related";

/// Whether a word adds nothing to a question.
pub(super) fn is_empty(word: &str) -> bool {
    among(word, EMPTY) || word.chars().all(|ch| ch.is_ascii_digit())
}

/// Topics that only a tool of their own answers, with the words that name them.
const TOPICS: &[(&str, &str)] = &[
    (
        "costs, prices or savings",
        "cost costs costing price prices pricing spend spending spent bill bills billing invoice \
    invoices budget budgets saving savings save cheap cheaper cheapest expensive credit \
    credits carbon emissions reservation reservations money forecast cost-saving usd dollars \
    euros charges charged",
    ),
    (
        "backup, recovery or resiliency",
        "backup backups backed restore restored recovery recover recoverable replication \
    replicated replicating failover drill drills rpo rto resilient resiliency resilience \
    zone-resilient redundancy redundant zone-redundant immutability soft-delete soft-deleted \
    disaster",
    ),
    (
        "metrics or performance",
        "metric metrics cpu memory ram latency latencies throughput performance slow slowness \
    utilization utilisation iops throttling throttled bandwidth heatmap trend trends load \
    overloaded hot usage",
    ),
    (
        "logs and errors",
        "log logs logging logged error errors exception exceptions trace traces diagnostic \
    diagnostics crash crashes crashing oom dependency dependencies telemetry restarting",
    ),
    (
        "health checks, probes and uptime",
        "health healthy outage outages maintenance degraded unavailable availability broken \
    uptime unresponsive",
    ),
    (
        "deployments, rollouts and how things were before",
        "change changed changes activity audit deployment deployments rollout modified created \
    deleted history dropped fell drop",
    ),
    (
        "network rules and paths",
        "ddos traffic routing routed rule rules port ports inbound outbound peering peerings \
    packet packets ip ips address addresses dns connectivity connect connection reach reachable smtp mail rdp ssh exposed \
    exposure internet surface easm path blocking ip-ranges ranges",
    ),
    (
        "Azure Policy",
        "policy policies compliance compliant noncompliant non-compliant regulatory cis iso pci \
    nist benchmark initiative initiatives governance standard standards",
    ),
    (
        "identities and role assignments",
        "rbac role roles permission permissions access owner owners contributor owns user users mfa \
    principal principals sign-in sign-ins signin login logins password passwords entra guest \
    guests privileged over-privileged authorized assignments assignment rights",
    ),
    (
        "certificates, keys and secrets",
        "certificate certificates cert certs secret secrets expiry expire expires expiring \
    expired rotation keys",
    ),
    ("patches and updates", "patch patches patched unpatched update updates hotfix cve kb reboot"),
    ("quotas", "quota quotas capacity limits"),
    (
        "Azure Advisor",
        "advisor reliability optimization optimisation optimize rightsizing rightsize \
    underutilized underused idle oversized waf well-architected efficiency excellence",
    ),
    (
        "what runs inside clusters and apps",
        "pod pods container containers node nodes ingress replicas helm slot slots probe probes \
    autoscale autoscaling api queue queues blob blobs table file files email",
    ),
    (
        "lists with exceptions: I can only narrow them to what is so",
        "except excluding excludes outside besides without apart",
    ),
    ("anything but Azure", "joke poem song weather football recipe stock stocks movie"),
    ("support requests", "ticket tickets case support"),
    (
        "scripts, templates and how-to",
        "script scripts bicep terraform template templates powershell cli yaml pipeline pipelines \
    code steps outline guidance tutorial documentation benefits command commands",
    ),
    (
        "settings inside resources",
        "tls https encryption encrypted unencrypted configuration configured setting settings \
    enabled disabled untagged windows linux os version versions private \
    premium firewalled vulnerable protected unprotected tag tags age oldest newest older \
    newer",
    ),
    ("plans", "plan plans coverage covered paths"),
];

/// The topic that a word names, if it needs a tool of its own.
pub(super) fn topic_of(word: &str) -> Option<&'static str> {
    TOPICS.iter().find(|(_, words)| among(word, words)).map(|(topic, _)| *topic)
}

/// The topic that comes first in the list, of those that words name, and the word.
pub(super) fn first_topic<'w>(
    words: impl Iterator<Item = &'w str>,
) -> Option<(&'static str, &'w str)> {
    let topics = words
        .filter_map(|word| Some((TOPICS.iter().position(|(_, list)| among(word, list))?, word)));
    let (at, word) = topics.min_by_key(|(at, _)| *at)?;
    TOPICS.get(at).map(|(topic, _)| (*topic, word))
}

/// The words that name a topic.
pub(super) fn words_of_topic(topic: &str) -> impl Iterator<Item = &'static str> {
    let words = TOPICS.iter().find(|(one, _)| *one == topic).map_or("", |(_, words)| words);
    words.split_ascii_whitespace()
}

/// Words of topics that an alert may be about: there they only narrow.
pub(super) const OF_ALERTS: &str = "rdp ssh port ports internet traffic login logins password passwords user users ip ips address addresses start sign-in \
    sign-ins blob blobs access exposed mail connection changed created logged oldest newest older newer latest";
