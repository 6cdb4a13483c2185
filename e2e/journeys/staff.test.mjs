// A clerk, a steward and the administrators behind the counter: without script, by pasting, and
// every page accessible. The accounts are those of `gongxin rehearsal accounts`; the steward's code
// comes from `gongxin account code`, which the invented region alone has.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { base, withBrowser } from "../browser.mjs";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const password = "only a rehearsal 2026";
const program = process.env.GONGXIN_PROGRAM;
const store = process.env.GONGXIN_STORE;
const skip = program && store ? false : "names no program and store to ask for a code";

function gongxin(...words) {
  return execFileSync(program, ["--store", store, ...words], { encoding: "utf8" }).trim();
}

if (!skip) gongxin("rehearsal", "accounts");

async function signIn(page, login, prefix = "") {
  await page.goto(`${base}${prefix}/sign-in?for=department`);
  await page.fill("#login", login);
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
}

/** Signs in with the second factor; a code is taken once, so that the next step is waited for. */
async function signInWithCode(page, login, prefix = "") {
  await signIn(page, login, prefix);
  await page.waitForURL(/\/sign-in\/code/);
  for (let tries = 0; tries < 5; tries += 1) {
    await page.fill("#code", gongxin("account", "code", login));
    await page.click("main button[type=submit]");
    if (!page.url().includes("/sign-in")) return;
    await new Promise((resolve) => setTimeout(resolve, 15_000));
  }
  assert.fail("no code was taken");
}

test("a clerk: wrong password, right one, the console, out again; without script", { skip }, async () => {
  await withBrowser({ javaScriptEnabled: false }, async (context, page) => {
    await page.goto(`${base}/console`);
    await page.waitForURL(/\/sign-in\?next=/);
    await page.fill("#login", "demo-clerk");
    await page.fill("#password", "not the password");
    await page.click("main button[type=submit]");
    assert.match(await page.title(), /^错误：/);
    assert.equal(await page.inputValue("#login"), "demo-clerk");
    assert.equal(await page.inputValue("#password"), "");
    await page.fill("#password", password);
    await page.click("main button[type=submit]");
    await page.waitForURL(`${base}/console`);
    assert.ok((await page.locator("table.ledger tbody tr").count()) > 0);
    const [cookie] = await context.cookies();
    assert.ok(cookie.httpOnly && cookie.sameSite === "Strict");
    // What is not a clerk's is not there.
    assert.equal((await page.goto(`${base}/console/audit`)).status(), 404);
    await page.goto(`${base}/console`);
    await page.click(".desk form button");
    await page.waitForURL(/\/sign-in$/);
    await page.goto(`${base}/console`);
    await page.waitForURL(/\/sign-in\?next=/);
  });
});

test("a steward: the second factor is asked for; English", { skip, timeout: 180_000 }, async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await signInWithCode(page, "demo-steward", "/en");
    await page.waitForURL(`${base}/en/console`);
    assert.equal(await page.locator("h1").innerText(), "What is due");
  });
});

test("an official reads a file for a purpose, and its organisation sees it; without script", { skip }, async () => {
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await signIn(page, "demo-firm");
    await page.goto(`${base}/my/reads`);
    const code = (await page.locator("main .crumb").innerText()).replaceAll(/\s/g, "");
    const before = await page.locator("main .entries > li").count();
    await page.click("main .desk form button");

    await signIn(page, "demo-officer");
    await page.goto(`${base}/console/file?code=${code}`);
    await page.check("#purpose-supervision");
    await page.click("main form.enter button[type=submit]");
    // Nothing is given where no basis is stated; what was typed stays.
    assert.match(await page.title(), /^错误：/);
    assert.ok(await page.isChecked("#purpose-supervision"));
    const basis = `检查通知${Date.now() % 100_000}号`;
    await page.fill("#basis", basis);
    await page.click("main form.enter button[type=submit]");
    assert.match(await page.locator("main .band").first().innerText(), /本次查询已记入日志/);
    assert.ok((await page.locator("main ol.rows > li").count()) > 0);
    await page.click("main .desk form button");

    await signIn(page, "demo-firm");
    await page.goto(`${base}/my/reads`);
    assert.equal(await page.locator("main .entries > li").count(), before + 1);
    assert.ok((await page.locator("main .entries > li").first().innerText()).includes(basis));
    await page.goto(`${base}/my/records`);
    await page.click("main .rows .title a >> nth=0");
    assert.ok((await page.locator("main .history > li").count()) > 0);
    // Who has another role reads nothing.
    await page.click("main .desk form button");
    await signIn(page, "demo-clerk");
    assert.equal((await page.goto(`${base}/console/file`)).status(), 404);
  });
});

test("the pages behind the counter: accessible, upright, large enough", { skip, timeout: 300_000 }, async () => {
  const faults = [];
  for (const [login, pages] of [
    ["demo-clerk", ["/console", "/console/account", "/console/account/password", "/console/account/factor", "/console/intake", "/console/intake/running", "/console/batches", "/console/batches/3", "/console/records/new/penalty", "/console/held", "/console/review/1", "/console/review?end=1", "/console/quality", "/console/check"]],
    ["demo-firm", ["/my", "/my/records", "/my/reads"]],
    ["demo-officer", ["/console/file", "/console/quality", "/console/cases/new/listing", "/console/cases/new/shielding"]],
    ["demo-steward", ["/console/rules", "/console/articles", "/console/sources", "/console/sources?add=1", "/console/sources/159900-market", "/console/cases/new/shielding"]],
    ["demo-system", ["/console/accounts", "/console/accounts/account-1"]],
    ["demo-security", ["/console/accounts", "/console/accounts/account-1"]],
    ["demo-audit", ["/console/audit", "/console/reads"]],
  ]) {
    await withBrowser({ viewport: { width: 360, height: 800 }, bypassCSP: true }, async (_, page) => {
      const plain = ["demo-clerk", "demo-firm", "demo-officer"].includes(login);
      await (plain ? signIn(page, login) : signInWithCode(page, login));
      for (const colorScheme of ["light", "dark"]) {
        for (const width of [320, 360, 1440]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          for (const prefix of ["", "/en"]) {
            for (const path of pages) faults.push(...(await looked(page, prefix + path, width)));
          }
        }
      }
    });
  }
  assert.deepEqual(faults, []);
});

async function looked(page, path, width) {
  const answer = await page.goto(base + path);
  const what = `${path} at ${width}`;
  if (answer.status() !== 200) return [`${what}: ${answer.status()}`];
  const faults = await page.evaluate(() => {
    const root = document.documentElement;
    const wide = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} px wide`] : [];
    const small = [...document.querySelectorAll("main a, main button, main input, main select, main textarea")]
      .filter((one) => !["hidden", "checkbox", "radio"].includes(one.type))
      .filter((one) => getComputedStyle(one).display !== "inline")
      .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
      .filter(([, height]) => height > 0 && height < 43.5)
      .map(([html, height]) => `${height}: ${html}`);
    return [...wide, ...small];
  });
  if (width !== 360) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const node = (one) => one.nodes.map((node) => node.html.slice(0, 120)).join(" | ");
    faults.push(...violations.map((one) => `${one.id}: ${node(one)}`));
  }
  return faults.map((fault) => `${what}: ${fault}`);
}
