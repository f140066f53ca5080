// npm packages that a lockfile pins.

import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Installs what the lockfile of one directory pins into another, and says what that is; nothing happens if it is there. */
export async function installLocked(what, from, into) {
  const lockfile = await readFile(join(from, "package-lock.json"), "utf8");
  const done = join(into, "installed.json");
  if ((await readFile(done, "utf8").catch(() => null)) === lockfile) {
    return;
  }
  console.log(`The ${what} are missing or old: installing them`);
  await mkdir(into, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) {
    await cp(join(from, file), join(into, file));
  }
  await npm(into, "ci");
  await writeFile(done, lockfile);
}

/** Runs npm in a directory. */
export function npm(directory, ...args) {
  return run("npm", [...args, "--no-audit", "--no-fund"], { cwd: directory, maxBuffer: Infinity });
}
