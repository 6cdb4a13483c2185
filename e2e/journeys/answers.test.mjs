// What a browser is answered beside pages that exist.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base, withBrowser } from "../browser.mjs";

test("nothing there: one sentence and one way on", async () => {
  await withBrowser({}, async (_, page) => {
    const answer = await page.goto(`${base}/record/00000000000000000000000000`);
    assert.equal(answer.status(), 404);
    await page.locator("main a").click();
    await page.waitForURL(`${base}/`);
  });
});

test("readers get no cookie, and scripts from here alone", async () => {
  await withBrowser({}, async (context, page) => {
    await page.goto(`${base}/`);
    assert.deepEqual(await context.cookies(), []);
    const foreign = page.locator('script:not([src^="/assets/"])');
    assert.equal(await foreign.count(), 0);
  });
});
