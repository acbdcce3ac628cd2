// What the page suggests, asked of the real service: every question it offers must be one that the
// service answers. And what can be taken away from an answer.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, openStage, visit, type Stage } from "./stage";

const real = Boolean(process.env["OPSCOPILOT_BIN"] ?? process.env["OPSCOPILOT_URL"]);

let stage: Stage;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage?.close());

/** The tools whose own way of being asked for it is; none for a question about the answer before. */
async function ownersOf(question: string): Promise<readonly string[]> {
  const { tools } = (await fetch(`${stage.url}/v1/tools`).then((answer) => answer.json())) as { tools: { name: string; asks: string[] }[] };
  return tools.filter(({ asks }) => asks.includes(question)).map(({ name }) => name);
}

async function answersWith(page: Page, question: string): Promise<void> {
  await ask(page, question);
  const run = page.locator("article.run").last();
  const used = await run.locator(".call[data-status=succeeded] .call-tool").allInnerTexts();
  expect(used, `${question}: a tool was used`).not.toEqual([]);
  const owners = await ownersOf(question);
  if (owners.length > 0) expect(used.some((tool) => owners.includes(tool)), `${question}: answered by ${used.join()}`).toBe(true);
  expect(await run.locator(".message").first().innerText(), question).not.toMatch(/^I (could not|cannot|have no)/);
}

describe.runIf(real)("against the service", () => {
  test("every question of the empty page is answered", async () => {
    const { page } = await visit(stage);
    const questions = await page.locator(".suggestions strong").allInnerTexts();
    expect(questions.length).toBeGreaterThanOrEqual(4);
    for (const question of questions) {
      await page.goto(`${stage.url}/#/`);
      await page.locator(".empty").waitFor();
      await answersWith(page, question);
    }
  });

  test("every question offered after an answer is answered", async () => {
    const { page } = await visit(stage);
    for (const first of ["Which security alerts do we have?", "Is anything down?", "Explain my secure score", "Catch me up on alerts"]) {
      await page.goto(`${stage.url}/#/`);
      await page.locator(".empty").waitFor();
      await ask(page, first);
      const offered = await page.locator(".follow-ups .chip").allInnerTexts();
      expect(offered.length, first).toBeGreaterThan(0);
      for (const question of offered) {
        await page.goto(`${stage.url}/#/`);
        await page.locator(".empty").waitFor();
        await ask(page, first);
        await answersWith(page, question);
      }
    }
  });

  test("an evidence is taken away as CSV and as JSON, whole", async () => {
    const { page } = await visit(stage);
    await ask(page, "List all resources");
    await page.locator(".message button.cite").first().click();
    await page.locator("aside.panel .rows[aria-busy=false]").waitFor();
    await page.locator("aside.panel .rows", { hasText: "The tool read 100 of" }).waitFor();
    const total = 100;
    const saved = async (button: string): Promise<string> => {
      const coming = page.waitForEvent("download");
      await page.locator("aside.panel .row-actions").getByText(button).click();
      return readFileSync(await (await coming).path(), "utf8");
    };
    expect((await saved("Download CSV")).trimEnd().split("\r\n")).toHaveLength(total + 1);
    const json = JSON.parse(await saved("Download JSON")) as { rows: unknown[]; total: number };
    expect(json.rows).toHaveLength(total);
    expect(json.total).toBe(total);
  });
});

test("a question of the catalogue is put into the box, not asked", async () => {
  const { page } = await visit(stage);
  await page.locator(".catalogue > summary").click();
  const chip = page.locator(".catalogue .chip").first();
  const question = await chip.innerText();
  await chip.click();
  await expect.poll(() => page.locator(".composer textarea").inputValue()).toBe(question);
  expect(await page.locator("article.run").count()).toBe(0);
  expect(await page.locator(".composer textarea").evaluate((node) => node === document.activeElement)).toBe(true);
});
