// What scripts make quicker. Everything here works without them too; see reading.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base, landmarks, pages, withBrowser } from "../browser.mjs";

const marks = await landmarks();

/** Fails where the policy refused something, or a script fell over. */
async function watched(options, act) {
  await withBrowser(options, async (context, page) => {
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (line) => {
      if (line.type() === "error") faults.push(line.text());
    });
    await act(context, page);
    assert.deepEqual(faults, []);
  });
}

for (const [prefix, width] of [["", 360], ["/en", 1440]]) {
  test(`names are suggested and opened by keyboard, ${width}`, async () => {
    await watched({ viewport: { width, height: 800 } }, async (_, page) => {
      await page.goto(`${base}${prefix}/`);
      const field = page.locator("#q");
      await field.pressSequentially(marks.name.slice(0, 6), { delay: 20 });
      const options = page.locator("[role=option]");
      await options.first().waitFor();
      assert.ok((await options.count()) <= 8);
      assert.equal(await field.getAttribute("aria-expanded"), "true");
      assert.equal(await field.getAttribute("aria-activedescendant"), null);
      await page.keyboard.press("ArrowDown");
      assert.equal(await field.getAttribute("aria-activedescendant"), "suggestion-0");
      const code = await options.first().getAttribute("data-code");
      await page.keyboard.press("Escape");
      assert.equal(await options.first().isVisible(), false);
      assert.equal(await field.inputValue(), marks.name.slice(0, 6));
      await field.pressSequentially(marks.name.slice(6, 7));
      await options.first().waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL(new RegExp(`${prefix}/subject/`));
      assert.ok(code.length >= 8);
    });
  });
}

test("Enter sends what was typed; half-typed pinyin is not asked for", async () => {
  await watched({}, async (_, page) => {
    const asked = [];
    page.on("request", (request) => {
      if (request.url().includes("/suggest")) asked.push(request.url());
    });
    await page.goto(`${base}/`);
    await page.evaluate(() => {
      const field = document.querySelector("#q");
      field.value = "beifang";
      field.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
    });
    await page.waitForTimeout(400);
    assert.deepEqual(asked, []);
    await page.fill("#q", marks.query);
    await page.locator("[role=option]").first().waitFor();
    assert.equal(asked.length, 1);
    await page.press("#q", "Enter");
    await page.waitForURL(/\/search\?q=/);
  });
});

test("filters and paging change the page in place: title, focus, address, and back", async () => {
  await watched({ viewport: { width: 1440, height: 900 } }, async (_, page) => {
    await page.goto(base + pages(marks, "").search);
    await page.evaluate(() => (globalThis.stays = true));
    const before = await page.title();
    await page.locator(".paging a[rel=next]").first().click();
    await page.waitForURL(/cursor=/);
    await page.waitForFunction((title) => document.title !== title, before);
    assert.equal(await page.evaluate(() => globalThis.stays), true);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "results");
    await page.locator(".filters input[type=checkbox]").first().check();
    await page.locator(".filters button").click();
    await page.waitForURL(/(region|form|status)=/);
    await page.locator(".chosen").waitFor();
    assert.equal(await page.evaluate(() => globalThis.stays), true);
    await page.goBack();
    await page.waitForURL(/cursor=/);
    await page.locator(".chosen").waitFor({ state: "detached" });
  });
});

test("an operation is tried in place", async () => {
  await watched({}, async (_, page) => {
    await page.goto(`${base}/api-docs`);
    await page.fill("#subject-code", marks.code);
    await page.locator("form:has(#subject-code) button").click();
    const answer = page.locator("form:has(#subject-code) .answer");
    await answer.locator("pre").waitFor();
    assert.match(await answer.innerText(), new RegExp(marks.code));
    assert.equal(page.url(), `${base}/api-docs`);
  });
});

test("a code is copied whole", async () => {
  await watched({ permissions: ["clipboard-read", "clipboard-write"] }, async (_, page) => {
    await page.goto(`${base}/subject/${marks.code}`);
    await page.locator("[data-copy]").click();
    await page.locator("#said").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), marks.code);
  });
});

test("without a network the help opens, and an organisation read before does not", async () => {
  await withBrowser({}, async (context, page) => {
    await page.goto(`${base}/subject/${marks.code}`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.goto(`${base}/record/${marks.record}`);
    await context.setOffline(true);
    await page.goto(`${base}/help/find`);
    assert.equal(await page.locator("h1").innerText(), "查找一个单位");
    await page.goto(`${base}/record/${marks.record}`);
    assert.equal(await page.locator("h1").innerText(), "没有网络");
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map((request) => new URL(request.url).pathname);
    });
    assert.ok(kept.length > 10);
    assert.deepEqual(kept.filter((path) => /record|subject|search/.test(path)), []);
  });
});
