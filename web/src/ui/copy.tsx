// A button that puts a text on the clipboard and says that it did.
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";

const SHOWN_MS = 1_500;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): VNode {
  const said = useSignal("Copy");
  const copy = async (): Promise<void> => {
    said.value = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Not allowed",
    );
    setTimeout(() => (said.value = "Copy"), SHOWN_MS);
  };
  return (
    <button type="button" class="quiet" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {said}
    </button>
  );
}
