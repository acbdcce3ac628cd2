// Markdown text to top-level blocks, in a way that can grow: while text streams, only the block
// that is still open is read again, and every finished block stays the same object.
import { Lexer, Tokenizer, type Token } from "marked";

export interface Block {
  readonly token: Token;
  /** Where the block begins in the text, in code units. */
  readonly start: number;
}

export interface Document {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** How many of the blocks no longer text can change. */
  readonly settled: number;
}

export const EMPTY: Document = { text: "", blocks: [], settled: 0 };

// Deeper nesting is read as text: untrusted text must not cost a stack or a second.
const DEEPEST = 6;

/** The document of `text`, made from the one before it where the text has only grown. */
export function grow(before: Document, text: string): Document {
  if (text === before.text) return before;
  const grown = before.settled > 0 && text.startsWith(before.text);
  const kept = grown ? before.blocks.slice(0, before.settled) : [];
  const start = grown ? (before.blocks[before.settled]?.start ?? 0) : 0;
  const blocks = [...kept, ...positioned(lex(text.slice(start)), start)];
  return { text, blocks, settled: settledCount(blocks, text) };
}

/** Line ends as Markdown reads them; positions are those in the returned text. */
export function normalised(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function positioned(tokens: readonly Token[], start: number): Block[] {
  let at = start;
  return tokens.map((token) => {
    const block = { token, start: at };
    at += token.raw.length;
    return block;
  });
}

// Nothing before a blank line changes any more once the first line after it is whole: until then a
// `2` may become the next item of a list, and lines without a blank between may become a table.
function settledCount(blocks: readonly Block[], text: string): number {
  const edge = blocks.findLastIndex(({ token, start }, index) => {
    const before = blocks[index - 1]?.token;
    const blank = before !== undefined && (before.type === "space" || /\n[ \t]*\n$/.test(before.raw));
    return blank && token.type !== "space" && text.includes("\n", start);
  });
  return Math.max(0, edge);
}

function lex(text: string): readonly Token[] {
  try {
    return new Lexer({ gfm: true, tokenizer: new PlainTokenizer() }).lex(text);
  } catch {
    return [{ type: "paragraph", raw: text, text, tokens: [{ type: "text", raw: text, text }] }];
  }
}

// Raw HTML is text here, and there are no link definitions: `[e2]` is always a citation.
class PlainTokenizer extends Tokenizer {
  #depth = 0;

  override html(): undefined {}
  override tag(): undefined {}
  override def(): undefined {}
  override reflink(): undefined {}

  override blockquote(src: string): ReturnType<Tokenizer["blockquote"]> {
    return this.#nested(() => super.blockquote(src));
  }

  override list(src: string): ReturnType<Tokenizer["list"]> {
    return this.#nested(() => super.list(src));
  }

  override emStrong(...args: Parameters<Tokenizer["emStrong"]>): ReturnType<Tokenizer["emStrong"]> {
    return this.#nested(() => super.emStrong(...args));
  }

  override link(src: string): ReturnType<Tokenizer["link"]> {
    return this.#nested(() => super.link(src));
  }

  #nested<T>(read: () => T): T | undefined {
    if (this.#depth >= DEEPEST) return undefined;
    this.#depth += 1;
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }
}
