// A reader narrows double publicity by a plain form, opens a decision, takes the table, looks at a
// list and at the body that handed in: without script.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base, json, withBrowser } from "../browser.mjs";

for (const prefix of ["", "/en"]) {
  test(`narrow, take a filter away, open a record, ${prefix || "zh"}`, async () => {
    await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
      await page.goto(`${base}${prefix}/double-publicity`);
      await page.selectOption("#catalogue", "penalty");
      await page.fill("#from", "2000/1/1");
      await page.click(".narrowing button");
      await page.waitForURL(/catalogue=penalty/);
      assert.equal(await page.locator(".chosen a").count(), 3);
      await page.locator(".chosen a").first().click();
      assert.doesNotMatch(page.url(), /catalogue=penalty.*from=/);
      await page.locator(".register .title a").first().click();
      await page.waitForURL(/\/record\/[0-9a-z]{26}$/);
    });
  });
}

test("the table has the page's first rows, and no formula", async () => {
  const text = await (await fetch(`${base}/double-publicity/csv?catalogue=penalty`)).text();
  const first = await json("/api/v1/double-publicity?catalogue=penalty&limit=5");
  const lines = text.split("\r\n");
  for (const [place, entry] of first.records.entries()) {
    assert.ok(lines[place + 1].includes(entry.record.id), lines[place + 1]);
  }
  assert.ok(!/(^|,)"[=+@]/m.test(text));
});

test("a feed is Atom and names nobody", async () => {
  const first = await json("/api/v1/double-publicity?limit=1");
  const answer = await fetch(`${base}/double-publicity/feed`);
  const text = await answer.text();
  assert.match(answer.headers.get("content-type"), /^application\/atom\+xml/);
  assert.ok(text.includes(`urn:gongxin:record:${first.records[0].record.id}`));
  assert.ok(!text.includes(first.records[0].subject.name));
  await withBrowser({}, async (_, page) => {
    await page.goto(`${base}/`);
    const errors = await page.evaluate((feed) => {
      const parsed = new DOMParser().parseFromString(feed, "application/xml");
      return parsed.querySelectorAll("parsererror").length;
    }, text);
    assert.equal(errors, 0);
  });
});

test("from the start page to a body and to the lists", async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/sources`);
    await page.locator(".suppliers th a").first().click();
    await page.waitForURL(/\/sources\/.+/);
    assert.equal(await page.locator("#supplies").count(), 1);
    await page.goto(`${base}/lists`);
    await page.locator(".catalogue .title a").first().click();
    await page.waitForURL(/\/lists\/.+/);
    assert.equal(await page.locator("#rule").count(), 1);
  });
});
