// Signing in by another platform, against a certified provider: refused, bound, by the claim of an
// organisation's code, with a replaced key, and while it does not answer.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";
import { base, landmarks, withBrowser } from "../browser.mjs";
import { key, provide } from "../openid.mjs";

const password = "only a rehearsal 2026";
const program = process.env.GONGXIN_PROGRAM;
const store = process.env.GONGXIN_STORE;
const issuer = process.env.GONGXIN_ISSUER;
const skip = program && store && issuer ? false : "names no program, store and issuer";

const people = {};
const options = { javaScriptEnabled: false, also: issuer };
let stop;
if (!skip) {
  execFileSync(program, ["--store", store, "rehearsal", "accounts"]);
  const { code } = await landmarks();
  people.stranger = { claims: {}, amr: ["pwd"] };
  people.clerk = { claims: {}, amr: ["pwd"] };
  people.firm = { claims: { uscc: code }, amr: ["pwd"] };
}
after(() => stop?.());

async function signInAs(page, who, prefix = "") {
  await page.goto(`${base}${prefix}/sign-in`);
  await page.click("main .others button");
  await page.waitForURL(`${issuer}/interaction/**`);
  await page.click(`button[value=${who}]`);
}

// First, since what a provider says of itself may be a minute old when somebody leaves.
test("a provider that does not answer keeps nobody else out", { skip }, async () => {
  await withBrowser(options, async (_, page) => {
    await page.goto(`${base}/sign-in`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes("/sign-in/with/")),
      page.click("main .others button"),
    ]);
    assert.equal(answer.status(), 503);
    assert.match(await page.locator(".problems").innerText(), /没有回应/);
    await page.fill("#login", "demo-clerk");
    await page.fill("#password", password);
    await page.click("main form[action$='/sign-in'] button");
    await page.waitForURL(`${base}/console`);
    assert.equal((await page.goto(`${base}/`)).status(), 200);
  });
  stop = await provide({ issuer, site: base, people, keys: [key("first")] });
});

test("an identity that is bound to no account is told what to do; one that says no, too", { skip }, async () => {
  await withBrowser(options, async (context, page) => {
    for (const [who, words] of [["stranger", /没有绑定/], ["nobody", /没有确认/]]) {
      await signInAs(page, who);
      await page.waitForURL(`${base}/sign-in/return/**`);
      assert.match(await page.title(), /^错误：/);
      assert.match(await page.locator(".problems").innerText(), words);
      // The form is there, and works: the local sign-in is nobody's hostage.
      assert.equal(await page.locator("#login").count(), 1);
      await context.clearCookies();
    }
  });
});

test("a clerk binds an identity, signs in by it, and out on both sides", { skip }, async () => {
  await withBrowser(options, async (context, page) => {
    await page.goto(`${base}/sign-in?for=department`);
    await page.fill("#login", "demo-clerk");
    await page.fill("#password", password);
    await page.click("main form[action$='/sign-in'] button");
    await page.goto(`${base}/console/account`);
    await page.fill("#present-1", "not the password");
    await page.click("section[aria-labelledby=identities] button");
    assert.match(await page.title(), /^错误：/);
    await page.fill("#present-1", password);
    await page.click("section[aria-labelledby=identities] button");
    await page.waitForURL(`${issuer}/interaction/**`);
    await page.click("button[value=clerk]");
    await page.waitForURL(`${base}/console/account`);
    assert.ok((await page.locator("section[aria-labelledby=identities] .entries").innerText()).includes(issuer));
    await context.clearCookies();

    await signInAs(page, "clerk", "/en");
    await page.waitForURL(`${base}/en/console`);
    await page.click(".desk form button");
    await page.waitForURL(`${issuer}/session/end**`);
    // Here it is over, whatever they do there.
    await page.click("button[value=yes]");
    await page.waitForURL(`${base}/sign-in`);
    await page.goto(`${base}/console`);
    await page.waitForURL(/\/sign-in\?next=/);
  });
});

test("who states an organisation's code acts for it, as long as they state it", { skip }, async () => {
  await withBrowser(options, async (context, page) => {
    await page.goto(`${base}/my/records`);
    await page.click("main .others button");
    await page.waitForURL(`${issuer}/interaction/**`);
    await page.click("button[value=firm]");
    // Where they wanted to go.
    await page.waitForURL(`${base}/my/records`);
    const shown = (await page.locator("main .crumb").innerText()).replaceAll(/\s/g, "");
    assert.ok(shown.endsWith(people.firm.claims.uscc), shown);
    await context.clearCookies();

    const stated = people.firm.claims;
    people.firm.claims = {};
    await signInAs(page, "firm");
    await page.waitForURL(`${base}/console`);
    assert.equal((await page.goto(`${base}/my/records`)).status(), 404);
    await context.clearCookies();
    people.firm.claims = { ...stated, uscc: "911500007201807XXX" };
    await signInAs(page, "firm");
    await page.waitForURL(`${base}/console`);
    people.firm.claims = stated;
  });
});

test("a replaced key counts at once", { skip }, async () => {
  await withBrowser(options, async (context, page) => {
    await stop();
    stop = await provide({ issuer, site: base, people, keys: [key("second")] });
    await signInAs(page, "clerk");
    await page.waitForURL(`${base}/console`);
    await context.clearCookies();
  });
});
