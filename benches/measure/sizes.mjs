// What a user's bundle gains by each package: bundled and minified by esbuild, then compressed.

import { brotliCompressSync, gzipSync } from "node:zlib";

import { bundle, peerVersions } from "../stage.mjs";

/** What a user writes, so that it is not shaken off. */
const USES = [
  {
    name: "graceful-websocket",
    code: 'import { GracefulWebSocket } from "graceful-websocket"; globalThis.use = GracefulWebSocket;',
  },
  {
    name: "graceful-websocket/slim",
    code: 'import * as slim from "graceful-websocket/slim"; globalThis.use = slim;',
    note: "and core.wasm as a file",
  },
  { name: "graceful-websocket/register", code: 'import "graceful-websocket/register";' },
  {
    name: "graceful-websocket/ws",
    code: 'import { standardWebSocket } from "graceful-websocket/ws"; globalThis.use = standardWebSocket;',
    note: "for Node, beside ws",
  },
  { name: "partysocket", code: 'import { WebSocket } from "partysocket"; globalThis.use = WebSocket;' },
  {
    name: "reconnecting-websocket",
    code: 'import WebSocket from "reconnecting-websocket"; globalThis.use = WebSocket;',
  },
  {
    name: "websocket-as-promised",
    code: 'import WebSocketAsPromised from "websocket-as-promised"; globalThis.use = WebSocketAsPromised;',
  },
  { name: "phoenix", code: 'import { Socket } from "phoenix"; globalThis.use = Socket;' },
  {
    name: "websocket-ts",
    code: 'import { WebsocketBuilder } from "websocket-ts"; globalThis.use = WebsocketBuilder;',
  },
  { name: "sockette", code: 'import Sockette from "sockette"; globalThis.use = Sockette;' },
];

export async function measureSizes() {
  const versions = await peerVersions();
  const sizes = [];
  for (const { name, code, note } of USES) {
    const { outputFiles } = await bundle({
      stdin: { contents: code, resolveDir: import.meta.dirname },
      write: false,
    });
    const bytes = outputFiles[0].contents;
    sizes.push({
      name,
      version: versions[name] ?? null,
      ...(note && { note }),
      min: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    });
  }
  return sizes;
}
