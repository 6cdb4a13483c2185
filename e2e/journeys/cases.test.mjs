// Three stories in a browser, by the demo's accounts: a firm objects, one officer proposes, another
// decides, every face follows; the firm says something beside the penalty; then that is repaired and
// nothing is left of it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { base, withBrowser } from "../browser.mjs";
import { as, looked, program, step, store } from "../desk.mjs";

const skip = program && store ? false : "names no program and store to make accounts with";

if (!skip) execFileSync(program, ["--store", store, "rehearsal", "accounts"]);

const answer = async (page, path) => (await page.goto(base + path)).status();

test("a firm objects, two officers decide, every face follows; then it is repaired", { skip, timeout: 420_000 }, async () => {
  let record;
  let number;
  await as("demo-firm", async (page) => {
    await page.goto(`${base}/my/cases/new/objection`);
    await looked(page, "records");
    await page.locator(".entries a", { hasText: "行政处罚" }).first().click();
    record = new URL(page.url()).searchParams.get("record");
    await looked(page, "what");
    await page.check("#procedure-1");
    await page.click("form.question > button");
    await looked(page, "field");
    await page.selectOption("#field", "CF_NR_FK");
    await page.click("form.question > button");
    assert.match(await page.title(), /^错误：/);
    await looked(page, "field-fault");
    await page.fill("#value", "0.1");
    await page.click("form.question > button");
    await looked(page, "reason");
    await page.fill("#reason", "罚款金额应为0.1万元，见决定书第三项。");
    await page.click("form.question > button");
    await looked(page, "check");
    const paper = (name, bytes) => page.setInputFiles("#file-1", { name, mimeType: "text/plain", buffer: bytes });
    await paper("scan.png", Buffer.from("89504e470d0a1a0a", "hex"));
    await page.click("form.question > button");
    assert.match(await page.locator("#papers .fault").innerText(), /DOCX/);
    await looked(page, "check-scan");
    await paper("letter.txt", Buffer.from("决定书第三项：处罚款0.1万元。"));
    await page.click("form.question > button");
    number = await page.locator("h1").innerText();
    assert.match(number, /^Y-\d{4}-\d{6}$/);
    assert.match(await page.locator(".band.note").first().innerText(), /下一步办理期限/);
    await looked(page, "opened");
    await page.goto(`${base}/my`);
    await looked(page, "my");
    await page.goto(`${base}/en/my/cases`);
    await looked(page, "my-cases-en");
    await page.goto(`${base}/record/${record}`);
    assert.match(await page.locator("main").innerText(), /异议处理中/);
  });
  await as("demo-officer", async (page) => {
    await looked(page, "console");
    await page.goto(`${base}/console/cases`);
    await looked(page, "cases");
    await page.goto(`${base}/console/cases/${number}`);
    await step(page, "accept");
    await looked(page, "accepted");
    await step(page, "propose", { verdict: "upheld", texts: { reason: "与决定书不符。" } });
    assert.match(await page.locator("#can ~ .band").innerText(), /须由另一人办理/);
    await looked(page, "own-act");
  });
  await as("demo-officer-2", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    assert.match(await page.locator(".letter").innerText(), /第三项：处罚款0.1万元/);
    await looked(page, "decide");
    await page.goto(`${base}/en/console/cases/${number}`);
    await looked(page, "decide-en");
    await page.goto(`${base}/console/cases/${number}`);
    await step(page, "decide", { verdict: "upheld", texts: { reason: "应为0.1万元。" } });
    await page.goto(`${base}/record/${record}`);
    const shown = await page.locator("main").innerText();
    assert.match(shown, /1,000 元/);
    assert.doesNotMatch(shown, /异议处理中/);
    await page.goto(`${base}/api/v1/records/${record}`);
    assert.match(await page.locator("body").innerText(), /"0\.1"/);
  });
  let reply;
  await as("demo-firm", async (page) => {
    await page.goto(`${base}/record/${record}`);
    await page.getByRole("link", { name: "发布当事人陈述" }).click();
    await looked(page, "reply");
    await page.click("form.question > button");
    assert.match(await page.title(), /^错误：/);
    await page.fill("#reason", "检修后已连续六个月达标。\n<b>监测报告送生态环境局备案。</b>");
    await page.click("form.question > button");
    await looked(page, "reply-check");
    await page.click("form.question > button");
    reply = await page.locator("h1").innerText();
    assert.match(reply, /^C-/);
    await page.goto(`${base}/record/${record}`);
    assert.equal(await page.locator("#reply").count(), 0, "nobody looked at it yet");
  });
  // The steward's second factor is the staff journey's; here the platform looks at its own machine.
  const granted = [reply, "granted", "--as", "steward", "--reason", "无个人信息。"];
  execFileSync(program, ["--store", store, "--actor", "steward-1", "case", "decide", ...granted]);
  await withBrowser({ viewport: { width: 1440, height: 900 }, bypassCSP: true }, async (_, page) => {
    await page.goto(`${base}/record/${record}`);
    assert.match(await page.locator(".reply").innerText(), /达标。\n<b>监测/);
    assert.match(await page.locator("main").innerText(), /当事人提供，平台未核实/);
    await looked(page, "replied");
    await page.goto(`${base}/en/record/${record}`);
    await looked(page, "replied-en");
  });
  let title;
  await as("demo-firm", async (page) => {
    await page.goto(`${base}/record/${record}`);
    title = await page.locator("h1").innerText();
    await page.goto(`${base}/my/cases/${number}`);
    await looked(page, "answered");
    await page.goto(`${base}/my/cases/new/repair?record=${record}`);
    await looked(page, "repair");
    await page.fill("#reason", "已改正并缴纳罚款。");
    await page.click("form.question > button");
    await page.check("#paper-1");
    await page.check("#paper-2");
    await page.click("form.question > button");
    number = await page.locator("h1").innerText();
    assert.match(number, /^X-/);
  });
  await as("demo-officer", async (page) => {
    await page.goto(`${base}/console/cases/${number}`);
    await step(page, "accept");
    await step(page, "decide", { verdict: "granted", texts: { number: "演市监修〔2026〕2号" } });
    assert.match(await page.locator(".under").innerText(), /已办结/);
    await looked(page, "repaired");
    assert.equal(await answer(page, `/record/${record}`), 410);
    for (const path of ["/", "/double-publicity", `/search?q=${encodeURIComponent(title)}`]) {
      assert.equal(await answer(page, path), 200);
      assert.equal(await page.locator(`a[href*="${record}"]`).count(), 0, path);
    }
  });
});
