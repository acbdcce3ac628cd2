// Messages on their way: shown at once, marked until the service has them.
import type { VNode } from "preact";
import type { Send } from "../session/sends";
import type { Session } from "../session/session";
import { visible } from "../markdown/plain";
import { Question } from "./run";

export function SendingView({ session, send }: { readonly session: Session; readonly send: Send }): VNode {
  const connected = session.phase.value.kind === "open";
  const state = send.error ? "not sent" : connected ? "sending…" : "waiting for the connection";
  return (
    <div class="run sending" data-state={state}>
      <Question text={send.text} at="" state={state} />
      {send.error ? (
        <div class="outcome" data-tone="error" role="alert">
          <span>
            <strong>Not sent.</strong> {visible(send.error.message)} <code>{send.error.code}</code>
          </span>
          <button type="button" class="button" onClick={() => session.retry(send)}>Try again</button>
          <button type="button" class="button" onClick={() => session.discard(send)}>Discard</button>
        </div>
      ) : null}
    </div>
  );
}
