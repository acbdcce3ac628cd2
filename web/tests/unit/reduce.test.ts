import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event, Frame } from "../../src/protocol";
import { reduce } from "../../src/thread/reduce";
import { cursor, emptyThread, type ThreadState } from "../../src/thread/state";
import { byteLength } from "../../src/wire/utf8";
import { answered, asked, caughtUp, delta, EPOCH, finished, frame, LOG, said, started, subscribed, THREAD } from "./log_fixture";

const after = (frames: readonly Frame[], from = emptyThread(THREAD)): ThreadState => frames.reduce(reduce, from);
const events = (from: number, to: number): Frame[] => LOG.slice(from, to).map((event, index) => frame(from + index + 1, event));
const whole = after([subscribed(LOG.length), ...events(0, LOG.length), caughtUp(LOG.length)]);

describe("order", () => {
  test("any cut and replay gives the same thread", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: LOG.length }), { maxLength: 4 });
    fc.assert(
      fc.property(cuts, fc.nat(5), (at, overlap) => {
        let state = emptyThread(THREAD);
        for (const cut of [...at.sort((one, other) => one - other), LOG.length]) {
          const from = Math.max(0, state.seq - overlap);
          state = after([subscribed(LOG.length), ...events(from, cut)], state);
        }
        expect({ ...after([caughtUp(LOG.length)], state) }).toEqual(whole);
      }),
    );
  });

  test("a replay with the answer half streamed ends the same", () => {
    const text = "It is 47 % – ünïcödé 🦊 [e1].";
    const pieces = [...text];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: pieces.length }), fc.integer({ min: 0, max: pieces.length }), (cut, again) => {
        const part = (end: number): string => pieces.slice(0, end).join("");
        const state = after([
          subscribed(6),
          ...events(0, 6),
          caughtUp(6),
          delta("r1", "m2", 0, part(cut)),
          subscribed(6),
          caughtUp(6),
          delta("r1", "m2", 0, part(again)),
          delta("r1", "m2", byteLength(part(again)), pieces.slice(again).join("")),
        ]);
        const item = state.runs[0]?.items.at(-1);
        expect(item).toMatchObject({ text, bytes: byteLength(text), stored: null });
        expect({ ...after([...events(6, LOG.length)], state), sync: "live" }).toEqual(whole);
      }),
    );
  });

  test("a known number is dropped and a gap waits for the next subscription", () => {
    const state = after([subscribed(3), ...events(0, 3), caughtUp(3)]);
    expect(reduce(state, frame(2, finished("r1")))).toBe(state);
    const gap = reduce(state, frame(5, asked("r1", "c1")));
    expect(gap.sync).toBe("gap");
    expect(reduce(gap, frame(4, said("r1", "m1", "x")))).toBe(gap);
    expect(after([subscribed(LOG.length), ...events(3, LOG.length), caughtUp(LOG.length)], gap)).toEqual(whole);
  });

  test("another epoch starts over", () => {
    const state = after([subscribed(1, { epoch: "epoch-2" }), frame(1, LOG[0] as Event), caughtUp(1)], whole);
    expect(state).toMatchObject({ epoch: "epoch-2", seq: 1, runs: [], evidence: {}, sync: "live" });
  });

  test("a log that no longer has what comes next starts over", () => {
    expect(after([subscribed(99, { oldestSeq: 40 })], whole)).toMatchObject({ seq: 0, runs: [] });
    expect(after([subscribed(4)], whole)).toMatchObject({ seq: 0, runs: [] });
  });

  test("the cursor names epoch and number", () => {
    expect(cursor(whole)).toBe(`${EPOCH}:${LOG.length}`);
    expect(cursor(emptyThread(THREAD))).toBeNull();
  });

  test("frames of other threads and unknown events change nothing that is shown", () => {
    const other = { ...frame(12, started("r3", "x")), threadId: "t2" };
    expect(reduce(whole, other)).toBe(whole);
    const unknown = { type: "moonPhase", phase: "full" } as unknown as Event;
    expect(reduce(whole, frame(LOG.length + 1, unknown))).toEqual({ ...whole, seq: LOG.length + 1 });
    expect(reduce(whole, { type: "hologram" } as unknown as Frame)).toBe(whole);
  });

  test("a thread joined in the middle shows what it has", () => {
    const state = after([subscribed(LOG.length), ...events(4, LOG.length), caughtUp(LOG.length)]);
    expect(state).toMatchObject({ firstSeq: 5, seq: LOG.length, sync: "live" });
    expect(state.runs.map((run) => run.trigger?.messageId)).toEqual([undefined, "r2-question"]);
  });
});

describe("deltas", () => {
  const open = after([subscribed(3), ...events(0, 3), caughtUp(3)]);

  test("an overlap is cut at its byte, in the middle of any text", () => {
    const state = after([delta("r1", "m1", 0, "añ🦊"), delta("r1", "m1", 3, "🦊b"), delta("r1", "m1", 0, "añ")], open);
    expect(state.runs[0]?.items[0]).toMatchObject({ text: "añ🦊b", bytes: 8 });
  });

  test("a hole in the text asks for a new subscription", () => {
    expect(after([delta("r1", "m1", 5, "x")], open).sync).toBe("gap");
  });

  test("no delta touches a stored message or a finished run", () => {
    const stored = after([frame(4, said("r1", "m1", "done"))], open);
    expect(reduce(stored, delta("r1", "m1", 0, "evil"))).toBe(stored);
    expect(reduce(whole, delta("r2", "m9", 0, "late"))).toBe(whole);
  });

  test("a message that was never stored is forgotten when its run goes on or ends", () => {
    const streaming = after([delta("r1", "m0", 0, "half")], open);
    const resumed = after([frame(4, { type: "runResumed", runId: "r1", reason: "restart" })], streaming);
    expect(resumed.runs[0]?.items).toEqual([]);
    expect(after([frame(4, finished("r1"))], streaming).runs[0]?.items).toEqual([]);
    expect(after([frame(4, said("r1", "m1", "whole"))], streaming).runs[0]?.items).toHaveLength(1);
  });

  test("runs that did not change stay the same objects", () => {
    const state = after([frame(LOG.length + 1, started("r3", "more")), delta("r3", "m4", 0, "x")], whole);
    expect(state.runs[0]).toBe(whole.runs[0]);
    expect(state.runs[1]).toBe(whole.runs[1]);
  });

  test("a result without its call is ignored", () => {
    expect(after([frame(4, answered("nobody"))], open)).toEqual({ ...open, seq: 4 });
  });
});
