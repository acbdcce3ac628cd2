// A message's Markdown, streaming or stored: the same component and the same nodes for both, so
// that nothing flashes when the stream ends.
import { Component, type ComponentChildren } from "preact";
import type { Unsupported } from "../protocol";
import { BlockView } from "./block";
import { EMPTY, grow, normalised, type Document } from "./blocks";
import { NO_RANGES, rangesOf, touching, type Range } from "./ranges";

export interface MarkdownProps {
  readonly text: string;
  readonly unsupported: readonly Unsupported[];
  readonly cite: (evidenceId: string) => void;
}

export class Markdown extends Component<MarkdownProps> {
  #document: Document = EMPTY;
  #ranges: readonly Range[] = NO_RANGES;
  #marks: readonly Unsupported[] = [];

  override shouldComponentUpdate(next: MarkdownProps): boolean {
    return next.text !== this.props.text || next.unsupported !== this.props.unsupported;
  }

  override render({ text, unsupported, cite }: MarkdownProps): ComponentChildren {
    this.#document = grow(this.#document, normalised(text));
    if (unsupported !== this.#marks) this.#ranges = rangesOf(text, unsupported);
    this.#marks = unsupported;
    return this.#document.blocks.map(({ token, start }) => (
      <BlockView
        key={start}
        token={token}
        start={start}
        ranges={touching(this.#ranges, start, start + token.raw.length)}
        cite={cite}
      />
    ));
  }
}
