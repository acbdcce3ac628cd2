// What was typed and not sent, kept per thread.

const PREFIX = "opscopilot.draft.";

const key = (threadId: string | null): string => PREFIX + (threadId ?? "new");

export function loadDraft(threadId: string | null): string {
  try {
    return localStorage.getItem(key(threadId)) ?? "";
  } catch {
    return "";
  }
}

export function saveDraft(threadId: string | null, text: string): void {
  try {
    if (text === "") localStorage.removeItem(key(threadId));
    else localStorage.setItem(key(threadId), text);
  } catch {
    // A draft that cannot be kept is still in the box.
  }
}
