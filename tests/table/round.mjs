// One round: all rows of one place at once, each with a peer of its own, from the first connection to the last event.

import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { endsIn } from "./behaviours.mjs";
import { Peer } from "./peer.mjs";
import { poll } from "./poll.mjs";
import { recordOf } from "./records.mjs";

const IN_ENGINE = fileURLToPath(new URL("in-engine", import.meta.url));
/** How long a place may take to begin a row. */
const BEGINS_WITHIN_MS = 60_000;

/**
 * Measures the rows in the place.
 *
 * @param rows Of `behaviours.mjs`.
 * @param patienceMs How long after close() (or after the peer's act) a row is given up that has not ended.
 * @param endsByItself Whether the program is to end before the peers do.
 * @param oursSettled Called when every socket of ours has settled.
 * @returns The records, as `docs/engines.json` has them.
 */
export async function measureIn(
  place,
  workshop,
  { rows, patienceMs, endsByItself = false, oursSettled = () => {} },
) {
  const directory = await workshop.consumer({ links: ["ws"] });
  await cp(IN_ENGINE, directory, { recursive: true });
  const round = new Round(place, rows, patienceMs);
  try {
    await round.start(workshop, directory);
    const ends = rows.map((row, id) => round.end(row, id));
    const isToSettle = ({ behaviour, variant }) => variant.isOurs && endsIn(behaviour, place.name);
    const settled = rows.map((row, id) => isToSettle(row) && round.settled(row, id));
    Promise.all(settled).then(oursSettled, () => {});
    const measured = await Promise.all(ends);
    if (endsByItself) {
      await place.finish();
    }
    await round.stop();
    return await round.records(measured);
  } finally {
    await round.close();
  }
}

class Round {
  #place;
  #rows;
  #patienceMs;
  #peers = [];
  #latest = [];
  #looking;
  #isLooking = true;
  #startedAt;

  constructor(place, rows, patienceMs) {
    this.#place = place;
    this.#rows = rows;
    this.#patienceMs = patienceMs;
  }

  async start(workshop, directory) {
    for (const _ of this.#rows) {
      this.#peers.push(await Peer.start(directory));
    }
    const rows = this.#rows.map((row, id) => ({ ...row, id, url: this.#peers[id].url(row.behaviour.path) }));
    await this.#place.start(workshop, directory, this.#peers[0].origin, rows);
    this.#startedAt = Date.now();
    this.#looking = poll(async () => {
      await this.#look();
      return !this.#isLooking;
    }, Number.POSITIVE_INFINITY);
    // Whoever waits for a record will see that none comes.
    this.#looking.catch(() => {});
  }

  /** Waits for the close event (for whoever awaits the report), and until the peer has seen the end; not for ever. */
  async end(row, id) {
    const deadline = () =>
      (actSeen(this.#latest[id]) ?? this.#startedAt + BEGINS_WITHIN_MS) + this.#patienceMs;
    await poll(() => this.#isSettled(row, id), deadline);
    const peer = await this.#peers[id].end(deadline);
    return { seen: { ...this.#latest[id] }, peer };
  }

  settled(row, id) {
    return poll(() => this.#isSettled(row, id), this.#startedAt + BEGINS_WITHIN_MS);
  }

  #isSettled({ variant }, id) {
    return this.#latest[id]?.[variant.isOurs ? "resumedAt" : "closedAt"] !== undefined;
  }

  /** Ends every connection that is left, so that the place has no event left to tell of. */
  async stop() {
    await Promise.all(this.#peers.splice(0).map((peer) => peer.stop()));
    this.#isLooking = false;
    await this.#looking;
    await this.#place.finish();
    await this.#look();
  }

  records(measured) {
    return this.#rows.map((row, id) =>
      recordOf(row, { ...measured[id], last: this.#latest[id] }, this.#patienceMs),
    );
  }

  async close() {
    this.#isLooking = false;
    await this.#place.close();
    await Promise.all(this.#peers.map((peer) => peer.stop()));
  }

  async #look() {
    for (const record of await this.#place.records()) {
      this.#latest[record.id] = record;
    }
  }
}

/** When the end began, as far as the place knows. */
function actSeen(record) {
  return record && (record.closeCalledAt ?? record.openedAt ?? record.constructedAt);
}
