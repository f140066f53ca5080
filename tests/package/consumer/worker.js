// A classic worker of a consumer.

importScripts("node_modules/graceful-websocket/dist/graceful-websocket.global.js");
importScripts("classic.js");

globalThis.result.then((result) => postMessage(result));
