// The bar on top: what this is, which estate and model it speaks of, how the connection stands.
import type { VNode } from "preact";
import type { Session } from "../session/session";
import { addressOf } from "../session/address";
import type { Phase } from "../wire/connection";
import { Icon, Mark, type IconName } from "./icons";
import { besideOpen, drawerOpen, toggleSide, wide } from "./side";
import { nextTheme, theme, type Theme } from "./theme";
import { counted, ESTATE_WORDS, lastName, MODEL_WORDS } from "./words";

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: "screen", light: "sun", dark: "moon" };

export function Header({ session }: { readonly session: Session }): VNode {
  const welcome = session.welcome.value;
  return (
    <header class="bar">
      <button
        type="button"
        class="quiet square"
        aria-expanded={wide.value ? besideOpen.value : drawerOpen.value}
        aria-label="Threads"
        title="Threads"
        onClick={toggleSide}
      >
        <Icon name="list" />
      </button>
      <h1 class="brand">
        <Mark />
        <span>opscopilot</span>
      </h1>
      {welcome ? (
        <dl class="facts">
          <Fact name={ESTATE_WORDS[welcome.estate.kind] ?? "Estate"} value={welcome.estate.name} />
          <Fact name="Model" value={welcome.model.name} note={MODEL_WORDS[welcome.model.state] ?? welcome.model.state} tone={welcome.model.state} />
          <Scope scope={session.thread.value?.scope ?? []} />
        </dl>
      ) : (
        <div class="facts" />
      )}
      <ConnectionState phase={session.phase.value} />
      <button type="button" class="quiet square" onClick={nextTheme} aria-label={`Theme: ${theme.value}. Change it`} title={`Theme: ${theme.value}`}>
        <Icon name={THEME_ICONS[theme.value]} />
      </button>
      {wide.value && besideOpen.value ? null : (
        <a class="button" href={addressOf(null)} aria-label="New thread">
          <Icon name="plus" />
          <span class="wide">New thread</span>
        </a>
      )}
    </header>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly tone?: string;
}

function Fact({ name, value, note, tone }: FactProps): VNode {
  return (
    <div class="fact" title={note === undefined ? `${name}: ${value}` : `${name}: ${value}, ${note}`} data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
        {note === undefined ? null : <span class="note">{note}</span>}
      </dd>
    </div>
  );
}

function Scope({ scope }: { readonly scope: readonly string[] }): VNode {
  if (scope.length === 0) return <Fact name="Scope" value="Everything visible" />;
  const names = scope.map(lastName).join(", ");
  return <Fact name="Scope" value={scope.length === 1 ? names : counted(scope.length, "scope")} {...(scope.length === 1 ? {} : { note: names })} />;
}

const CONNECTION_WORDS: Readonly<Record<Phase["kind"], string>> = {
  open: "Connected",
  connecting: "Connecting",
  waiting: "Reconnecting",
  stopped: "Disconnected",
};

function ConnectionState({ phase }: { readonly phase: Phase }): VNode {
  const words = CONNECTION_WORDS[phase.kind];
  return (
    <span class="connection" data-phase={phase.kind} title={words} role="img" aria-label={`Connection: ${words}`}>
      <span class="dot" />
    </span>
  );
}
