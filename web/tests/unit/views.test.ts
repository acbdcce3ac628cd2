// What tables, pictures and links are made of.
import { describe, expect, test } from "vitest";
import { visible } from "../../src/markdown/plain";
import type { Json, View } from "../../src/protocol";
import { portalLink, portalLinks } from "../../src/views/portal";
import { instants, tickWords } from "../../src/views/plot_data";
import { inOrder, sortedBy, type Sorting } from "../../src/views/sorted";

const column = (rows: readonly Json[], kind: Parameters<typeof inOrder>[2], direction: Sorting["direction"]): readonly Json[] =>
  inOrder(rows.map((cell) => [cell]), { column: 0, direction }, kind).map((row) => row[0] ?? null);

describe("sorting", () => {
  test.each([
    ["numbers by size", [10, 9, null, 100], "number", "descending", [100, 10, 9, null]],
    ["severities by weight", ["Low", "Critical", "Informational", "High"], "severity", "descending", ["Critical", "High", "Low", "Informational"]],
    ["instants by time, whatever their offset", ["2026-11-24T10:00:00Z", "2026-11-24T10:30:00+02:00"], "instant", "ascending", ["2026-11-24T10:30:00+02:00", "2026-11-24T10:00:00Z"]],
    ["names by their numbers", ["vm-10", "vm-9", "VM-1"], "text", "ascending", ["VM-1", "vm-9", "vm-10"]],
    ["resources by their last name", ["/a/z/vm-1", "/b/a/vm-0"], "resource", "ascending", ["/b/a/vm-0", "/a/z/vm-1"]],
    ["nothing last either way", [null, "b", "", "a"], "text", "descending", ["b", "a", null, ""]],
  ] as const)("%s", (_, rows, kind, direction, wanted) => {
    expect(column(rows, kind, direction)).toEqual(wanted);
  });

  test("a third click gives the order back in which the rows came", () => {
    const first = sortedBy(null, 1, "number");
    const second = sortedBy(first, 1, "number");
    expect([first?.direction, second?.direction, sortedBy(second, 1, "number")]).toEqual(["descending", "ascending", null]);
    expect(sortedBy(first, 0, "text")).toEqual({ column: 0, direction: "ascending" });
  });
});

describe("links into the portal", () => {
  test.each([
    ["https://portal.azure.com/#@t/resource/subscriptions/s", true],
    ["https://portal.azure.us/#resource/x", true],
    ["https://portal.azure.cn/#resource/x", true],
    ["http://portal.azure.com/", false],
    ["https://portal.azure.com.evil.example/", false],
    ["https://portal.azure.com@evil.example/", false],
    ["https://user@portal.azure.com/", false],
    ["https://portal.azure.com:8443/", false],
    ["javascript:alert(1)//portal.azure.com", false],
    ["//portal.azure.com", false],
    [`https://portal.azure.com/${"x".repeat(5_000)}`, false],
    [null, false],
    [7, false],
  ])("%s: %s", (url, safe) => {
    expect(portalLink(url) !== null).toBe(safe);
  });

  test("belong to the resource of their row", () => {
    const view = {
      kind: "table",
      title: "",
      columns: [{ key: "id", label: "Resource", type: "resource", portalUrls: ["https://portal.azure.com/#a", null, "https://evil.example/"] }],
      rows: [["/a"], ["/b"], ["/c"]],
      total: 3,
    } as unknown as View;
    expect([...portalLinks([view])]).toEqual([["/a", "https://portal.azure.com/#a"]]);
  });
});

describe("the axis of time", () => {
  test("is drawn only for instants that rise", () => {
    expect(instants(["2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"])).toEqual([1_795_478_400, 1_795_564_800]);
    expect(instants(["High", "Low"])).toBeNull();
    expect(instants(["2026-11-25T00:00:00Z", "2026-11-24T00:00:00Z"])).toBeNull();
    expect(instants(["2026-11-25T99:00:00Z"])).toBeNull();
    expect(instants([])).toBeNull();
  });

  test("tells the date where it changes", () => {
    const noon = new Date(2026, 10, 24, 12).getTime() / 1_000;
    const words = tickWords([noon, noon + 6 * 3_600, noon + 12 * 3_600], 6 * 3_600);
    expect(words.map((word) => word.includes("\n"))).toEqual([true, false, true]);
    expect(tickWords([noon, noon + 86_400], 86_400).every((word) => !/[\n:]/.test(word))).toBe(true);
  });
});

describe("text that hides", () => {
  test.each([
    ["plain ASCII, tabs\tand lines\n", "plain ASCII, tabs\tand lines\n"],
    ["ünïcödé 漢字 عربى 🦊", "ünïcödé 漢字 عربى 🦊"],
    ["vm\u200b-prod", "vm[U+200B]-prod"],
    ["a\u202Eb\u2066c", "a[U+202E]b[U+2066]c"],
    ["\u200b".repeat(1_000), "[U+200B ×1000]"],
    ["vm\u200dprod", "vm[U+200D]prod"],
    ["👩\u200d🚒 می\u200cخواهم", "👩\u200d🚒 می\u200cخواهم"],
    ["\u0000\u001b[31mred\u0007", "[U+0000][U+001B][31mred[U+0007]"],
    ["go\u{e0041}\u{e0042}", "go[U+E0041][U+E0042]"],
    ["soft\u00adhyphen \ufeffbom", "soft[U+00AD]hyphen [U+FEFF]bom"],
    [`z${"\u0301".repeat(40)}`, `z${"\u0301".repeat(6)}…`],
  ])("%j", (text, wanted) => {
    expect(visible(text)).toBe(wanted);
  });
});
