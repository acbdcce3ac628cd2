// The whole page.
import type { VNode } from "preact";
import type { Session } from "../session/session";
import type { Threads } from "../session/threads";
import { Announcer } from "./announcer";
import { Banners } from "./banners";
import { EvidencePanel } from "./evidence";
import { Header } from "./header";
import { openEvidence } from "./panel";
import { besideOpen, phone, wide } from "./side";
import { ThreadView } from "./thread";
import { ThreadsSide } from "./threads";

interface AppProps {
  readonly session: Session;
  readonly threads: Threads;
}

export function App({ session, threads }: AppProps): VNode {
  const thread = session.thread.value;
  const evidenceId = openEvidence.value;
  const panel = thread !== null && evidenceId !== null;
  return (
    <div class="app" data-panel={panel} data-side={wide.value && besideOpen.value}>
      <Header session={session} />
      <ThreadsSide session={session} threads={threads} />
      <Banners session={session} threads={threads} />
      <ThreadView session={session} covered={panel && phone.value} />
      {panel ? <EvidencePanel thread={thread} evidenceId={evidenceId} /> : null}
      <Announcer thread={thread} />
    </div>
  );
}
