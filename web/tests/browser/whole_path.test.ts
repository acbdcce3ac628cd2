// The whole path, against the mock or a real service: a question, tools at work, a cited answer.
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, openStage, shoot, SIZES, THEMES, visit, type Stage } from "./stage";

const MOST_SCRIPT_BYTES = 70 * 1024;
const QUESTION = "Explain my secure score";

let stage: Stage;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage?.close());

test("a question is answered with tools, citations and their evidence", async () => {
  const { page, strangers, errors } = await visit(stage);
  expect(page.url()).not.toContain("#/t/");
  await ask(page, QUESTION);
  expect(page.url()).toContain("#/t/");
  expect(await page.locator(".call[data-status=succeeded]").count()).toBeGreaterThan(0);
  const answer = page.locator(".message[data-finish=stop]").last();
  expect((await answer.innerText()).length).toBeGreaterThan(20);
  expect(await page.locator(".coverage").last().innerText()).toMatch(/^Looked at /);
  const citation = answer.locator("button.cite").first();
  const evidenceId = await citation.getAttribute("data-evidence");
  await citation.click();
  const panel = page.locator("aside.panel");
  await panel.locator(".rows[aria-busy=false]").waitFor();
  expect(await panel.getAttribute("aria-label")).toBe(`Evidence ${evidenceId}`);
  expect(await panel.locator(".error").count()).toBe(0);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await expect.poll(() => citation.evaluate((node) => node === document.activeElement)).toBe(true);
  expect(strangers).toEqual([]);
  expect(errors).toEqual([]);
});

test("a long answer scrolls in its own room, not the page under it", async () => {
  const { page } = await visit(stage, { viewport: SIZES[1] });
  await ask(page, QUESTION);
  const [whole, shown] = await page.evaluate(() => [document.documentElement.scrollHeight, window.innerHeight]);
  expect(whole).toBe(shown);
});

test("a reload shows the same thread", async () => {
  const { page, errors } = await visit(stage);
  await ask(page, QUESTION);
  const before = await page.locator(".message").allInnerTexts();
  await page.reload();
  await page.locator('article.run[data-phase="finished"]').waitFor();
  expect(await page.locator(".message").allInnerTexts()).toEqual(before);
  expect(errors).toEqual([]);
});

test("no thread is made by looking", async () => {
  const { page } = await visit(stage);
  const sent: string[] = [];
  page.on("websocket", (socket) => socket.on("framesent", (frame) => sent.push(String(frame.payload))));
  await page.reload();
  await page.locator('.connection[data-phase="open"]').waitFor();
  expect(sent.map((frame) => (JSON.parse(frame) as { type: string }).type)).toEqual(["hello"]);
});

test("the scripts of a page load are small", async () => {
  const { scripts } = await visit(stage);
  const sizes = await Promise.all(scripts.map(async ({ body }) => gzipSync(await body(), { level: 9 }).length));
  const bytes = sizes.reduce((one, other) => one + other, 0);
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
});

describe.each(THEMES)("in the %s theme", (colorScheme) => {
  test.each(SIZES)("at $width px nothing keeps people out", async (viewport) => {
    const { page } = await visit(stage, { viewport, colorScheme });
    const name = `${viewport.width}-${colorScheme}`;
    const check = async (view: string): Promise<void> => {
      await shoot(page, `${name}-${view}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => [view, id, nodes.map((node) => node.html)])).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, `${view} is wider than the window`).toBeLessThanOrEqual(0);
    };
    await check("empty");
    await ask(page, QUESTION);
    await check("answer");
    const closed = page.locator(".call > details:not([open]) > summary");
    if ((await closed.count()) > 0) await closed.last().click();
    await page.locator(".message[data-finish=stop] button.cite").first().click();
    await page.locator("aside.panel .rows[aria-busy=false]").waitFor();
    await check("evidence");
    // Where the evidence covers everything, what lies under it is out of reach until it is closed.
    expect(await page.locator("main[inert]").count()).toBe(viewport.width < 640 ? 1 : 0);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe("cite");
  });
});
