// The browsers that tests run in. Chromium and Firefox are driven by Playwright; WebKit, by a page of our own that has
// as much of Playwright's as the tests use (`webkit.mjs`).

import { chromium, firefox } from "playwright-core";
import puppeteer from "puppeteer-core";

import { launchWebKit } from "./webkit.mjs";

/** The engine that the tests of this process are to run in. */
export const ENGINE = process.env.ENGINE ?? "chromium";

/** Nothing of a browser's own talks to the network, and no test waits for what it would say. */
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Arguments of Puppeteer's own, by which pages would be spared what happens to a person's. */
const SPARING_ARGUMENTS = [
  "--disable-back-forward-cache",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

const LAUNCHERS = {
  chromium: () => launchChromium(),
  firefox: launchFirefox,
  webkit: () => launchWebKit(pathOf("WEBKIT_DRIVER")),
};

/** A headless browser with the engine; what `newPage` is told of the colour scheme, Firefox has to know before. */
export function launchBrowser(engine = ENGINE, { colorScheme = "light" } = {}) {
  const launch = LAUNCHERS[engine];
  if (!launch) {
    throw new Error(`ENGINE must be one of ${Object.keys(LAUNCHERS).join(", ")}, and is ${engine}`);
  }
  return launch(colorScheme);
}

/** The browser that `CHROMIUM` names; with more arguments of its command line, if any. */
export function launchChromium(...more) {
  return chromium.launch({
    executablePath: pathOf("CHROMIUM"),
    args: [...CHROMIUM_ARGUMENTS, ...more],
  });
}

/** The browser that `FIREFOX` names: Mozilla's own, which Playwright drives by WebDriver BiDi. */
function launchFirefox(colorScheme) {
  return firefox.launch({
    executablePath: pathOf("FIREFOX"),
    channel: "moz-firefox",
    firefoxUserPrefs: {
      "layout.css.prefers-color-scheme.content-override": colorScheme === "dark" ? 0 : 1,
      // After failures it makes a page wait, the longer the more there were, up to a minute.
      "network.websocket.delay-failed-reconnects": false,
      // It keeps the connection of a handshake that was given up, and by default has six to a server.
      "network.http.max-persistent-connections-per-server": 1_000,
    },
  });
}

/**
 * A headless browser with this engine whose pages are hidden, frozen, cached and timed as those of a person's are. In
 * Chromium Playwright prevents that, so it is Puppeteer that drives it.
 */
export function launchLifelike(engine = ENGINE) {
  return engine === "chromium" ? launchLifelikeChromium() : launchBrowser(engine);
}

/** The same of Chromium, in which a page that has been hidden for 10 s counts as hidden for long; usually that is 5 minutes. */
export function launchHoldingBack() {
  return launchLifelikeChromium("--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10");
}

function launchLifelikeChromium(...more) {
  return puppeteer.launch({
    executablePath: pathOf("CHROMIUM"),
    args: [...CHROMIUM_ARGUMENTS, ...more],
    ignoreDefaultArgs: SPARING_ARGUMENTS,
  });
}

function pathOf(variable) {
  const path = process.env[variable];
  if (!path) {
    throw new Error(`${variable} must name a program; \`npm test\` finds one`);
  }
  return path;
}
