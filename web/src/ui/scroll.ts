// Follows the log while it grows, as far as the beginning of the last answer: a long one is read from
// its first line. Lets go the moment the reader scrolls; at the end, the end is followed.
import { computed, signal, type ReadonlySignal } from "@preact/signals";

const UP_KEYS: ReadonlySet<string> = new Set(["ArrowUp", "PageUp", "Home"]);
/** Fractional zoom leaves the end up to a pixel away. */
const END_PX = 1.5;
/** An answer that just fits is seen whole. */
const EDGE_PX = 4;
/** What stays in sight above the beginning of a longer one. */
const ABOVE_PX = 56;

export class StickyScroll {
  readonly #stuck = signal(true);
  readonly #behind = signal(false);
  /** Whether there is more below what is followed. */
  readonly #more = signal(false);
  #goal: "answer" | "end" = "answer";
  #element: HTMLElement | null = null;
  /** There is no log yet: what is shown instead is read from its top. */
  #bare = false;
  #top = 0;
  #touchY = 0;

  /** Whether there is something below that is not in sight. */
  readonly below: ReadonlySignal<boolean> = computed(() => !this.#stuck.value || this.#more.value);

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
    // What is opened to be read must not run away from under the pointer.
    element.addEventListener("click", (event) => void (isFold(event.target) && (this.#stuck.value = false)), on);
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

  /** Follows the log again: to the beginning of its last answer, or to its end. */
  stick(goal: "answer" | "end"): void {
    this.#goal = goal;
    this.#stuck.value = true;
    this.#behind.value = false;
    this.#toGoal();
  }

  /** Something was said. */
  came(): void {
    if (!this.#stuck.value) this.#behind.value = true;
  }

  #toGoal(): void {
    const element = this.#element;
    if (!element || this.#bare) return;
    const end = element.scrollHeight - element.clientHeight;
    const begin = answerTop(element);
    const wanted = this.#goal === "end" || end <= begin - EDGE_PX ? end : begin - ABOVE_PX;
    element.scrollTop = wanted;
    this.#top = element.scrollTop;
    this.#more.value = end - wanted > END_PX;
  }

  #grown(): void {
    if (this.#stuck.value) return this.#toGoal();
    const element = this.#element;
    if (element && element.scrollHeight - element.clientHeight <= END_PX) this.#stuck.value = true;
  }

  #scrolled(): void {
    const element = this.#element;
    if (!element) return;
    const top = element.scrollTop;
    // Where it was put by `#toGoal`.
    if (Math.abs(top - this.#top) <= END_PX || this.#bare) return;
    this.#top = top;
    const atEnd = element.scrollHeight - element.clientHeight - top <= END_PX;
    this.#stuck.value = atEnd;
    if (!atEnd) return;
    this.#goal = "end";
    this.#behind.value = false;
    this.#more.value = false;
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

const isFold = (target: EventTarget | null): boolean => target instanceof Element && target.closest("summary") !== null;

// Where the last answer begins, or its question while there is none; the end where there is neither.
function answerTop(element: HTMLElement): number {
  const run = [...element.querySelectorAll(".run")].at(-1);
  const part = run?.querySelector(".message[data-finish=stop], .message[data-streaming=true]") ?? run;
  if (!part) return Number.POSITIVE_INFINITY;
  return part.getBoundingClientRect().top - element.getBoundingClientRect().top + element.scrollTop;
}
