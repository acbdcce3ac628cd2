// The open thread: its runs in order, what is on its way, and the end kept in sight.
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { activeRun } from "../thread/state";
import type { Session } from "../session/session";
import { Composer } from "./composer";
import { Empty } from "./empty";
import { Icon } from "./icons";
import { RunView } from "./run";
import { SendingView } from "./sending";
import { StickyScroll } from "./scroll";

function Bare({ session, ask }: { readonly session: Session; readonly ask: (text: string) => void }): VNode {
  if (session.problem.value === null) return <Empty welcome={session.welcome.value} ask={ask} />;
  return (
    <div class="empty">
      <h2>This thread cannot be shown</h2>
      <p class="meta">Other threads are in the list; a new one begins with a question.</p>
    </div>
  );
}

interface ThreadViewProps {
  readonly session: Session;
  /** Something lies over all of it: the focus does not go where nobody sees it. */
  readonly covered: boolean;
}

export function ThreadView({ session, covered }: ThreadViewProps): VNode {
  const thread = session.thread.value;
  const sending = session.sending.value;
  const bare = (thread?.runs.length ?? 0) === 0 && sending.length === 0;
  const scroller = useRef<HTMLDivElement>(null);
  const scroll = useMemo(() => new StickyScroll(), []);
  useEffect(() => (scroller.current ? scroll.attach(scroller.current) : undefined), []);
  useLayoutEffect(() => scroll.follow(bare ? "nothing" : "log"), [bare]);
  useEffect(() => scroll.stick("answer"), [thread?.threadId]);
  useEffect(() => scroll.came(), [thread?.runs]);
  const ask = (text: string): void => {
    session.send(text);
    scroll.stick("answer");
  };
  const opening = bare && thread !== null && thread.sync !== "live" && session.problem.value === null;
  return (
    <main class="thread" inert={covered}>
      <div class="scroller" ref={scroller} tabIndex={0} role="region" aria-label="Thread">
        <div class="log" role="log" aria-live="off" aria-busy={thread !== null && activeRun(thread) !== null}>
          {thread && thread.firstSeq > thread.oldestSeq ? (
            <button type="button" class="button earlier" onClick={() => void session.loadEarlier()}>
              Show what came before
            </button>
          ) : null}
          {opening ? <p class="working"><span class="spinner" />Opening the thread…</p> : null}
          {bare && !opening ? <Bare session={session} ask={ask} /> : null}
          {thread?.runs.map((run, index) => (
            <RunView key={run.runId} run={run} last={index === thread.runs.length - 1 && sending.length === 0} ask={ask} />
          ))}
          {sending.map((send) => <SendingView key={send.messageId} session={session} send={send} />)}
        </div>
      </div>
      <div class="foot">
        {!scroll.below.value ? null : (
          <button type="button" class="pill" onClick={() => scroll.stick("end")}>
            <Icon name="down" />
            {scroll.behind.value ? "New messages" : "To the end"}
          </button>
        )}
        <Composer session={session} send={ask} />
      </div>
    </main>
  );
}
