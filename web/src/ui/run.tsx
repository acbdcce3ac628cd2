// One run: the question, what was called, what was said, how it ended and what it looked at.
import { Component, type ComponentChildren, type VNode } from "preact";
import type { Unsupported } from "../protocol";
import { followUps } from "../thread/follow_ups";
import type { Message, Run } from "../thread/state";
import { answerAsMarkdown } from "../thread/transcript";
import { tools } from "../session/tools";
import { Markdown } from "../markdown/markdown";
import { visible } from "../markdown/plain";
import { CopyButton } from "./copy";
import { Icon } from "./icons";
import { showEvidence } from "./panel";
import { ToolCard } from "./tool_card";
import { coverageWords, duration, outcomeWords, time, usageWords } from "./words";

const NOTHING: readonly Unsupported[] = [];

interface RunProps {
  readonly run: Run;
  /** Whether nothing comes after it. */
  readonly last: boolean;
  readonly ask: (text: string) => void;
}

/** Rendered again only when its run is another object. */
export class RunView extends Component<RunProps> {
  override shouldComponentUpdate(next: RunProps): boolean {
    return next.run !== this.props.run || next.last !== this.props.last;
  }

  override render({ run, last, ask }: RunProps): ComponentChildren {
    const question = run.trigger?.kind === "message" ? run.trigger.text : null;
    const over = run.phase === "finished";
    return (
      <article class="run" data-phase={run.phase} data-run={run.runId}>
        {question === null ? null : <Question text={question} at={run.askedAt} state={run.phase === "queued" ? "queued" : ""} />}
        <div class="answer" aria-busy={!over}>
          {run.items.map((item) =>
            item.kind === "call" ? <ToolCard key={item.callId} call={item} over={over} /> : <MessageView key={item.messageId} message={item} />,
          )}
          {run.phase === "running" && !saying(run) ? <Working run={run} /> : null}
          {over ? <Ending run={run} again={question === null ? null : () => ask(question)} /> : null}
          {over && last ? <FollowUps run={run} ask={ask} /> : null}
        </div>
      </article>
    );
  }
}

export function Question({ text, at, state }: { readonly text: string; readonly at: string; readonly state: string }): VNode {
  return (
    <div class="question">
      <h2 class="hidden">You asked</h2>
      <p>{visible(text)}</p>
      <span class="meta">{state === "" ? time(at) : state}</span>
    </div>
  );
}

function MessageView({ message }: { readonly message: Message }): VNode | null {
  if (message.text === "") return null;
  const unsupported = message.stored?.unsupported ?? NOTHING;
  return (
    <div class="message" data-message={message.messageId} data-finish={message.stored?.finish} data-streaming={message.stored === null}>
      <Markdown text={message.text} unsupported={unsupported} cite={showEvidence} />
    </div>
  );
}

function saying(run: Run): boolean {
  const last = run.items.at(-1);
  return last?.kind === "message" && last.stored === null;
}

function Working({ run }: { readonly run: Run }): VNode {
  const calling = run.items.some((item) => item.kind === "call" && item.completed === null);
  return (
    <p class="working">
      <span class="spinner" />
      {calling ? "Looking…" : run.restarts > 0 ? "Going on after a restart…" : "Thinking…"}
    </p>
  );
}

function FollowUps({ run, ask }: { readonly run: Run; readonly ask: (text: string) => void }): VNode | null {
  const questions = followUps(run, tools.value);
  if (questions.length === 0) return null;
  return (
    <div class="follow-ups" role="group" aria-label="Questions that may follow">
      {questions.map((question) => (
        <button type="button" class="chip" onClick={() => ask(question)}>{visible(question)}</button>
      ))}
    </div>
  );
}

function Ending({ run, again }: { readonly run: Run; readonly again: (() => void) | null }): VNode {
  const words = run.outcome ? outcomeWords(run.outcome) : null;
  const answer = answerAsMarkdown(run);
  return (
    <>
      <Marked run={run} />
      {words ? (
        <div class="outcome" data-tone={words.tone}>
          <Icon name={words.tone === "info" ? "square" : "warn"} />
          <span>
            <strong>{words.title}.</strong> {visible(words.text)} {words.code === "" ? null : <code>{visible(words.code)}</code>}
          </span>
          {again ? <button type="button" class="button" onClick={again}>Ask again</button> : null}
        </div>
      ) : null}
      <footer class="facts-line">
        <Facts run={run} />
        {answer === "" ? null : <CopyButton text={answer} what="answer as Markdown" />}
      </footer>
      <Failures run={run} />
    </>
  );
}

// What the dotted marks in the answer mean, said once where there are any.
function Marked({ run }: { readonly run: Run }): VNode | null {
  const claims = run.items.flatMap((item) => (item.kind === "message" ? (item.stored?.unsupported ?? NOTHING) : NOTHING));
  if (claims.length === 0) return null;
  return (
    <p class="marked-note">
      <Icon name="warn" />
      <span>
        {claims.length === 1 ? "The " : `${claims.length} `}
        <mark class="unsupported">{claims.length === 1 ? "marked words say" : "marked places say"}</mark> something that nothing it read
        bears out. Check {claims.length === 1 ? "it" : "them"} before you act on {claims.length === 1 ? "it" : "them"}.
      </span>
    </p>
  );
}

function Facts({ run }: { readonly run: Run }): VNode {
  const coverage = run.coverage ? coverageWords(run.coverage) : [];
  const tookMs = run.started && run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.askedAt) : Number.NaN;
  const rest = [run.started?.model ?? "", Number.isNaN(tookMs) ? "" : duration(tookMs), run.usage ? usageWords(run.usage) : ""];
  return (
    <span class="meta">
      <span class="coverage">{coverage.length > 0 ? `Looked at ${coverage.join(" · ")}` : ""}</span>
      <span>{rest.filter((fact) => fact !== "").join(" · ")}</span>
    </span>
  );
}

function Failures({ run }: { readonly run: Run }): VNode | null {
  const failures = run.coverage?.failures ?? [];
  if (failures.length === 0) return null;
  return (
    <ul class="failures">
      {failures.map((failure) => (
        <li>
          <bdi>{visible(failure.scope)}</bdi>: {visible(failure.message)} <code>{visible(failure.code)}</code>
        </li>
      ))}
    </ul>
  );
}
