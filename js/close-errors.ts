// What close() says of a code or a reason that a page may not send. (WHATWG WebSockets, `close()`, steps 1 and 2.)

export function invalidCode(code: number | undefined): DOMException {
  return new DOMException(
    `The close code must be 1000 or from 3000 to 4999, and is ${code}.`,
    "InvalidAccessError",
  );
}

export function reasonTooLong(bytes: number): DOMException {
  return new DOMException(
    `The close reason must have at most 123 bytes of UTF-8, and has ${bytes}.`,
    "SyntaxError",
  );
}
