// What a reader sees and reaches on every page: the focus, the order of reading, room for large and
// wide type, nothing that moves by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { base, landmarks, pages, withBrowser } from "../browser.mjs";

const marks = await landmarks();
const all = Object.entries(pages(marks, ""));

/** Opens every page and collects what `look` finds wrong. */
async function through(options, look) {
  const faults = [];
  await withBrowser({ bypassCSP: true, ...options }, async (_, page) => {
    for (const [name, address] of all) {
      await page.goto(base + address);
      for (const fault of await look(page)) faults.push(`${name}: ${fault}`);
    }
  });
  assert.deepEqual(faults, []);
}

const wide = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide in ${clientWidth}`] : [];
  });

test("whatever has the focus has a ring and is in sight", async () => {
  await through({ viewport: { width: 360, height: 800 } }, async (page) => {
    const faults = [];
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press("Tab");
      const fault = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { top, bottom, height } = element.getBoundingClientRect();
        const what = element.outerHTML.slice(0, 80);
        if (outlineStyle === "none" || parseFloat(outlineWidth) < 3) return `no ring: ${what}`;
        return height > 0 && (bottom <= 0 || top >= innerHeight) ? `out of sight: ${what}` : null;
      });
      if (fault !== null) faults.push(fault);
    }
    return faults;
  });
});

for (const width of [360, 768, 1440]) {
  test(`what comes next in the source is not above what comes before, at ${width}`, async () => {
    await through({ viewport: { width, height: 900 } }, (page) =>
      page.evaluate(() => {
        if (getComputedStyle(document.documentElement).writingMode !== "horizontal-tb") return [];
        const kinds = "h1, h2, h3, p, li, dt, dd, tr, label, input, button, select, summary, svg";
        const seen = [...document.querySelectorAll(kinds)]
          .filter((one) => one.checkVisibility({ visibilityProperty: true }))
          .filter((one) => one.closest(".hidden, .skip, .scroll") === null)
          .map((one) => [one, one.getBoundingClientRect()])
          .filter(([, box]) => box.height > 0 && box.width > 0);
        const faults = [];
        for (let at = 1; at < seen.length; at += 1) {
          const [[, a], [next, b]] = [seen[at - 1], seen[at]];
          const sameColumn = b.left < a.right - 1 && a.left < b.right - 1;
          if (sameColumn && b.bottom <= a.top) faults.push(next.outerHTML.slice(0, 80));
        }
        return faults;
      }),
    );
  });
}

test("type twice as large does not widen a page", async () => {
  await through({ viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.addStyleTag({ content: "html { font-size: 200% !important }" });
    return wide(page);
  });
});

test("lines and letters set wider clip nothing", async () => {
  const content = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`;
  await through({ viewport: { width: 360, height: 900 } }, async (page) => {
    await page.addStyleTag({ content });
    const clipped = await page.evaluate(() =>
      [...document.querySelectorAll("body *:not(.hidden)")]
        .filter((one) => getComputedStyle(one).overflowY === "hidden")
        .filter((one) => one.scrollHeight > one.clientHeight + 1)
        .map((one) => `clipped: ${one.outerHTML.slice(0, 80)}`),
    );
    return [...(await wide(page)), ...clipped];
  });
});

test("nothing moves for who wants no motion", async () => {
  await through({ reducedMotion: "reduce" }, (page) =>
    page.evaluate(() => {
      for (const one of document.querySelectorAll("details")) one.open = true;
      return document.getAnimations().map((one) => String(one.effect?.target?.tagName));
    }),
  );
});

test("a page stays where it is while it is completed", async () => {
  for (const width of [360, 1440]) {
    await through({ viewport: { width, height: 800 } }, async (page) => {
      const shift = await page.evaluate(
        () =>
          new Promise((resolve) => {
            let sum = 0;
            const watch = new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += entry.value;
            });
            watch.observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 150);
          }),
      );
      return shift > 0.02 ? [`layout shift ${shift.toFixed(3)} at ${width}`] : [];
    });
  }
});

test("a day that cannot be read is told beside its field and kept", async () => {
  for (const [prefix, words] of [["", "错误："], ["/en", "Error: "]]) {
    await withBrowser({}, async (_, page) => {
      await page.goto(`${base}${prefix}/subject/${marks.code}`);
      await page.fill("#as_of", "2026-13-45");
      await page.press("#as_of", "Enter");
      await page.waitForURL(/as_of=/);
      assert.ok((await page.title()).startsWith(words));
      assert.equal(await page.inputValue("#as_of"), "2026-13-45");
      assert.equal(await page.evaluate(() => document.activeElement?.className), "problems");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForURL(/#as_of$/);
      await page.fill("#as_of", "2026-03-31");
      await page.press("#as_of", "Enter");
      await page.waitForURL(new RegExp(`/subject/${marks.code}\\?as_of=2026-03-31`));
      assert.equal(await page.locator(".band.past").count(), 1);
    });
  }
});

test("the Mongolian page brings its font and is read from left to right", async () => {
  await withBrowser({ viewport: { width: 500, height: 420 } }, async (_, page) => {
    await page.goto(`${base}/mn/`);
    const fonts = await page.evaluate(async () => {
      await document.fonts.ready;
      return [...document.fonts].map((one) => `${one.family} ${one.status}`);
    });
    assert.deepEqual(fonts, ["Noto Sans Mongolian loaded"]);
    const [heading, first, second] = await page.evaluate(() =>
      ["h1", "p", "p + p"].map((one) => document.querySelector(one).getBoundingClientRect().left),
    );
    assert.ok(heading < first && first < second);
    await page.goto(`${base}/`);
    assert.equal(await page.evaluate(() => document.fonts.size), 0);
  });
});
