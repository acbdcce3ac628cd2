// What the close codes of copilot.v1 mean: in words for people, and what the client does next.

export interface CloseMeaning {
  readonly words: string;
  /** Whether trying again by itself can help. */
  readonly next: "reconnect" | "stop";
  /** Never try again before this many milliseconds. */
  readonly atLeastMs: number;
  /** Whether the commands under way are at fault, so that sending them again would end the same. */
  readonly commands: "keep" | "drop";
}

const usual = { next: "reconnect", atLeastMs: 0, commands: "keep" } as const;
const final = { next: "stop", atLeastMs: 0, commands: "drop" } as const;

/** The meaning of a close code; `reason` is the server's own sentence, often empty. */
export function closeMeaning(code: number, reason: string): CloseMeaning {
  const because = reason === "" ? "" : ` (${reason})`;
  switch (code) {
    case 1000:
    case 1001:
      return { ...usual, words: "The service ended the connection." };
    case 1009:
      return { ...usual, words: `A message was too large to send${because}.`, commands: "drop" };
    case 1011:
      return { ...usual, words: `The service had a fault${because}.` };
    case 1012:
      return { ...usual, words: "The service is restarting." };
    case 1013:
      return { ...usual, words: "This connection could not keep up with the service." };
    case 3008:
      return { ...usual, words: "The service stopped answering." };
    case 4400:
      return { ...usual, words: `The service did not understand this page${because}. Reload it.`, commands: "drop", atLeastMs: 2_000 };
    case 4401:
      return { ...final, words: `You are not signed in${because}.` };
    case 4403:
      return { ...final, words: `You may not use this service${because}.` };
    case 4406:
      return { ...final, words: "This page and the service speak different versions. Reload it." };
    case 4429:
      return { ...usual, words: "Too many requests; waiting a moment.", atLeastMs: 5_000 };
    default:
      return { ...usual, words: "The service cannot be reached." };
  }
}
