// What a new thread shows: what can be asked here, from the catalogue of tools.
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Welcome } from "../protocol";
import type { ToolCard } from "../session/rest";
import { tools, toolsKnown } from "../session/tools";
import { offered } from "./offered";

/** Tools that a first question is about, with the ask that reads best where the tool has it. */
const STARTERS: readonly (readonly [tool: string, ask: string])[] = [
  ["explain_secure_score", "Explain my secure score"],
  ["list_security_alerts", "Which security alerts are high severity?"],
  ["list_resource_health", "Is anything down?"],
  ["list_resource_changes", "What changed since yesterday?"],
  ["summarize_alerts", "Catch me up on alerts"],
  ["count_resources", "How many resources do I have?"],
];
const MOST = 6;
const MOST_ASKS = 4;
/** Made-up ids and addresses help nobody here. */
const EXAMPLE = /\/|@|\d{6,}|\bmyRG\b/;
const PILLARS: readonly string[] = ["observability", "security", "configuration", "resiliency", "optimization", "scope", "across"];

interface EmptyProps {
  readonly welcome: Welcome | null;
  readonly ask: (text: string) => void;
}

export function Empty({ welcome, ask }: EmptyProps): VNode {
  return (
    <div class="empty">
      <h2>What do you want to know{welcome ? ` about ${welcome.estate.name}` : ""}?</h2>
      <p class="meta">Every answer names the tools it used and cites their results.</p>
      <ul class="suggestions" data-known={toolsKnown.value}>
        {starters(tools.value).map(({ question, about }) => (
          <li>
            <button type="button" onClick={() => ask(question)}>
              <strong>{question}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
      {tools.value.length > 0 ? <Catalogue cards={tools.value} /> : null}
    </div>
  );
}

interface Starter {
  readonly question: string;
  readonly about: string;
}

function starters(cards: readonly ToolCard[]): readonly Starter[] {
  const known = STARTERS.flatMap(([name, wanted]) => {
    const card = cards.find((one) => one.name === name);
    const question = card?.asks.includes(wanted) ? wanted : card?.asks[0];
    return card && question ? [{ question, about: sentence(card.description) }] : [];
  });
  if (known.length > 0) return known.slice(0, MOST);
  return cards.slice(0, MOST).map((card) => ({ question: card.asks[0] ?? card.title, about: sentence(card.description) }));
}

// What stands in brackets, after a colon or after the first sentence is for the model.
const sentence = (description: string): string => (description.replace(/ \([^)]*\)/g, "").split(/[:;]|\.\s/)[0] ?? "").replace(/\.?$/, ".");

function Catalogue({ cards }: { readonly cards: readonly ToolCard[] }): VNode {
  const open = useSignal(false);
  const pillars = [...new Set([...PILLARS, ...cards.map((card) => card.pillar)])].filter((pillar) => cards.some((card) => card.pillar === pillar));
  return (
    <details class="catalogue" onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>Everything it can look up</summary>
      {open.value
        ? pillars.map((pillar) => (
            <section>
              <h3>{pillar}</h3>
              <ul>
                {cards.filter((card) => card.pillar === pillar).map((card) => <Tool card={card} />)}
              </ul>
            </section>
          ))
        : null}
    </details>
  );
}

function Tool({ card }: { readonly card: ToolCard }): VNode {
  return (
    <li>
      <strong>{card.title}</strong>
      <span class="asks">
        {card.asks.filter((ask) => !EXAMPLE.test(ask)).slice(0, MOST_ASKS).map((ask) => (
          <button type="button" class="chip" title="Put it into the box" onClick={() => (offered.value = ask)}>{ask}</button>
        ))}
      </span>
    </li>
  );
}
