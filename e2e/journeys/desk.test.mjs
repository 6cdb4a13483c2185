// A clerk hands a file in, sees what was found, corrects a row in place, finds it on the organisation's page,
// withdraws it, and it is gone: without script, by forms alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { base, withBrowser } from "../browser.mjs";

const program = process.env.GONGXIN_PROGRAM;
const store = process.env.GONGXIN_STORE;
const skip = program && store ? false : "names no program and store to make accounts";

if (!skip) execFileSync(program, ["--store", store, "rehearsal", "accounts"]);

test("hand in, mend, see, withdraw, gone; without script", { skip, timeout: 120_000 }, async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await page.goto(`${base}/sign-in?for=department`);
    await page.fill("#login", "demo-clerk");
    await page.fill("#password", "only a rehearsal 2026");
    await page.click("main button[type=submit]");
    // An organisation that has a page.
    const found = await page.request.get(`${base}/api/v1/search?q=${encodeURIComponent("有限公司")}`);
    const { code, name } = (await found.json()).items[0];
    const number = `演市监罚〔2026〕${Date.now()}号`;
    const columns = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码";
    const row = `${name},法人及非法人组织,,${number},虚假宣传,虚假宣传,《中华人民共和国广告法》第五十五条,罚款,处以罚款,2.5,2026-11-20,2099-12-31,演练州市场监督管理局,1115990001590001X8,演练州市场监督管理局,1115990001590001X8`;
    await page.goto(`${base}/console/intake`);
    await page.selectOption("#catalogue", "penalty");
    const buffer = Buffer.from(`${columns}\n${row}\n`);
    await page.setInputFiles("#file", { name: "处罚.csv", mimeType: "text/csv", buffer });
    await page.click("form.enter button[type=submit]");
    for (let tries = 0; tries < 20; tries += 1) {
      if ((await page.locator("#parcels li").first().innerText()).includes("处理完成")) break;
      await page.waitForTimeout(500);
      await page.goto(`${base}/console/intake/running`);
    }
    await page.locator("#parcels li").first().locator("a[href*='/console/batches/']").click();
    assert.match(await page.locator("main").innerText(), /待判定/);
    await page.locator("a[href*='/rows/']").first().click();
    await page.fill("[id='f-CF_XDR_SHXYM']", code);
    await page.click("form.entry button[type=submit]");
    assert.match(await page.locator("#result").innerText(), /已接收/);
    const batch = await page.locator("#result a[href*='/console/batches/']").getAttribute("href");
    const subject = `${base}/subject/${code}/records`;
    await page.goto(subject);
    assert.ok((await page.content()).includes(number));
    await page.goto(`${base}${batch}/withdraw`);
    await page.fill("#reason", "演练");
    await page.click("form.enter button[type=submit]");
    await page.goto(subject);
    assert.ok(!(await page.content()).includes(number));
  });
});
