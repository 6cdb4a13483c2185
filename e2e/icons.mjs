// The mark as pictures for start screens, from web/src/mark.svg: `node icons.mjs`. They are committed.

import { readFile } from "node:fs/promises";
import { withBrowser } from "./browser.mjs";

const source = new URL("../web/src/", import.meta.url);
const mark = (await readFile(new URL("mark.svg", source), "utf8")).replace(' rx="4"', "");
for (const side of [180, 192, 512]) {
  const viewport = { width: side, height: side };
  await withBrowser({ viewport }, async (_, page) => {
    const style = "<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>";
    await page.setContent(style + mark);
    await page.screenshot({ path: new URL(`icon-${side}.png`, source).pathname });
  });
}
