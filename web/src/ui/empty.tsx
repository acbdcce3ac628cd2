// What a new thread shows: what can be asked here.
import type { VNode } from "preact";
import type { Welcome } from "../protocol";

const SUGGESTIONS = [
  { title: "Explain my secure score", about: "What it is made of and what would raise it most" },
  { title: "Which security alerts are high severity?", about: "Open alerts, newest first, with the resources they hit" },
  { title: "Which subscriptions do I have?", about: "Names, states and what they hold" },
  { title: "How many resources do I have by type?", about: "Counted over every visible subscription" },
] as const;

interface EmptyProps {
  readonly welcome: Welcome | null;
  readonly ask: (text: string) => void;
}

export function Empty({ welcome, ask }: EmptyProps): VNode {
  return (
    <div class="empty">
      <h2>What do you want to know{welcome ? ` about ${welcome.estate.name}` : ""}?</h2>
      <p class="meta">Every answer names the tools it used and cites their results.</p>
      <ul class="suggestions">
        {SUGGESTIONS.map(({ title, about }) => (
          <li>
            <button type="button" onClick={() => ask(title)}>
              <strong>{title}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
