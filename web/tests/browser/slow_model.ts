// A model behind an OpenAI-compatible endpoint that stops in the middle of its answer until it is
// told to go on: time enough to take the service away.
import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** Without figures: those would be marked as borne out by nothing. */
export const SENTENCES = [..."abcdefghijklmnopqrst"].map((letter) => `Then came part ${letter} of the story. `);
/** How many sentences come before it stops. */
export const FIRST = 8;

export interface SlowModel {
  readonly url: string;
  /** How many answers it was asked for. */
  readonly asked: () => number;
  /** Lets this answer and all that follow go to their end. */
  goOn(): void;
  close(): Promise<void>;
}

export async function startSlowModel(): Promise<SlowModel> {
  let asked = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      asked += 1;
      void answer(response, gate);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    open();
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}/v1`, asked: () => asked, goOn: () => open(), close };
}

async function answer(response: ServerResponse, gate: Promise<void>): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choice: object): void => void response.write(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, ...choice }] })}\n\n`);
  for (const sentence of SENTENCES.slice(0, FIRST)) send({ delta: { content: sentence }, finish_reason: null });
  await gate;
  for (const sentence of SENTENCES.slice(FIRST)) send({ delta: { content: sentence }, finish_reason: null });
  send({ delta: {}, finish_reason: "stop" });
  response.end("data: [DONE]\n\n");
}
