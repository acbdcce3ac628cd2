import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Frame } from "../../src/protocol";
import { backoffMs } from "../../src/wire/backoff";
import { NoReply } from "../../src/wire/commands";
import { Connection, type Phase } from "../../src/wire/connection";

class FakeSocket {
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.readyState = 3;
  }
  welcome(): void {
    this.readyState = 1;
    this.onopen?.();
    this.tell({ type: "welcome", limits: { heartbeatMs: 25_000 } });
  }
  tell(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  commands(): unknown[] {
    return this.sent.filter((frame) => frame["type"] !== "hello" && frame["type"] !== "ping");
  }
}

const start = { type: "run.start", id: "c1", threadId: "t", message: { id: "m", text: "hi" } } as const;
const subscribe = { type: "thread.subscribe", id: "c2", threadId: "t" } as const;

function made() {
  const sockets: FakeSocket[] = [];
  const phases: Phase[] = [];
  const frames: Frame[] = [];
  const connection = new Connection({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    hello: () => ({ client: { name: "test", version: "0" }, deltas: true }),
    onPhase: (phase) => phases.push(phase),
    onWelcome: () => undefined,
    onFrame: (frame) => frames.push(frame),
  });
  connection.connect();
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const phase = (): Phase["kind"] | undefined => phases.at(-1)?.kind;
  return { connection, sockets, phases, frames, last, phase };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("commands", () => {
  test("one that changes something is sent again under its id until it is answered, once", async () => {
    const { connection, last } = made();
    const reply = connection.submit(start);
    expect(last().commands()).toEqual([]);
    last().welcome();
    expect(last().commands()).toEqual([start]);
    last().drop();
    await vi.advanceTimersByTimeAsync(1_000);
    last().welcome();
    expect(last().commands()).toEqual([start]);
    last().tell({ type: "reply", id: "c1", ok: true, duplicate: true, result: { runId: "r" } });
    await expect(reply).resolves.toMatchObject({ ok: true, result: { runId: "r" } });
    last().drop();
    await vi.advanceTimersByTimeAsync(1_000);
    last().welcome();
    expect(last().commands()).toEqual([]);
  });

  test("a read fails with its connection and is not repeated", async () => {
    const { connection, last } = made();
    await expect(connection.ask(subscribe)).rejects.toBeInstanceOf(NoReply);
    last().welcome();
    const reply = connection.ask(subscribe);
    last().drop();
    await expect(reply).rejects.toBeInstanceOf(NoReply);
    await vi.advanceTimersByTimeAsync(1_000);
    last().welcome();
    expect(last().commands()).toEqual([]);
  });

  test("those that broke the connection are not sent again", async () => {
    const { connection, last } = made();
    last().welcome();
    const reply = connection.submit(start);
    last().tell({ type: "error", error: { code: "badFrame", message: "not JSON" } });
    last().drop(4400);
    await expect(reply).rejects.toThrow("not JSON");
  });
});

describe("the line", () => {
  test("a silent peer is noticed and left", async () => {
    const { last, phase, sockets } = made();
    last().welcome();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(last().sent.at(-1)).toMatchObject({ type: "ping" });
    last().tell({ type: "pong", t: 1 });
    await vi.advanceTimersByTimeAsync(24_000);
    expect(phase()).toBe("open");
    await vi.advanceTimersByTimeAsync(11_000);
    expect(sockets[0]?.readyState).toBe(3);
    expect(phase()).not.toBe("open");
  });

  test("a page that is looked at again asks at once", async () => {
    const { connection, last, phase } = made();
    last().welcome();
    connection.wake();
    expect(last().sent.at(-1)).toMatchObject({ type: "ping" });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(phase()).not.toBe("open");
    connection.wake();
    expect(phase()).toBe("connecting");
  });

  test("a welcome that never comes is not waited for", async () => {
    const { last, sockets } = made();
    last().readyState = 1;
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(17_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  test("goaway sets the wait, and a server that forgets to close is left", async () => {
    const { last, phases } = made();
    last().welcome();
    last().tell({ type: "goaway", reason: "drain", reconnectAfterMs: 7_000 });
    await vi.advanceTimersByTimeAsync(10_000);
    const waiting = phases.at(-1);
    expect(waiting).toMatchObject({ kind: "waiting", words: "The service is restarting." });
    expect(waiting?.kind === "waiting" && waiting.retryAt - Date.now()).toBe(7_000);
  });

  test.each([
    [4401, "stopped"],
    [4403, "stopped"],
    [4406, "stopped"],
    [1012, "waiting"],
    [1013, "waiting"],
    [1006, "waiting"],
  ])("close code %i leaves it %s", (code, kind) => {
    const { last, phase } = made();
    last().welcome();
    last().drop(code);
    expect(phase()).toBe(kind);
  });

  test("too many requests are answered by waiting", () => {
    const { last, phases } = made();
    last().welcome();
    last().drop(4429);
    const waiting = phases.at(-1);
    expect(waiting?.kind === "waiting" && waiting.retryAt - Date.now()).toBeGreaterThanOrEqual(5_000);
  });

  test("what is not a frame is ignored", () => {
    const { last, frames } = made();
    last().welcome();
    for (const data of ["{", "null", "[]", "1", new ArrayBuffer(1)]) last().onmessage?.({ data });
    last().tell({ type: "notice", level: "info", code: "x", message: "y" });
    expect(frames.map((frame) => frame.type)).toEqual(["notice"]);
  });
});

test("waits double up to a cap, with jitter", () => {
  expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([400, 800, 1_600, 3_200]);
  expect(backoffMs(50, 1)).toBe(20_000);
  expect(backoffMs(50, 0)).toBe(5_000);
});
