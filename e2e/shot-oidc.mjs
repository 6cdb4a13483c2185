import { withBrowser, base } from "./browser.mjs";
import { key, provide } from "./openid.mjs";
const issuer = "http://127.0.0.1:8192";
const people = { stranger: { claims: {}, amr: ["pwd"] } };
const stop = await provide({ issuer, site: base, people, keys: [key("k")] });
for (const width of [360, 1440]) {
  await withBrowser({ also: issuer, viewport: { width, height: 900 }, javaScriptEnabled: false }, async (context, page) => {
    for (const [prefix, lang] of [["", "zh"], ["/en", "en"]]) {
      await page.goto(`${base}${prefix}/sign-in?for=department`);
      await page.screenshot({ path: `/tmp/w/oidc/in-${lang}-${width}.png`, fullPage: true });
      await page.click("main .others button");
      await page.waitForURL(`${issuer}/interaction/**`);
      await page.click("button[value=stranger]");
      await page.waitForURL(`${base}/sign-in/return/**`);
      await page.screenshot({ path: `/tmp/w/oidc/no-${lang}-${width}.png`, fullPage: true });
      await context.clearCookies();
    }
    await page.goto(`${base}/sign-in`);
    await page.fill("#login", "demo-clerk"); await page.fill("#password", "only a rehearsal 2026");
    await page.click("main form[action$='/sign-in'] button");
    await page.goto(`${base}/console/account`);
    await page.screenshot({ path: `/tmp/w/oidc/acc-${width}.png`, fullPage: true });
  });
}
await stop();
