// What may be asked next, made from what the last answer was made of: the columns of its tables,
// the resources in them, and what is worth asking after its tool. Only questions that stand for
// themselves or narrow the same list, so that any model can take them. Pure.
import type { Json, View } from "../protocol";
import type { Call, Run } from "./state";

/** A tool as far as a question can be made of it. */
export interface Askable {
  readonly name: string;
  readonly asks: readonly string[];
}

const MOST = 4;
/** Names that ARM allows: anything else in a cell is not put into anybody's mouth. */
const NAME = /^[A-Za-z0-9][\w.()-]{1,79}$/;
const SERIOUS: ReadonlySet<string> = new Set(["high", "critical"]);

/** What is worth asking after each tool: asks of the catalogue, in its words, so that they are
 * offered only where something answers them. */
export const NEXT: { readonly [tool: string]: readonly string[] } = {
  count_resources: ["Which region has the most resources?", "Which resource groups are empty?"],
  explain_secure_score: ["High severity security recommendations", "Which subscription has the lowest secure score?", "Show attack paths"],
  find_resources: ["How many VMs are there per region?", "Is anything down?"],
  get_activity_log: ["What changed since yesterday?", "Is anything down?"],
  get_alert: ["Which resources have the most alerts?", "Is anything down?"],
  get_secure_score: ["Which controls would raise the score most?", "How compliant are we?"],
  get_security_alert: ["Which security alerts are high severity?", "Show attack paths"],
  get_security_recommendation: ["High severity security recommendations", "Explain my secure score"],
  list_alerts: ["Which resources have the most alerts?", "Is anything down?"],
  list_attack_paths: ["Which security alerts are high severity?", "Which Defender plans are off or disabled?"],
  list_regulatory_compliance: ["High severity security recommendations", "Explain my secure score"],
  list_resource_changes: ["What operations failed today?", "Is anything down?"],
  list_resource_groups: ["Which resource groups are empty?", "Biggest resource groups by number of resources"],
  list_resource_health: ["Am I impacted by any service health events?", "What changed since yesterday?"],
  list_resource_protections: ["Which security alerts are high severity?", "Summarize security"],
  list_security_alerts: ["Show attack paths", "Which Defender plans are off or disabled?"],
  list_security_recommendations: ["Which controls would raise the score most?", "Security recommendations per resource type"],
  list_service_health: ["Is anything down?", "Catch me up on alerts"],
  list_subscriptions: ["Number of resources in each subscription", "Which subscription has the lowest secure score?"],
  summarize_alerts: ["Which alerts has nobody acknowledged yet?", "How many critical alerts do I have?", "Is anything down?"],
  summarize_recommendations: ["High severity security recommendations", "Explain my secure score"],
  summarize_security: ["Which security alerts are high severity?", "Show attack paths", "Explain my secure score"],
};

type TableView = Extract<View, { kind: "table" }>;

/** At most four questions; none while the run goes on or where it brought nothing. */
export function followUps(run: Run, tools: readonly Askable[]): readonly string[] {
  if (run.phase !== "finished" || run.outcome?.kind !== "completed") return [];
  const calls = run.items.filter((item): item is Call => item.kind === "call" && item.completed?.status === "succeeded");
  const last = calls.at(-1);
  if (!last) return [];
  const asked = run.trigger?.kind === "message" ? run.trigger.text : "";
  const found = [...narrower(last), ...deeper(last), ...beside(last, tools)];
  return [...new Set(found)].filter((question) => question !== asked).slice(0, MOST);
}

function narrower(call: Call): readonly string[] {
  const table = firstTable(call);
  if (!table || "severity" in given(call)) return [];
  const levels = new Set(columnOf(table, "severity").map((level) => String(level).toLowerCase()));
  return levels.size > 1 && [...levels].some((level) => SERIOUS.has(level)) ? ["Only high severity"] : [];
}

// About the resource that was asked for, or else the first of the list: tools sort by importance.
function deeper(call: Call): readonly string[] {
  const table = firstTable(call);
  const wanted = Object.entries(given(call)).find(([name]) => name === "resource")?.[1];
  const id = wanted ?? (table ? columnOf(table, "resource").find((value) => typeof value === "string" && value.includes("/providers/")) : undefined);
  const name = typeof id === "string" ? (id.split("/").at(-1) ?? "") : "";
  if (!NAME.test(name)) return [];
  const health = call.requested.tool === "list_resource_health" ? [] : [`Is ${name} healthy?`];
  const changes = call.requested.tool === "list_resource_changes" ? [] : [`What changed on ${name}?`];
  return [...changes, ...health];
}

function beside(call: Call, tools: readonly Askable[]): readonly string[] {
  const answered = new Set(tools.flatMap((tool) => tool.asks));
  return (NEXT[call.requested.tool] ?? []).filter((ask) => answered.has(ask));
}

const firstTable = (call: Call): TableView | undefined => call.completed?.views.find((view): view is TableView => view.kind === "table");

function columnOf(table: TableView, kind: string): readonly (Json | undefined)[] {
  const place = table.columns.findIndex((column) => column.type === kind);
  return place < 0 ? [] : table.rows.map((row) => row[place]);
}

function given(call: Call): object {
  const value = call.requested.arguments;
  return typeof value === "object" && value !== null ? value : {};
}
