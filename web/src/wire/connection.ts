// One connection to the service that mends itself: hello, heartbeats, commands and their replies,
// goaway, back-off. It knows nothing of threads; frames go to whoever listens.
import type { Command, Frame, Hello, Reply, Welcome } from "../protocol";
import { backoffMs } from "./backoff";
import { closeMeaning } from "./close";
import { Commands, NoReply, type Request } from "./commands";
import { Heartbeat } from "./heartbeat";

export const SUBPROTOCOL = "copilot.v1";
const WELCOME_WITHIN_MS = 15_000;
const HEARTBEAT_MS = 25_000;
const CLOSE_AFTER_GOAWAY_MS = 10_000;

/** How the connection stands. `since` is when it was last whole, in milliseconds of the clock. */
export type Phase =
  | { readonly kind: "connecting"; readonly since: number; readonly words: string }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly since: number; readonly words: string; readonly retryAt: number }
  | { readonly kind: "stopped"; readonly words: string };

export interface ConnectionEnds {
  /** Opens a socket: `new WebSocket` in a browser. */
  readonly open: () => WebSocket;
  readonly hello: () => Hello;
  readonly onPhase: (phase: Phase) => void;
  /** A new connection is ready; called before anything is sent again. */
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onFrame: (frame: Frame) => void;
}

export class Connection {
  readonly #commands = new Commands();
  readonly #heartbeat = new Heartbeat({
    ping: () => this.#send({ type: "ping", t: Date.now() }),
    dead: () => this.#closed(3008, ""),
  });
  #socket: WebSocket | null = null;
  #ready = false;
  #attempt = 0;
  #since = Date.now();
  #words = "";
  /** What an `error` frame said before the socket closed. */
  #fault = "";
  #goawayMs: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ends: ConnectionEnds) {}

  /** A command that changes something: sent again after a reconnect until it is answered. */
  submit(request: Request): Promise<Reply> {
    return this.#request(request, "resend");
  }

  /** A read: fails with `NoReply` when the connection is lost first. */
  ask(request: Request): Promise<Reply> {
    if (!this.#ready) return Promise.reject(new NoReply("There is no connection."));
    return this.#request(request, "once");
  }

  /** Connects, at once where a wait is under way. */
  connect(): void {
    clearTimeout(this.#timer);
    if (this.#socket) return;
    this.ends.onPhase({ kind: "connecting", since: this.#since, words: this.#words });
    const socket = this.ends.open();
    this.#socket = socket;
    socket.onopen = () => this.#send({ type: "hello", ...this.ends.hello() });
    socket.onmessage = (message) => this.#received(message.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
    this.#timer = setTimeout(() => this.#closed(3008, ""), WELCOME_WITHIN_MS);
  }

  /** The page is looked at again or the network is back: do not wait for timers. */
  wake(): void {
    if (!this.#socket) this.connect();
    else if (this.#ready) this.#heartbeat.probe();
  }

  #request(request: Request, repeat: "resend" | "once"): Promise<Reply> {
    const reply = this.#commands.add(request, repeat);
    if (this.#ready) this.#send(request);
    return reply;
  }

  #send(command: Command): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(command));
  }

  #received(data: unknown): void {
    this.#heartbeat.heard();
    const frame = parse(data);
    switch (frame?.type) {
      case undefined:
      case "pong":
        return;
      case "welcome":
        return this.#welcomed(frame);
      case "reply":
        return this.#commands.settle(frame);
      case "goaway":
        return this.#goaway(frame.reconnectAfterMs);
      case "error":
        this.#fault = frame.error.message;
        return;
      default:
        this.ends.onFrame(frame as Frame);
    }
  }

  #welcomed(welcome: Welcome): void {
    clearTimeout(this.#timer);
    this.#ready = true;
    this.#attempt = 0;
    this.#words = "";
    this.#goawayMs = null;
    this.#heartbeat.start(Math.min(HEARTBEAT_MS, welcome.limits?.heartbeatMs ?? HEARTBEAT_MS));
    const again = this.#commands.unanswered();
    this.ends.onPhase({ kind: "open" });
    this.ends.onWelcome(welcome);
    for (const request of again) this.#send(request);
  }

  // The server closes soon; if it does not, this side does, so that a rollout is never held up.
  #goaway(reconnectAfterMs: number): void {
    this.#goawayMs = reconnectAfterMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#closed(1012, ""), CLOSE_AFTER_GOAWAY_MS);
  }

  #closed(code: number, reason: string): void {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    this.#detach();
    const meaning = closeMeaning(code, reason);
    const words = this.#fault === "" ? meaning.words : this.#fault;
    this.#fault = "";
    this.#words = words;
    if (this.#ready) this.#since = Date.now();
    this.#ready = false;
    this.#commands.lost(meaning.commands === "drop" ? "all" : "once", words);
    if (meaning.next === "stop") return this.ends.onPhase({ kind: "stopped", words });
    const wait = Math.max(meaning.atLeastMs, this.#goawayMs ?? backoffMs(this.#attempt, Math.random()));
    this.#goawayMs = null;
    this.#attempt += 1;
    this.ends.onPhase({ kind: "waiting", since: this.#since, words, retryAt: Date.now() + wait });
    this.#timer = setTimeout(() => this.connect(), wait);
  }

  #detach(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState < 2) socket.close();
  }
}

function parse(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && "type" in value ? (value as Frame) : null;
  } catch {
    return null;
  }
}
