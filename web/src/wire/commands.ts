// Commands under way: each has an id of the client's and gets exactly one reply. A command that
// changes something is sent again after a reconnect under the same id, which is safe: the server
// answers a repeat with the first reply.
import type { Command, Reply } from "../protocol";

export type Request = Extract<Command, { readonly id: string }>;

/** Why no reply will come. */
export class NoReply extends Error {}

interface Waiting {
  readonly request: Request;
  readonly repeat: "resend" | "once";
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: NoReply) => void;
}

export class Commands {
  readonly #waiting = new Map<string, Waiting>();

  /** Waits for the reply to `request`. */
  add(request: Request, repeat: "resend" | "once"): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { request, repeat, resolve, reject });
    });
  }

  /** Gives a reply to whoever waits for it. */
  settle(reply: Reply): void {
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
  }

  /** What must be sent again on a new connection, in the order asked. */
  unanswered(): readonly Request[] {
    return [...this.#waiting.values()].map(({ request }) => request);
  }

  /** Ends the waits that a lost connection ends: those that are not repeated, or all of them. */
  lost(which: "once" | "all", words: string): void {
    for (const [id, waiting] of this.#waiting) {
      if (which === "once" && waiting.repeat === "resend") continue;
      this.#waiting.delete(id);
      waiting.reject(new NoReply(words));
    }
  }
}
