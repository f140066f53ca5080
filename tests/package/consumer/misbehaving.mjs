// The misbehaving server, of a program that was run with its address: where its peers are, and what it saw.

/** `ws://host:port`. */
const SERVER = process.argv[2];

let tags = 0;

/** A label for the server's log, and an address of the path with it. */
export function addressOf(path) {
  tags += 1;
  const tag = `${process.pid}-${tags}`;
  const url = new URL(path, SERVER);
  url.searchParams.set("tag", tag);
  return { tag, url };
}

/** What the server saw of a connection, as soon as it has come so far. */
export async function connection(tag, until) {
  const query = new URLSearchParams({ tag, until });
  const response = await fetch(`${SERVER.replace("ws", "http")}/log?${query}`);
  const { connections } = await response.json();
  if (!response.ok) {
    throw new Error(`not ${until} in time: ${JSON.stringify(connections)}`);
  }
  return connections[0];
}

/** The Close frames that the server received. */
export function closesReceived({ frames }) {
  return frames
    .filter(({ opcode, direction }) => opcode === "close" && direction === "received")
    .map(({ code, reason }) => ({ code, reason }));
}
