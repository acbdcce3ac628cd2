// The notices above the thread: the last few, one of a kind, and gone once what they say is over.
import type { Frame, Notice } from "../protocol";

const MOST = 3;
/** What each of these says is over. */
const ENDS: { readonly [code: string]: string } = { writable: "readOnly" };

export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  const others = notices.filter(({ code, threadId }) => code !== ENDS[notice.code] && !(code === notice.code && threadId === notice.threadId));
  return [...others, notice].slice(-MOST);
}

/** A model that answers again needs no notice that it does not. */
export function withoutStale(notices: readonly Notice[], frame: Frame, model: string): readonly Notice[] {
  const answers = frame.type === "event" && frame.event.type === "assistantMessage" && frame.event.model === model;
  return answers && notices.some(isDegraded) ? notices.filter((notice) => !isDegraded(notice)) : notices;
}

const isDegraded = ({ code }: Notice): boolean => code === "modelDegraded";
