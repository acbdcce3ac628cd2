// An answer as Markdown that makes sense outside of the page: its citations say what they stand for.
import type { Call, Run } from "./state";

/** The answer of a run with a list of what it cites; empty where there is none. */
export function answerAsMarkdown(run: Run): string {
  const answer = run.items.findLast((item) => item.kind === "message" && item.text !== "");
  if (answer?.kind !== "message") return "";
  const cited = new Set([...answer.text.matchAll(/\[(e\d+)\]/g)].map((match) => match[1]));
  const calls = run.items.filter((item): item is Call => item.kind === "call" && cited.has(item.completed?.evidenceId ?? ""));
  const sources = calls.map((call) => `- [${call.completed?.evidenceId}] ${call.requested.title} (\`${call.requested.tool}\`), ${call.requestedAt}`);
  return sources.length === 0 ? answer.text : `${answer.text.trimEnd()}\n\nEvidence:\n\n${sources.join("\n")}\n`;
}
