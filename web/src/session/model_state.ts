// How the model does, between one welcome and the next: a notice says that it does not answer, a
// message of its own says that it does again.
import type { Frame, Welcome } from "../protocol";

export function afterFrame(welcome: Welcome, frame: Frame): Welcome {
  const { model } = welcome;
  if (frame.type === "notice" && frame.code === "modelDegraded") return { ...welcome, model: { ...model, state: "degraded" } };
  const answers = frame.type === "event" && frame.event.type === "assistantMessage" && frame.event.model === model.name;
  return answers && model.state === "degraded" ? { ...welcome, model: { ...model, state: "ready" } } : welcome;
}
