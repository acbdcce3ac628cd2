// The address bar: which thread is open is in the hash, so that a link and the back button work.

const HASH = /^#\/t\/([\w.-]{1,64})$/;

/** The thread in the address, or none for a new one. */
export function threadInAddress(): string | null {
  return HASH.exec(location.hash)?.[1] ?? null;
}

export function addressOf(threadId: string | null): string {
  return threadId === null ? "#/" : `#/t/${threadId}`;
}

/** Puts the thread into the address; `replace` leaves no entry behind that leads nowhere. */
export function showInAddress(threadId: string | null, how: "push" | "replace"): void {
  if (how === "push") history.pushState(null, "", addressOf(threadId));
  else history.replaceState(null, "", addressOf(threadId));
}
