// The rows of the runtimes against every path of the misbehaving server: each socket settles in time, once, with a report
// that says what the peer saw, and nothing keeps the program from its end.

import { rowsOf, TIMEOUT_MS, VARIANTS } from "../../table/behaviours.mjs";
import { runtimes } from "../../table/places.mjs";
import { assertCut, assertSettled, assertTruthful, ROOM_MS } from "../../table/records.mjs";
import { measureIn } from "../../table/round.mjs";

const OURS = rowsOf(VARIANTS.filter(({ isOurs, isOnlyInEngines }) => isOurs && !isOnlyInEngines));

export const rows = runtimes().map((place) => ({
  name: place.tool === "ws" ? "graceful-websocket/ws, every path" : "its own WebSocket, every path",
  tool: place.tool,
  async run(workshop) {
    const records = await measureIn(place, workshop, {
      rows: OURS,
      patienceMs: TIMEOUT_MS + ROOM_MS,
      // Where there is no way to cut a connection, it keeps the program alive as long as the server does.
      endsByItself: place.isCut,
    });
    for (const [index, record] of records.entries()) {
      assertRow(record, OURS[index].behaviour, place);
    }
    return `${records.length} ends`;
  },
}));

function assertRow(record, behaviour, place) {
  try {
    assertSettled(record, behaviour, place.name);
    if (!behaviour.misinformed?.includes(place.name)) {
      assertTruthful(record);
    }
    if (place.isCut) {
      assertCut(record);
    }
  } catch (error) {
    error.message = `${behaviour.title}: ${error.message}\n${JSON.stringify(record)}`;
    throw error;
  }
}
