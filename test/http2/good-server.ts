import assert from "node:assert/strict";
import fc from "fast-check";
import { openWith } from "../../src/http2/connection.ts";
import { CONTINUATION, DATA, GOAWAY, HEADERS, RST_STREAM } from "../../src/http2/frame-types.ts";
import { HpackDecoder } from "../../src/http2/hpack/decoder.ts";
import { FakeSocket } from "./fake-socket.ts";
import {
  continuation,
  data,
  END_HEADERS,
  END_STREAM,
  type Frame,
  fields,
  frame,
  headers,
  PADDED,
  ping,
  settings,
  WITH_PRIORITY,
  windowUpdate,
} from "./frames.ts";
import { request, Sent } from "./sent.ts";

const HEADER_TABLE_SIZE = 1;
const INITIAL_WINDOW_SIZE = 4;
const MAX_FRAME_SIZE = 5;

/** What a run draws from, again and again. */
interface Choices {
  readonly bodies: readonly string[];
  readonly window: number;
  readonly seed: number;
}

const choices: fc.Arbitrary<Choices> = fc.record({
  bodies: fc.array(fc.constantFrom("", "{}", "é".repeat(40), "x".repeat(400), "y".repeat(40_000)), {
    minLength: 1,
    maxLength: 6,
  }),
  window: fc.constantFrom(0, 1, 7, 100, 65_535, 2 ** 31 - 1),
  seed: fc.nat(),
});

/** A server that keeps to RFC 9113 and makes use of all that it allows, for one request after the other. */
class GoodServer {
  readonly #socket: FakeSocket;
  #random: number;
  #read = 0;
  readonly #decoder = new HpackDecoder({ maxListSize: 1_000_000 });
  #block: Buffer[] = [];
  #initialWindow: number;
  /** Octets that were ever allowed, and that came: of each stream, and of all (0). */
  readonly allowed = new Map<number, number>([[0, 65_535]]);
  readonly came = new Map<number, number>();
  readonly whole: number[] = [];
  readonly paths = new Map<number, string>();

  constructor(socket: FakeSocket, { window, seed }: Choices) {
    this.#socket = socket;
    this.#random = seed;
    this.#initialWindow = window;
    this.say(settings([INITIAL_WINDOW_SIZE, window]));
  }

  draw(below: number): number {
    // A linear congruential generator, of which the upper bits are the better ones.
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * below);
  }

  /** In pieces, or whole. */
  say(...frames: readonly Buffer[]): void {
    let rest = Buffer.concat(frames);
    while (rest.length > 0) {
      const length = this.draw(3) === 0 ? 1 + this.draw(20) : rest.length;
      this.#socket.emit("data", rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  }

  /** Reads what has come, and holds the client to the windows. */
  read(): void {
    const { frames } = this.#socket;
    for (; this.#read < frames.length; this.#read++) this.#take(frames[this.#read] as Frame);
    for (const [id, octets] of this.came) assert.ok(octets <= this.#most(id), `too much on stream ${id}`);
  }

  #most(id: number): number {
    return this.allowed.get(id) ?? this.#initialWindow;
  }

  #take({ type, flags, id, payload }: Frame): void {
    assert.ok(type !== GOAWAY && type !== RST_STREAM, "it was right all the time");
    if (type === HEADERS || type === CONTINUATION) {
      this.#block.push(payload);
      if (flags & END_HEADERS) {
        const list = this.#decoder.decode(Buffer.concat(this.#block));
        assert.ok(list !== "too-large");
        this.paths.set(id, list.find(([name]) => name === ":path")?.[1] ?? "");
        this.#block = [];
        if (!this.allowed.has(id)) this.allowed.set(id, this.#initialWindow);
      }
    } else if (type === DATA)
      for (const each of [0, id]) this.came.set(each, (this.came.get(each) ?? 0) + payload.length);
    if (type < 2 && flags & END_STREAM) this.whole.push(id);
  }

  /** Wider windows for what waits. */
  widen(open: readonly number[]): void {
    for (const id of [0, ...open]) {
      const by = 1 + this.draw(9999) * 4;
      if (this.#most(id) + by > 2 ** 31 - 70_000) continue;
      this.allowed.set(id, this.#most(id) + by);
      this.say(windowUpdate(id, by));
    }
  }

  /** Frames that mean little, at any time. */
  chatter(): void {
    const some = [
      ping("chatter!"),
      frame(0x42, 0xff, this.draw(100), [1, 2, 3]),
      frame(0x2, 0, 1 + 2 * this.draw(50), [0, 0, 0, 0, 1]),
      settings([HEADER_TABLE_SIZE, this.draw(3) * 2048], [0x99, 7]),
      settings([MAX_FRAME_SIZE, 16_384 + this.draw(1000)]),
      settings(),
    ];
    this.say(some[this.draw(some.length)] as Buffer);
  }

  /** A complete answer in one of its many forms. */
  answer(id: number, status: string, body: string): void {
    const list: [string, string][] = [
      [":status", status],
      ["date", "Sat, 28 Nov 2026 06:00:00 GMT"],
    ];
    if (this.draw(2) === 0) list.push(["content-length", String(Buffer.byteLength(body))]);
    const frames: Buffer[] = [];
    if (this.draw(4) === 0) frames.push(headers(id, fields([":status", "103"], ["link", "x"])));
    const trailers = this.draw(4) === 0;
    const bodyless = body === "" && !trailers;
    const block = fields(...list);
    const cut = this.draw(block.length);
    const last = bodyless ? END_STREAM : 0;
    const form = this.draw(3);
    if (form === 0) frames.push(headers(id, block, END_HEADERS | last));
    else if (form === 1) frames.push(headers(id, block.subarray(0, cut), last), continuation(id, block.subarray(cut)));
    else {
      const padded = Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 1), block, Buffer.alloc(3)]);
      frames.push(frame(HEADERS, PADDED | WITH_PRIORITY | END_HEADERS | last, id, padded));
    }
    if (!bodyless) {
      const octets = Buffer.from(body);
      const at = this.draw(octets.length + 1);
      frames.push(data(id, octets.subarray(0, at)));
      const rest = Buffer.concat([Buffer.of(4), octets.subarray(at), Buffer.alloc(4)]);
      frames.push(data(id, rest, PADDED | (trailers ? 0 : END_STREAM)));
      if (trailers) frames.push(headers(id, fields(["x-trailer", "y"]), END_HEADERS | END_STREAM));
    }
    this.say(...frames);
  }
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

async function run(chosen: Choices): Promise<void> {
  const socket = new FakeSocket();
  const opened = openWith(
    socket.asSocket,
    {
      authority: "localhost",
      signal: new AbortController().signal,
      listener: { roomAgain() {}, heard() {}, goodbye() {}, closed: why => assert.fail(why) },
    },
    {},
  );
  const server = new GoodServer(socket, chosen);
  const connection = await opened;
  const waiting = [...chosen.bodies];
  const pushes = new Map<number, { readonly push: Sent; readonly expected: unknown }>();
  const answered = new Set<number>();
  for (let turns = 0; answered.size < chosen.bodies.length; turns++) {
    assert.ok(turns < 5000, "it does not end");
    while (waiting.length > 0 && connection.hasRoom && server.draw(3) > 0) {
      const id = pushes.size * 2 + 1;
      const push = new Sent();
      const status = ["200", "200", "410", "503"][server.draw(4)] as string;
      const body = status === "200" ? "" : `{"reason":"é${"x".repeat(server.draw(300))}"}`;
      push.stream = connection.open(request({ path: `/${id}`, body: waiting.shift() as string }), push);
      pushes.set(id, { push, expected: { kind: "answered", status: Number(status), body } });
    }
    await turn();
    server.read();
    const open = [...pushes.keys()].filter(id => !answered.has(id) && server.paths.has(id));
    if (server.draw(3) === 0) server.chatter();
    const first = open.find(id => server.whole.includes(id));
    if (first !== undefined && server.draw(2) === 0) {
      const { push, expected: end } = pushes.get(first) as NonNullable<ReturnType<typeof pushes.get>>;
      const { status, body } = end as { status: number; body: string };
      server.answer(first, String(status), body);
      assert.equal(push.ends.length, 1);
      const { kind, status: got, body: text } = push.ends[0] as unknown as Record<string, unknown>;
      assert.deepEqual({ kind, status: got, body: text }, end);
      assert.equal(server.paths.get(first), `/${first}`);
      answered.add(first);
    } else if (server.draw(2) === 0) server.widen(open);
  }
  assert.equal(connection.openStreams, 0);
  assert.equal(connection.isOpen, true);
}

/** A server that is right is understood, whatever it makes use of, and its windows are kept. */
export const goodServer = fc.asyncProperty(choices, run);
