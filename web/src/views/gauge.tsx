// One value on a scale, as a half circle with its words.
import type { VNode } from "preact";
import type { View } from "../protocol";
import { visible } from "../markdown/plain";
import { share } from "../ui/words";

export function Gauge({ view }: { readonly view: Extract<View, { kind: "gauge" }> }): VNode {
  const part = view.max > 0 ? Math.min(1, Math.max(0, view.value / view.max)) : 0;
  const percent = share(part);
  return (
    <figure class="gauge">
      <svg viewBox="0 0 120 68" role="img" aria-label={`${visible(view.title)}: ${visible(view.label)}`}>
        <path class="track" d="M12 60a48 48 0 0 1 96 0" pathLength={100} />
        {part > 0 ? <path class="fill" d="M12 60a48 48 0 0 1 96 0" pathLength={100} stroke-dasharray={`${part * 100} 200`} /> : null}
        <text x="60" y="56">{percent}</text>
      </svg>
      <figcaption>
        <strong>{visible(view.title)}</strong>
        <span>{visible(view.label)}</span>
      </figcaption>
    </figure>
  );
}
