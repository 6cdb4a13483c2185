// The interactive chart: loaded when it is asked for and not before, by keyboard, under the policy.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { base, edition, withBrowser } from "../browser.mjs";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
await edition();

for (const [prefix, colorScheme, width] of [["", "light", 360], ["/en", "dark", 1440]]) {
  test(`a chart is asked for and read by keyboard, ${colorScheme} at ${width}`, async () => {
    const options = { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" };
    await withBrowser(options, async (_, page) => {
      const faults = [];
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (line) => {
        if (["error", "warning"].includes(line.type())) faults.push(line.text());
      });
      const asked = [];
      page.on("request", (request) => {
        if (request.url().includes("/assets/chart.")) asked.push(request.url());
      });
      await page.goto(`${base}${prefix}/statistics`);
      const buttons = page.locator("button[data-chart]");
      const count = await buttons.count();
      // The invented region's registrations state no industry, so that nothing is drawn of them.
      assert.equal(count, 2);
      assert.deepEqual(asked, []);
      for (let place = 0; place < count; place += 1) {
        await buttons.first().focus();
        await page.keyboard.press("Enter");
        const chart = page.locator(".interactive").nth(place);
        await chart.locator("svg path").first().waitFor({ state: "attached" });
        assert.equal(await chart.evaluate((one) => one === document.activeElement), true);
        const section = page.locator("section.chart").nth(place);
        const rows = await section.locator("tbody tr:not(.sum)").allInnerTexts();
        await page.keyboard.press("End");
        const spoken = await section.locator("p[role=status]").innerText();
        const cells = rows.at(-1).split("\t");
        assert.equal(spoken, `${cells[0]} ${cells.at(-1)}`.trim());
        // What is spoken is seen too, also of a bar whose count is not told.
        await chart.getByText(spoken, { exact: true }).first().waitFor({ state: "attached" });
        await page.keyboard.press("Escape");
        assert.equal(await section.locator("p[role=status]").innerText(), "");
      }
      assert.equal(asked.length, 1, "the file comes once");
      await page.locator(".interactive").first().hover();
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= window, `${content} px wide in ${window}`);
      assert.deepEqual(faults, []);
      // The colours are the page's, also when its scheme changes.
      const ink = () =>
        page.evaluate(() => {
          const style = getComputedStyle(document.documentElement).getPropertyValue("--bars");
          const bars = [...document.querySelectorAll(".interactive path[fill]")];
          const fills = bars.map((bar) => bar.getAttribute("fill").toLowerCase());
          return fills.includes(style.trim().toLowerCase());
        });
      assert.ok(await ink());
      await page.emulateMedia({ colorScheme: colorScheme === "dark" ? "light" : "dark" });
      await page.waitForTimeout(300);
      assert.ok(await ink());
    });
    await withBrowser({ ...options, bypassCSP: true }, async (_, page) => {
      await page.goto(`${base}${prefix}/statistics`);
      await page.locator("button[data-chart]").first().click();
      await page.locator(".interactive svg path").first().waitFor({ state: "attached" });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`), []);
    });
  });
}

test("without script there is no button, and nothing is missing", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/statistics`);
    assert.equal(await page.locator("button[data-chart]:visible").count(), 0);
    assert.ok((await page.locator(".chart table tbody tr").count()) > 12);
  });
});
