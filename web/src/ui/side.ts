// Whether the list of threads is beside the thread, and whether it is open over it on a narrow page.
import { effect, signal } from "@preact/signals";

const STORED = "opscopilot.side";
/** Narrower pages have the list in a drawer. */
const WIDE = matchMedia("(min-width: 900px)");

export const wide = signal(WIDE.matches);
/** A page on which whatever lies over the thread covers it. */
const PHONE = matchMedia("(max-width: 640px)");

export const phone = signal(PHONE.matches);
/** Beside the thread, on a wide page; kept in this browser. */
export const besideOpen = signal(stored());
/** Over the thread, on a narrow page. */
export const drawerOpen = signal(false);

WIDE.addEventListener("change", (event) => {
  wide.value = event.matches;
  drawerOpen.value = false;
});

PHONE.addEventListener("change", (event) => (phone.value = event.matches));

effect(() => {
  try {
    localStorage.setItem(STORED, besideOpen.value ? "open" : "closed");
  } catch {
    // The choice then lasts as long as the page.
  }
});

export function toggleSide(): void {
  if (wide.value) besideOpen.value = !besideOpen.value;
  else drawerOpen.value = !drawerOpen.value;
}

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) !== "closed";
  } catch {
    return true;
  }
}
