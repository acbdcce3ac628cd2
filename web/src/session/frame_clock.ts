// Batches changes into one a frame. A hidden page gets no frames, so a timer stands in.

const HIDDEN_MS = 250;

/** Calls `run` once after any number of calls to the returned function. */
export function oncePerFrame(run: () => void): () => void {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
    run();
  };
  return () => {
    if (timer !== undefined) return;
    frame = requestAnimationFrame(fire);
    timer = setTimeout(fire, HIDDEN_MS);
  };
}
