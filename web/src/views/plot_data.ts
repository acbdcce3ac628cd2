// What a picture over time is drawn from, and the words on its time axis. Pure: no page, no library.

/** How many series have a colour of their own. */
export const SERIES_COLOURS = 6;

/** The labels as seconds since 1970, ascending; none where they are not all instants. */
export function instants(labels: readonly string[]): readonly number[] | null {
  if (labels.length === 0 || !labels.every((label) => /^\d{4}-\d{2}-\d{2}T/.test(label))) return null;
  const times = labels.map((label) => Date.parse(label) / 1_000);
  const rising = times.every((time, index) => Number.isFinite(time) && time > (times[index - 1] ?? Number.NEGATIVE_INFINITY));
  return rising ? times : null;
}

const DAY_S = 86_400;
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const month = new Intl.DateTimeFormat(undefined, { month: "short", year: "numeric" });

/** The words at ticks `stepS` seconds apart, in the reader's zone: the date stands where it changes. */
export function tickWords(ticks: readonly number[], stepS: number): readonly string[] {
  let shown = "";
  return ticks.map((tick) => {
    const date = new Date(tick * 1_000);
    if (stepS >= 28 * DAY_S) return month.format(date);
    const today = day.format(date);
    if (stepS >= DAY_S) return today;
    const changed = today !== shown;
    shown = today;
    return changed ? `${clock.format(date)}\n${today}` : clock.format(date);
  });
}

/** Steps of an axis of whole numbers. */
export const WHOLE_STEPS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
