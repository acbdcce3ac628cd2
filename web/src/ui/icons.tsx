// The page's icons, drawn here so that nothing is fetched. All are decoration: words stand beside
// them or in a label.
import type { VNode } from "preact";

const PATHS = {
  check: "M3 8.5l3.2 3.2L13 5",
  cross: "M4 4l8 8M12 4l-8 8",
  denied: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM4 4l8 8",
  warn: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.4",
  plus: "M8 3v10M3 8h10",
  send: "M8 13V3.5M3.8 7.5L8 3.3l4.2 4.2",
  square: "M4.5 4.5h7v7h-7z",
  down: "M8 3v9.5M3.8 8.5L8 12.7l4.2-4.2",
  chevron: "M6 4l4 4-4 4",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z",
  screen: "M2 3h12v8H2zM6 14h4M8 11v3",
  list: "M2.5 4h11M2.5 8h11M2.5 12h7",
  more: "M3.2 8h.1M8 8h.1M12.8 8h.1",
  out: "M6 3.5H3.5v9h9V10M9 3h4v4M13 3L7.5 8.5",
  up: "M8 12.5V4M4.5 7L8 3.5 11.5 7",
  file: "M4 1.8h5.2L12.5 5v9.2H4zM9 2v3.2h3.3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" class="mark-ground" />
      <path d="M7 20a9 9 0 0 1 18 0M16 20l4.5-6" />
      <circle cx="16" cy="20" r="2.4" />
    </svg>
  );
}
