// Where a question is typed: Enter sends, Shift+Enter breaks the line, the draft survives a reload.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { loadDraft, saveDraft } from "../session/drafts";
import { runToCancel, type Session } from "../session/session";
import { byteLength } from "../wire/utf8";
import { Icon } from "./icons";
import { offered } from "./offered";

const LONGEST_BYTES = 16 * 1024;

interface ComposerProps {
  readonly session: Session;
  readonly send: (text: string) => void;
}

export function Composer({ session, send }: ComposerProps): VNode {
  const threadId = session.thread.value?.threadId ?? null;
  const text = useSignal("");
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => void (text.value = loadDraft(threadId)), [threadId]);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => void (threadId === null && box.current?.focus()), [threadId]);
  useEffect(() => {
    if (offered.value === null) return;
    text.value = offered.value;
    offered.value = null;
    saveDraft(threadId, text.value);
    box.current?.focus();
  }, [offered.value]);
  useLayoutEffect(() => fit(box.current), [text.value]);
  const longest = session.welcome.value?.limits?.maxUserTextBytes ?? LONGEST_BYTES;
  const excess = byteLength(text.value) - longest;
  const stopped = session.phase.value.kind === "stopped";
  const ready = text.value.trim() !== "" && excess <= 0 && !stopped;
  const submit = (): void => {
    if (!ready) return;
    send(text.value.trim());
    text.value = "";
    saveDraft(threadId, "");
    box.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="box">
        <textarea
          ref={box}
          rows={1}
          aria-label="Your question"
          placeholder={stopped ? "Disconnected" : "Ask about your estate"}
          disabled={stopped}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
            saveDraft(threadId, text.value);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            submit();
          }}
        />
        <Cancel session={session} />
        <button type="submit" class="send" disabled={!ready} aria-label="Send" title="Send (Enter)">
          <Icon name="send" />
        </button>
      </div>
      <p class="hint">
        {excess > 0 ? <strong role="alert">{excess} bytes too long.</strong> : "Answers cite their evidence. Check what matters."}
      </p>
    </form>
  );
}

function Cancel({ session }: { readonly session: Session }): VNode | null {
  const runId = runToCancel(session.thread.value);
  const asked = useSignal<string | null>(null);
  if (runId === null) return null;
  const cancel = (): void => {
    asked.value = runId;
    void session.cancel(runId).finally(() => (asked.value = null));
  };
  return (
    <button type="button" class="cancel" disabled={asked.value === runId} onClick={cancel} title="Cancel the run">
      <Icon name="square" />
      <span>{asked.value === runId ? "Cancelling…" : "Cancel"}</span>
    </button>
  );
}

// Set through the object model: the page's policy forbids style attributes in markup.
function fit(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}
