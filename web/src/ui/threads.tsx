// The list of threads: beside the open one on a wide page, in a drawer on a narrow one.
import { useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { Session } from "../session/session";
import type { Threads } from "../session/threads";
import { visible } from "../markdown/plain";
import { addressOf } from "../session/address";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { besideOpen, drawerOpen, wide } from "./side";
import { ThreadRow } from "./thread_row";

interface ThreadsProps {
  readonly session: Session;
  readonly threads: Threads;
}

export function ThreadsSide({ session, threads }: ThreadsProps): VNode | null {
  if (wide.value) {
    return besideOpen.value ? (
      <nav class="side" id="threads" aria-label="Threads">
        <ThreadList session={session} threads={threads} />
      </nav>
    ) : null;
  }
  if (!drawerOpen.value) return null;
  const close = (): void => void (drawerOpen.value = false);
  return (
    <Dialog class="drawer" label="Threads" close={close}>
      <nav class="side" id="threads" aria-label="Threads">
        <div class="drawer-head">
          <h2>Threads</h2>
          <button type="button" class="quiet square" aria-label="Close the list of threads" onClick={close}>
            <Icon name="cross" />
          </button>
        </div>
        <ThreadList session={session} threads={threads} />
      </nav>
    </Dialog>
  );
}

function ThreadList({ session, threads }: ThreadsProps): VNode {
  const list = useRef<HTMLUListElement>(null);
  const archived = threads.archived.value;
  const listed = threads.listed.value;
  const open = session.thread.value;
  return (
    <>
      <div class="side-head">
        <a class="button" href={addressOf(null)} onClick={() => (drawerOpen.value = false)}>
          <Icon name="plus" />
          New thread
        </a>
        <div class="switch" role="group" aria-label="Which threads">
          <button type="button" aria-pressed={!archived} onClick={() => threads.show("active")}>Active</button>
          <button type="button" aria-pressed={archived} onClick={() => threads.show("archived")}>Archived</button>
        </div>
      </div>
      {threads.trouble.value === "" ? null : (
        <p class="side-note meta error" role="alert">{visible(threads.trouble.value)}</p>
      )}
      <ul class="thread-list" ref={list} aria-busy={threads.loading.value} onKeyDown={(event) => step(event, list.current)}>
        {listed.map((thread) => (
          <ThreadRow key={thread.threadId} thread={thread} threads={threads} open={thread.threadId === open?.threadId ? open : null} />
        ))}
      </ul>
      {listed.length === 0 ? (
        <p class="side-note meta">{threads.loading.value ? "Reading the list…" : archived ? "Nothing is archived." : "No threads yet. Ask something."}</p>
      ) : null}
      {threads.next.value === null ? null : (
        <button type="button" class="button older" disabled={threads.loading.value} onClick={() => threads.more()}>Older threads</button>
      )}
    </>
  );
}

// Arrow keys go from thread to thread; Tab goes through what can be done with one.
function step(event: KeyboardEvent, list: HTMLUListElement | null): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0 || !list || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a.thread-link")];
  const next = links[links.indexOf(event.target) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
