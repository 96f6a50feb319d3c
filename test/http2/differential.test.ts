import * as http2 from "node:http2";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Fields, Http2Request } from "../../src/http2/port.js";
import { openClient } from "./client.js";
import { connectTo, nodeServer } from "./node-server.js";
import { request } from "./sent.js";

/** Two clients, one server of Node's: it must see the same request from both, and both the same answer. */

const visible = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_.~:/?#[]@!$&'()*+,;=%{}\"<>|^`\\"), maxLength: 60 });
const value = fc.tuple(visible, visible).map(([first, second]) => `${first} ${second}`.trim());
const own = fc.uniqueArray(
  fc.tuple(fc.constantFrom("apns-id", "apns-collapse-id", "x-a", "x-b", "user-agent", "accept"), value),
  { selector: ([name]) => name, maxLength: 4 },
);

interface Given {
  readonly path: string;
  readonly own: Fields;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
  readonly form: "plain" | "early hints" | "trailers";
}

const given: fc.Arbitrary<Given> = fc.record({
  path: visible.map(text => `/${text}`),
  own,
  body: fc.oneof(fc.string({ unit: "grapheme", maxLength: 80 }), fc.constant("é".repeat(30_000)), fc.constant("")),
  status: fc.constantFrom(200, 204, 400, 403, 410, 429, 500, 503),
  answer: fc.oneof(fc.string({ unit: "grapheme", maxLength: 80 }), fc.constant("")),
  form: fc.constantFrom("plain", "early hints", "trailers"),
});

interface Seen {
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

test("a server sees what it sees from node:http2, and its answers are read as node:http2 reads them", async () => {
  let now: Given | undefined;
  let seen: Seen | undefined;
  const { port } = await nodeServer((stream, headers) => {
    let body = "";
    stream.setEncoding("utf8");
    stream.on("data", chunk => {
      body += chunk;
    });
    stream.on("end", () => {
      seen = { headers: { ...headers }, body };
      const { status, answer, form } = now as Given;
      if (form === "early hints") stream.additionalHeaders({ ":status": 103, link: "x" });
      if (form === "trailers") stream.on("wantTrailers", () => stream.sendTrailers({ "x-trailer": "y" }));
      const hasBody = status !== 204;
      stream.respond(
        { ":status": status, "apns-id": "3F1E", "retry-after": "2" },
        { waitForTrailers: form === "trailers" && hasBody, endStream: !hasBody },
      );
      if (hasBody) stream.end(answer);
    });
  });
  const session = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  const client = await openClient(await connectTo(port));

  await fc.assert(
    fc.asyncProperty(given, async example => {
      now = example;
      const { path, own: fields, body } = example;
      const asked = request({ path, own: fields, body });
      const push = client.send(asked);
      const end = await push.end;
      const ours = seen;
      const theirs = await byNode(session, `127.0.0.1`, asked);
      expect(withoutSymbols(ours)).toEqual(withoutSymbols(seen));
      expect(end.kind).toBe("answered");
      if (end.kind !== "answered") return;
      const { status, body: text } = end;
      const names = ["apns-id", "retry-after", "x-none"];
      expect({ status, text, fields: names.map(name => end.field(name)) }).toEqual({
        ...theirs,
        fields: names.map(name => theirs.fields[name]),
      });
    }),
    { numRuns: 150 },
  );
});

const withoutSymbols = (of: Seen | undefined) => of && { body: of.body, headers: Object.entries(of.headers).sort() };

async function byNode(
  session: http2.ClientHttp2Session,
  authority: string,
  { path, authorization, shared, own: fields, body }: Http2Request,
) {
  const stream = session.request({
    ":method": "POST",
    ":scheme": "https",
    ":authority": authority,
    ":path": path,
    authorization,
    "content-length": String(Buffer.byteLength(body)),
    ...Object.fromEntries([...shared, ...fields]),
  });
  stream.setEncoding("utf8");
  stream.end(body);
  const answered = new Promise<http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader>(resolve =>
    stream.once("response", resolve),
  );
  let text = "";
  for await (const chunk of stream) text += chunk;
  const headers = await answered;
  return { status: headers[":status"], text, fields: headers as Record<string, unknown> };
}
