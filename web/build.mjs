// Bundles the scripts into dist/, and the font of the Mongolian page beside its licence. A file is
// written only where it became another one, so that cargo builds nothing again for nothing.

import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import subset from "subset-font";

async function keep(path, contents) {
  const before = await readFile(path).catch(() => undefined);
  if (before === undefined || !before.equals(contents)) await writeFile(path, contents);
}

// The letters of the script as Hudum writes it, its digits and points, and what joins and parts them:
// Todo, Manchu and Sibe letters are left out, which makes the font a third as large.
function hudum() {
  const ranges = [[0x1800, 0x180f], [0x1810, 0x1819], [0x1820, 0x1842], [0x200c, 0x200d]];
  const points = [0x20, 0x202f, 0x2048, 0x2049];
  for (const [from, to] of ranges) for (let one = from; one <= to; one++) points.push(one);
  return String.fromCodePoint(...points);
}

const { outputFiles } = await build({
  entryPoints: ["script/gongxin.ts", "script/chart.ts", "script/review.ts", "script/worker.ts"],
  bundle: true,
  minify: true,
  target: ["es2020"],
  format: "iife",
  legalComments: "none",
  outdir: "dist",
  write: false,
});
await mkdir("dist", { recursive: true });
for (const { path, contents } of outputFiles) await keep(path, contents);

const font = "node_modules/@fontsource/noto-sans-mongolian";
const whole = await readFile(`${font}/files/noto-sans-mongolian-mongolian-400-normal.woff2`);
const small = await subset(whole, hudum(), { targetFormat: "woff2" });
await keep("dist/noto-sans-mongolian.woff2", small);
await keep("dist/noto-sans-mongolian.txt", await readFile(`${font}/LICENSE`));
