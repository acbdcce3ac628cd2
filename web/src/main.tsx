// Starts the page.
import { render } from "preact";
import { effect } from "@preact/signals";
import { version } from "../package.json";
import { Session } from "./session/session";
import { Threads } from "./session/threads";
import { App } from "./ui/app";
import { closeEvidence } from "./ui/panel";
import { applyTheme } from "./ui/theme";

applyTheme();
const session = new Session(version);
const threads = new Threads(session);
const root = document.getElementById("app");
if (root) render(<App session={session} threads={threads} />, root);
session.start();
threads.start();

let shown = session.thread.value?.threadId;
effect(() => {
  const thread = session.thread.value;
  document.title = thread?.title ? `${thread.title} · opscopilot` : "opscopilot";
  if (thread?.threadId !== shown) closeEvidence();
  shown = thread?.threadId;
});
