// What a screen reader hears: that an answer is being written, that it is there, that it failed.
// The log itself is silent, or every fragment would be read out.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { VNode } from "preact";
import type { Run, ThreadState } from "../thread/state";
import { visible } from "../markdown/plain";
import { outcomeWords } from "./words";

const READ_AT_MOST = 600;

export function Announcer({ thread }: { readonly thread: ThreadState | null }): VNode {
  const last = thread?.runs.at(-1) ?? null;
  const live = thread?.sync === "live";
  const said = useSignal("");
  const seen = useSignal("");
  const now = last ? `${last.runId} ${last.phase}` : "";
  useEffect(() => {
    // What was there when the thread was opened is not news.
    if (live && seen.value !== "" && seen.value !== now && last) said.value = visible(words(last));
    if (live || last === null) seen.value = now === "" ? "empty" : now;
  }, [now, live]);
  return (
    <div class="hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

function words(run: Run): string {
  if (run.phase === "queued") return "Queued.";
  if (run.phase === "running") return "Answering.";
  const outcome = run.outcome ? outcomeWords(run.outcome) : null;
  if (outcome) return `${outcome.title}. ${outcome.text}`;
  const answer = run.items.findLast((item) => item.kind === "message" && item.text !== "");
  const text = answer?.kind === "message" ? answer.text.replace(/\[e\d+\]|[*_`#|>]/g, "") : "";
  return `Answer: ${text.slice(0, READ_AT_MOST)}${text.length > READ_AT_MOST ? "… The whole answer is in the log." : ""}`;
}
