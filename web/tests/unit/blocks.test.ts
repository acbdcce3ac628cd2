import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMPTY, grow, type Document } from "../../src/markdown/blocks";

const PIECES = [
  "word ", "\n", "\n\n", "- item\n", "  cont\n", "1. one\n", "# head\n", "```\n", "code\n", "> quote\n", "| a | b |\n", "|--|--|\n", "---\n", "===\n",
  "    ", "**bold** ", "[e1] ", "<div>", "</div>\n", "<!-- ", "-->\n", "`", "[x]: http://h\n", "\t", "é🦊 ", "~~~js\n", "* ", "\\", "&amp;",
];

const shape = (document: Document): unknown => document.blocks.map(({ token, start }) => ({ token, start }));

describe("growing text", () => {
  test("reads the same whichever way it arrives", () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), (whole, steps) => {
        let document = EMPTY;
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          at += steps[turn % steps.length] ?? 1;
          document = grow(document, whole.slice(0, at));
        }
        expect(shape(document)).toEqual(shape(grow(EMPTY, whole)));
      }),
      { numRuns: 1_000 },
    );
  });

  test("keeps finished blocks as the same objects", () => {
    const before = grow(EMPTY, "# One\n\nTwo\n\nThr\n");
    const after = grow(before, "# One\n\nTwo\n\nThr\nee");
    expect(after.blocks[0]).toBe(before.blocks[0]);
    expect(after.blocks[2]).toBe(before.blocks[2]);
    expect(after.blocks.at(-1)).not.toBe(before.blocks.at(-1));
  });

  test("positions are where the source says", () => {
    const text = "# One\n\n- a\n- b\n\n```\nx\n```\nlast";
    for (const { token, start } of grow(EMPTY, text).blocks) expect(text.slice(start, start + token.raw.length)).toBe(token.raw);
  });
});

describe("hostile text", () => {
  const hostile = {
    quotes: ">".repeat(20_000),
    lists: "- ".repeat(10_000),
    brackets: "[".repeat(20_000),
    links: "[a](".repeat(8_000),
    stars: "*a **b ".repeat(4_000),
    ticks: "`a``b".repeat(6_000),
    pipes: `|${"a|".repeat(3_000)}\n|${"-|".repeat(3_000)}\n`,
    html: "<a ".repeat(10_000),
    underscores: "_".repeat(20_000),
    entities: "&#x".repeat(10_000),
  };
  test.each(Object.entries(hostile))("of %s neither throws nor nests deeply", (_, text) => {
    const depth = (token: unknown): number => {
      const tokens = (token as { tokens?: unknown[]; items?: unknown[] }) ?? {};
      return 1 + Math.max(0, ...[...(tokens.tokens ?? []), ...(tokens.items ?? [])].map(depth));
    };
    for (const { token } of grow(EMPTY, text).blocks) expect(depth(token)).toBeLessThan(40);
  });
});
