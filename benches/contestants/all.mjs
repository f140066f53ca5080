// Who is measured in the pages, and where the pages find it. The first of each group is what the others are measured
// against.

import { OURS } from "../names.mjs";
import { peerVersions, rustManifest } from "../stage.mjs";

const HAND_WRITTEN = /web-sys|by-hand/;

/** Those in JavaScript. */
export async function inJavaScript() {
  const versions = await peerVersions();
  return ["native", OURS, "partysocket", "reconnecting-websocket"].map((name) => ({
    name,
    version: versions[name] ?? null,
    module: `/js/${name}.js`,
  }));
}

/** Those in Rust, what is written by hand first; none if they were not built. */
export async function inRust() {
  const built = (await rustManifest("contestants.json")) ?? [];
  const contestants = built.map(({ name, version, how }) => ({
    name,
    version,
    how,
    module: `/rust/${name}/${name}.js`,
  }));
  return contestants.sort((a, b) => HAND_WRITTEN.test(b.name) - HAND_WRITTEN.test(a.name));
}
