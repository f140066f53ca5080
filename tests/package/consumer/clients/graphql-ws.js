// The page of a client: graphql-ws, to which the class is given.

import { GracefulWebSocket } from "graceful-websocket";
import { createClient } from "graphql-ws";
import { closeOf, exercise, host, impatient } from "./exercise.js";

const client = createClient({
  url: `ws://${host}`,
  webSocketImpl: impatient(GracefulWebSocket),
  // It would close as soon as it has its answer.
  lazy: false,
  onNonLazyError: () => {},
});

globalThis.result = exercise({
  answer: client
    .iterate({ query: "{ hello }" })
    .next()
    .then(({ value }) => value.data.hello),
  onClosed: (listener) => client.on("closed", (event) => listener(closeOf(event))),
  close: () => client.dispose(),
});
