import type * as z from "zod/v4";
import { text } from "../../../push/field.js";
import type { MockFaults } from "../../faults.js";
import type { Scene } from "../scene.js";
import { exact, whole, word } from "./fields.js";
import { type ControlRoute, readInput } from "./route.js";

const LARGEST_STREAM_ID = 2 ** 31 - 1;
/** Milliseconds of a delay at most: an hour of the mock's time. */
const LONGEST_DELAY = 3_600_000;
/** Characters of debug data at most. */
const LONGEST_DEBUG = 1024;

const streams = whole("streams", 0, 100_000);
const count = whole("count", 0, 100_000).optional();
const when = word("when", ["before", "after"]).optional();
const errorCode = whole("errorCode", 0, 13).optional();
const nothing = exact({});

interface Fault {
  readonly summary: string;
  /** Reads the body, and strikes. `connections`: how many it was aimed at; null when it is about those to come. */
  run(faults: MockFaults, body: unknown): { readonly options: object; readonly connections: number | null };
}

const fault = <Input extends object>(
  summary: string,
  input: z.ZodType<Input>,
  strike: (faults: MockFaults, input: Input) => unknown,
): Fault => ({
  summary,
  run(faults, body) {
    const options = readInput(input, body);
    const struck = strike(faults, options);
    return { options, connections: typeof struck === "number" ? struck : null };
  },
});

/** `mock.faults`, by the names of the paths: `POST /control/faults/<name>`. */
const FAULTS: Readonly<Record<string, Fault>> = {
  goaway: fault(
    "Announces the end of each connection: { lastStreamId?, debug?, errorCode? }",
    exact({
      lastStreamId: whole("lastStreamId", 0, LARGEST_STREAM_ID).optional(),
      debug: text(
        "debug",
        `text of at most ${LONGEST_DEBUG} characters`,
        ({ length }) => length <= LONGEST_DEBUG,
      ).optional(),
      errorCode,
    }),
    (faults, input) => faults.goaway(input),
  ),
  "refuse-streams": fault(
    "Refuses the next streams of each connection: { streams }",
    exact({ streams }),
    (faults, input) => faults.refuseStreams(input.streams),
  ),
  "reset-streams": fault(
    "Resets the next streams of each connection: { streams, when?: before | after, errorCode? }",
    exact({ streams, when, errorCode }),
    (faults, { streams, ...options }) => faults.resetStreams(streams, options),
  ),
  cut: fault(
    "Cuts each connection, now or at its next push: { when?: before | after }",
    exact({ when }),
    (faults, input) => faults.cut(input),
  ),
  freeze: fault("Falls silent on each connection; new ones work", nothing, faults => faults.freeze()),
  thaw: fault("Ends the silence", nothing, faults => faults.thaw()),
  mute: fault("Answers pings and no pushes on each connection; new ones work", nothing, faults => faults.mute()),
  "stream-limit": fault(
    "Allows that many streams at once on each connection: { streams }",
    exact({ streams: whole("streams", 0, LARGEST_STREAM_ID) }),
    (faults, input) => faults.streamLimit(input.streams),
  ),
  delay: fault(
    "Takes its time over each push: { ms, when?: before | after }; 0 ends it",
    exact({ ms: whole("ms", 0, LONGEST_DELAY), when }),
    (faults, { ms, when }) => faults.delay(ms, { when }),
  ),
  "refuse-connections": fault(
    "Refuses the next connections, all unless { count }; 0 ends it",
    exact({ count }),
    (faults, input) => faults.refuseConnections(input.count),
  ),
  "stall-connections": fault(
    "Takes the next connections and says nothing, all unless { count }; 0 ends it",
    exact({ count }),
    (faults, input) => faults.stallConnections(input.count),
  ),
};

/** Routes about what goes wrong on connections. */
export function faultRoutes({ mock, commands }: Scene): ControlRoute[] {
  const strikes = Object.entries(FAULTS).map(
    ([name, { summary, run }]): ControlRoute => ({
      method: "POST",
      path: `/control/faults/${name}`,
      summary,
      serve({ body }) {
        const { options, connections } = run(mock.faults, body);
        return commands.note(name, options, connections);
      },
    }),
  );
  return [
    ...strikes,
    {
      method: "DELETE",
      path: "/control/faults",
      summary: "Ends every fault that has not struck yet, and every silence",
      serve() {
        mock.faults.clear();
        return commands.note("clear", {}, null);
      },
    },
  ];
}
