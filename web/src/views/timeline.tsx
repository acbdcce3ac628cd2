// What happened, newest first: a list with the time, the words and how good or bad it was.
import type { VNode } from "preact";
import type { FindingTone, TimelineEntry, View } from "../protocol";
import { visible } from "../markdown/plain";
import { count, counted, time } from "../ui/words";
import { cut } from "./cell";
import { PortalLink } from "./portal_link";
import { portalLink } from "./portal";

const TONE_WORDS: Readonly<Record<FindingTone, string>> = {
  good: "good",
  neutral: "",
  warning: "worth a look",
  critical: "critical",
};

interface TimelineProps {
  readonly view: Extract<View, { kind: "timeline" }>;
  /** Where the events are that are not shown, in words. */
  readonly elsewhere: string;
}

export function Timeline({ view, elsewhere }: TimelineProps): VNode {
  const shown = view.entries.length;
  const rest = elsewhere === "" ? "" : `, ${elsewhere}`;
  return (
    <figure class="timeline">
      <figcaption>
        <span>{visible(view.title)}</span>
        <span class="of">{view.total > shown ? `${count(shown)} of ${count(view.total)}${rest}` : counted(shown, "event")}</span>
      </figcaption>
      <ol>
        {view.entries.map((entry) => (
          <li data-tone={entry.tone}>
            <time dateTime={entry.at} title={entry.at}>{time(entry.at)}</time>
            <div>
              <strong>{cut(entry.title)}</strong>
              <Tone tone={entry.tone} />
              <Portal entry={entry} />
              {entry.detail === "" ? null : <p>{cut(entry.detail)}</p>}
            </div>
          </li>
        ))}
      </ol>
    </figure>
  );
}

function Tone({ tone }: { readonly tone: FindingTone }): VNode | null {
  const words = TONE_WORDS[tone] ?? "";
  return words === "" ? null : <span class="hidden"> ({words})</span>;
}

function Portal({ entry }: { readonly entry: TimelineEntry }): VNode | null {
  const link = portalLink("portalUrl" in entry ? entry.portalUrl : null);
  return link === null ? null : <PortalLink href={link} name={entry.title} />;
}
