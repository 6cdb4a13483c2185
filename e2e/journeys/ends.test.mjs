// The end is the end: what a source takes back is gone from every face at once.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { base, json, spare, withBrowser } from "../browser.mjs";

const { GONGXIN_PROGRAM: program, GONGXIN_STORE: store } = process.env;
const skip = program && store ? false : "needs GONGXIN_PROGRAM and GONGXIN_STORE";

test("a withdrawn record answers 410 and leaves no trace", { skip }, async () => {
  const { code, record } = await spare();
  const before = await json(`/api/v1/subjects/${code}`);
  execFileSync(program, ["--store", store, "withdraw", record, "--reason", "browser journey"]);
  await withBrowser({}, async (_, page) => {
    for (const [prefix, words] of [["", "信息已停止公示"], ["/en", "No longer published"]]) {
      const answer = await page.goto(`${base}${prefix}/record/${record}`);
      assert.equal(answer.status(), 410);
      assert.equal(await page.locator("h1").innerText(), words);
      await page.goto(`${base}${prefix}/subject/${code}`);
      assert.equal((await page.content()).includes(record), false);
    }
  });
  for (const face of ["double-publicity", "double-publicity/csv", "double-publicity/feed", "commitments"]) {
    assert.equal((await (await fetch(`${base}/${face}`)).text()).includes(record), false, face);
  }
  const after = await json(`/api/v1/subjects/${code}`);
  assert.equal(after.records_total.number, before.records_total.number - 1);
  assert.equal((await fetch(`${base}/api/v1/records/${record}`)).status, 410);
});
