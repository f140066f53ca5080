// Opens a page that wasm-bindgen's test runner serves, prints what it prints, and ends as its tests end.
// Usage: node drive.mjs http://127.0.0.1:PORT

import { launchBrowser } from "../browsers/launch.mjs";

const TIMEOUT_MS = 300_000;

const [address] = process.argv.slice(2);
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  let uncaughtErrors = 0;
  page.on("pageerror", (error) => {
    uncaughtErrors += 1;
    console.error(`uncaught: ${error.stack ?? error}`);
  });
  await page.goto(address);
  const output = page.locator("#output");
  await page
    .waitForFunction(
      () => /^(test result: |error: )/m.test(document.querySelector("#output")?.textContent ?? ""),
      undefined,
      { timeout: TIMEOUT_MS },
    )
    .catch((error) => console.error(`the tests did not end: ${error.message}`));
  const text = (await output.textContent()) ?? "";
  console.log(text);
  process.exitCode = /^test result: ok/m.test(text) && uncaughtErrors === 0 ? 0 : 1;
} finally {
  await browser.close();
}
