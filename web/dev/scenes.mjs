// What the mock service plays: a scene for each kind of question, told by words in it.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as material from "./material.mjs";

const LIMITS = { steps: 16, toolCalls: 25, pagesPerList: 8, workMs: 120000, tokens: 400000 };

/** Plays the run of a message to its end. */
export async function play(thread, runId, message) {
  const scene = new Scene(thread, runId);
  thread.append({
    type: "runStarted",
    runId,
    trigger: { kind: "message", messageId: message.id, text: message.text },
    by: "operator",
    scope: [],
    timeZone: "UTC",
    model: "planner",
    tools: ["get_secure_score", "explain_secure_score"],
    limits: LIMITS,
  });
  const outcome = await perform(scene, message.text.toLowerCase());
  const cancelled = scene.cancelled ? { kind: "cancelled", by: "operator" } : null;
  thread.append({
    type: "runFinished",
    runId,
    outcome: cancelled ?? outcome,
    coverage: { scopes: scene.calls > 0 ? material.SCOPES : [], rows: scene.rows, failures: scene.failures, dataAt: new Date().toISOString() },
    usage: { inputTokens: 4812, cachedInputTokens: 2048, outputTokens: 397 },
  });
}

async function perform(scene, text) {
  if (text.includes("hostile")) return hostile(scene);
  if (text.includes("fail")) return failing(scene);
  if (text.includes("limit")) return limited(scene);
  if (text.includes("alert")) return alerts(scene);
  if (text.includes("long")) return long(scene);
  if (text.includes("healthy")) return health(scene);
  return score(scene);
}

async function score(scene) {
  await scene.say("I will read the score and the controls behind it.", "toolCalls");
  await Promise.all([
    scene.call("get_secure_score", "Secure score", { subscriptions: material.SCOPES }, material.scoreResult()),
    scene.call("explain_secure_score", "Secure score controls", { top: 10 }, material.controlsResult()),
  ]);
  await scene.say(material.SCORE_ANSWER, "stop", material.UNSUPPORTED);
  return { kind: "completed" };
}

async function alerts(scene) {
  await scene.say("", "toolCalls");
  await scene.call("list_security_alerts", "Security alerts", { severity: "High" }, material.alertsResult());
  await scene.say(material.ALERTS_ANSWER, "stop");
  return { kind: "completed" };
}

async function health(scene) {
  await scene.call("list_resource_health", "List resource health", { resource: "vm-shop-web-03" }, material.healthResult());
  await scene.say("`vm-shop-web-03` is **unavailable** since 04:54 [e1].", "stop");
  return { kind: "completed" };
}

async function failing(scene) {
  await scene.call("find_resources", "Find resources", { type: "microsoft.compute/virtualmachines" }, {
    status: "denied",
    summary: "",
    views: [],
    error: { code: "AuthorizationFailed", message: "Reader is missing on /subscriptions/…/resourceGroups/rg-payments. Ask its owner for the role Reader.", armRequestId: "7e0c4f52-9f0e-4a8b-bd33-1f2a6f3b2c11" },
  });
  scene.failures.push({ scope: "/subscriptions/6f1d/resourceGroups/rg-payments", code: "AuthorizationFailed", message: "the role Reader is missing" });
  await scene.say("The first part of an ans", "cut");
  return { kind: "failed", code: "modelUnavailable", message: "The model endpoint broke off its answer. Ask again in a moment." };
}

async function limited(scene) {
  await scene.say("This is as far as it went.", "stop");
  return { kind: "limitReached", limit: "toolCalls" };
}

async function hostile(scene) {
  await scene.call("query_resources", "<img src=x onerror=window.pwned=1>", "{not json <script>window.pwned=1</script>", material.hostileResult());
  await scene.say(material.HOSTILE_ANSWER, "stop");
  return { kind: "completed" };
}

async function long(scene) {
  await scene.say(material.longAnswer(), "stop");
  return { kind: "completed" };
}

class Scene {
  step = 0;
  calls = 0;
  rows = 0;
  failures = [];

  constructor(thread, runId) {
    this.thread = thread;
    this.runId = runId;
  }

  get cancelled() {
    return this.thread.cancelled.has(this.runId);
  }

  async say(text, finish, unsupported = []) {
    if (this.cancelled) return;
    this.step += 1;
    const messageId = randomUUID();
    let said = "";
    for (const piece of text.match(/[\s\S]{1,7}/gu) ?? []) {
      if (this.cancelled || this.thread.world.stopped) break;
      this.thread.stream(this.runId, messageId, piece);
      said += piece;
      await pause(this.thread.world.paceMs);
    }
    this.thread.live = null;
    this.thread.append({
      type: "assistantMessage",
      runId: this.runId,
      step: this.step,
      messageId,
      text: said,
      finish: this.cancelled ? "cancelled" : finish,
      model: "planner",
      citations: [],
      unsupported: unsupported.map((claim) => positioned(said, claim)).filter((claim) => claim !== null),
    });
  }

  async call(tool, title, args, result) {
    if (this.cancelled) return;
    this.calls += 1;
    const callId = randomUUID();
    const evidenceId = `e${this.thread.evidence.size + 1}`;
    this.thread.evidence.set(evidenceId, { tool, ...result });
    this.rows += result.rows?.length ?? 0;
    this.thread.append({ type: "toolCallRequested", runId: this.runId, step: this.step, callId, tool, title, effect: "read", arguments: args, evidenceId });
    const durationMs = 180 + 160 * this.calls;
    await pause(this.thread.world.paceMs * 20);
    this.thread.append({
      type: "toolCallCompleted",
      callId,
      status: result.status ?? "succeeded",
      evidenceId: result.error ? undefined : evidenceId,
      summary: result.summary,
      views: result.views,
      error: result.error,
      modelText: "",
      coverage: { scopes: material.SCOPES, rows: result.read ?? result.rows?.length ?? 0, failures: [] },
      durationMs,
    });
  }
}

function positioned(text, claim) {
  const at = text.indexOf(claim);
  if (at < 0) return null;
  const start = Buffer.byteLength(text.slice(0, at));
  return { start, end: start + Buffer.byteLength(claim), text: claim };
}

/** A page of an evidence: status and body. */
export function evidenceOf(thread, evidenceId, query) {
  const found = thread?.evidence.get(evidenceId);
  if (!found) return [404, { error: { code: "notFound", message: `There is no evidence ${evidenceId} in this thread.`, retryable: false } }];
  const after = Number(query.get("after") ?? 0);
  const all = found.rows ?? [];
  const rows = all.slice(after, after + 100);
  const next = after + rows.length < all.length ? after + rows.length : undefined;
  return [200, { evidenceId, tool: found.tool, at: new Date().toISOString(), output: found.output ?? {}, rows, total: all.length, next }];
}
