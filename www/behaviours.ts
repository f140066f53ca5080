// What the misbehaving server can be asked to do, in plain words.

/** One way in which the peer behaves when the connection is to end. */
export interface Behaviour {
  /** The server's path with its parameters; the tag is added later. */
  readonly path: string;
  readonly label: string;
  /** What the peer does, in one line. */
  readonly does: string;
  /** What a browser of its own waits for here, if it waits for long. */
  readonly waitsFor?: "answer" | "reading";
}

/** Every behaviour that has to do with closing, by what becomes of the closing handshake. */
export const BEHAVIOURS: Readonly<Record<string, readonly Behaviour[]>> = {
  "Never finishes": [
    {
      path: "/silent",
      label: "Never answers",
      does: "Reads everything, and never answers the Close frame.",
      waitsFor: "answer",
    },
    {
      path: "/stall",
      label: "Stops reading",
      does: "Reads nothing, so that queued data, and the Close frame behind it, cannot leave.",
      waitsFor: "reading",
    },
    {
      path: "/flood",
      label: "Keeps sending",
      does: "Sends a message every 10 ms to the end, and never answers the Close frame.",
      waitsFor: "answer",
    },
    {
      path: "/hang",
      label: "Never opens",
      does: "Accepts TCP, and never answers the opening handshake.",
    },
  ],
  "Finishes in its own way": [
    {
      path: "/late?ms=2000",
      label: "Answers late",
      does: "Answers the Close frame after 2 s.",
    },
    {
      path: "/no-fin",
      label: "Answers, keeps TCP",
      does: "Answers the Close frame, and leaves TCP open.",
    },
    {
      path: "/other?code=4999&reason=other",
      label: "Answers something else",
      does: "Answers the Close frame with code 4999 and reason “other”.",
    },
    {
      path: "/invalid-close?kind=reserved-code",
      label: "Answers nonsense",
      does: "Answers with a Close frame whose code must not be on the wire.",
    },
  ],
  "Ends it": [
    {
      path: "/close?code=4001&reason=server+first&after=400",
      label: "Closes first",
      does: "Sends a Close frame of its own 0.4 s after the opening.",
    },
    {
      path: "/drop?on=close",
      label: "Hangs up",
      does: "Ends TCP (FIN) instead of answering the Close frame.",
    },
    {
      path: "/reset?on=close",
      label: "Resets",
      does: "Resets TCP (RST) instead of answering the Close frame.",
    },
  ],
  Behaves: [
    {
      path: "/echo",
      label: "Answers at once",
      does: "Answers the Close frame with the same code and reason, as it should.",
    },
  ],
};
