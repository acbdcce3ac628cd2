// The list of threads, against the mock or a real service.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, openStage, shoot, SIZES, visit, type Stage } from "./stage";

let stage: Stage;
beforeAll(async () => void (stage = await openStage()));
afterAll(() => stage?.close());

const row = (page: Page, title: string) => page.locator(".thread-row", { hasText: title });
const openChoices = (page: Page, title: string) => row(page, title).getByRole("button", { name: /^What to do with/ }).click();

/** A thread with a title of its own, open on the page. */
async function threadCalled(page: Page, title: string): Promise<void> {
  await page.goto(`${stage.url}/#/`);
  await ask(page, "Explain my secure score");
  const id = threadIn(page);
  const answer = await page.evaluate(
    ([path, name]) => fetch(path ?? "", { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify({ title: name }) }).then(({ ok }) => ok),
    [`/v1/threads/${id}`, title],
  );
  expect(answer).toBe(true);
  await row(page, title).waitFor();
}

const threadIn = (page: Page): string => page.url().split("#/t/")[1] ?? "";

test("the newest thread is first, the open one is marked, and each has an address", async () => {
  const { page, errors } = await visit(stage);
  await threadCalled(page, "Older one");
  const older = threadIn(page);
  await threadCalled(page, "Newer one");
  await expect.poll(() => page.locator(".thread-title").allInnerTexts()).toEqual(expect.arrayContaining(["Newer one", "Older one"]));
  const titles = await page.locator(".thread-title").allInnerTexts();
  expect(titles.indexOf("Newer one")).toBeLessThan(titles.indexOf("Older one"));
  await row(page, "Older one").locator("a.thread-link").click();
  await page.locator('article.run[data-phase="finished"]').waitFor();
  expect(threadIn(page)).toBe(older);
  expect(await page.locator('.thread-link[aria-current="page"]').innerText()).toContain("Older one");
  expect(await page.title()).toContain("Older one");
  await page.goBack();
  await page.locator('.thread-row[data-open="true"]', { hasText: "Newer one" }).waitFor();
  expect(errors).toEqual([]);
});

test("an address opens its thread in a fresh page", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Deep link");
  const { page: other } = await visit(stage, {}, `/#/t/${threadIn(page)}`);
  await other.locator('article.run[data-phase="finished"]').waitFor();
  await other.locator('.thread-row[data-open="true"]', { hasText: "Deep link" }).waitFor();
});

test("a thread is renamed by keyboard alone, here and in another tab", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Before");
  const other = await page.context().newPage();
  await other.goto(stage.url);
  await row(other, "Before").waitFor();
  await row(page, "Before").locator("a.thread-link").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".thread-choices").waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".rename input").waitFor();
  await page.keyboard.type("After <b>it</b>");
  await page.keyboard.press("Enter");
  await row(page, "After <b>it</b>").waitFor();
  await row(other, "After <b>it</b>").waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toContain("What to do with After");
  expect(await page.title()).toContain("After <b>it</b>");
});

test("Escape leaves a title as it was", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Stays so");
  await openChoices(page, "Stays so");
  await page.locator(".thread-choices button", { hasText: "Rename" }).click();
  await page.locator(".rename input").fill("Not so");
  await page.keyboard.press("Escape");
  await row(page, "Stays so").waitFor();
  expect(await page.locator(".thread-title", { hasText: "Not so" }).count()).toBe(0);
});

test("an archived thread is among the archived, says so, and is restored", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Put away");
  await openChoices(page, "Put away");
  await page.locator(".thread-choices button", { hasText: "Archive" }).click();
  await row(page, "Put away").waitFor({ state: "detached" });
  await page.locator(".banner", { hasText: "archived" }).waitFor();
  await page.getByRole("button", { name: "Archived" }).click();
  await row(page, "Put away").waitFor();
  await page.locator(".banner button", { hasText: "Restore" }).click();
  await row(page, "Put away").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Active" }).click();
  await row(page, "Put away").waitFor();
  await page.locator(".banner").waitFor({ state: "detached" });
});

test("a thread is deleted only when that is confirmed", async () => {
  const { page, errors } = await visit(stage);
  await threadCalled(page, "Doomed");
  const address = page.url();
  await openChoices(page, "Doomed");
  await page.locator(".thread-choices button", { hasText: "Delete" }).click();
  await page.getByRole("alertdialog").waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Keep it");
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").waitFor({ state: "detached" });
  await row(page, "Doomed").waitFor();
  await openChoices(page, "Doomed");
  await page.locator(".thread-choices button", { hasText: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await row(page, "Doomed").waitFor({ state: "detached" });
  expect(page.url()).not.toContain("#/t/");
  await page.locator(".empty").waitFor();
  expect(await page.locator(".banner").count()).toBe(0);
  expect(errors).toEqual([]);
  await page.goto(address);
  await page.locator(".banner[data-tone=error]").waitFor();
});

test("arrow keys go from thread to thread", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Lower");
  await threadCalled(page, "Upper");
  await row(page, "Upper").locator("a.thread-link").focus();
  await page.keyboard.press("ArrowDown");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Lower");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.locator('.thread-row[data-open="true"]', { hasText: "Upper" }).waitFor();
});

test("older threads come in pages", async () => {
  const { page } = await visit(stage);
  await threadCalled(page, "Before the many");
  await page.evaluate(async () => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    for (let made = 0; made < 60; made += 1) await fetch("/v1/threads", init);
  });
  await page.reload();
  await expect.poll(() => page.locator(".thread-row").count()).toBe(50);
  await page.getByRole("button", { name: "Older threads" }).click();
  await row(page, "Before the many").waitFor();
  const ids = await page.locator(".thread-row").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-thread")));
  expect(ids.length).toBeGreaterThan(60);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(["light", "dark"] as const)("on a phone, %s", (colorScheme) => {
  test("the list is a drawer that opens, closes and keeps nobody out", async () => {
    const { page } = await visit(stage, { viewport: SIZES[1], colorScheme });
    expect(await page.locator(".side").count()).toBe(0);
    const opener = page.locator("header").getByRole("button", { name: "Threads" });
    await opener.click();
    await page.locator("dialog.drawer").waitFor();
    await page.locator(".thread-list[aria-busy=false]").waitFor();
    await shoot(page, `375-${colorScheme}-threads`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("dialog.drawer").waitFor({ state: "detached" });
    expect(await opener.evaluate((node) => node === document.activeElement)).toBe(true);
    await opener.click();
    await page.locator("a.thread-link").first().click();
    await page.locator("dialog.drawer").waitFor({ state: "detached" });
    expect(page.url()).toContain("#/t/");
  });
});
