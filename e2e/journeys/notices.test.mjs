// A firm gives its address, confirms it by the code that a real mail server got, and is mailed that there
// is something new: what it is stands behind the sign-in alone. Delivered by hand, as cron does.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { SMTPServer } from "smtp-server";
import { base, withBrowser } from "../browser.mjs";

const axe = await readFile(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const password = "only a rehearsal 2026";
const program = process.env.GONGXIN_PROGRAM;
const store = process.env.GONGXIN_STORE;
const skip = program && store ? false : "names no program and store to deliver from";
const run = promisify(execFile);

let server;
let directory;
let channels;
const mails = [];
// What the server says to the next recipients, before it takes them.
const refusals = [];

/** Delivers once; the server lives in this process, so that nothing may block it. */
async function deliver() {
  const words = ["--store", store, "notices", "deliver", "--notices", channels, "--json"];
  const { stdout } = await run(program, words, { encoding: "utf8" }).catch((failed) => failed);
  return JSON.parse(stdout);
}

before(async () => {
  if (skip) return;
  execFileSync(program, ["--store", store, "rehearsal", "accounts"]);
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo(address, session, done) {
      const code = refusals.shift();
      if (code === undefined) return done();
      return done(Object.assign(new Error("not now"), { responseCode: code }));
    },
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (piece) => (text += piece.toString("utf8")));
      stream.on("end", () => {
        mails.push({ to: session.envelope.rcptTo.map((one) => one.address), text });
        done();
      });
    },
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  directory = await mkdtemp(join(tmpdir(), "gongxin-mail-"));
  channels = join(directory, "notices.toml");
  const { port } = server.server.address();
  const mail = `server = "127.0.0.1"\nport = ${port}\ntls = "none"\nsender = "公信平台 <no-reply@credit.example>"`;
  await writeFile(channels, `site = "${base}"\n[mail]\n${mail}\n`);
});

after(async () => {
  if (skip) return;
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

/** The text of a mail, whatever it is encoded by. */
function plain({ text }) {
  const [head, ...rest] = text.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return body;
  const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

async function signIn(page) {
  await page.goto(`${base}/sign-in?for=enterprise`);
  await page.fill("#login", "demo-firm");
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
}

test("an address is confirmed, a mail says that there is something, and the inbox what; without script", { skip, timeout: 120_000 }, async () => {
  const address = `office-${Date.now() % 100_000}@example.gov.cn`;
  await withBrowser({ javaScriptEnabled: false }, async (_, page) => {
    await signIn(page);
    await deliver();
    await page.goto(`${base}/console/inbox/settings`);
    await page.fill("#address", "nobody");
    await page.click("form[action$='/address'] button");
    assert.match(await page.title(), /^错误：/);
    await page.fill("#address", address);
    await page.click("form[action$='/address'] button");
    // The server says later: the code goes again a minute after, and is not lost.
    refusals.push(451);
    const later = await deliver();
    assert.deepEqual([later.sent, later.later, later.failed], [0, 1, 0]);
    assert.equal(mails.length, 0);
    await new Promise((resolve) => setTimeout(resolve, 61_000));
    assert.equal((await deliver()).sent, 1);
    const [mail] = mails;
    assert.deepEqual(mail.to, [address]);
    assert.match(mail.text, /^Subject: =\?utf-8\?/im);
    const [code] = plain(mail).match(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/m);
    await page.goto(`${base}/console/inbox/settings`);
    await page.fill("#code", code);
    await page.click("form[action$='/confirm'] button");
    await page.waitForURL(/\/console\/inbox\/settings$/);
    assert.ok((await page.locator("main").innerText()).includes(address));
    // That the address was altered is told to the account itself, by mail too.
    const done = await deliver();
    assert.ok(done.failed === 0 && mails.length > 1, JSON.stringify(done));
    const text = plain(mails.at(-1));
    const [link] = text.match(/https?:\/\/\S+\/console\/inbox\/\d+/);
    assert.ok(!/演练|统一社会信用代码|邮箱有变更/.test(text), text);
    // Nothing goes twice.
    const count = mails.length;
    await deliver();
    assert.equal(mails.length, count);
    await page.goto(link);
    assert.equal(await page.locator("h1").innerText(), "您的账号有变更");
    await page.goto(`${base}/console/inbox/settings`);
    await page.click("form[action$='/remove'] button");
    await page.waitForURL(/\/console\/inbox\/settings$/);
    assert.ok(!(await page.locator("main").innerText()).includes(address));
  });
});

for (const [width, scheme] of [[320, "light"], [360, "dark"], [1440, "light"], [1440, "dark"]]) {
  test(`the inbox and its settings are for everybody at ${width} px, ${scheme}`, { skip }, async () => {
    await withBrowser({ viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true }, async (_, page) => {
      await signIn(page);
      for (const path of ["/my/inbox", "/en/my/inbox", "/console/inbox/settings", "/en/console/inbox/settings"]) {
        await page.goto(`${base}${path}`);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].html}`), [], path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
      }
    });
  });
}
