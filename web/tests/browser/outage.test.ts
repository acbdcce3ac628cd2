// The real service killed, drained and started again under the page: nothing is lost, nothing runs
// twice, and the page says what is going on.
import { AxeBuilder } from "@axe-core/playwright";
import { afterEach, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { startService, type Service } from "./service";
import { FIRST, SENTENCES, startSlowModel, type SlowModel } from "./slow_model";
import { ask, openBrowser, shoot, visit, type Stage } from "./stage";

const binary = process.env["OPSCOPILOT_BIN"];

let stage: Stage | null = null;
let service: Service | null = null;
let model: SlowModel | null = null;
afterEach(async () => {
  await stage?.close();
  await model?.close();
  await service?.close();
  stage = service = model = null;
});

async function opened(): Promise<Page> {
  service = await startService(binary ?? "");
  stage = await openBrowser(service.url);
  return (await visit(stage)).page;
}

const send = async (page: Page, text: string): Promise<void> => {
  await page.locator(".composer textarea").fill(text);
  await page.keyboard.press("Enter");
};

describe.runIf(binary)("a service that goes away", () => {
  test("killed: the page says so, keeps what was asked, and asks it once when the service is back", async () => {
    const page = await opened();
    await ask(page, "Explain my secure score");
    const before = await page.locator(".message").allInnerTexts();
    await service?.stop("SIGKILL");
    await page.locator('.connection:not([data-phase="open"])').waitFor();
    await send(page, "Which subscriptions do I have?");
    await page.locator(".sending .meta", { hasText: "waiting for the connection" }).waitFor();
    await page.locator(".banner", { hasText: "Connect now" }).waitFor({ timeout: 15_000 });
    await shoot(page, "offline");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    service = (await service?.restart()) ?? null;
    // By the button, or by itself if that is sooner.
    await page.locator(".banner button").click({ timeout: 2_000 }).catch(() => undefined);
    await page.locator('article.run:nth-of-type(2)[data-phase="finished"]').waitFor();
    expect(await page.locator("article.run").count()).toBe(2);
    expect((await page.locator(".message").allInnerTexts()).slice(0, before.length)).toEqual(before);
    expect(await page.locator(".banner").count()).toBe(0);
  });

  test("drained: the page comes back by itself and the thread goes on", async () => {
    const page = await opened();
    await ask(page, "Explain my secure score");
    await service?.stop("SIGTERM");
    await page.locator('.connection:not([data-phase="open"])').waitFor();
    service = (await service?.restart()) ?? null;
    await page.locator('.connection[data-phase="open"]').waitFor({ timeout: 30_000 });
    await ask(page, "Which subscriptions do I have?");
    expect(await page.locator("article.run").count()).toBe(2);
    expect(await page.locator(".outcome").count()).toBe(0);
    await page.locator(".thread-row", { hasText: "Explain my secure score" }).waitFor();
  });

  test("a new thread asked for while it was away is made once, and has an address", async () => {
    const page = await opened();
    await service?.stop("SIGKILL");
    await page.locator('.connection:not([data-phase="open"])').waitFor();
    await send(page, "Which subscriptions do I have?");
    await page.locator(".sending").waitFor();
    await page.reload().catch(() => undefined);
    service = (await service?.restart()) ?? null;
    await page.goto(service?.url ?? "");
    await page.locator('article.run[data-phase="finished"]').waitFor({ timeout: 30_000 });
    expect(page.url()).toContain("#/t/");
    const listed = (await fetch(`${service?.url}/v1/threads`).then((answer) => answer.json())) as { threads: unknown[] };
    expect(listed.threads).toHaveLength(1);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("ended by %s in the middle of an answer: the answer comes whole, once", async (signal) => {
    model = await startSlowModel();
    const more = ["--openai-base-url", model.url, "--openai-api-key", "none", "--openai-model", "slow"];
    service = await startService(binary ?? "", { more });
    stage = await openBrowser(service.url);
    const { page } = await visit(stage);
    await send(page, "Tell me a long story");
    await page.locator(".message[data-streaming=true]", { hasText: SENTENCES[FIRST - 1]?.trim() ?? "" }).waitFor();
    await service.stop(signal);
    await page.locator('.connection:not([data-phase="open"])').waitFor();
    expect(await page.locator(".message").innerText()).toContain(SENTENCES[0]?.trim());
    model.goOn();
    service = await service.restart();
    await page.locator('article.run[data-phase="finished"]').waitFor({ timeout: 50_000 });
    expect((await page.locator(".message").allInnerTexts()).map((text) => text.trim())).toEqual([SENTENCES.join("").trim()]);
    expect(await page.locator("article.run").count()).toBe(1);
    expect(await page.locator(".outcome").count()).toBe(0);
    expect(model.asked()).toBe(2);
  });
});
