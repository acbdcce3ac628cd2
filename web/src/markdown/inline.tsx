// Inline Markdown to nodes: text with citations and marks, emphasis, code, links, images as words.
import type { ComponentChildren, VNode } from "preact";
import type { Token, Tokens } from "marked";
import { safeLink, saysHost } from "./links";
import { decoded, visible } from "./plain";
import type { Place, Range } from "./ranges";

/** What rendering a block needs besides its token. */
export interface InlineContext {
  readonly ranges: readonly Range[];
  /** Positions are only looked for where there is something to mark. */
  readonly place: Place | null;
  readonly cite: (evidenceId: string) => void;
}

const CITATION = /\[(e[1-9]\d{0,5})\]/g;

export function inline(tokens: readonly Token[] | undefined, cx: InlineContext): ComponentChildren {
  return tokens?.map((token) => one(token, cx));
}

function one(token: Token, cx: InlineContext): ComponentChildren {
  switch (token.type) {
    case "strong":
      return <strong>{children(token, cx)}</strong>;
    case "em":
      return <em>{children(token, cx)}</em>;
    case "del":
      return <del>{children(token, cx)}</del>;
    case "codespan":
      skip(token, cx);
      return code((token as Tokens.Codespan).text);
    case "br":
      return <br />;
    case "link":
      return link(token as Tokens.Link, cx);
    case "image":
      skip(token, cx);
      return image(token as Tokens.Image);
    case "checkbox":
      return <input type="checkbox" disabled checked={(token as Tokens.Checkbox).checked} aria-label="Done" />;
    case "escape":
      skip(token, cx);
      return visible((token as Tokens.Escape).text);
    default:
      return "tokens" in token && token.tokens ? children(token, cx) : text(token.raw, cx);
  }
}

// A name is not broken at its hyphens, unless it would not fit on a phone.
const code = (text: string): VNode => <code class={text.length <= 32 ? "word" : undefined}>{visible(text)}</code>;

function children(token: Token, cx: InlineContext): ComponentChildren {
  const within = cx.place?.find(token.raw).within ?? null;
  return inline((token as Tokens.Generic).tokens, { ...cx, place: within });
}

const skip = (token: Token, cx: InlineContext): void => void cx.place?.find(token.raw);

// Of a text that spans lines each line is looked for by itself: in a quote or a list the source
// has its markers between them.
function text(raw: string, cx: InlineContext): ComponentChildren {
  if (!cx.place) return cited(raw, cx);
  return raw.split(/(?<=\n)/).map((line) => {
    const start = cx.place?.find(line.trimEnd()).start ?? -1;
    return start < 0 ? cited(line, cx) : marked(line, start, cx);
  });
}

function marked(line: string, start: number, cx: InlineContext): ComponentChildren {
  const pieces: ComponentChildren[] = [];
  let at = 0;
  for (const range of cx.ranges) {
    const from = Math.max(at, range.start - start);
    const to = Math.min(line.length, range.end - start);
    if (from >= to) continue;
    pieces.push(cited(line.slice(at, from), cx), unsupported(line.slice(from, to)));
    at = to;
  }
  pieces.push(cited(line.slice(at), cx));
  return pieces;
}

function unsupported(claim: string): VNode {
  return (
    <mark class="unsupported" title="Nothing that was read for this answer bears this out: check it">
      {visible(decoded(claim))}
      <span class="hidden"> (unsupported)</span>
    </mark>
  );
}

function cited(raw: string, cx: InlineContext): ComponentChildren {
  return raw.split(CITATION).map((piece, index) => {
    if (index % 2 === 0) return visible(decoded(piece));
    return (
      <button type="button" class="cite" data-evidence={piece} title={`Show evidence ${piece}`} onClick={() => cx.cite(piece)}>
        <span class="hidden">Evidence </span>
        {piece}
      </button>
    );
  });
}

function link(token: Tokens.Link, cx: InlineContext): ComponentChildren {
  const target = safeLink(token.href);
  const label = children(token, cx);
  if (!target) return <span class="dead-link" title="This link is not followed">{label}</span>;
  return (
    <a href={target.href} target="_blank" rel="noopener noreferrer nofollow">
      {label}
      {saysHost(token.text, target) ? null : <span class="host">{visible(target.host)}</span>}
    </a>
  );
}

function image(token: Tokens.Image): VNode {
  const target = safeLink(token.href);
  return (
    <span class="image" title="Images are not loaded">
      [image: {visible(token.text || "no description")}
      {target ? <span class="host">{visible(target.host)}</span> : null}]
    </span>
  );
}
