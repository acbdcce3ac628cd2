// A browser and a page for the tests, against the service in OPSCOPILOT_URL, one started from
// OPSCOPILOT_BIN, or else the mock. What the page asked of other hosts and what went wrong in it is
// kept for the tests to look at.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startService, type Service } from "./service";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { startMock, type Mock } from "../../dev/mock.mjs";

export const RESULTS = join(import.meta.dirname, "..", "..", "test-results");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync", "--no-first-run"];

export const THEMES = ["light", "dark"] as const;
export const SIZES = [
  { width: 1280, height: 800 },
  { width: 375, height: 740 },
] as const;

export interface Stage {
  readonly url: string;
  /** None when a real service is under test. */
  readonly mock: Mock | null;
  readonly browser: Browser;
  close(): Promise<void>;
}

export interface Visit {
  readonly page: Page;
  /** Requests to hosts other than the service's. */
  readonly strangers: string[];
  /** Errors the page met: exceptions, console errors, breaches of its policy. */
  readonly errors: string[];
  readonly scripts: { readonly url: string; readonly body: () => Promise<Buffer> }[];
}

export async function openStage(): Promise<Stage> {
  const given = process.env["OPSCOPILOT_URL"];
  const binary = process.env["OPSCOPILOT_BIN"];
  const service: Service | null = !given && binary ? await startService(binary) : null;
  const mock = given || service ? null : await startMock({ paceMs: 4 });
  const opened = await openBrowser(given ?? service?.url ?? mock?.url ?? "");
  const close = async (): Promise<void> => {
    await opened.close();
    await mock?.close();
    await service?.close();
  };
  return { ...opened, mock, close };
}

/** A browser for a service that the test looks after itself. */
export async function openBrowser(url: string): Promise<Stage> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return { url, mock: null, browser, close: () => browser.close() };
}

/** A page with nothing in it yet, for tests that prepare it. */
export async function start(stage: Stage, options: BrowserContextOptions): Promise<Page> {
  return (await stage.browser.newContext(options)).newPage();
}

export async function visit(stage: Stage, options: BrowserContextOptions = {}, path = "/"): Promise<Visit> {
  const context = await stage.browser.newContext({ viewport: SIZES[0], bypassCSP: false, ...options });
  const page = await context.newPage();
  const seen: Visit = { page, strangers: [], errors: [], scripts: [] };
  const home = new URL(stage.url).host;
  const watch = (url: string): void => {
    if (/^(https?|wss?):/.test(url) && new URL(url).host !== home) seen.strangers.push(url);
  };
  page.on("request", (request) => watch(request.url()));
  page.on("websocket", (socket) => watch(socket.url()));
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") seen.scripts.push({ url: response.url(), body: () => response.body() });
  });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  await page.goto(stage.url + path);
  await page.locator('.connection[data-phase="open"]').waitFor();
  return seen;
}

/** Asks and waits for the end of the run. */
export async function ask(page: Page, text: string): Promise<void> {
  const runs = await page.locator("article.run").count();
  await page.locator(".composer textarea").fill(text);
  await page.keyboard.press("Enter");
  await page.locator(`article.run:nth-of-type(${runs + 1})[data-phase="finished"]`).waitFor({ timeout: 50_000 });
}

export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  await page.screenshot({ path: join(RESULTS, `${name}.png`) });
}
