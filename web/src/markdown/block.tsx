// One top-level block of Markdown to nodes. A block whose token and marks are the same objects is
// not rendered again, so a long answer costs only its last block a frame.
import { Component, type ComponentChildren, type VNode } from "preact";
import type { Token, Tokens } from "marked";
import { CodeBlock } from "./code";
import { inline, type InlineContext } from "./inline";
import { Place, type Range } from "./ranges";

interface BlockProps {
  readonly token: Token;
  readonly start: number;
  readonly ranges: readonly Range[];
  readonly cite: (evidenceId: string) => void;
}

export class BlockView extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    return next.token !== this.props.token || next.ranges !== this.props.ranges;
  }

  override render({ token, start, ranges, cite }: BlockProps): ComponentChildren {
    const place = ranges.length === 0 ? null : new Place(token.raw, start);
    return block(token, { ranges, place, cite });
  }
}

function block(token: Token, cx: InlineContext): ComponentChildren {
  switch (token.type) {
    case "space":
      return null;
    case "heading":
      return heading(token as Tokens.Heading, cx);
    case "paragraph":
      return <p>{inline(token.tokens, cx)}</p>;
    case "code":
      cx.place?.find(token.raw);
      return <CodeBlock text={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ""} />;
    case "blockquote":
      return <blockquote>{blocks(token.tokens, cx)}</blockquote>;
    case "list":
      return list(token as Tokens.List, cx);
    case "table":
      return table(token as Tokens.Table, cx);
    case "hr":
      return <hr />;
    default:
      return inline([token], cx);
  }
}

const blocks = (tokens: readonly Token[] | undefined, cx: InlineContext): ComponentChildren =>
  tokens?.map((token) => block(token, cx));

// The page has its own h1 and h2; an answer's headings stand below them, wherever it begins.
function heading(token: Tokens.Heading, cx: InlineContext): VNode {
  const Tag = (["h3", "h3", "h3", "h4", "h5", "h6"] as const)[token.depth - 1] ?? "h6";
  return <Tag class={token.depth === 3 ? "third" : undefined}>{inline(token.tokens, cx)}</Tag>;
}

function list(token: Tokens.List, cx: InlineContext): VNode {
  const items = token.items.map((item) => <li class={item.task ? "task" : undefined}>{blocks(item.tokens, cx)}</li>);
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={typeof token.start === "number" && token.start !== 1 ? token.start : undefined}>{items}</ol>;
}

function table(token: Tokens.Table, cx: InlineContext): VNode {
  const side = (index: number): string | undefined => token.align[index] ?? undefined;
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th scope="col" class={side(index)}>{inline(cell.tokens, cx)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>
              {row.map((cell, index) => (
                <td class={side(index)}>{inline(cell.tokens, cx)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
