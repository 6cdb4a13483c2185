// Lighthouse over the portal, the median of five runs a page, as a table on standard output.
// Ends with 1 where a score is under 98. `node lighthouse.mjs [RUNS]`

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { base, landmarks, pages } from "./browser.mjs";

const LEAST = 98;
const runs = Number(process.argv[2] ?? 5);
const names = [
  "home",
  "search",
  "subject",
  "records",
  "record",
  "doublePublicity",
  "lists",
  "list",
  "sources",
  "source",
  "commitments",
  "statistics",
  "openData",
  "openClass",
  "rules",
  "rule",
  "help",
  "docs",
  "mongolian",
  "signIn",
];
const categories = ["performance", "accessibility", "best-practices", "seo"];

const all = pages(await landmarks(), "");
const profile = await mkdtemp(join(tmpdir(), "gongxin-lighthouse-"));
const chrome = await launch({
  chromePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  userDataDir: profile,
});

function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)];
}

async function scores(address) {
  const found = Object.fromEntries(categories.map((category) => [category, []]));
  for (let run = 0; run < runs; run += 1) {
    const options = { port: chrome.port, onlyCategories: categories, logLevel: "error" };
    const { lhr } = await lighthouse(base + address, options);
    // What must not be indexed is not judged by how well it is.
    const isHidden = lhr.audits["is-crawlable"]?.score === 0;
    for (const category of categories) {
      const score = Math.round(100 * lhr.categories[category].score);
      if (category !== "seo" || !isHidden) found[category].push(score);
    }
    for (const audit of Object.values(lhr.audits)) {
      if (run === 0 && audit.score !== null && audit.score < 0.9) {
        console.error(`${address}: ${audit.id}: ${audit.displayValue ?? audit.title}`);
      }
    }
  }
  return categories.map((category) => median(found[category]));
}

let isGood = true;
try {
  console.log("| page | performance | accessibility | best practices | SEO |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const name of names) {
    const row = await scores(all[name]);
    isGood &&= row.every((score) => score === undefined || score >= LEAST);
    const line = `| ${name} | ${row.map((score) => score ?? "not indexed").join(" | ")} |`;
    console.log(line);
    console.error(line);
  }
} finally {
  await chrome.kill();
  await rm(profile, { recursive: true, force: true });
}
process.exit(isGood ? 0 : 1);
