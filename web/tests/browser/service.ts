// The real service for the tests: the binary on a free port, with a data directory of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

export async function startService(binary: string): Promise<Service> {
  const data = mkdtempSync(join(tmpdir(), "opscopilot-browser-"));
  const options = ["serve", "--planner", "--listen", "127.0.0.1:0", "--data", data];
  const child = spawn(binary, options, { stdio: ["ignore", "pipe", "inherit"] });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(data, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url) return { url, close };
  }
  await close();
  throw new Error(`${binary} ended before it listened`);
}
