// Data as it is, indented.
import type { VNode } from "preact";
import type { Json } from "../protocol";
import { visible } from "../markdown/plain";
import { CopyButton } from "../ui/copy";

export function JsonBlock({ value, what }: { readonly value: Json; readonly what: string }): VNode {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div class="code">
      <div class="code-head">
        <span>{what}</span>
        <CopyButton text={text} what={what} />
      </div>
      <pre tabIndex={0}>
        <code>{visible(text)}</code>
      </pre>
    </div>
  );
}
