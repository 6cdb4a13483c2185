// A reader takes a class whole: from the start page to a file whose digest is the one told, without
// script; a program follows the description and finds the same.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { base, json, withBrowser } from "../browser.mjs";

/** Files are made after the server began; the first takes a moment. */
async function made() {
  for (let turn = 0; turn < 120; turn += 1) {
    const open = await json("/api/v1/open-data");
    if (open.made_on && open.catalogues.some((one) => one.shards.length > 0)) {
      return open;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("nothing was made");
}

test("take a file and compare its digest", async () => {
  await made();
  await withBrowser({ javaScriptEnabled: false, acceptDownloads: true }, async (_, page) => {
    await page.goto(`${base}/`);
    await page.locator(".sections .across a[href='/open-data']").click();
    await page.locator(".offers a[href='/open-data/penalty']").click();
    const link = page.locator(".takes .forms a").first();
    const begun = page.waitForEvent("download");
    await link.click();
    const download = await begun;
    const name = download.suggestedFilename();
    assert.match(name, /^penalty-[0-9a-z]+-\d{4}\.csv$/);
    const bytes = await readFile(await download.path());
    const digest = createHash("sha256").update(bytes).digest("hex");
    assert.ok((await page.content()).includes(digest), name);
    assert.ok(bytes.toString("utf8").startsWith('\ufeff"record","subject_code"'));
  });
});

test("the description leads to files as they are told", async () => {
  await made();
  const catalog = await (await fetch(`${base}/open-data/catalog.jsonld`)).json();
  const files = catalog["dcat:dataset"].flatMap((one) => one["dcat:distribution"]);
  assert.ok(files.length > 2);
  for (const file of files.slice(0, 6)) {
    const address = new URL(file["dcat:downloadURL"]["@id"]);
    const bytes = Buffer.from(await (await fetch(`${base}${address.pathname}`)).arrayBuffer());
    assert.equal(String(bytes.length), file["dcat:byteSize"]["@value"]);
    const digest = createHash("sha256").update(bytes).digest("hex");
    assert.equal(digest, file["spdx:checksum"]["spdx:checksumValue"]["@value"]);
  }
});
