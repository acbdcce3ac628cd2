// One thread of the list: where it leads, and what can be done with it.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { ThreadStanding } from "../protocol";
import { exportPath } from "../session/rest";
import type { Threads } from "../session/threads";
import { activeRun, type ThreadState } from "../thread/state";
import { visible } from "../markdown/plain";
import { addressOf } from "../session/address";
import { Dialog } from "./dialog";
import { Icon } from "./icons";
import { drawerOpen } from "./side";
import { time } from "./words";

const LONGEST_TITLE = 200;

interface RowProps {
  readonly thread: ThreadStanding;
  readonly threads: Threads;
  /** The thread as it is shown, when it is the open one: newer than the list. */
  readonly open: ThreadState | null;
}

type Doing = "nothing" | "choosing" | "renaming" | "deleting";

export function ThreadRow({ thread, threads, open }: RowProps): VNode {
  const doing = useSignal<Doing>("nothing");
  const opener = useRef<HTMLButtonElement>(null);
  const title = titleOf(open?.title || thread.title);
  const working = open !== null && activeRun(open) !== null;
  const back = (): void => {
    doing.value = "nothing";
    opener.current?.focus();
  };
  return (
    <li class="thread-row" data-thread={thread.threadId} data-open={open !== null}>
      <div class="thread-line">
        {doing.value === "renaming" ? (
          <Rename title={open?.title || thread.title} back={back} rename={(to) => void threads.rename(thread, to)} />
        ) : (
          <a
            class="thread-link"
            href={addressOf(thread.threadId)}
            aria-current={open ? "page" : undefined}
            title={title}
            onClick={() => (drawerOpen.value = false)}
          >
            <bdi class="thread-title">{title}</bdi>
            <span class="meta">
              {working ? <span class="spinner" /> : null}
              {working ? "answering" : time(thread.updatedAt)}
            </span>
          </a>
        )}
        <button
          type="button"
          class="quiet square"
          ref={opener}
          aria-expanded={doing.value === "choosing"}
          aria-label={`What to do with ${title}`}
          onClick={() => (doing.value = doing.value === "choosing" ? "nothing" : "choosing")}
        >
          <Icon name="more" />
        </button>
      </div>
      {doing.value === "choosing" ? <Choices thread={thread} title={title} threads={threads} choose={(what) => (doing.value = what)} back={back} /> : null}
      {doing.value === "deleting" ? <ConfirmDelete title={title} back={back} remove={() => void threads.remove(thread)} /> : null}
    </li>
  );
}

/** A title fit to show; an untitled thread has one too. */
export const titleOf = (title: string): string => (title === "" ? "Untitled thread" : visible(title.replace(/\s+/g, " ")));

interface ChoicesProps {
  readonly thread: ThreadStanding;
  readonly title: string;
  readonly threads: Threads;
  readonly choose: (what: Doing) => void;
  readonly back: () => void;
}

function Choices({ thread, title, threads, choose, back }: ChoicesProps): VNode {
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const close = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    back();
  };
  const archive = thread.archived ? "Restore" : "Archive";
  return (
    <div class="thread-choices" role="group" aria-label={`What to do with ${title}`} onKeyDown={close}>
      <button type="button" class="quiet" ref={first} onClick={() => choose("renaming")}>Rename</button>
      <button type="button" class="quiet" onClick={() => void threads.setArchived(thread.threadId, !thread.archived)}>{archive}</button>
      <a class="quiet" href={exportPath(thread.threadId, "md")} download>Save as Markdown</a>
      <a class="quiet" href={exportPath(thread.threadId, "json")} download>Save as JSON</a>
      <button type="button" class="quiet danger" onClick={() => choose("deleting")}>Delete…</button>
    </div>
  );
}

interface RenameProps {
  readonly title: string;
  readonly rename: (title: string) => void;
  readonly back: () => void;
}

function Rename({ title, rename, back }: RenameProps): VNode {
  const text = useSignal(title);
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.select(), []);
  const save = (): void => {
    const wanted = text.value.trim();
    if (wanted !== "" && wanted !== title) rename(wanted);
    back();
  };
  return (
    <form
      class="rename"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        back();
      }}
    >
      <input ref={box} aria-label="New title" maxLength={LONGEST_TITLE} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      <button type="submit" class="quiet square" aria-label="Save the title">
        <Icon name="check" />
      </button>
    </form>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly remove: () => void;
  readonly back: () => void;
}

function ConfirmDelete({ title, remove, back }: ConfirmProps): VNode {
  return (
    <Dialog class="confirm" role="alertdialog" label="Delete this thread?" close={back}>
      <h2>Delete this thread?</h2>
      <p>
        <bdi>{title}</bdi> goes with all its answers and evidence, for everybody. This cannot be undone; archiving can.
      </p>
      <div class="confirm-actions">
        <button type="button" class="button" autofocus onClick={back}>Keep it</button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            back();
            remove();
          }}
        >
          Delete
        </button>
      </div>
    </Dialog>
  );
}
