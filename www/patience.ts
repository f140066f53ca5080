// How long a browser of its own waits for the end of a closing handshake, as measured (see docs/).

import type { Behaviour } from "./behaviours.js";

interface Patience {
  readonly engine: string;
  readonly answer: string;
  readonly reading: string;
}

const NEVER = "never gives up while data is queued";

const CHROMIUM: Patience = { engine: "Chromium", answer: "gives up after 60 s", reading: NEVER };
const FIREFOX: Patience = { engine: "Firefox", answer: "gives up after 20 s", reading: NEVER };
const WEBKIT: Patience = {
  engine: "WebKitGTK",
  answer: "gives up after 5 s (Safari was not measured)",
  reading: "gives up after 5.5 s (Safari was not measured)",
};

/** Says how long this browser waits with such a peer; empty where it does not wait, or nobody has measured it. */
export function patience({ waitsFor }: Behaviour, isDataQueued: boolean): string {
  const measured = thisBrowser();
  if (waitsFor === undefined || measured === null) {
    return "";
  }
  return `${measured.engine} ${waitsFor === "reading" && isDataQueued ? measured.reading : measured.answer}.`;
}

function thisBrowser(): Patience | null {
  // Chromium's user agent names AppleWebKit, too.
  const known: [RegExp, Patience][] = [
    [/Firefox\//, FIREFOX],
    [/Chrome\//, CHROMIUM],
    [/AppleWebKit\//, WEBKIT],
  ];
  return known.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? null;
}
