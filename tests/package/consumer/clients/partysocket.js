// The page of a client: partysocket, to which the class is given.

import { GracefulWebSocket } from "graceful-websocket";
import PartySocket from "partysocket";
import { closeOf, exercise, firstMessage, host, impatient } from "./exercise.js";

const client = new PartySocket({ host, room: "room", WebSocket: impatient(GracefulWebSocket) });
client.onopen = () => client.send("hello");

globalThis.result = exercise({
  answer: firstMessage(client),
  // Listeners get a copy of the event, which partysocket 1.3.0 makes with its fields mixed up.
  onClosed: (listener) => {
    client.onclose = (event) => listener(closeOf(event));
  },
  close: () => client.close(4000, "bye"),
  state: () => client.readyState,
});
