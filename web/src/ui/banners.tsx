// What needs saying above the thread: a connection lost for longer than a moment, a problem with
// the thread, notices of the service.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentChildren, VNode } from "preact";
import type { Session } from "../session/session";
import type { Threads } from "../session/threads";
import type { Phase } from "../wire/connection";
import { visible } from "../markdown/plain";
import { addressOf } from "../session/address";
import { Icon } from "./icons";

const QUIET_MS = 5_000;

interface BannersProps {
  readonly session: Session;
  readonly threads: Threads;
}

export function Banners({ session, threads }: BannersProps): VNode {
  const problem = session.problem.value;
  const thread = session.thread.value;
  return (
    <div class="banners">
      <ConnectionBanner phase={session.phase.value} retry={() => session.reconnect()} />
      {problem ? (
        <Banner tone="error">
          <span>
            {visible(problem.message)} <code>{problem.code}</code>
          </span>
          <a class="button" href={addressOf(null)}>New thread</a>
        </Banner>
      ) : null}
      {thread?.archived && !problem ? (
        <Banner tone="info">
          <span>This thread is archived.</span>
          <button type="button" class="button" onClick={() => void threads.setArchived(thread.threadId, false)}>Restore</button>
        </Banner>
      ) : null}
      {session.notices.value.map((notice) => (
        <Banner key={`${notice.code}\0${notice.threadId ?? ""}`} tone={notice.level}>
          <span>{visible(notice.message)}</span>
          <button type="button" class="quiet square" aria-label="Dismiss" onClick={() => session.dismissNotice(notice)}>
            <Icon name="cross" />
          </button>
        </Banner>
      ))}
    </div>
  );
}

function ConnectionBanner({ phase, retry }: { readonly phase: Phase; readonly retry: () => void }): VNode | null {
  const now = useSignal(Date.now());
  const away = phase.kind !== "open";
  useEffect(() => {
    if (!away) return undefined;
    now.value = Date.now();
    const timer = setInterval(() => (now.value = Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [away]);
  if (phase.kind === "open") return null;
  if (phase.kind === "stopped") {
    return (
      <Banner tone="error">
        <span>{phase.words}</span>
        <button type="button" class="button" onClick={retry}>Try again</button>
      </Banner>
    );
  }
  if (now.value - phase.since < QUIET_MS) return null;
  const seconds = phase.kind === "waiting" ? Math.max(0, Math.ceil((phase.retryAt - now.value) / 1_000)) : 0;
  return (
    <Banner tone="warning">
      <span>
        {phase.words || "The service cannot be reached."} {seconds > 0 ? `Trying again in ${seconds} s.` : "Connecting…"} Nothing is lost: what you ask is kept until then.
      </span>
      <button type="button" class="button" onClick={retry}>Connect now</button>
    </Banner>
  );
}

function Banner({ tone, children }: { readonly tone: string; readonly children: ComponentChildren }): VNode {
  return (
    <div class="banner" data-tone={tone} role={tone === "error" ? "alert" : "status"}>
      {children}
    </div>
  );
}
