// A stranger finds an organisation and reads what was decided: by keyboard, without script.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base, landmarks, pages, today, withBrowser } from "../browser.mjs";

const marks = await landmarks();

async function tabTo(page, matches, limit = 200) {
  for (let presses = 0; presses < limit; presses += 1) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate((test) => {
      const element = document.activeElement;
      return element?.matches(test) ?? false;
    }, matches);
    if (found) return;
  }
  assert.fail(`no Tab leads to ${matches}`);
}

for (const [language, prefix] of [["zh", ""], ["en", "/en"]]) {
  for (const [screen, width] of [["narrow", 360], ["wide", 1440]]) {
    test(`search, subject, record by keyboard, ${language}, ${screen}`, async () => {
      const viewport = { width, height: 800 };
      await withBrowser({ viewport }, async (_, page) => {
        await page.goto(`${base}${prefix}/`);
        await tabTo(page, "#q");
        await page.keyboard.type(marks.name.slice(0, 12));
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/search\?q=/);
        const link = `.hits a[href="${prefix}/subject/${marks.code}"]`;
        if ((await page.locator(link).count()) > 0) {
          await tabTo(page, link, 400);
          await page.keyboard.press("Enter");
        } else {
          await page.goto(`${base}${prefix}/subject/${marks.code}`);
        }
        await page.waitForURL(new RegExp(`${prefix}/subject/${marks.code}`));
        assert.match(await page.locator("h1").innerText(), new RegExp(escaped(marks.name)));
        await tabTo(page, ".rows .title a", 400);
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/record\/[0-9a-z]{26}$/);
        assert.equal(await page.locator("h1").count(), 1);
        assert.equal(await page.locator("#term").count(), 1);
      });
    });
  }
}

test("the same without script", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/`);
    await page.fill("#q", marks.code);
    await page.press("#q", "Enter");
    await page.waitForURL(new RegExp(`/subject/${marks.code}`));
    await page.locator(".rows .title a").first().click();
    await page.waitForURL(/\/record\//);
    await page.locator(".tongue[hreflang]").click();
    await page.waitForURL(/\/en\/record\//);
  });
});

test("a slip in a code is a question, in a name a hint; a document number leads to its record", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    const { meant, slip, number } = pages(marks, "");
    await page.goto(base + meant);
    assert.match(page.url(), /\/search\?/);
    await page.locator(`.meant a[href="/subject/${marks.code}"]`).click();
    await page.waitForURL(new RegExp(`/subject/${marks.code}`));
    await page.goto(base + slip);
    assert.equal(await page.locator(`.hits a[href="/subject/${marks.code}"]`).count(), 1);
    assert.equal(await page.locator(".band.note").count(), 1);
    await page.goto(base + number);
    await page.locator(`.hits a[href="/record/${marks.record}"]`).click();
    await page.waitForURL(new RegExp(`/record/${marks.record}`));
  });
});

test("results are narrowed and put in order by keyboard", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(base + pages(marks, "").search);
    const orders = page.locator(".orders a");
    if ((await orders.count()) > 0) {
      await tabTo(page, ".orders a:last-child");
      await page.keyboard.press("Enter");
      await page.waitForURL(/sort=newest/);
      assert.equal(await page.locator('.orders a[aria-current="true"]').count(), 1);
    }
    await tabTo(page, ".filters input[type=checkbox]", 600);
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.waitForURL(/(region|form|status)=/);
    assert.ok((await page.locator(".chosen a").count()) >= 2);
    await page.locator(".chosen a.plain").click();
    await page.waitForURL((url) => !/(region|form|status)=/.test(url.search));
  });
});

test("a register and the bodies are narrowed by keyboard, a list is opened", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/double-publicity`);
    await tabTo(page, "#catalogue", 600);
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "#from");
    await page.keyboard.type("2000-01-01");
    await page.keyboard.press("Enter");
    await page.waitForURL(/catalogue=.+from=2000-01-01.*#results$/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "results");
    await page.goto(`${base}/sources`);
    await tabTo(page, "#sector", 2000);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/sector=[a-z]/);
    assert.equal(await page.locator(".chosen a").count(), 2);
    assert.ok((await page.locator(".suppliers th a").count()) > 0);
    await page.goto(`${base}/lists`);
    await tabTo(page, ".catalogue .title a");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/lists\//);
    await tabTo(page, "#as_of", 600);
    await page.keyboard.type(today());
    await page.keyboard.press("Enter");
    await page.waitForURL(/as_of=/);
    await tabTo(page, ".band.past a");
  });
});

test("another day shows the band and leads back", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/subject/${marks.code}`);
    const [year, month, day] = today().split("-").map(Number);
    await page.fill("#as_of", `${year}年${month}月${day}日`);
    await page.press("#as_of", "Enter");
    await page.waitForURL(/as_of=/);
    const band = page.locator(".band.past");
    assert.equal(await band.count(), 1);
    await band.locator("a").click();
    await page.waitForURL(new RegExp(`/subject/${marks.code}$`));
  });
});

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
