import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Environment } from "../../environment.js";
import type { Connection } from "../connection.js";
import type { Core } from "../core.js";
import type { MockAnswer, RequestHead } from "../request.js";
import { goawayFrame } from "./frames.js";
import { Wire } from "./wire.js";

// As in the first SETTINGS frame of Apple's servers; the one stream is for connections that have shown no valid token yet.
const FIRST_SETTINGS = { maxConcurrentStreams: 1, maxHeaderListSize: 8000, maxFrameSize: 16384, headerTableSize: 4096 };
/** A body beyond this is not read further: `PayloadTooLarge` is certain. */
const BODY_LIMIT = 1024 * 1024;

/** Speaks HTTP/2 on one socket, until either side ends it. */
export function serve(core: Core, environment: Environment, socket: TLSSocket): void {
  const wire = new Wire(socket, () => {
    core.activity.count += 1;
  });
  const session: ServerHttp2Session = performServerHandshake(wire, { settings: FIRST_SETTINGS });
  let limitLifted = false;
  let disownedAbove = Number.POSITIVE_INFINITY;
  let processed = 0;

  const connection: Connection = core.connect(environment, true, {
    authenticated() {
      if (limitLifted || session.destroyed) return;
      limitLifted = true;
      session.settings({ maxConcurrentStreams: core.strictness.maxConcurrentStreams });
    },
    cut: () => wire.cut(),
    goaway({ lastStreamId, errorCode, debug }) {
      // A server never disowns what it has processed.
      disownedAbove = Math.max(lastStreamId, processed);
      wire.writeFrame(goawayFrame(disownedAbove, errorCode, debug));
    },
    freeze: () => wire.freeze(),
    thaw: () => wire.thaw(),
    streamLimit: streams => session.settings({ maxConcurrentStreams: streams }),
  });

  const handle = async (stream: ServerHttp2Stream, head: RequestHead) => {
    const body = await readBody(stream);
    const alive = () => !stream.destroyed && (stream.id ?? 0) <= disownedAbove;
    if (body === undefined || !alive()) return;
    const answer = await core.answer({ ...head, body }, connection, alive);
    if (answer === undefined) return;
    processed = Math.max(processed, stream.id ?? 0);
    reply(stream, answer);
  };

  session.on("stream", (stream, headers, _flags, rawHeaders: string[]) => {
    stream.on("error", () => {});
    void handle(stream, headOf(headers, rawHeaders));
  });
  // Ends with the socket; what goes wrong in between is the client's to find out.
  session.on("error", () => {});
  wire.on("error", () => {});
  wire.on("close", () => core.disconnect(connection));
}

function headOf(headers: IncomingHttpHeaders, raw: string[]): RequestHead {
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

function reply(stream: ServerHttp2Stream, answer: MockAnswer): void {
  if (stream.destroyed) return;
  stream.respond({ ":status": answer.status, ...answer.headers }, { endStream: answer.body === "" });
  if (answer.body !== "") stream.end(answer.body);
}
