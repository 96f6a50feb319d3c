import { constants, type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Environment } from "../../environment.js";
import type { Connection } from "../connection.js";
import type { Core, ExchangeEnd } from "../core.js";
import type { MockAnswer, RequestHead } from "../request.js";
import { goawayFrame } from "./frames.js";
import { StreamCount } from "./stream-count.js";
import { Wire } from "./wire.js";

// The first SETTINGS of Apple's servers. They allow one stream until the connection has shown a valid token.
const FIRST_SETTINGS = { maxConcurrentStreams: 1, maxHeaderListSize: 8000, maxFrameSize: 16384, headerTableSize: 4096 };
/** Bytes of a body that are kept. A longer one is `PayloadTooLarge`, whatever follows. */
const BODY_LIMIT = 1024 * 1024;

/** Speaks HTTP/2 on one socket, until either side ends it. */
export function serve(core: Core, environment: Environment, socket: TLSSocket): Connection {
  const streams = new StreamCount((open, allowed) =>
    core.watch.note("stream-limit-exceeded", `${open} streams open where ${allowed} may be`, connection),
  );
  const wire = new Wire(socket, {
    onBytes() {
      core.activity.count += 1;
    },
    onInbound: frame => streams.inbound(frame),
    onOutbound: frame => streams.outbound(frame),
  });
  streams.announce(FIRST_SETTINGS.maxConcurrentStreams);
  const session = performServerHandshake(wire, { settings: FIRST_SETTINGS });
  let isLimitLifted = false;
  let judged = 0;
  let disownedAbove = Number.POSITIVE_INFINITY;
  let isGoawayKnown = false;

  const limitStreams = (limit: number) => {
    if (session.destroyed) return;
    streams.announce(limit);
    session.settings({ maxConcurrentStreams: limit });
  };

  const connection = core.connect(environment, true, {
    authenticated() {
      if (isLimitLifted) return;
      isLimitLifted = true;
      limitStreams(core.strictness.maxConcurrentStreams);
    },
    streamLimit(limit) {
      isLimitLifted = true;
      limitStreams(limit);
    },
    cut: () => wire.cut(),
    freeze: () => wire.freeze(),
    thaw: () => wire.thaw(),
    goaway({ lastStreamId, errorCode, debug }) {
      // The last id never falls below a stream that was judged, and never rises above one that a GOAWAY has named.
      disownedAbove = Math.min(disownedAbove, Math.max(lastStreamId, judged));
      wire.writeGoaway(goawayFrame(disownedAbove, errorCode, debug));
      // A sender that answers this ping has read what was sent before it.
      if (!session.destroyed) {
        session.ping(error => {
          isGoawayKnown ||= error === null;
        });
      }
    },
  });

  const conclude = (stream: ServerHttp2Stream, { ending, answer, errorCode }: ExchangeEnd) => {
    if (stream.destroyed) return;
    if (ending === "cut") wire.cut();
    else if (ending === "refuse") stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else if (ending === "reset") reset(stream, answer, errorCode);
    else if (ending === "answer" && answer !== undefined) reply(stream, answer);
  };

  const handle = async (stream: ServerHttp2Stream, head: RequestHead) => {
    const id = stream.id ?? 0;
    if (id > disownedAbove) return;
    if (isGoawayKnown) core.watch.note("stream-after-goaway", "A new stream after GOAWAY", connection);
    const exchange = core.begin(head, connection);
    if (exchange.early !== undefined) return conclude(stream, exchange.early);
    const body = await readBody(stream);
    if (body === undefined) return;
    const outcome = await exchange.finish(body, () => {
      const isAlive = !stream.destroyed && id <= disownedAbove;
      if (isAlive) judged = Math.max(judged, id);
      return isAlive;
    });
    if (outcome !== undefined) conclude(stream, outcome);
  };

  session.on("stream", (stream, headers, _flags, rawHeaders: string[]) => {
    // Errors of streams and connections are no errors of the mock: the client has to notice them.
    stream.on("error", () => {});
    void handle(stream, headOf(headers, rawHeaders));
  });
  session.on("error", () => {});
  wire.on("error", () => {});
  wire.on("close", () => core.disconnect(connection));
  return connection;
}

function headOf(headers: IncomingHttpHeaders, raw: readonly string[]): RequestHead {
  const pairs = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), raw[index + 1] ?? ""] as const] : [],
  );
  return {
    method: headers[":method"] ?? "",
    path: headers[":path"] ?? "",
    headers: pairs.filter(([name]) => !name.startsWith(":")),
  };
}

/** The body, or `undefined` when the stream broke off before its end. */
function readBody(stream: ServerHttp2Stream): Promise<Buffer | undefined> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= BODY_LIMIT) chunks.push(chunk);
    });
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.on("close", () => resolve(undefined));
  });
}

function reply(stream: ServerHttp2Stream, { status, headers, body }: MockAnswer): void {
  stream.respond({ ":status": status, ...headers }, { endStream: body === "" });
  if (body !== "") stream.end(body);
}

/** Resets a stream. Where there is an answer, its headers are sent first, and its end never is. */
function reset(stream: ServerHttp2Stream, answer: MockAnswer | undefined, errorCode: number): void {
  if (answer === undefined) {
    stream.close(errorCode);
    return;
  }
  stream.respond({ ":status": answer.status, ...answer.headers });
  // The headers leave with the session's next write, and the reset must come after them.
  setImmediate(() => stream.close(errorCode));
}
