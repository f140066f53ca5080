// The page whose sockets a browser's driver routes: what the driver can have it do.

import { GracefulWebSocket } from "graceful-websocket";
import { knock, listen, talk, talkToSilence } from "./exercise.js";

globalThis.talks = {
  talk: (url, frame) => talk(GracefulWebSocket, url, frame),
  /** `answerLate` is the driver's. */
  talkToSilence: (url) => talkToSilence(GracefulWebSocket, url, () => globalThis.answerLate()),
  listen: (url) => listen(GracefulWebSocket, url),
  listenAfter: (url, message) => listen(GracefulWebSocket, url, (socket) => socket.send(message)),
  knock: (url) => knock(GracefulWebSocket, url),
};
