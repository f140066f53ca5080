// The rows of the checkers: of the manifest, and of the types.

import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { tool } from "../workshop.mjs";

const DOM = ["DOM", "DOM.Iterable"];
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  target: "ES2022",
  lib: ["ES2023", "ESNext.Disposable", ...DOM],
  types: [],
};

/** How consumers may have set TypeScript up, and which of their files is checked so. */
const SETTINGS = [
  ["node16, ES module", { module: "Node16" }, "types.mts"],
  ["node16, CommonJS", { module: "Node16" }, "types.cts"],
  ["bundler", { module: "ESNext", moduleResolution: "Bundler" }, "types.ts"],
  ["bundler, other entries", { module: "ESNext", moduleResolution: "Bundler" }, "types-subpaths.ts"],
  ["node16, other entries", { module: "Node16" }, "types-subpaths.mts"],
  ["js, node16, ES module", { module: "Node16" }, "types-js.mts"],
  ["js, node16, CommonJS", { module: "Node16" }, "types-js.cts"],
  [
    "without DOM, with @types/node",
    { module: "Node16", lib: ["ES2023", "ESNext.Disposable"], types: ["node"] },
    "types.mts",
  ],
  ...["mts", "cts"].map((extension) => [
    `ws, with its types, ${extension}`,
    { module: "Node16", types: ["node"] },
    `types-ws.${extension}`,
  ]),
  [
    "ws, without its types and DOM",
    { module: "Node16", lib: ["ES2023", "ESNext.Disposable"], types: ["node"] },
    "types-ws-plain.mts",
  ],
  [
    "ES2022 and DOM only",
    { module: "ESNext", moduleResolution: "Bundler", lib: ["ES2022", ...DOM] },
    "types-plain.ts",
  ],
];

export const rows = [
  {
    name: "--strict",
    tool: "publint",
    run: (workshop) => check(workshop, "publint", "src/cli.js", ["run", workshop.tarball, "--strict"]),
  },
  {
    name: "profile node16",
    tool: "@arethetypeswrong/cli",
    run: (workshop) =>
      check(workshop, "@arethetypeswrong/cli", "dist/index.js", [
        workshop.tarball,
        ...["--profile", "node16"],
        // The first entry, /js and that for ws are CommonJS too; the others are ES modules on purpose.
        ...["--ignore-rules", "cjs-resolves-to-esm"],
      ]),
  },
  ...["typescript-5", "typescript-7"].flatMap((typescript) => typesRows(typescript, SETTINGS)),
  // Older ones know nothing of what today's @types/node is written in.
  ...["typescript-5.2", "typescript-5.4", "typescript-5.6"].flatMap((typescript) =>
    typesRows(
      typescript,
      SETTINGS.filter(([, { types = [] }]) => types.length === 0),
    ),
  ),
];

function typesRows(typescript, settings) {
  return settings.map(([name, options, file]) => ({
    name: `types: ${name}`,
    tool: typescript,
    run: (workshop) => checkTypes(workshop, typescript, options, file),
  }));
}

async function check(workshop, name, program, args) {
  await workshop.run(await workshop.consumer(), process.execPath, [join(tool(name), program), ...args]);
}

async function checkTypes(workshop, typescript, options, file) {
  const directory = await workshop.consumer({ links: ["@types/node", "@types/ws", "undici-types"] });
  const source = file.replace(/\.[mc]ts$/, ".ts");
  if (source !== file) {
    await rename(join(directory, source), join(directory, file));
  }
  const config = { compilerOptions: { ...STRICT, ...options }, files: [file] };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
  await workshop.run(directory, process.execPath, [join(tool(typescript), "bin/tsc"), "--project", "."]);
}
