// Markdown rendered to nodes, read back as text with what matters written out.
import type { VNode } from "preact";
import { describe, expect, test } from "vitest";
import { BlockView } from "../../src/markdown/block";
import { EMPTY, grow, normalised } from "../../src/markdown/blocks";
import { rangesOf, touching } from "../../src/markdown/ranges";
import { byteLength } from "../../src/wire/utf8";

function read(node: unknown): string {
  if (Array.isArray(node)) return node.map(read).join("");
  if (node === null || node === undefined || typeof node === "boolean") return "";
  if (typeof node !== "object") return String(node);
  const { type, props } = node as VNode<Record<string, unknown>>;
  const inside = read(props["children"]);
  if (props["class"] === "hidden") return "";
  if (typeof type === "function") return `<${type.name}:${String(props["text"])}>`;
  const attributes = ["href", "data-evidence"].map((name) => (props[name] === undefined ? "" : ` ${name}=${String(props[name])}`));
  return `<${type}${attributes.join("")}>${inside}</${type}>`;
}

function rendered(text: string, claims: readonly string[] = []): string {
  const unsupported = claims.map((claim) => {
    const start = byteLength(text.slice(0, text.indexOf(claim)));
    return { start, end: start + byteLength(claim), text: claim };
  });
  const ranges = rangesOf(text, unsupported);
  return grow(EMPTY, normalised(text))
    .blocks.map(({ token, start }) => {
      const props = { token, start, ranges: touching(ranges, start, start + token.raw.length), cite: () => undefined };
      return read(new BlockView(props).render(props));
    })
    .join("");
}

const marks = (html: string): readonly string[] => [...html.matchAll(/<mark>(.*?)<\/mark>/g)].map((match) => match[1] ?? "");

describe("what is marked as unsupported", () => {
  test.each([
    ["plain", "It fell to 47 % today.", ["47 %"]],
    ["after text of several bytes", "ünïcödé 🦊 says 12 days.", ["12 days"]],
    ["in emphasis", "It **fell to 47 %** today, 3 times.", ["47 %", "3 times"]],
    ["in a list", "- one\n  two 12 days\n- three 5 hours", ["12 days", "5 hours"]],
    ["in a quote over lines", "> first 1 MB\n> second 2 MB", ["1 MB", "2 MB"]],
    ["in a table", "| a | b |\n|--|--|\n| x | 42 |\n| y | 43 |", ["42", "43"]],
    ["beside a citation", "It is 7 [e1] and 8 [e2].", ["7", "8"]],
    ["after a link and code", "[a 9](https://h.example/9) `9` then 9 apples", ["9 apples"]],
    ["after Windows line ends", "one\r\n\r\ntwo 22\r\nthree 33", ["22", "33"]],
    ["after an escape", "\\*not\\* and 5 more", ["5 more"]],
    ["next to an entity", "a &amp; b 6 c", ["6"]],
  ])("%s", (_, text, claims) => {
    expect(marks(rendered(text, claims))).toEqual(claims);
  });

  test("a claim over an emphasis is marked on both sides", () => {
    expect(marks(rendered("about **47** percent", ["47** per"]))).toEqual(["47", " per"]);
  });
});

describe("hostile text", () => {
  test("links lead only to http, https and mailto, and show where", () => {
    expect(rendered("[a](https://h.example/x)")).toBe("<p><a href=https://h.example/x>a<span>h.example</span></a></p>");
    expect(rendered("<https://h.example/>")).toBe("<p><a href=https://h.example/>https://h.example/</a></p>");
    expect(rendered("[portal.azure.com](https://evil.example)")).toContain("<span>evil.example</span>");
    for (const bad of ["javascript:x", "JAVASCRIPT:x", "java&#115;cript:x", "data:text/html,x", "vbscript:x", "/relative", "//h.example", "https://a@b.example/", "file:///etc"]) {
      expect(rendered(`[a](${bad})`)).not.toContain("href");
    }
  });

  test("a host in another script is shown in ASCII", () => {
    expect(rendered("[аzure.com](https://аzure.com)")).toContain("<span>xn--");
  });

  test("images and HTML are words", () => {
    expect(rendered("![alt](https://evil.example/x.png)")).toBe("<p><span>[image: alt<span>evil.example</span>]</span></p>");
    expect(rendered("<script>alert(1)</script>\n<b>x</b>")).toBe("<p><script>alert(1)</script>\n<b>x</b></p>");
  });

  test("a link definition cannot take a citation over", () => {
    expect(rendered("[e1]\n\n[e1]: https://evil.example")).not.toContain("href=https://evil.example>e1");
    expect(rendered("See [e12].")).toBe("<p>See <button data-evidence=e12>e12</button>.</p>");
  });

  test("overrides of direction are shown", () => {
    expect(rendered("a\u202Eb `c\u2067`")).toBe("<p>a[U+202E]b <code>c[U+2067]</code></p>");
  });
});

test("ordinary Markdown keeps its structure", () => {
  expect(rendered("# A\n\n1. x\n2. **y**\n\n- [x] done")).toBe(
    "<h3>A</h3><ol><li>x</li><li><strong>y</strong></li></ol><ul><li><input></input>done</li></ul>",
  );
  expect(rendered("```kusto\na | b\n```")).toBe("<CodeBlock:a | b>");
});
