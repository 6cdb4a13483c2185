// A story in a browser, by the demo's accounts: an authority proposes to list a firm, gives notice, the firm is heard,
// another officer decides, a clerk types the entry, it stands on the public list and the firm's page; then it ends and
// nothing is left anywhere. Beside it a shielding, and a complaint.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { base, json } from "../browser.mjs";
import { as, looked, program, step, store } from "../desk.mjs";

const skip = program && store ? false : "names no program and store to make accounts with";

if (!skip) execFileSync(program, ["--store", store, "rehearsal", "accounts"]);

const authority = "演练州市场监督管理局";

/** The content of a page of everybody's. */
async function shown(page, path) {
  const answer = await page.goto(base + path);
  return { status: answer.status(), text: await page.content() };
}

test("proposal, hearing, listed, public, exit, nothing left", { skip, timeout: 420_000 }, async () => {
  const document = `演市监列〔2026〕${Date.now() % 100000}号`;
  let code;
  let number;
  let name;
  await as("demo-firm", async (page) => {
    code = (await page.locator("main a[href*='/subject/']").first().getAttribute("href")).split("/").pop();
    await page.goto(`${base}/subject/${code}`);
    name = await page.locator("h1").innerText();
  });
  await as("demo-officer", async (page) => {
    await page.goto(`${base}/console/cases`);
    await page.getByRole("link", { name: "提出列入名单" }).click();
    await looked(page, "listing");
    await page.click("form.question > button");
    assert.match(await page.title(), /^错误：/);
    await looked(page, "listing-fault");
    await page.fill("#code", code);
    await page.check("input[name=list][value=market]");
    await page.fill("#reason", "提交虚假材料取得登记，依据《市场监督管理严重违法失信名单管理办法》拟列入。");
    await page.check("#paper-1");
    await page.click("form.question > button");
    await looked(page, "listing-check");
    await page.locator("form.question button", { hasText: "提交" }).click();
    number = await page.locator("h1").innerText();
    assert.match(number, /^L-\d{4}-\d{6}$/);
    await looked(page, "proposed");
  });
  await as("demo-firm", async (page) => {
    assert.equal((await shown(page, `/my/cases/${number}`)).status, 404, "no notice was given yet");
  });
  await as("demo-officer", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    await step(page, "notify", { texts: { number: "演市监告〔2026〕3号" } });
    assert.match(await page.locator(".under").innerText(), /已告知/);
  });
  await as("demo-firm", async (page) => {
    await page.goto(`${base}/my/cases`);
    await page.getByRole("link", { name: number }).click();
    await looked(page, "hear");
    await step(page, "hear", { texts: { reason: "材料由代理机构提交，本单位已更正。" } });
    assert.match(await page.locator(".under").innerText(), /已听取陈述申辩/);
    await page.goto(`${base}/en/my/cases/${number}`);
    await looked(page, "heard-en");
  });
  await as("demo-officer", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    assert.match(await page.locator("#can ~ .band").innerText(), /须由另一人办理/);
  });
  await as("demo-officer-2", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    await looked(page, "listing-decide");
    const texts = { number: document, authority, reason: "陈述不影响事实认定。" };
    await step(page, "decide", { verdict: "listed", texts });
    assert.match(await page.locator("main").innerText(), /还没有收到/);
  });
  await as("demo-clerk", async (page) => {
    await page.goto(`${base}/console/records/new/serious-violation`);
    for (const [field, value] of [
      ["YZ_MC", name],
      ["YZ_SHXYM", code],
      ["YZ_JG", authority],
      ["YZ_WSH", document],
      ["YZ_SY", "提交虚假材料取得登记"],
      ["YZ_YJ", "市场监督管理严重违法失信名单管理办法第十条"],
      ["YZ_LRRQ", new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10)],
    ]) {
      await page.fill(`[id="f-${field}"]`, value);
    }
    await page.selectOption("[id='f-YZ_MDDM']", "market");
    await page.click("form.entry button[type=submit]");
    await page.locator("button[value=send]").click();
    assert.match(await page.locator("main").innerText(), /已接收/);
  });
  let record;
  await as("demo-officer-2", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    await looked(page, "enter");
    record = await page.locator("#enter-entry-1").getAttribute("value");
    await step(page, "enter");
    assert.match(await page.locator(".under").innerText(), /执行中/);
    for (const path of ["/lists/market", `/subject/${code}`, `/record/${record}`]) {
      assert.ok((await shown(page, path)).text.includes(document), path);
    }
    await looked(page, "listed");
    await page.goto(`${base}/console/cases/${number}`);
    await looked(page, "in-force");
    const texts = { number: "演市监移〔2027〕1号", reason: "已改正，准予移出。" };
    await step(page, "end", { verdict: "fulfilled", texts });
    assert.match(await page.locator(".under").innerText(), /已办结/);
    assert.equal((await shown(page, `/record/${record}`)).status, 410);
    const asked = encodeURIComponent(document);
    for (const path of ["/", "/lists/market", `/subject/${code}`, `/subject/${code}/records`, `/api/v1/subjects/${code}`, "/api/v1/lists/market", `/search?q=${asked}`]) {
      const { text } = await shown(page, path);
      assert.ok(!text.includes(record), path);
      assert.ok(path.startsWith("/search") || !text.includes(document), path);
    }
  });
});

test("a shielding rests and resumes; a firm complains", { skip, timeout: 300_000 }, async () => {
  // Somebody whose penalty no other story repairs.
  const fined = await json("/api/v1/double-publicity?catalogue=penalty&source=159900-market");
  const { code } = fined.records.map((one) => one.subject).find((one) => one.code.startsWith("91"));
  let complaint;
  await as("demo-firm", async (page) => {
    await page.goto(`${base}/my/cases`);
    await page.getByRole("link", { name: "投诉" }).click();
    await looked(page, "complaint");
    await page.fill("#typed", "市场监督");
    await page.click("form.question > button");
    await looked(page, "complaint-whom");
    await page.locator("input[name=against]").first().check();
    await page.click("form.question > button");
    await looked(page, "complaint-reason");
    await page.fill("#reason", "修复后仍向第三方提供原信息。");
    await page.click("form.question > button");
    await looked(page, "complaint-check");
    await page.click("form.question > button");
    complaint = await page.locator("h1").innerText();
    assert.match(complaint, /^T-/);
    await looked(page, "complained");
  });
  let number;
  let record;
  await as("demo-officer", async (page) => {
    await page.goto(`${base}/console/cases/new/shielding`);
    await page.fill("#code", code);
    await page.locator("form.narrow-by button").click();
    await looked(page, "shielding");
    await page.locator("input[name=record]").first().check();
    record = await page.locator("input[name=record]").first().getAttribute("value");
    await page.check("#paper-1");
    await page.click("form.question > button");
    await looked(page, "shielding-check");
    await page.locator("form.question button", { hasText: "提交" }).click();
    number = await page.locator("h1").innerText();
    assert.match(number, /^P-/);
    assert.match(await page.locator("#can ~ .band").innerText(), /须由另一人办理/);
  });
  await as("demo-officer-2", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    await step(page, "decide", { verdict: "granted", texts: { number: "演市监屏〔2026〕1号", authority } });
    assert.equal((await shown(page, `/record/${record}`)).status, 410);
    await page.goto(`${base}/console/cases/${number}`);
    await looked(page, "shielded");
    await step(page, "end", { verdict: "failed", texts: { reason: "重整计划未能执行。" } });
    assert.equal((await shown(page, `/record/${record}`)).status, 200);
  });
});
