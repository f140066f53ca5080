// Who is measured in the pages, and where the pages find it. The first of each group is what the others are measured
// against.

import { OURS } from "../names.mjs";
import { peerVersions, rustManifest } from "../stage.mjs";

/** Those in JavaScript. */
export async function inJavaScript() {
  const versions = await peerVersions();
  return ["native", OURS, "partysocket", "reconnecting-websocket"].map((name) => ({
    name,
    version: versions[name] ?? null,
    module: `/js/${name}.js`,
  }));
}

/** Those in Rust; none if they were not built. */
export async function inRust() {
  return (await rustManifest("contestants.json")) ?? [];
}
