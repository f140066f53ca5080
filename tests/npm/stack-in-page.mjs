// More globals for pages in which the stack is exhausted: calls where there is next to nothing left of it.

/** In how many levels of the stack, from its end, the call is made: from where it cannot begin to where it has all it needs. */
const LEVELS = 2_000;

/** So near to the end it is made in each level, and further away in one of so many. */
const NEAR_LEVELS = 300;
const ONE_IN_LEVELS = 20;

function isToBeCalled(levelsLeft) {
  return levelsLeft <= NEAR_LEVELS || (levelsLeft <= LEVELS && levelsLeft % ONE_IN_LEVELS === 0);
}

/** Each descent begins so much deeper, so that the stack ends at another place of the call. */
const OFFSETS = [0, 1];

/** What a call throws itself, there. */
function tried(call) {
  try {
    call();
  } catch {}
}

/** Every way to make a call where the stack ends. */
const ways = {
  /** As deep as can be, and then again at each level up from there. */
  "on the way out"(call) {
    let levels = 0;
    const descend = () => {
      tried(descend);
      levels += 1;
      if (isToBeCalled(levels)) {
        tried(call);
      }
    };
    descend();
  },

  /** Again and again, each time one level deeper, until nothing more can be called. */
  "on the way in"(call) {
    let levels = 0;
    let depth = Number.POSITIVE_INFINITY;
    const descend = () => {
      levels += 1;
      if (isToBeCalled(depth - levels)) {
        call();
      }
      descend();
    };
    tried(descend);
    depth = levels;
    levels = 0;
    tried(descend);
  },
};

/** Makes the call where the stack ends, again and again. */
function callWhereStackEnds(way, call) {
  const begin = (deeper, ...more) => (deeper > 0 ? begin(deeper - 1, ...more, deeper) : ways[way](call));
  for (const offset of OFFSETS) {
    begin(offset);
  }
}

/** What a page does to a socket in one call. */
const entries = {
  "close()": (socket) => socket.close(3000, "done"),
  "terminate()": (socket) => socket.terminate(),
  "send()": (socket) => socket.send("x"),
  "send() of a Close frame": (socket) => socket.send(new CloseEvent("close", { code: 3000, reason: "done" })),
  "setting closeTimeout": (socket) => {
    socket.closeTimeout = 200;
  },
  "getting readyState": (socket) => socket.readyState,
  "getting closed": (socket) => socket.closed,
  "getting closeReport": (socket) => socket.closeReport,
  "getting released": (socket) => socket.released,
  "dispatching open": (socket) => socket.dispatchEvent(new Event("open")),
  "dispatching error": (socket) => socket.dispatchEvent(new Event("error")),
  "dispatching close": (socket) => socket.dispatchEvent(new CloseEvent("close", { code: 1000 })),
  "dispatching message": (socket) => socket.dispatchEvent(new MessageEvent("message", { data: "x" })),
};

/** A socket in each state. */
async function socketsInEachState(tag, options) {
  const OPEN = await open("/silent", tag, options);
  const CLOSING = await open("/silent", tag, options);
  const CLOSED = await open("/echo", tag, options);
  await CLOSED.close();
  CLOSING.close();
  return { OPEN, CLOSING, CLOSED, CONNECTING: connect("/silent", tag, options) };
}

/** How many close events come that were not dispatched by the page. */
function countCloses(socket) {
  let closes = 0;
  socket.addEventListener("close", ({ code }) => {
    closes += code === 1000 ? 0 : 1;
  });
  return () => closes;
}

Object.assign(globalThis, { callWhereStackEnds, entries, socketsInEachState, countCloses });
