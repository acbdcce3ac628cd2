// Data as it is, indented.
import type { VNode } from "preact";
import type { Json } from "../protocol";
import { visible } from "../markdown/plain";
import { CopyButton } from "../ui/copy";
import { counted } from "../ui/words";

/** A page that lays out more text than this at once stands still. */
const MOST_SHOWN = 100_000;

export function JsonBlock({ value, what }: { readonly value: Json; readonly what: string }): VNode {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div class="code">
      <div class="code-head">
        <span>{what}</span>
        <CopyButton text={text} what={what} />
      </div>
      <pre tabIndex={0}>
        <code>{visible(text.slice(0, MOST_SHOWN))}</code>
      </pre>
      {text.length > MOST_SHOWN ? <p class="code-rest meta">{counted(text.length - MOST_SHOWN, "more character")}; a copy has all of it.</p> : null}
    </div>
  );
}
