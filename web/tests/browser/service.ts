// The real service for the tests: the binary on a free port, with a data directory of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Service {
  readonly url: string;
  /** Ends the process, by a signal it can hear (`SIGTERM`: it drains) or not (`SIGKILL`). */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again where it was, over the same data. */
  restart(): Promise<Service>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** The port; 0 takes a free one. */
  readonly port?: number;
  /** Its data directory; a new one when absent. */
  readonly data?: string;
  /** Further flags; those of a model take the planner's place. */
  readonly more?: readonly string[];
}

const modelled = (options: ServiceOptions): boolean => options.more?.includes("--openai-base-url") ?? false;

export async function startService(binary: string, options: ServiceOptions = {}): Promise<Service> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "opscopilot-browser-"));
  const model = modelled(options) ? [] : ["--planner"];
  const flags = ["serve", ...model, "--listen", `127.0.0.1:${options.port ?? 0}`, "--data", data, ...(options.more ?? [])];
  const child = spawn(binary, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const stop = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  const close = async (): Promise<void> => {
    await stop("SIGTERM");
    rmSync(data, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url) return { url, stop, close, restart: () => startService(binary, { ...options, data, port: Number(new URL(url).port) }) };
  }
  await close();
  throw new Error(`${binary} ended before it listened`);
}
