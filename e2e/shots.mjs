// Pictures of every page into shots/: `npm run shots`.

import { mkdir } from "node:fs/promises";
import { base, landmarks, pages, withBrowser } from "./browser.mjs";

const marks = await landmarks();
await mkdir("shots", { recursive: true });
for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 768, 1440]) {
    await withBrowser({ viewport: { width, height: 900 }, colorScheme }, async (_, page) => {
      for (const [language, prefix] of [["zh", ""], ["en", "/en"]]) {
        for (const [name, address] of Object.entries(pages(marks, prefix))) {
          await page.goto(base + address);
          const path = `shots/${name}-${language}-${width}-${colorScheme}.png`;
          await page.screenshot({ path, fullPage: true });
        }
      }
    });
  }
}
