// Every page, both languages, light and dark, narrow and wide: accessible, and never scrolls
// sideways.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { base, edition, landmarks, pages, withBrowser } from "../browser.mjs";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const marks = await landmarks();
await edition();

for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 360, 1440]) {
    test(`pages at ${width}, ${colorScheme}`, async () => {
      const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true };
      const faults = [];
      await withBrowser(options, async (_, page) => {
        for (const prefix of ["", "/en"]) {
          for (const [name, address] of Object.entries(pages(marks, prefix))) {
            await page.goto(base + address);
            const what = `${name}${prefix} at ${width}, ${colorScheme}`;
            faults.push(...(await upright(page, what)));
            // What axe sees at 360 it sees at 320.
            if (width !== 360) faults.push(...(await accessible(page, what)));
          }
        }
      });
      assert.deepEqual(faults, []);
    });
  }
}

async function upright(page, what) {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  return content > window ? [`${what}: ${content} px wide in ${window}`] : [];
}

async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(
    (one) => `${what}: ${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`,
  );
}

test("targets are large enough for a finger", async () => {
  await withBrowser({ viewport: { width: 360, height: 800 } }, async (_, page) => {
    for (const [name, address] of Object.entries(pages(marks, ""))) {
      await page.goto(base + address);
      const small = await page.evaluate(() => {
        const inline = (element) => getComputedStyle(element).display === "inline";
        const reachable = [...document.querySelectorAll("a, button, input, summary")];
        return reachable
          .filter((element) => element.type !== "hidden" && element.type !== "checkbox")
          .filter((element) => !inline(element) && !element.classList.contains("skip"))
          .map((element) => [element.outerHTML.slice(0, 100), element.getBoundingClientRect()])
          .filter(([, box]) => box.height > 0 && box.height < 43.5)
          .map(([html, box]) => `${box.height}: ${html}`);
      });
      assert.deepEqual(small, [], name);
    }
  });
});
