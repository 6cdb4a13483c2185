// A browser for the journeys: nothing of it leaves this machine, and a page that asks for
// anything elsewhere fails its test.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const base = (process.env.GONGXIN_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Runs `act` with a fresh browser and its own profile; `also` is another server of this machine. */
export async function withBrowser({ also, ...options }, act) {
  const profile = await mkdtemp(join(tmpdir(), "gongxin-e2e-"));
  const foreign = [];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args,
    // What fades in is judged as it stands then.
    reducedMotion: "reduce",
    ...options,
  });
  try {
    await context.route("**/*", (route) => {
      const address = route.request().url();
      const isOurs = [base, also].some((one) => one && address.startsWith(`${one}/`));
      if (isOurs || address.startsWith("data:")) return route.continue();
      foreign.push(address);
      return route.abort();
    });
    await act(context, context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
  if (foreign.length > 0) throw new Error(`requests to third parties: ${foreign.join(", ")}`);
}

/** Organisations with a published decision, asked from the API, so that any store serves. */
async function* candidates() {
  const { sources } = await json("/api/v1/sources");
  const { lists } = await json("/api/v1/lists");
  const supplied = sources.find((one) => one.received !== null) ?? sources[0];
  const places = { source: supplied.body.code, list: lists[0].id };
  const asked = process.env.GONGXIN_QUERY ?? "北方,有限,公司,合作社";
  for (const query of asked.split(",")) {
    const found = await json(`/api/v1/search?limit=50&q=${encodeURIComponent(query)}`);
    for (const item of found.items) {
      const subject = await json(`/api/v1/subjects/${item.code}`);
      const numbered = subject.records.find((one) => one.document_number !== null);
      if (numbered === undefined) continue;
      const { id: record, document_number: number } = numbered;
      yield { query, code: item.code, name: item.name, record, number, ...places };
    }
  }
}

/** What the journeys start from. */
export async function landmarks() {
  for await (const candidate of candidates()) return candidate;
  throw new Error("no organisation with a published record was found");
}

/** An organisation that no other journey reads, for the journeys that change something. */
export async function spare() {
  const first = await landmarks();
  for await (const candidate of candidates()) if (candidate.code !== first.code) return candidate;
  throw new Error("no second organisation with a published record was found");
}

/** Today in China, as the platform counts days. */
export function today() {
  return new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);
}

export async function json(path) {
  const answer = await fetch(base + path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

/** Waits for the first edition of the figures: it is counted when a load is a minute past. */
export async function edition() {
  for (let seconds = 0; seconds < 180; seconds += 1) {
    if ((await json("/api/v1/statistics")).edition !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error("no edition of the figures was counted");
}

/** The pages of this portal, in one language. */
export function pages({ query, code, name, record, number, source, list }, prefix) {
  const search = (text, more = "") => `${prefix}/search?q=${encodeURIComponent(text)}${more}`;
  return {
    home: `${prefix}/`,
    search: search(query),
    sorted: search(name.slice(0, 4), "&sort=newest"),
    narrowed: search("有限", "&status=%E5%AD%98%E7%BB%AD"),
    nothing: search("绝无此名之单位"),
    slip: search(`${name.slice(0, 5)}璟${name.slice(6)}`),
    meant: search(code.slice(0, 5) + code.slice(6)),
    number: search(number),
    subject: `${prefix}/subject/${code}`,
    past: `${prefix}/subject/${code}?as_of=${today()}`,
    records: `${prefix}/subject/${code}/records`,
    record: `${prefix}/record/${record}`,
    help: `${prefix}/help`,
    guide: `${prefix}/help/repair`,
    accessibility: `${prefix}/accessibility`,
    privacy: `${prefix}/privacy`,
    contact: `${prefix}/contact`,
    docs: `${prefix}/api-docs`,
    mongolian: "/mn/",
    sitemap: `${prefix}/sitemap`,
    doublePublicity: `${prefix}/double-publicity`,
    penalties: `${prefix}/double-publicity?catalogue=penalty&from=2000-01-01`,
    noPenalties: `${prefix}/double-publicity?source=${source}&until=1990-01-01`,
    lists: `${prefix}/lists`,
    list: `${prefix}/lists/${list}`,
    pastList: `${prefix}/lists/${list}?as_of=${today()}`,
    sources: `${prefix}/sources`,
    source: `${prefix}/sources/${source}`,
    fewSources: `${prefix}/sources?name=${encodeURIComponent("法院")}`,
    commitments: `${prefix}/commitments`,
    changes: `${prefix}/subject/${code}/changes`,
    rules: `${prefix}/rules`,
    rule: `${prefix}/rules/penalty`,
    term: `${prefix}/rules/term/order-36?as_of=${today()}`,
    ruleOfList: `${prefix}/rules/list/tax`,
    law: `${prefix}/rules/law/order-36`,
    ruleChanges: `${prefix}/rules/changes?from=2026-03-31&to=2026-04-01`,
    statistics: `${prefix}/statistics`,
    openData: `${prefix}/open-data`,
    log: `${prefix}/log`,
    openClass: `${prefix}/open-data/penalty`,
    openRegistrations: `${prefix}/open-data/registration`,
    missing: `${prefix}/record/00000000000000000000000000`,
    mistaken: `${prefix}/subject/${code}?as_of=2026-13-45&known=never`,
    signIn: `${prefix}/sign-in`,
    signInDepartment: `${prefix}/sign-in?for=department`,
    activate: `${prefix}/activate`,
    design: `${prefix}/design`,
    designDark: `${prefix}/design?scheme=dark`,
  };
}
