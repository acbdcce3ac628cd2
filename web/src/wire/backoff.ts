// How long to wait before the next try to connect.

const FIRST_MS = 400;
const LONGEST_MS = 20_000;

/** Full jitter over a doubling cap; `attempt` counts from 0 and `random` is in [0, 1). */
export function backoffMs(attempt: number, random: number): number {
  const cap = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(cap * (0.25 + 0.75 * random));
}
