// A block of code with its language and a way to copy it.
import type { VNode } from "preact";
import { CopyButton } from "../ui/copy";
import { visible } from "./plain";

export function CodeBlock({ text, language }: { readonly text: string; readonly language: string }): VNode {
  const name = /^[\w+#.-]{1,24}/.exec(language)?.[0] ?? "text";
  return (
    <div class="code">
      <div class="code-head">
        <span>{name}</span>
        <CopyButton text={text} what="code" />
      </div>
      <pre tabIndex={0}>
        <code>{visible(text)}</code>
      </pre>
    </div>
  );
}
