// Pictures of results, against the mock: what is drawn, what can be done with it, and what is there
// instead when it cannot be drawn.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, openStage, shoot, SIZES, THEMES, visit, type Stage } from "./stage";

let stage: Stage;
beforeAll(async () => {
  delete process.env["OPSCOPILOT_URL"];
  delete process.env["OPSCOPILOT_BIN"];
  stage = await openStage();
});
afterAll(() => stage?.close());

const ALERTS = "Which security alerts are high severity?";
const HEALTH = "Is vm-shop-web-03 healthy?";
const PICTURE = /\/assets\/plot-[\w-]+\.js$/;

async function unfold(page: Page): Promise<void> {
  await page.locator(".call > details > summary").last().click();
  await page.locator(".call-body").last().waitFor();
}

describe("values over time", () => {
  test("the code of pictures is loaded with the first of them, under the page's policy", async () => {
    const { page, scripts, errors, strangers } = await visit(stage);
    expect(scripts.some(({ url }) => PICTURE.test(url))).toBe(false);
    await ask(page, ALERTS);
    await page.locator(".plot[data-state=drawn] canvas").waitFor();
    expect(scripts.some(({ url }) => PICTURE.test(url))).toBe(true);
    expect(await page.locator(".plot").getAttribute("aria-label")).toMatch(/^Alerts a day, 7 points\. high: highest 3, last 3/);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });

  test("the same values stand in a table", async () => {
    const { page } = await visit(stage);
    await ask(page, ALERTS);
    await page.locator("summary", { hasText: "The values as a table" }).click();
    await expect.poll(() => page.locator(".chart tbody tr").count()).toBe(7);
    expect(await page.locator(".chart tbody tr").nth(3).innerText()).toContain("–");
  });

  test("the pointer tells the values it is at, in the reader's zone", async () => {
    const said: string[] = [];
    for (const timezoneId of ["Asia/Kolkata", "America/Los_Angeles"]) {
      const { page } = await visit(stage, { timezoneId, locale: "en-GB" });
      await ask(page, ALERTS);
      await page.locator(".plot[data-state=drawn] .u-over").hover({ position: { x: 2, y: 40 } });
      await page.locator(".legend li", { hasText: "medium 4" }).waitFor();
      const at = await page.locator(".chart .meta").innerText();
      const first = await page.locator("summary", { hasText: "The values as a table" }).click().then(() => page.locator(".chart tbody time").first().getAttribute("datetime"));
      const wanted = new Date(first ?? "").toLocaleTimeString("en-GB", { timeZone: timezoneId, hour: "2-digit", minute: "2-digit" });
      expect(at).toContain(wanted);
      said.push(at);
    }
    expect(said[0]).not.toBe(said[1]);
  });

  test("a picture that cannot be loaded leaves its values", async () => {
    const { page } = await visit(stage);
    await page.route(PICTURE, (route) => route.abort());
    await ask(page, ALERTS);
    await page.locator(".chart", { hasText: "could not be loaded" }).waitFor();
    await expect.poll(() => page.locator(".chart tbody tr").count()).toBe(7);
  });

  test("it is drawn anew in the other theme", async () => {
    const { page } = await visit(stage, { colorScheme: "light" });
    await ask(page, ALERTS);
    await page.locator(".plot[data-state=drawn] canvas").waitFor();
    const picture = (): Promise<string> => page.locator(".plot canvas").evaluate((node) => (node as HTMLCanvasElement).toDataURL());
    const light = await picture();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(picture).not.toBe(light);
    const dark = await picture();
    await page.locator("header button[aria-label^='Theme']").click();
    await expect.poll(picture).not.toBe(dark);
  });
});

describe("a timeline", () => {
  test("is a list, newest first, and says what is not in it and where that is", async () => {
    const { page } = await visit(stage);
    await ask(page, HEALTH);
    const items = page.locator(".timeline li");
    expect(await items.count()).toBe(4);
    expect(await items.first().innerText()).toMatch(/Unavailable.*Standard_E16s_v5/s);
    expect(await items.first().locator(".hidden").first().textContent()).toContain("critical");
    expect(await page.locator(".timeline .of").innerText()).toBe("4 of 7, the rest in evidence e1");
    expect(await page.locator(".timeline time").first().getAttribute("datetime")).toMatch(/^\d{4}-/);
  });

  test("leads into the portal, and nowhere else", async () => {
    const { page } = await visit(stage);
    await ask(page, HEALTH);
    await unfold(page);
    const links = page.locator(".call a");
    expect(await links.count()).toBe(2);
    for (const link of await links.all()) {
      expect(await link.getAttribute("href")).toMatch(/^https:\/\/portal\.azure\.com\//);
      expect(await link.getAttribute("rel")).toContain("noopener");
    }
    await page.locator(".message button.cite").first().click();
    await page.locator("aside.panel .rows[aria-busy=false]").waitFor();
    expect(await page.locator("aside.panel .rows a.portal").count()).toBe(1);
  });
});

describe("a table", () => {
  test("sorts the rows it shows, says so, and gives their order back", async () => {
    const { page } = await visit(stage);
    await ask(page, HEALTH);
    await unfold(page);
    const names = (): Promise<string[]> => page.locator(".call tbody tr td:first-child").allInnerTexts();
    const head = (label: string) => page.locator(".call th", { hasText: label });
    const came = await names();
    await head("Severity").locator("button").click();
    expect(await names()).toEqual(["vm-9", "vm-1", "vm-10"]);
    expect(await head("Severity").getAttribute("aria-sort")).toBe("descending");
    expect(await page.locator(".call .table .of").innerText()).toBe("3 of 120 sorted, the rest in evidence e1");
    await head("CPU").locator("button").focus();
    await page.keyboard.press("Enter");
    expect(await names()).toEqual(["vm-9", "vm-10", "vm-1"]);
    await head("Name").locator("button").click();
    expect(await names()).toEqual(["vm-1", "vm-9", "vm-10"]);
    await head("Name").locator("button").click();
    await head("Name").locator("button").click();
    expect(await names()).toEqual(came);
  });
});

test("a call that is opened stays where it was clicked", async () => {
  const { page } = await visit(stage, { viewport: SIZES[1] });
  await ask(page, ALERTS);
  await ask(page, HEALTH);
  const summary = page.locator(".call > details > summary").last();
  await summary.scrollIntoViewIfNeeded();
  const before = (await summary.boundingBox())?.y ?? 0;
  await summary.click();
  await page.locator(".call-body").last().waitFor();
  expect(Math.abs(((await summary.boundingBox())?.y ?? 0) - before)).toBeLessThan(4);
});

describe("an answer", () => {
  test("says in plain words what its marks mean", async () => {
    const { page } = await visit(stage);
    await ask(page, "Explain my secure score");
    expect(await page.locator(".message mark.unsupported").innerText()).toContain("12 days");
    expect(await page.locator(".marked-note").innerText()).toMatch(/nothing it read bears out\. Check it/);
  });

  test("is copied with what it cites", async () => {
    const { page } = await visit(stage, { permissions: ["clipboard-read", "clipboard-write"] });
    await ask(page, ALERTS);
    await page.getByRole("button", { name: "Copy answer as Markdown" }).click();
    await page.getByText("Copied").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^There are \*\*3 high severity alerts\*\*.*- \[e1\] Security alerts \(`list_security_alerts`\)/s);
  });
});

describe.each(THEMES)("in the %s theme", (colorScheme) => {
  test.each(SIZES)("at $width px every picture keeps within the page and keeps nobody out", async (viewport) => {
    const { page } = await visit(stage, { viewport, colorScheme });
    await ask(page, ALERTS);
    await ask(page, HEALTH);
    await ask(page, "Explain my secure score");
    await page.locator(".plot[data-state=drawn]").waitFor();
    await page.locator(".call > details > summary").evaluateAll((nodes) => nodes.forEach((node) => (node as HTMLElement).click()));
    await page.locator(".plot[data-state=drawn]").waitFor();
    await shoot(page, `${viewport.width}-${colorScheme}-views`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    for (const part of [".app", ".log", ".call-body"]) {
      for (const node of await page.locator(part).all()) {
        expect(await node.evaluate((element) => element.scrollWidth - element.clientWidth), part).toBeLessThanOrEqual(0);
      }
    }
  });
});
