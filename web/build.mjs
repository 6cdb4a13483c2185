// Bundles the scripts into dist/. A file is written only where it became another one, so that cargo
// builds nothing again for nothing.

import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";

const { outputFiles } = await build({
  entryPoints: ["script/gongxin.ts", "script/chart.ts", "script/worker.ts"],
  bundle: true,
  minify: true,
  target: ["es2020"],
  format: "iife",
  legalComments: "none",
  outdir: "dist",
  write: false,
});
await mkdir("dist", { recursive: true });
for (const { path, contents } of outputFiles) {
  const before = await readFile(path).catch(() => undefined);
  if (before === undefined || !before.equals(contents)) await writeFile(path, contents);
}
