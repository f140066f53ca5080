// Opens a page that wasm-bindgen's test runner serves, prints what it prints, and ends as its tests end.
// Usage: node drive.mjs http://127.0.0.1:PORT
//
// With the variable HIDDEN_FOR_LONG the page is hidden, in a Chromium that soon takes it for one that is hidden for long.

import { setTimeout as sleep } from "node:timers/promises";

import { hideBehindAnotherTab } from "../browsers/hide.mjs";
import { launchBrowser, launchHoldingBack } from "../browsers/launch.mjs";
import { keepUncaughtErrors } from "../browsers/uncaught.mjs";

const TIMEOUT_MS = 600_000;
const POLL_MS = 100;
/** After an error that nobody catches, a test may wait for ever for what it was in. */
const TIMEOUT_AFTER_ERROR_MS = 30_000;

const [address] = process.argv.slice(2);
const isToBeHidden = "HIDDEN_FOR_LONG" in process.env;
const browser = await (isToBeHidden ? launchHoldingBack() : launchBrowser());
try {
  const page = await browser.newPage();
  // Puppeteer's name for it is the other.
  await (page.addInitScript ?? page.evaluateOnNewDocument).call(page, keepUncaughtErrors);
  await page.goto(address);
  if (isToBeHidden) {
    await hideBehindAnotherTab(page);
  }
  let until = performance.now() + TIMEOUT_MS;
  let text = "";
  let uncaught = [];
  while (!/^(test result: |error: )/m.test(text) && performance.now() < until) {
    await sleep(POLL_MS);
    [text, uncaught] = await page.evaluate(() => [
      document.querySelector("#output")?.textContent ?? "",
      uncaughtErrors,
    ]);
    if (uncaught.length > 0) {
      until = Math.min(until, performance.now() + TIMEOUT_AFTER_ERROR_MS);
    }
  }
  console.log(text);
  for (const message of uncaught) {
    console.error(`uncaught: ${message}`);
  }
  process.exitCode = /^test result: ok/m.test(text) && uncaught.length === 0 ? 0 : 1;
} finally {
  await browser.close();
}
