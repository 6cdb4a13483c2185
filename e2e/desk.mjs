// What the stories behind the counter have in common: who signs in, how a page is looked at, how a step is taken.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { base, withBrowser } from "./browser.mjs";

const axe = await readFile(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const password = "only a rehearsal 2026";
export const program = process.env.GONGXIN_PROGRAM;
export const store = process.env.GONGXIN_STORE;
const shots = process.env.GONGXIN_SHOTS;

/** Signs in as one of the demo's accounts and acts. */
export async function as(login, act) {
  await withBrowser({ viewport: { width: 1440, height: 900 }, bypassCSP: true }, async (_, page) => {
    await page.goto(`${base}/sign-in?for=department`);
    await page.fill("#login", login);
    await page.fill("#password", password);
    await page.click("main button[type=submit]");
    await page.waitForURL(/\/(my|console)$/);
    await act(page);
  });
}

/** The page at three widths, both schemes: what axe finds, what is too wide or too small. */
export async function looked(page, name) {
  // A page that was just sent for has its words before it has its style.
  await page.waitForLoadState();
  const faults = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 360, 1440]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const found = await page.evaluate(() => {
        const root = document.documentElement;
        const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} px wide`] : [];
        const small = [...document.querySelectorAll("main a, main button, main input, main select, main summary")]
          .filter((one) => !["hidden", "checkbox", "radio"].includes(one.type))
          .filter((one) => getComputedStyle(one).display !== "inline")
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
          .filter(([, height]) => height > 0 && height < 43.5)
          .map(([html, height]) => `${height}: ${html}`);
        return [...wide, ...small];
      });
      if (width !== 360) {
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        found.push(...violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`));
      }
      faults.push(...found.map((fault) => `${name} at ${width} ${colorScheme}: ${fault}`));
      if (shots && colorScheme === "light" && width !== 320) {
        await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.deepEqual(faults, []);
}

/** Sends the form of a step, with what it states. */
export async function step(page, name, said = {}) {
  const form = page.locator(`#step-${name}`);
  const aside = page.locator("details", { has: form });
  if ((await aside.count()) > 0) await aside.locator("summary").click();
  if (said.verdict) await form.locator(`#${name}-${said.verdict}`).check();
  for (const [field, value] of Object.entries(said.texts ?? {})) {
    await form.locator(`#${name}-${field}`).fill(value);
  }
  await form.locator("button[type=submit]").click();
}
