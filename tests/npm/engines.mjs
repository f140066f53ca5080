// What each engine does in its own way about WebSockets, as a page or its peer can tell. The tests assert it, so that an
// engine that changes its way is noticed.

import { ENGINE } from "../browsers/launch.mjs";

const NO_BODY = { code: null, reason: "" };
const BROKEN = { code: 1006, reason: "", wasClean: false };
const WITHOUT_CODE = { code: 1005, reason: "", wasClean: true };

/** The peer's invalid Close frame, taken for one that breaks the protocol: with this Close frame as the complaint. */
const refused = (...complaint) => ({ asAnswer: BROKEN, whileOpen: BROKEN, answers: complaint });
const protocolError = (reason) => ({ code: 1002, reason });
/** The same frame, taken for one without a body. */
const ACCEPTED = { asAnswer: WITHOUT_CODE, whileOpen: WITHOUT_CODE, answers: [NO_BODY] };

const ENGINES = {
  chromium: {
    /** How long it waits itself, in the words of the close lab: for the answer, and for a peer that does not read. */
    patience: {
      answer: "Chromium gives up after 60 s.",
      reading: "Chromium never gives up while data is queued.",
    },
    /** So long it waits for the server's FIN after a closing handshake. */
    waitsForFinMs: 2_000,
    /** Whether it fires `error` when a RST breaks a connection. */
    firesErrorAtReset: false,
    /** Whether it ends TCP when the page closes a socket whose opening handshake has not been answered. */
    dropsHandshakes: true,
    /** Whether it ends the TCP of closing sockets as soon as their page is closed. */
    dropsClosingWithPage: true,
    /** Whether it closes the sockets of a page, with 1001, when a navigation begins, or loading is stopped, and the page stays. */
    closesInPageThatStays: false,
    /** Whether a page stays that goes to `mailto:`; the browser without one shows an error instead. */
    staysForMail: true,
    /** Whether bufferedAmount counts what the peer does not read. */
    countsUnread: true,
    /** Whether a page can see the state CLOSING that a Close frame of the peer brings. */
    showsPeerClosing: true,
    /** Whether the platform's close() rounds a code, and takes a reason without a code. */
    convertsCloseArguments: [false, false],
    /** Whether the platform's constructor looks whether the subprotocols iterate before it converts the URL, and again after. */
    looksAtProtocolsFirst: false,
    /** Whether a class of JavaScript lists `length`, `name` and `prototype` in the order of the platform's classes. */
    ordersClassAlike: true,
    knowsAwaitUsing: true,
    /** What it answers to a Close frame without a body. */
    answersNoBody: NO_BODY,
    /** What comes of each invalid Close frame. */
    invalidCloses: {
      "one-byte": refused(protocolError("")),
      "bad-utf8": refused(protocolError("Invalid UTF-8 in Close frame")),
      "reserved-code": refused(protocolError("")),
      "too-long": refused(protocolError("WebSocket Protocol Error")),
    },
  },
  firefox: {
    patience: {
      answer: "Firefox gives up after 20 s.",
      reading: "Firefox never gives up while data is queued.",
    },
    waitsForFinMs: 0,
    firesErrorAtReset: true,
    dropsHandshakes: false,
    dropsClosingWithPage: false,
    closesInPageThatStays: true,
    staysForMail: true,
    countsUnread: true,
    showsPeerClosing: true,
    convertsCloseArguments: [true, true],
    looksAtProtocolsFirst: false,
    ordersClassAlike: false,
    knowsAwaitUsing: true,
    answersNoBody: NO_BODY,
    invalidCloses: {
      "one-byte": ACCEPTED,
      "bad-utf8": refused(),
      "reserved-code": ACCEPTED,
      "too-long": refused(),
    },
  },
  webkit: {
    patience: {
      answer: "WebKitGTK gives up after 5 s (Safari was not measured).",
      reading: "WebKitGTK gives up after 5.5 s (Safari was not measured).",
    },
    waitsForFinMs: 0,
    firesErrorAtReset: true,
    dropsHandshakes: true,
    dropsClosingWithPage: true,
    closesInPageThatStays: false,
    staysForMail: false,
    countsUnread: false,
    showsPeerClosing: false,
    convertsCloseArguments: [false, true],
    looksAtProtocolsFirst: true,
    ordersClassAlike: true,
    knowsAwaitUsing: false,
    answersNoBody: { code: 1000, reason: "" },
    invalidCloses: {
      "one-byte": refused(protocolError("")),
      "bad-utf8": { ...refused(protocolError("")), asAnswer: { ...BROKEN, code: 1000 } },
      "reserved-code": { ...refused(protocolError("")), asAnswer: { ...BROKEN, code: 1005 } },
      "too-long": {
        ...refused(protocolError("")),
        asAnswer: { code: 1000, reason: "x".repeat(124), wasClean: true },
      },
    },
  },
};

export const engine = ENGINES[ENGINE];
