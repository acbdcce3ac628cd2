// The client that the README prints, run as it is printed against the real service.
import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startService, type Service } from "./service";

const root = join(import.meta.dirname, "..", "..", "..");
const binary = process.env["OPSCOPILOT_BIN"];
/** Where `ws` is found, as after the `npm install ws` that the README asks for. */
const folder = join(root, "web", "test-results");

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function printed(): string {
  const blocks = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```js\n(.*?)```/gs)];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] ?? "";
}

function run(text: string, url: string): Promise<Ended> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "chat.mjs");
  writeFileSync(file, printed());
  const child = spawn(process.execPath, [file, text, url], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (piece: Buffer) => (said += piece.toString()));
  return once(child, "exit").then(([code]) => ({ code: code as number | null, said }));
}

const chatOf = (service: Service): string => `${service.url.replace("http", "ws")}/v1/chat`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("it is about twenty lines", () => {
  expect(printed().trim().split("\n").length).toBeLessThanOrEqual(24);
});

describe.runIf(binary)("against the service", () => {
  test("it prints the answer", async () => {
    const service = await startService(binary ?? "");
    const { code, said } = await run("Explain my secure score", chatOf(service));
    await service.close();
    expect(code).toBe(0);
    expect(said).toMatch(/secure score is \d+.*\[e1\]/s);
  });

  test("it waits for a service that is not there yet, and asks once", async () => {
    const port = await freePort();
    const ended = run("Which subscriptions do I have?", `ws://127.0.0.1:${port}/v1/chat`);
    const service = await startService(binary ?? "", { port });
    const { code, said } = await ended;
    const listed = (await fetch(`${service.url}/v1/threads`).then((answer) => answer.json())) as { threads: unknown[] };
    await service.close();
    expect(code).toBe(0);
    expect(said).toContain("[e1]");
    expect(listed.threads).toHaveLength(1);
  });

  test("it says why a question was refused", async () => {
    const service = await startService(binary ?? "");
    const { code, said } = await run("x".repeat(60_000), chatOf(service));
    await service.close();
    expect(code).toBe(0);
    expect(said).toContain("invalidArgument");
  });
});
