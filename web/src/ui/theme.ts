// Light, dark or the system's choice, kept in this browser.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const STORED = "opscopilot.theme";
const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export const theme = signal<Theme>(stored());

export function applyTheme(): void {
  dress(theme.value);
}

export function nextTheme(): void {
  const next = NEXT[theme.value];
  // Before anybody hears of it: pictures look the new colours up at once.
  dress(next);
  theme.value = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function dress(wanted: Theme): void {
  const root = document.documentElement;
  if (wanted === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = wanted;
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(STORED);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}
