// A clerk judges twenty held rows by keyboard alone and takes one judgement back; with the keys switched off, and
// in a field, they do nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { base, withBrowser } from "../browser.mjs";

const program = process.env.GONGXIN_PROGRAM;
const store = process.env.GONGXIN_STORE;
const skip = program && store ? false : "names no program and store to make accounts";
const ROWS = 20;

if (!skip) execFileSync(program, ["--store", store, "rehearsal", "accounts"]);

const columns = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码";

async function signIn(page) {
  await page.goto(`${base}/sign-in?for=department`);
  await page.fill("#login", "demo-clerk");
  await page.fill("#password", "only a rehearsal 2026");
  await page.click("main button[type=submit]");
}

/** Organisations that the public finds, each under a name of its own. */
async function organisations(page) {
  const found = await page.request.get(`${base}/api/v1/search?limit=100&q=${encodeURIComponent("有限公司")}`);
  const { items } = await found.json();
  const names = new Map(items.map((item) => [item.name, item.code]));
  return [...names].slice(0, ROWS);
}

/** Hands in penalties that say whose they are by a name alone; gives the page of the hand-in. */
async function handIn(page, firms, number) {
  const row = ([name], at) => `${name},法人及非法人组织,,${number(at)},虚假宣传,虚假宣传,《中华人民共和国广告法》第五十五条,罚款,处以罚款,2.5,2026-11-20,2099-12-31,演练州市场监督管理局,1115990001590001X8,演练州市场监督管理局,1115990001590001X8`;
  await page.goto(`${base}/console/intake`);
  await page.selectOption("#catalogue", "penalty");
  const buffer = Buffer.from([columns, ...firms.map(row)].join("\n"));
  await page.setInputFiles("#file", { name: "处罚.csv", mimeType: "text/csv", buffer });
  await page.click("form.enter button[type=submit]");
  for (let tries = 0; tries < 40; tries += 1) {
    if ((await page.locator("#parcels li").first().innerText()).includes("处理完成")) break;
    await page.waitForTimeout(500);
    await page.goto(`${base}/console/intake/running`);
  }
  await page.locator("#parcels li").first().locator("a[href*='/console/batches/']").click();
  return page.url();
}

/** Presses keys and waits for the page that follows. */
async function press(page, ...keys) {
  const before = page.url();
  for (const key of keys.slice(0, -1)) await page.keyboard.press(key);
  await Promise.all([page.waitForURL((url) => url.href !== before), page.keyboard.press(keys.at(-1))]);
}

test("twenty rows by keyboard alone, one undone", { skip, timeout: 240_000 }, async () => {
  await withBrowser({}, async (_, page) => {
    await signIn(page);
    const firms = await organisations(page);
    assert.equal(firms.length, ROWS);
    const stamp = Date.now();
    const number = (at) => `演市监罚〔2026〕${stamp}${at}号`;
    const batch = await handIn(page, firms, number);
    const first = await page.locator("a[href*='/console/review/']").first().getAttribute("href");
    await page.goto(base + first);
    await page.waitForFunction(() => document.activeElement?.id === "queue");
    // Nothing is preselected.
    assert.equal(await page.locator("input[type=radio]:checked").count(), 0);
    // A ground alone judges nothing, and no row is judged without one.
    await page.keyboard.press("d");
    assert.equal(page.url(), base + first);
    await page.reload();
    await page.keyboard.press("1");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.match(await page.title(), /^错误：/);
    assert.match(await page.locator(".problems").innerText(), /请选择依据/);

    for (let at = 0; at < ROWS - 1; at += 1) await press(page, "1", "d");
    const shown = async (at) => {
      const answer = await page.request.get(`${base}/subject/${firms[at][1]}/records`);
      return (await answer.text()).includes(number(at));
    };
    assert.ok(await shown(ROWS - 2));
    // The last step is undone, and the row waits again.
    await press(page, "z");
    assert.ok(!(await shown(ROWS - 2)));
    await press(page, "j");
    await press(page, "k");
    await press(page, "1", "d");
    await press(page, "1", "d");
    assert.match(page.url(), /\/console\/review/);
    await page.goto(batch);
    assert.match(await page.locator("dl.tally").innerText(), /仍待判定 0/);
  });
});

test("keys do nothing in a field, nor when they are switched off", { skip, timeout: 120_000 }, async () => {
  await withBrowser({}, async (_, page) => {
    await signIn(page);
    const firms = (await organisations(page)).slice(0, 2);
    await handIn(page, firms, (at) => `演市监罚〔2026〕${Date.now()}${at}号`);
    const first = await page.locator("a[href*='/console/review/']").first().getAttribute("href");
    await page.goto(base + first);
    await page.keyboard.press("r");
    assert.equal(await page.evaluate(() => document.activeElement.id), "reason");
    await page.keyboard.type("jn1 z?");
    assert.equal(await page.inputValue("#reason"), "jn1 z?");
    assert.equal(page.url(), base + first);
    await page.keyboard.press("Escape");
    // Outside the queue they are not heard.
    await page.locator(".skip").focus();
    await page.keyboard.press("j");
    assert.equal(page.url(), base + first);
    await page.locator("#queue").focus();
    await page.keyboard.press("?");
    assert.ok(await page.evaluate(() => document.getElementById("keys").open));
    await page.locator("[data-switch]").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("[data-switch]").innerText(), "打开快捷键");
    await page.locator("#queue").focus();
    for (const key of ["j", "u", "n", "1", "d", "Enter"]) await page.keyboard.press(key);
    assert.equal(page.url(), base + first);
    assert.equal(await page.locator("input[type=radio]:checked").count(), 0);
    // The setting stays with this browser.
    await page.reload();
    await page.locator("#queue").focus();
    await page.keyboard.press("u");
    assert.equal(page.url(), base + first);
    await page.evaluate(() => (document.getElementById("keys").open = true));
    await page.locator("[data-switch]").focus();
    await page.keyboard.press("Enter");
    await page.locator("#queue").focus();
    await press(page, "u");
  });
});

test("a row is judged without script", { skip, timeout: 120_000 }, async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await signIn(page);
    const firms = (await organisations(page)).slice(0, 2);
    await handIn(page, firms, (at) => `演市监罚〔2026〕${Date.now()}${at}号`);
    await page.locator("a[href*='/console/review/']").first().click();
    const first = page.url();
    await page.check("#code-1");
    await page.check("#ground-document");
    await page.click("form.judge button[type=submit]");
    assert.notEqual(page.url(), first);
    await page.locator(".last button").click();
    assert.equal(page.url(), first);
    assert.equal(await page.locator("input[type=radio]:checked").count(), 0);
  });
});
