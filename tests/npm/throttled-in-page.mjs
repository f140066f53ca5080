// What the tests' functions in a page that is hidden for long have in common: chains of timers, and how to do something
// from inside of one that the browser holds back.

/** How often a chain of timers beats, unless it is held back. */
const BEAT_MS = 1_000;
/**
 * A beat is held back if a timer that no other has led to could have fired so many times since the last one. (A busy
 * machine holds back both.)
 */
const MISSED_BEATS = 5;
/** After so many beats none will be held back. The browser begins 10 s after it has hidden the page. */
const MOST_BEATS = 40;
/** So much later than it should a timer fires, at least, that is held back. */
const LONG_MS = 10_000;

/** The ways in which a program beats. Each returns a function that stops it. */
const CHAINS = {
  /** Every timer is set by the one before. */
  timeouts(beat) {
    let timer;
    const setNext = () => {
      timer = setTimeout(() => {
        setNext();
        beat();
      }, BEAT_MS);
    };
    setNext();
    return () => clearTimeout(timer);
  },
  interval(beat) {
    const timer = setInterval(beat, BEAT_MS);
    return () => clearInterval(timer);
  },
  /** An asynchronous function that awaits timers: it beats in microtasks of theirs. */
  promises(beat) {
    let isStopped = false;
    (async () => {
      while (!isStopped) {
        await new Promise((resolve) => setTimeout(resolve, BEAT_MS));
        beat();
      }
    })();
    return () => {
      isStopped = true;
    };
  },
};

/**
 * In the first beat of a chain that the browser holds back, arms a deadline of a socket, which is returned, so many
 * milliseconds from then. In the same beat a timer is set for the same time, which nobody spares: if no beat is ever held
 * back, that one is on time, too.
 *
 * Resolves with how long the socket took, and how long that timer, at least.
 */
async function fromHeldBack(chain, deadlineMs, arm) {
  const { socket, timer, armedAt } = await inHeldBackBeat(chain, () => {
    const armedAt = performance.now();
    const timer = new Promise((fired) => setTimeout(fired, deadlineMs));
    return { socket: arm(), timer, armedAt };
  });
  const took = () => performance.now() - armedAt;
  const settled = event(socket, "close").then(took);
  const timerTook = await Promise.race([timer, passes(deadlineMs + LONG_MS)]).then(took);
  return { took: await settled, timerTook, report: socket.closeReport };
}

/** Runs `act` in the first beat that is held back, and resolves with what it returns. */
function inHeldBackBeat(chain, act) {
  return new Promise((resolve) => {
    let beats = 0;
    let missed = 0;
    let isBeating = true;
    const stop = CHAINS[chain](() => {
      beats += 1;
      if (missed >= MISSED_BEATS || beats === MOST_BEATS) {
        stop();
        isBeating = false;
        resolve(act());
      }
      missed = 0;
    });
    (async () => {
      while (isBeating) {
        await passes(BEAT_MS);
        missed += 1;
      }
    })();
  });
}

/** A time passes that is not held back: it is measured from a message, which no timer has led to. */
async function passes(ms) {
  const { port1, port2 } = new MessageChannel();
  await new Promise((fired) => {
    port1.onmessage = () => setTimeout(fired, ms);
    port2.postMessage(null);
  });
  port1.close();
}

Object.assign(globalThis, { fromHeldBack });
