// The picture of the README, taken from the real service over the sample estate. Times and durations
// are those of the run, so they are replaced by fixed ones: the same code makes the same picture.
// `UPDATE=1` writes it to web/screenshot.png; otherwise it is only taken.
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { startService } from "./service";
import { ask, openBrowser, RESULTS, shoot, SIZES, start } from "./stage";

const binary = process.env["OPSCOPILOT_BIN"];
const kept = join(import.meta.dirname, "..", "..", "screenshot.png");
const README = join(import.meta.dirname, "..", "..", "..", "README.md");
const NOON = Date.parse("2026-11-24T12:00:00Z");
const WIDTH_AT = 16;

/** Every instant of the run to noon and a second per event; every duration to one. */
function settled(value: unknown, key = "", seq = 0): unknown {
  if (Array.isArray(value)) return value.map((one) => settled(one, key, seq));
  if (typeof value === "object" && value !== null) {
    const own = "seq" in value && typeof value.seq === "number" ? value.seq : seq;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, settled(one, name, own)]));
  }
  if (key === "durationMs") return 48;
  if (["at", "dataAt", "updatedAt", "createdAt"].includes(key) && typeof value === "string") return new Date(NOON + seq * 10).toISOString();
  return value;
}

async function settle(page: Page): Promise<void> {
  await page.clock.setFixedTime(NOON);
  await page.routeWebSocket(/\/v1\/chat/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(JSON.stringify(settled(JSON.parse(String(message))))));
  });
  await page.route(/\/v1\/threads(\?|\/[^/]+\/evidence)/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: settled(await answer.json()) });
  });
}

describe.runIf(binary)("the picture of the README", () => {
  test("shows an answer, its figures and its evidence", async () => {
    const service = await startService(binary ?? "", { more: ["--anchor", new Date(NOON).toISOString(), "--seed", "7"] });
    const stage = await openBrowser(service.url);
    const page = await start(stage, { viewport: SIZES[0], colorScheme: "light", locale: "en-GB", timezoneId: "UTC", reducedMotion: "reduce" });
    await settle(page);
    for (const question of ["How many resources do I have?", "Show attack paths", "What is my secure score?"]) {
      await page.goto(`${stage.url}/#/`);
      await page.locator(".empty").waitFor();
      await ask(page, question);
      await page.locator(".thread-row[data-open=true]", { hasText: question }).waitFor();
    }
    await page.locator(".message button.cite").first().click();
    await page.locator("aside.panel .rows[aria-busy=false]").waitFor();
    await page.mouse.move(0, 0);
    await shoot(page, "readme");
    await stage.close();
    await service.close();
    if (process.env["UPDATE"] === "1") copyFileSync(join(RESULTS, "readme.png"), kept);
  });
});

test("it is in the repository, small, and the README shows it", () => {
  const picture = readFileSync(kept);
  expect(picture.readUInt32BE(WIDTH_AT)).toBe(SIZES[0].width);
  expect(statSync(kept).size).toBeLessThan(200 * 1024);
  expect(readFileSync(README, "utf8")).toContain("](web/screenshot.png)");
});
