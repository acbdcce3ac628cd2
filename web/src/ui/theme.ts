// Light, dark or the system's choice, kept in this browser.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const STORED = "opscopilot.theme";
const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export const theme = signal<Theme>(stored());

export function applyTheme(): void {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme.value;
}

export function nextTheme(): void {
  theme.value = NEXT[theme.value];
  try {
    localStorage.setItem(STORED, theme.value);
  } catch {
    // The choice then lasts as long as the page.
  }
  applyTheme();
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(STORED);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}
