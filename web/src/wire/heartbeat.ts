// Notices a dead peer: pings when it is time, and says so when nothing comes back.

const ANSWER_WITHIN_MS = 10_000;
const PROBE_WITHIN_MS = 4_000;

export interface HeartbeatEnds {
  readonly ping: () => void;
  readonly dead: () => void;
}

export class Heartbeat {
  #interval: ReturnType<typeof setInterval> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ends: HeartbeatEnds) {}

  start(everyMs: number): void {
    this.stop();
    this.#interval = setInterval(() => this.#ask(ANSWER_WITHIN_MS), everyMs);
  }

  /** Asks at once, with little patience: after sleep a socket may look open and be long gone. */
  probe(): void {
    if (this.#interval !== undefined) this.#ask(PROBE_WITHIN_MS);
  }

  /** Any frame proves the peer alive. */
  heard(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  stop(): void {
    clearInterval(this.#interval);
    this.#interval = undefined;
    this.heard();
  }

  #ask(withinMs: number): void {
    this.ends.ping();
    this.#deadline ??= setTimeout(() => this.ends.dead(), withinMs);
  }
}
