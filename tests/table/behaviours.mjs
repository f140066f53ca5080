// What the peer does, and what is done to it: every way of the misbehaving server to end a connection, or not to.

/** What close() is called with. */
export const CLOSE = [4000, "bye"];

/** The close timeout of ours, and the open timeout where nobody calls close(). The default is 10 s. */
export const TIMEOUT_MS = 1_000;
const OPEN_TIMEOUT = { openTimeout: TIMEOUT_MS };

/** More than the kernel's buffers and the browsers' own take. */
const STALLED_BYTES = 32 * 1024 * 1024;
/** So late that an engine has read the answer to its handshake before the peer breaks the connection. */
const AFTER_MS = 200;

/** To Deno, the end of TCP is an answer to the Close frame. */
const TAKEN_FOR_AN_ANSWER = { Deno: ["clean"] };
/** Node 22 has no close event for a handshake that failed, so that only the timeout ends it. */
const WITHOUT_EVENT = { "Node 22": ["timed-out"] };

/** The engine that closes the sockets of a page whose navigation begins, and then stays; elsewhere they stay open. */
const CLOSES_BY_ITSELF = ["Firefox ESR"];

const INVALID = {
  "one-byte": "has a body of one byte",
  "bad-utf8": "has a reason that is not UTF-8",
  "reserved-code": "has a code that must not be sent",
  "too-long": "is too long",
};

/**
 * A behaviour has the `path` of the server, a `title`, and `outcomes`; and, if they are not the usual ones:
 *
 * - `closeWhen`: when close() is called. `"open"` is as soon as the socket is, `"requested"` is when the server has got the
 *   request, `null` is never: the peer ends the connection, or nobody.
 * - `pageDoes`: what the page does instead of calling close(), after which a browser may close by itself; runtimes have no
 *   rows of it. `"download"` follows a link to a file, `"stop"` calls window.stop() and looks at the socket.
 * - `endsIn`: the places in which this ends a socket, if it does not in all; in others it stays open.
 * - `bytesFirst`: so many bytes are sent before.
 * - `peerActsAfterMs`: how long after the handshake the peer acts, where its log does not show when it did.
 * - `options`: of ours.
 * - `outcomes`: what our report may say, which is what an engine makes of it within the timeout.
 * - `strays`: the same in a place that strays from the standard.
 * - `misinformed`: the places whose own event or bufferedAmount says what is not so; the report cannot know better.
 * - `isHang`: the handshake is never answered.
 * - `brief`: the head of its column in README.md.
 */
export const BEHAVIOURS = [
  {
    path: "/silent",
    title: "The peer never answers the Close frame",
    brief: "never answers the Close frame",
    outcomes: ["timed-out"],
  },
  {
    path: "/stall",
    bytesFirst: STALLED_BYTES,
    title: "The peer has stopped reading, and 32 MB are queued before the Close frame",
    brief: "has stopped reading, with 32 MB queued",
    outcomes: ["timed-out"],
    // Their bufferedAmount is 0, as if everything had left.
    misinformed: ["WebKitGTK", "Deno"],
  },
  {
    path: "/no-fin",
    title: "The peer answers the Close frame, and leaves the TCP connection open",
    brief: "answers, and leaves TCP open",
    outcomes: ["clean", "timed-out"],
  },
  {
    path: "/flood",
    title: "The peer sends on and on, and never answers the Close frame",
    outcomes: ["timed-out"],
  },
  {
    path: "/silent",
    pageDoes: "download",
    endsIn: CLOSES_BY_ITSELF,
    title: "The page follows a link to a download, and the peer never answers",
    outcomes: ["timed-out"],
  },
  {
    path: "/silent",
    pageDoes: "stop",
    endsIn: CLOSES_BY_ITSELF,
    title: "The page calls window.stop() and looks at the socket, and the peer never answers",
    outcomes: ["timed-out"],
  },
  { path: "/late?ms=3000", title: "The peer answers after 3 s", outcomes: ["timed-out"] },
  { path: "/late?ms=500", title: "The peer answers after 0.5 s", outcomes: ["clean"] },
  {
    path: "/echo",
    title: "The peer answers at once",
    brief: "answers, and ends TCP, as it should",
    outcomes: ["clean"],
  },
  {
    path: "/other?code=4001&reason=other",
    title: "The peer answers with another code and reason",
    outcomes: ["clean"],
  },
  {
    path: "/close?code=1001&reason=away",
    closeWhen: null,
    title: "The peer closes first",
    outcomes: ["clean"],
  },
  {
    path: "/drop?on=close",
    title: "The peer answers the Close frame with nothing but the end of TCP (FIN)",
    outcomes: ["unclean"],
    strays: TAKEN_FOR_AN_ANSWER,
    misinformed: ["Deno"],
  },
  {
    path: "/reset?on=close",
    title: "The peer answers the Close frame with a reset of TCP (RST)",
    outcomes: ["unclean"],
    strays: TAKEN_FOR_AN_ANSWER,
    misinformed: ["Deno"],
  },
  {
    path: `/drop?after=${AFTER_MS}`,
    closeWhen: null,
    peerActsAfterMs: AFTER_MS,
    title: "The peer ends TCP (FIN) while the socket is open",
    outcomes: ["unclean"],
  },
  {
    path: `/reset?after=${AFTER_MS}`,
    closeWhen: null,
    peerActsAfterMs: AFTER_MS,
    title: "The peer resets TCP (RST) while the socket is open",
    outcomes: ["unclean"],
  },
  ...Object.entries(INVALID).map(([kind, what]) => ({
    path: `/invalid-close?kind=${kind}`,
    title: `The peer answers with a Close frame that ${what}`,
    outcomes: ["clean", "unclean"],
    misinformed: ["Deno"],
  })),
  ...Object.entries(INVALID).map(([kind, what]) => ({
    path: `/invalid-close?kind=${kind}&on=open`,
    closeWhen: null,
    title: `The peer closes first, with a Close frame that ${what}`,
    // Where the frame comes together with the answer to the handshake, Firefox can fail before it tells of that.
    outcomes: ["clean", "unclean", "never-opened"],
  })),
  {
    path: "/reject?status=403",
    closeWhen: null,
    options: OPEN_TIMEOUT,
    title: "The server refuses the handshake (403)",
    outcomes: ["never-opened"],
    strays: WITHOUT_EVENT,
  },
  {
    path: "/hang",
    closeWhen: "requested",
    isHang: true,
    title: "The server never answers the handshake, and close() is called",
    outcomes: ["never-opened"],
    strays: WITHOUT_EVENT,
  },
  {
    path: "/hang",
    closeWhen: null,
    isHang: true,
    options: OPEN_TIMEOUT,
    title: "The server never answers the handshake, and nobody calls close()",
    outcomes: ["timed-out"],
  },
].map((behaviour) => ({ closeWhen: "open", bytesFirst: 0, peerActsAfterMs: 0, isHang: false, ...behaviour }));

/**
 * The classes that are compared, as the columns have them.
 *
 * - `isOurs`: it has a report, and a bound; `options` are its own.
 * - `isOnlyInEngines`: it needs a page, and runtimes have no rows of it. Default: false.
 */
export const VARIANTS = [
  { name: "native", isOurs: false },
  { name: "ours", isOurs: true, options: { closeTimeout: TIMEOUT_MS } },
  {
    name: "disposable",
    isOurs: true,
    isOnlyInEngines: true,
    options: { closeTimeout: TIMEOUT_MS, disposable: true },
  },
];

/** Whether the behaviour ends a socket in the place. */
export function endsIn({ endsIn }, place) {
  return endsIn?.includes(place) ?? true;
}

/**
 * Every behaviour with every variant, in an order in which none disturbs another, and each with what is to happen before
 * the next begins: the socket is `connected`, or the page has `acted`, or it is `over`.
 *
 * @param variants Of `VARIANTS`.
 * @param hasPage Whether there is a page, which can do something.
 */
export function rowsOf(variants, { hasPage = false } = {}) {
  const behaviours = BEHAVIOURS.filter(({ pageDoes }) => hasPage || !pageDoes);
  const rows = behaviours.flatMap((behaviour) => variants.map((variant) => ({ behaviour, variant })));
  // What the page does meets every socket that is open.
  const isOfPage = ({ behaviour }) => behaviour.pageDoes !== undefined;
  // To send megabytes stops a page for a moment, in which the timers of others would be late.
  const isHeavy = ({ behaviour }) => behaviour.bytesFirst > 0;
  const isHanging = ({ behaviour }) => behaviour.isHang;
  // Firefox has one handshake at a time, so that one that nothing ends comes last.
  const isEndless = (row) => isHanging(row) && row.behaviour.closeWhen === null && !row.variant.isOurs;
  const acted = (row) => ({ ...row, until: "acted" });
  const connected = (row) => ({ ...row, until: "connected" });
  const over = (row) => ({ ...row, until: "over" });
  return [
    ...rows.filter(isOfPage).map(acted),
    ...rows.filter((row) => !isOfPage(row) && !isHanging(row) && !isHeavy(row)).map(connected),
    ...rows.filter((row) => isHanging(row) && !isEndless(row)).map(over),
    ...rows.filter((row) => isHeavy(row) && row.variant.isOurs).map(over),
    ...rows.filter((row) => isHeavy(row) && !row.variant.isOurs).map(connected),
    ...rows.filter(isEndless).map(over),
  ];
}
