// A service that speaks enough of copilot.v1 to develop and test the client against: threads in
// memory, runs played from dev/scenes.mjs. Not a second implementation: it checks nothing.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { extname, join, normalize } from "node:path";
import { WebSocketServer } from "ws";
import { evidenceOf, play } from "./scenes.mjs";
import { TOOLS } from "./material.mjs";

const web = join(import.meta.dirname, "..");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

/** The headers that src/server/web.rs sends with every asset. */
export const securityHeaders = Object.fromEntries(
  readFileSync(join(web, "security-headers.txt"), "utf8").trim().split("\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }),
);

const WELCOME = {
  type: "welcome",
  protocol: "copilot.v1",
  server: { name: "opscopilot", version: "0.1.0" },
  principal: { id: "operator", name: "Operator", roles: ["admin"] },
  model: { name: "planner", state: "builtIn" },
  estate: { name: "Fabrikam Retail", kind: "sample" },
  limits: { maxFrameInBytes: 65536, maxFrameOutBytes: 131072, maxUserTextBytes: 16384, heartbeatMs: 25000, maxSubscriptions: 32 },
};

/** Starts the mock; port 0 takes a free one. */
export async function startMock({ port = 0, paceMs = 12 } = {}) {
  const world = new World(paceMs);
  const http = createServer((request, response) => answer(world, request, response));
  const sockets = new WebSocketServer({ server: http, path: "/v1/chat", handleProtocols: (offered) => (offered.has("copilot.v1") ? "copilot.v1" : false) });
  sockets.on("connection", (socket) => world.connected(socket));
  await new Promise((resolve) => http.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${http.address().port}`;
  return {
    url,
    world,
    /** Cuts every connection without a word, as a network does. */
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
    closeAll: (code, reason) => sockets.clients.forEach((socket) => socket.close(code, reason)),
    sendAll: (frame) => sockets.clients.forEach((socket) => socket.send(JSON.stringify(frame))),
    close: async () => {
      world.stopped = true;
      sockets.clients.forEach((socket) => socket.terminate());
      sockets.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

class World {
  threads = new Map();
  replies = new Map();
  stopped = false;
  /** While true no new connection is welcomed, as if the service were down. */
  deaf = false;

  constructor(paceMs) {
    this.paceMs = paceMs;
  }

  connected(socket) {
    if (this.deaf) return socket.terminate();
    socket.following = new Set();
    socket.on("message", (data) => this.command(socket, JSON.parse(String(data))));
  }

  command(socket, command) {
    const send = (frame) => socket.send(JSON.stringify(frame));
    const reply = (result) => send({ type: "reply", id: command.id, ok: true, result });
    const refuse = (code, message) => send({ type: "reply", id: command.id, ok: false, error: { code, message, retryable: false } });
    switch (command.type) {
      case "hello":
        return send({ ...WELCOME, connectionId: randomUUID() });
      case "ping":
        return send({ type: "pong", t: command.t });
      case "thread.subscribe": {
        const thread = this.threads.get(command.threadId);
        if (!thread) return refuse("notFound", "There is no such thread.");
        reply({});
        return thread.subscribe(socket, command);
      }
      case "thread.unsubscribe":
        socket.following.delete(command.threadId);
        return reply({});
      case "thread.create":
        return send(this.once(command, () => ({ threadId: this.createThread() })));
      case "run.start": {
        const thread = this.threads.get(command.threadId);
        if (!thread) return refuse("notFound", "There is no such thread.");
        if (command.message.text.includes("refuse me")) return refuse("rateLimited", "Too many questions in a minute; wait a little.");
        return send(this.once(command, () => thread.startRun(command.message)));
      }
      case "run.cancel":
        this.threads.get(command.threadId)?.cancel(command.runId);
        return reply({ state: "running" });
      default:
        return refuse("unknownCommand", `There is no command ${command.type}.`);
    }
  }

  once(command, effect) {
    const known = this.replies.get(command.id);
    if (known) return { ...known, duplicate: true };
    const first = { type: "reply", id: command.id, ok: true, result: effect() };
    this.replies.set(command.id, first);
    return first;
  }

  createThread() {
    const thread = new Thread(this);
    this.threads.set(thread.threadId, thread);
    thread.append({ type: "threadUpdated", title: "", scope: [], by: "operator" });
    return thread.threadId;
  }
}

export class Thread {
  threadId = randomUUID();
  epoch = randomUUID();
  log = [];
  evidence = new Map();
  followers = new Set();
  live = null;
  runs = new Map();
  cancelled = new Set();

  constructor(world) {
    this.world = world;
    this.number = world.threads.size;
  }

  /** What a list shows of it. */
  standing() {
    const told = this.log.map(({ event }) => event).filter((event) => event.type === "threadUpdated");
    return {
      threadId: this.threadId,
      epoch: this.epoch,
      title: told.findLast((event) => event.title !== undefined)?.title ?? "",
      owner: "operator",
      archived: told.findLast((event) => event.archived !== undefined)?.archived ?? false,
      scope: [],
      headSeq: this.log.length,
      createdAt: this.log[0].at,
      updatedAt: this.log.at(-1).at,
      number: this.number,
    };
  }

  subscribe(socket, { after, last = 200 }) {
    const head = this.log.length;
    const [epoch, seq] = after?.split(":") ?? [];
    const from = after === undefined || epoch !== this.epoch ? Math.max(0, head - last) : Number(seq);
    const live = this.live ? { runId: this.live.runId, messageId: this.live.messageId } : undefined;
    const send = (frame) => socket.send(JSON.stringify(frame));
    send({ type: "thread.subscribed", threadId: this.threadId, epoch: this.epoch, oldestSeq: 1, headSeq: head, live });
    for (const record of this.log.slice(from)) send({ type: "event", threadId: this.threadId, ...record });
    send({ type: "thread.caughtUp", threadId: this.threadId, seq: head });
    if (this.live?.text) send(this.delta(0, this.live.text));
    socket.following.add(this.threadId);
    this.followers.add(socket);
  }

  startRun(message) {
    const known = this.runs.get(message.id);
    if (known) return { runId: known, state: "running" };
    const runId = randomUUID();
    this.runs.set(message.id, runId);
    if (this.runs.size === 1) this.append({ type: "threadUpdated", title: message.text.slice(0, 60), by: "operator" });
    void play(this, runId, message);
    return { runId, state: "running" };
  }

  cancel(runId) {
    this.cancelled.add(runId);
  }

  append(event) {
    const record = { seq: this.log.length + 1, at: new Date().toISOString(), event };
    this.log.push(record);
    this.broadcast({ type: "event", threadId: this.threadId, ...record });
  }

  stream(runId, messageId, text) {
    this.live ??= { runId, messageId, text: "" };
    const offset = Buffer.byteLength(this.live.text);
    this.live.text += text;
    this.broadcast(this.delta(offset, text));
  }

  delta(offset, text) {
    return { type: "delta", threadId: this.threadId, runId: this.live.runId, messageId: this.live.messageId, offset, text };
  }

  broadcast(frame) {
    const text = JSON.stringify(frame);
    for (const socket of this.followers) {
      if (socket.readyState !== 1) this.followers.delete(socket);
      else if (socket.following.has(this.threadId)) socket.send(text);
    }
  }
}

function answer(world, request, response) {
  const url = new URL(request.url, "http://mock");
  const evidence = /^\/v1\/threads\/([^/]+)\/evidence\/(e\d+)$/.exec(url.pathname);
  if (evidence) return json(response, ...evidenceOf(world.threads.get(evidence[1]), evidence[2], url.searchParams));
  const events = /^\/v1\/threads\/([^/]+)\/events$/.exec(url.pathname);
  if (events) return json(response, 200, eventsOf(world.threads.get(events[1]), url.searchParams));
  if (url.pathname === "/v1/tools") return json(response, 200, { tools: TOOLS });
  if (url.pathname === "/v1/threads" && request.method === "POST") return json(response, 201, { threadId: world.createThread() });
  if (url.pathname === "/v1/threads") return json(response, 200, threadsOf(world, url.searchParams));
  const thread = /^\/v1\/threads\/([^/]+)(\/export)?$/.exec(url.pathname);
  if (thread) return ofThread(world, world.threads.get(thread[1]), request, response);
  return asset(url.pathname, response);
}

function eventsOf(thread, query) {
  const before = Number(query.get("before")?.split(":")[1] ?? Infinity);
  const limit = Number(query.get("limit") ?? 100);
  const events = (thread?.log ?? []).filter((record) => record.seq < before).slice(-limit);
  return { threadId: thread?.threadId, epoch: thread?.epoch, headSeq: thread?.log.length, events };
}

function threadsOf(world, query) {
  const archived = query.get("archived") === "true";
  const after = Number(query.get("after") ?? 0);
  const limit = Number(query.get("limit") ?? 100);
  const all = [...world.threads.values()].map((thread) => thread.standing()).filter((one) => one.archived === archived);
  const sorted = all.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt) || other.number - one.number);
  const next = after + limit < sorted.length ? String(after + limit) : null;
  return { threads: sorted.slice(after, after + limit), next };
}

async function ofThread(world, thread, request, response) {
  if (!thread) return json(response, 404, { error: { code: "notFound", message: "There is no such thread.", retryable: false } });
  if (request.method === "DELETE") {
    world.threads.delete(thread.threadId);
    thread.broadcast({ type: "thread.deleted", threadId: thread.threadId });
    return response.writeHead(204).end();
  }
  if (request.method === "PATCH") {
    let body = "";
    for await (const piece of request) body += piece;
    const { title, archived } = JSON.parse(body);
    thread.append({ type: "threadUpdated", title, archived, by: "operator" });
    return json(response, 200, { seq: thread.log.length });
  }
  response.writeHead(200, { "content-type": "text/markdown", "content-disposition": 'attachment; filename="thread.md"' }).end("# A thread\n");
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function asset(path, response) {
  const file = join(web, "dist", normalize(path === "/" ? "/index.html" : path));
  const found = file.startsWith(join(web, "dist")) && existsSync(file) && statSync(file).isFile();
  if (!found) return response.writeHead(404).end("not found");
  response.writeHead(200, { ...securityHeaders, "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
}
