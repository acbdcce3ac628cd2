// `npm run dev:mock`: the mock service and, in front of it, Vite with the sources live.
import { createServer } from "vite";
import { startMock } from "./mock.mjs";

const mock = await startMock({ port: Number(process.env.MOCK_PORT ?? 8787) });
process.env.OPSCOPILOT_URL = mock.url;
const vite = await createServer();
await vite.listen();
vite.printUrls();
