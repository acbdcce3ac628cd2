import fc from "fast-check";
import { expect, test } from "vitest";
import { byteLength, indexAtByte } from "../../src/wire/utf8";

test("lengths are those of the encoder, for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

test("lone surrogates count as the replacement character does", () => {
  for (const text of ["\ud83d", "\ude00", "a\ud83d", "\ud83dx", "\ude00\ud83d", "\ud83d\ud83d\ude00"]) {
    expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
  }
});

test("an offset on a character's edge finds its index", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, after) => {
      expect(indexAtByte(before + after, byteLength(before))).toBe(before.length);
    }),
  );
});
