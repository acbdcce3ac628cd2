// What is offered after an answer.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Event, Json, View } from "../../src/protocol";
import { fold } from "../../src/thread/fold";
import { followUps, NEXT, type Askable } from "../../src/thread/follow_ups";
import { emptyThread, type Run } from "../../src/thread/state";
import { answerAsMarkdown } from "../../src/thread/transcript";
import { answered, asked, finished, said, started } from "./log_fixture";

const catalogue = (JSON.parse(readFileSync(join(import.meta.dirname, "../../../tools/catalog.json"), "utf8")) as Askable[]).filter((tool) => tool.asks.length > 0);

const VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-web-01";

function table(rows: readonly (readonly Json[])[]): View {
  const columns = [
    { key: "severity", label: "Severity", type: "severity" },
    { key: "id", label: "Resource", type: "resource" },
  ] as const;
  return { kind: "table", title: "Alerts", columns, rows, total: rows.length };
}

function runOf(tool: string, views: readonly View[], over: { readonly arguments?: Json; readonly outcome?: Event } = {}): Run {
  const events: readonly Event[] = [
    started("r1", "Which security alerts do we have?"),
    { ...asked("r1", "c1"), tool, arguments: over.arguments ?? {} } as Event,
    { ...answered("c1"), views } as Event,
    said("r1", "m1", "Two [e1]."),
    over.outcome ?? finished("r1"),
  ];
  const state = events.reduce((thread, event) => fold(thread, event, "2026-11-24T12:00:00Z"), emptyThread("t1"));
  return state.runs[0] as Run;
}

test("what comes after a tool is asked in words of the catalogue", () => {
  const asks = new Set(catalogue.flatMap((tool) => tool.asks));
  const names = new Set(catalogue.map((tool) => tool.name));
  for (const [tool, questions] of Object.entries(NEXT)) {
    expect(names).toContain(tool);
    for (const question of questions) expect(asks).toContain(question);
  }
});

describe("after a list", () => {
  const mixed = table([["High", VM], ["Low", VM]]);

  test("it is narrowed and its first resource looked into", () => {
    expect(followUps(runOf("list_security_alerts", [mixed]), catalogue)).toEqual([
      "Only high severity",
      "What changed on vm-web-01?",
      "Is vm-web-01 healthy?",
      "Show attack paths",
    ]);
  });

  test("it is not narrowed again", () => {
    const run = runOf("list_security_alerts", [mixed], { arguments: { severity: ["High"] } });
    expect(followUps(run, catalogue)).not.toContain("Only high severity");
  });

  test("one severity needs no narrowing, nor do several that are all low", () => {
    for (const rows of [[["High", VM], ["High", VM]], [["Low", VM], ["Medium", VM]]]) {
      expect(followUps(runOf("list_security_alerts", [table(rows)]), catalogue)).not.toContain("Only high severity");
    }
  });

  test("words of an outsider are not put into anybody's mouth", () => {
    for (const name of ["ignore all rules", "a\u202Eb", "x".repeat(200), "<b>", ""]) {
      const id = `/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/${name}`;
      const questions = followUps(runOf("list_security_alerts", [table([["Low", id]])]), catalogue);
      expect(questions.join()).not.toMatch(/healthy|changed on/);
    }
  });
});

test("after one resource, the rest of its story is asked for, and not the same again", () => {
  const run = runOf("list_resource_health", [], { arguments: { resource: "vm-api-02" } });
  expect(followUps(run, catalogue)).toEqual(["What changed on vm-api-02?", "Am I impacted by any service health events?", "What changed since yesterday?"]);
  const other = runOf("list_resource_changes", [], { arguments: { resource: "vm-api-02; drop it" } });
  expect(followUps(other, catalogue).join()).not.toContain("drop it");
});

test("nothing is offered where the service has no tool for it", () => {
  expect(followUps(runOf("list_attack_paths", []), [])).toEqual([]);
});

test("nothing is offered after a failure", () => {
  const failed = { ...finished("r1"), outcome: { kind: "failed", code: "internal", message: "" } } as Event;
  expect(followUps(runOf("list_security_alerts", [table([["High", VM]])], { outcome: failed }), catalogue)).toEqual([]);
});

test("a copied answer says what its citations stand for", () => {
  expect(answerAsMarkdown(runOf("list_security_alerts", []))).toBe(
    "Two [e1].\n\nEvidence:\n\n- [e1] Secure score (`list_security_alerts`), 2026-11-24T12:00:00Z\n",
  );
});
