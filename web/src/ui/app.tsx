// The whole page.
import type { VNode } from "preact";
import type { Session } from "../session/session";
import { Announcer } from "./announcer";
import { Banners } from "./banners";
import { EvidencePanel } from "./evidence";
import { Header } from "./header";
import { openEvidence } from "./panel";
import { ThreadView } from "./thread";

export function App({ session }: { readonly session: Session }): VNode {
  const thread = session.thread.value;
  const evidenceId = openEvidence.value;
  const panel = thread !== null && evidenceId !== null;
  return (
    <div class="app" data-panel={panel}>
      <Header session={session} />
      <Banners session={session} />
      <ThreadView session={session} />
      {panel ? <EvidencePanel thread={thread} evidenceId={evidenceId} /> : null}
      <Announcer thread={thread} />
    </div>
  );
}
