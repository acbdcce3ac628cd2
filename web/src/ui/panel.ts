// Which evidence is open beside the thread, and where the focus goes back to.
import { signal } from "@preact/signals";

export const openEvidence = signal<string | null>(null);

let cameFrom: HTMLElement | null = null;

export function showEvidence(evidenceId: string): void {
  cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  openEvidence.value = evidenceId;
}

export function closeEvidence(): void {
  openEvidence.value = null;
  const target = cameFrom;
  cameFrom = null;
  // After the page is drawn again: until then what was covered takes no focus.
  requestAnimationFrame(() => void (target?.isConnected && target.focus()));
}
