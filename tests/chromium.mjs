// Headless Chromium, as every test that needs a browser launches it.

import { chromium } from "playwright-core";

/** The browser that `CHROMIUM` names, with nothing of its own that talks to the network. */
export function launchChromium() {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath) {
    throw new Error("CHROMIUM must name a Chromium; `npm test` finds one");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
