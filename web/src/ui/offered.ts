// A question that is put into the box to be looked over, rather than asked at once.
import { signal } from "@preact/signals";

export const offered = signal<string | null>(null);
