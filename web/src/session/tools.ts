// What can be asked here, read once from the service.
import { signal } from "@preact/signals";
import { toolCards, type ToolCard } from "./rest";

export const tools = signal<readonly ToolCard[]>([]);
/** The catalogue was read, or could not be. */
export const toolsKnown = signal(false);

let asking = false;

/** Reads the catalogue unless it is there; called on every connection, so a failure mends itself. */
export async function loadTools(): Promise<void> {
  if (asking || tools.value.length > 0) return;
  asking = true;
  tools.value = await toolCards().catch(() => []);
  toolsKnown.value = true;
  asking = false;
}
