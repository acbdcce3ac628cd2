// What only the mock can be told to do: hostile words, cut lines, failures, refusals.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import type { Mock } from "../../dev/mock.mjs";
import { ask, openStage, shoot, visit, type Stage } from "./stage";

let stage: Stage;
let mock: Mock;

beforeAll(async () => {
  delete process.env["OPSCOPILOT_URL"];
  delete process.env["OPSCOPILOT_BIN"];
  stage = await openStage();
  mock = stage.mock as Mock;
});
afterAll(() => stage?.close());
afterEach(() => {
  mock.world.deaf = false;
  mock.world.paceMs = 4;
});

const send = async (page: Page, text: string): Promise<void> => {
  await page.locator(".composer textarea").fill(text);
  await page.keyboard.press("Enter");
};

test("hostile Markdown and tool output do nothing", async () => {
  const { page, strangers, errors } = await visit(stage);
  await ask(page, "Be hostile");
  await page.locator(".call > details > summary").click();
  await page.locator(".call button", { hasText: "Raw" }).click();
  await page.locator(".message button.cite").last().click();
  await page.locator("aside.panel .rows[aria-busy=false]").waitFor();
  await page.locator("aside.panel summary", { hasText: "Everything else" }).click();
  await page.locator("aside.panel .code-rest").waitFor();
  await page.locator(".call .plot[data-state=drawn]").waitFor();
  await shoot(page, "hostile");
  for (const part of [".app", ".log", "aside.panel", ".call", ".message"]) {
    const wide = await page.locator(part).first().evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(wide, `${part} is wider than it may be`).toBeLessThanOrEqual(0);
  }
  expect(await page.evaluate(() => "pwned" in window)).toBe(false);
  expect(await page.locator(".app :is(script, img, iframe, style, object, embed)").count()).toBe(0);
  const links = await page.locator(".message a").evaluateAll((nodes) => nodes.map((node) => [node.getAttribute("href"), node.getAttribute("rel")]));
  for (const [href, rel] of links) {
    expect(href).toMatch(/^(https?:|mailto:)/);
    expect(rel).toContain("noopener");
  }
  expect(await page.locator(".app").innerText()).not.toMatch(/[\u200b\u202a-\u202e\u2066-\u2069\u001b\u{e0000}-\u{e007f}]/u);
  expect(strangers).toEqual([]);
  expect(errors).toEqual([]);
});

test("the policy stops scripts that are put into the page", async () => {
  const { page } = await visit(stage);
  const outcome = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<img src=x onerror='window.pwned=1'>";
      return "allowed";
    } catch (error) {
      return error instanceof TypeError ? "refused" : String(error);
    }
  });
  expect(outcome).toBe("refused");
});

describe("a cut line", () => {
  test("loses nothing of an answer that streams", async () => {
    mock.world.paceMs = 10;
    const { page } = await visit(stage);
    await send(page, "A long answer please");
    for (let cut = 0; cut < 4; cut += 1) {
      await page.locator(".message[data-streaming=true]").waitFor();
      const before = (await page.locator(".message").innerText()).length;
      await page.waitForFunction((length) => (document.querySelector(".message")?.textContent ?? "").length > length + 100, before);
      mock.cut();
    }
    mock.world.paceMs = 0;
    await page.locator('article.run[data-phase="finished"]').waitFor({ timeout: 50_000 });
    const shown = await page.locator(".message").innerText();
    for (let paragraph = 1; paragraph <= 60; paragraph += 1) expect(shown.split(`Paragraph ${paragraph}:`)).toHaveLength(2);
    expect(shown).toContain("The end of the long answer.");
    expect(await page.locator("article.run").count()).toBe(1);
  });

  test("keeps the node of the message from the first word to the last", async () => {
    mock.world.paceMs = 6;
    const { page } = await visit(stage);
    await send(page, "A long answer please");
    await page.locator(".message[data-streaming=true]").waitFor();
    await page.evaluate(() => ((document.querySelector(".message") as Element & { kept?: boolean }).kept = true));
    mock.world.paceMs = 0;
    await page.locator(".message[data-streaming=false]").waitFor();
    expect(await page.evaluate(() => (document.querySelector(".message") as Element & { kept?: boolean }).kept)).toBe(true);
  });

  test("keeps a question until it can be sent, and asks it once", async () => {
    const { page } = await visit(stage);
    await ask(page, "Which security alerts are high severity?");
    mock.world.deaf = true;
    mock.cut();
    await page.locator('.connection:not([data-phase="open"])').waitFor();
    expect(await page.locator(".banner").count()).toBe(0);
    await send(page, "Explain my secure score");
    await page.locator(".sending .meta", { hasText: "waiting for the connection" }).waitFor();
    await page.locator(".banner", { hasText: "Connect now" }).waitFor({ timeout: 8_000 });
    await shoot(page, "disconnected");
    await page.reload();
    mock.world.deaf = false;
    await page.locator('article.run:nth-of-type(2)[data-phase="finished"]').waitFor();
    expect(await page.locator("article.run").count()).toBe(2);
    expect(await page.locator(".sending").count()).toBe(0);
  });

  test("with nobody watching, the run goes on and is there", async () => {
    const { page } = await visit(stage);
    await send(page, "A long answer please");
    await page.locator("article.run").waitFor();
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await page.locator('article.run[data-phase="finished"]').waitFor();
    expect(await page.locator(".message").innerText()).toContain("The end of the long answer.");
  });
});

describe("outcomes", () => {
  test("a failure says what happened, with its code, and can be asked again", async () => {
    const { page } = await visit(stage);
    await ask(page, "Please fail");
    expect(await page.locator(".outcome").innerText()).toMatch(/No answer\..*broke off.*modelUnavailable/s);
    expect(await page.locator(".call-error").innerText()).toMatch(/Access denied.*AuthorizationFailed.*7e0c4f52/s);
    expect(await page.locator(".failures").innerText()).toContain("rg-payments");
    await shoot(page, "failure");
    await page.locator(".outcome button").click();
    await page.locator("article.run:nth-of-type(2)").waitFor();
  });

  test("a cancelled run says so and keeps what was said", async () => {
    mock.world.paceMs = 30;
    const { page } = await visit(stage);
    await send(page, "A long answer please");
    await page.locator(".message[data-streaming=true]").waitFor();
    await page.locator("button.cancel").click();
    await page.locator('article.run[data-phase="finished"]').waitFor();
    expect(await page.locator(".outcome").innerText()).toContain("Cancelled");
    expect((await page.locator(".message").innerText()).length).toBeGreaterThan(0);
    expect(await page.locator("button.cancel").count()).toBe(0);
  });

  test("a refused question keeps its words and says why", async () => {
    const { page } = await visit(stage);
    await send(page, "refuse me");
    await page.locator(".sending[data-state='not sent']").waitFor();
    expect(await page.locator(".sending").innerText()).toContain("Too many questions");
    await page.locator(".sending button", { hasText: "Discard" }).click();
    expect(await page.locator(".sending").count()).toBe(0);
  });

  test("a thread that does not exist is said so", async () => {
    const { page } = await visit(stage, {}, "/#/t/nothing-here");
    await page.locator(".banner", { hasText: "no such thread" }).waitFor();
  });

  test("a model that does not answer is said so until it answers again", async () => {
    const { page } = await visit(stage);
    mock.sendAll({ type: "notice", level: "warning", code: "modelDegraded", message: "The endpoint answered 503. The built-in planner answers this question." });
    await page.locator(".banner", { hasText: "answered 503" }).waitFor();
    expect(await page.locator(".fact[data-tone=degraded]").innerText()).toContain("the planner stands in");
    await ask(page, "Explain my secure score");
    expect(await page.locator(".fact[data-tone=degraded]").count()).toBe(0);
    expect(await page.locator(".banner").count()).toBe(0);
  });

  test("a notice is shown once however often it is told, and goes when it is over", async () => {
    const { page } = await visit(stage);
    const full = { type: "notice", level: "error", code: "readOnly", message: "The service's disk is full." };
    mock.sendAll(full);
    mock.sendAll(full);
    await page.locator(".banner", { hasText: "disk is full" }).waitFor();
    expect(await page.locator(".banner").count()).toBe(1);
    mock.sendAll({ type: "notice", level: "info", code: "writable", message: "The service takes questions again." });
    await page.locator(".banner", { hasText: "takes questions again" }).waitFor();
    expect(await page.locator(".banner").count()).toBe(1);
    await page.locator(".banner").getByRole("button", { name: "Dismiss" }).click();
    expect(await page.locator(".banner").count()).toBe(0);
  });

  test("signing out is final until somebody tries again", async () => {
    const { page } = await visit(stage);
    mock.closeAll(4401, "");
    await page.locator(".banner", { hasText: "not signed in" }).waitFor();
    await page.locator(".banner button").click();
    await page.locator('.connection[data-phase="open"]').waitFor();
  });
});

describe("reading", () => {
  test("scrolling up lets go at once, and the end is followed again only there", async () => {
    mock.world.paceMs = 5;
    const { page } = await visit(stage);
    await send(page, "A long answer please");
    const scroller = page.locator(".scroller");
    await page.locator(".pill").click();
    await page.waitForFunction(() => (document.querySelector(".scroller")?.scrollTop ?? 0) > 100);
    await scroller.hover();
    await page.mouse.wheel(0, -30);
    await page.locator(".pill", { hasText: "New messages" }).waitFor();
    const at = await scroller.evaluate((node) => node.scrollTop);
    const height = await scroller.evaluate((node) => node.scrollHeight);
    await page.waitForFunction((before) => (document.querySelector(".scroller")?.scrollHeight ?? 0) > before, height);
    expect(await scroller.evaluate((node) => node.scrollTop)).toBe(at);
    await page.locator(".pill").click();
    await page.locator('article.run[data-phase="finished"]').waitFor();
    await page.waitForFunction(() => {
      const node = document.querySelector(".scroller");
      return node !== null && node.scrollHeight - node.clientHeight - node.scrollTop < 2;
    });
    expect(await page.locator(".pill").count()).toBe(0);
  });

  test("a long answer is read from its first line, while it comes and when it is there", async () => {
    mock.world.paceMs = 2;
    const { page } = await visit(stage);
    await ask(page, "Which security alerts are high severity?");
    await send(page, "A long answer please");
    const first = page.locator(".message").last().locator("li, p").first();
    await page.locator(".pill").waitFor();
    expect(await first.innerText()).toContain("Paragraph 1:");
    const top = async (): Promise<number> => (await first.boundingBox())?.y ?? -1;
    expect(await top()).toBeGreaterThan(50);
    mock.world.paceMs = 0;
    await page.locator('article.run:nth-of-type(2)[data-phase="finished"]').waitFor();
    expect(await top()).toBeGreaterThan(50);
    expect(await top()).toBeLessThan(300);
    await page.reload();
    await page.locator('article.run:nth-of-type(2)[data-phase="finished"]').waitFor();
    await expect.poll(top).toBeGreaterThan(50);
    expect(await top()).toBeLessThan(300);
    await page.locator(".pill").click();
    await page.waitForFunction(() => {
      const node = document.querySelector(".scroller");
      return node !== null && node.scrollHeight - node.clientHeight - node.scrollTop < 2;
    });
    expect(await page.locator(".pill").count()).toBe(0);
  });

  test("a draft survives a reload", async () => {
    const { page } = await visit(stage);
    await page.locator(".composer textarea").fill("half a thou");
    await page.reload();
    await expect.poll(() => page.locator(".composer textarea").inputValue()).toBe("half a thou");
  });

  test("Shift+Enter breaks the line and does not send", async () => {
    const { page } = await visit(stage);
    await page.locator(".composer textarea").fill("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    expect(await page.locator(".composer textarea").inputValue()).toBe("one\ntwo");
    expect(await page.locator(".run").count()).toBe(0);
  });

  test("a screen reader hears that the answer comes and what it is", async () => {
    const { page } = await visit(stage);
    await ask(page, "Which security alerts are high severity?");
    await expect.poll(() => page.locator("[role=status][aria-live=polite]").innerText()).toContain("3 high severity alerts");
  });

  test("rows of evidence come in pages", async () => {
    const { page } = await visit(stage);
    await ask(page, "Explain my secure score");
    await page.locator(".message button.cite", { hasText: "e2" }).first().click();
    const of = page.locator("aside.panel .table .of");
    await of.filter({ hasText: "100 of 240" }).waitFor();
    await page.locator("aside.panel button", { hasText: "More rows" }).click();
    await of.filter({ hasText: "200 of 240" }).waitFor();
    await page.locator("aside.panel button", { hasText: "More rows" }).click();
    await of.filter({ hasText: "240 rows" }).waitFor();
    const coming = page.waitForEvent("download");
    await page.locator("aside.panel button", { hasText: "Download JSON" }).click();
    const whole = JSON.parse(readFileSync(await (await coming).path(), "utf8")) as { rows: unknown[] };
    expect(whole.rows).toHaveLength(240);
  });
});
