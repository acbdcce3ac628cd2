// Ranges of a message that are marked in place. The protocol counts UTF-8 bytes of the stored text;
// the renderer needs code units of the text with its line ends made equal.
import type { Unsupported } from "../protocol";
import { indexAtByte } from "../wire/utf8";

export interface Range {
  readonly start: number;
  readonly end: number;
}

export const NO_RANGES: readonly Range[] = [];

/** The ranges of `marks` in the normalised `text`, in order; empty ones are left out. */
export function rangesOf(text: string, marks: readonly Unsupported[]): readonly Range[] {
  if (marks.length === 0) return NO_RANGES;
  const index = (byte: number): number => {
    const at = indexAtByte(text, byte);
    return at - (text.slice(0, at).match(/\r\n/g)?.length ?? 0);
  };
  return marks
    .map(({ start, end }) => ({ start: index(start), end: index(end) }))
    .filter(({ start, end }) => start < end)
    .sort((one, other) => one.start - other.start);
}

/** Those that touch a stretch of the text. */
export function touching(ranges: readonly Range[], start: number, end: number): readonly Range[] {
  const found = ranges.filter((range) => range.start < end && range.end > start);
  return found.length === 0 ? NO_RANGES : found;
}

/** Finds where pieces of a block stand in its source, given one after the other. */
export class Place {
  constructor(
    private readonly source: string,
    private readonly base: number,
    private at = 0,
  ) {}

  /** The position of `raw`, or -1; the search goes on behind it, and `within` begins before it. */
  find(raw: string): { readonly start: number; readonly within: Place } {
    const found = this.source.indexOf(raw, this.at);
    if (found < 0) return { start: -1, within: this };
    this.at = found + raw.length;
    return { start: this.base + found, within: new Place(this.source, this.base, found) };
  }
}
