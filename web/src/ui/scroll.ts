// Keeps the end of the log in sight while it grows, and lets go the moment the reader moves up.
import { signal, type ReadonlySignal } from "@preact/signals";

const UP_KEYS: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);
/** Fractional zoom leaves the end up to a pixel away. */
const END_PX = 1.5;

export class StickyScroll {
  readonly #stuck = signal(true);
  readonly #behind = signal(false);
  #element: HTMLElement | null = null;
  /** There is no log yet: what is shown instead is read from its top. */
  #bare = false;
  #top = 0;
  #touchY = 0;

  /** Whether the end is followed. */
  get stuck(): ReadonlySignal<boolean> {
    return this.#stuck;
  }

  /** Whether something came while it was not. */
  get behind(): ReadonlySignal<boolean> {
    return this.#behind;
  }

  /** Watches `element`, whose only child holds the content. Returns what ends the watch. */
  attach(element: HTMLElement): () => void {
    this.#element = element;
    const ends = new AbortController();
    const on = { signal: ends.signal, passive: true } as const;
    element.addEventListener("scroll", () => this.#scrolled(), on);
    element.addEventListener("wheel", (event) => void (event.deltaY < 0 && this.#release()), on);
    element.addEventListener("keydown", (event) => void (UP_KEYS.has(event.key) && this.#release()), on);
    element.addEventListener("touchstart", (event) => void (this.#touchY = event.touches[0]?.clientY ?? 0), on);
    element.addEventListener("touchmove", (event) => this.#touched(event), on);
    const sizes = new ResizeObserver(() => this.#grown());
    sizes.observe(element);
    if (element.firstElementChild) sizes.observe(element.firstElementChild);
    return () => {
      ends.abort();
      sizes.disconnect();
    };
  }

  /** Tells whether there is a log to follow. */
  follow(what: "log" | "nothing"): void {
    const bare = what === "nothing";
    if (bare && !this.#bare && this.#element) this.#element.scrollTop = 0;
    this.#bare = bare;
  }

  /** Goes to the end and follows it again. */
  stick(): void {
    this.#stuck.value = true;
    this.#behind.value = false;
    this.#toEnd();
  }

  /** Something was said. */
  came(): void {
    if (!this.#stuck.value) this.#behind.value = true;
  }

  #toEnd(): void {
    if (!this.#element || this.#bare) return;
    this.#element.scrollTop = this.#element.scrollHeight;
    this.#top = this.#element.scrollTop;
  }

  #grown(): void {
    if (this.#stuck.value) this.#toEnd();
  }

  #scrolled(): void {
    const element = this.#element;
    if (!element) return;
    const top = element.scrollTop;
    if (element.scrollHeight - element.clientHeight - top <= END_PX) {
      this.#stuck.value = true;
      this.#behind.value = false;
    } else if (top < this.#top && !this.#bare) {
      this.#stuck.value = false;
    }
    this.#top = top;
  }

  #touched(event: TouchEvent): void {
    const y = event.touches[0]?.clientY ?? 0;
    if (y > this.#touchY) this.#release();
    this.#touchY = y;
  }

  #release(): void {
    const element = this.#element;
    if (element && !this.#bare && element.scrollHeight > element.clientHeight) this.#stuck.value = false;
  }
}
