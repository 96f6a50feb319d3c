import assert from "node:assert/strict";
import fc from "fast-check";
import { openWith } from "../../src/http2/connection.ts";
import { FakeSocket } from "./fake-socket.ts";
import { END_STREAM, PADDED, settings } from "./frames.ts";
import { someFrame, wellFormed } from "./fuzz-frames.ts";
import { request, Sent } from "./sent.ts";

type Step =
  | { readonly does: "open"; readonly count: number; readonly body: string }
  | { readonly does: "cancel"; readonly which: number }
  | { readonly does: "say"; readonly octets: Buffer; readonly cuts: readonly number[] }
  | { readonly does: "turn" }
  | { readonly does: "settle"; readonly drains: boolean }
  | { readonly does: "ping" }
  | { readonly does: "leave" }
  | { readonly does: "end"; readonly how: "end" | "close" | "error" };

const say = (frame: fc.Arbitrary<Buffer>): fc.Arbitrary<Step> =>
  fc.record({
    does: fc.constant("say" as const),
    octets: fc.array(frame, { minLength: 1, maxLength: 6 }).map(frames => Buffer.concat(frames)),
    cuts: fc.array(fc.nat({ max: 200 }), { maxLength: 6 }),
  });

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        does: fc.constant("open" as const),
        count: fc.integer({ min: 1, max: 4 }),
        body: fc.constantFrom("", "{}", "x".repeat(300), "é".repeat(2000), "y".repeat(70_000)),
      }),
    },
    { weight: 8, arbitrary: say(wellFormed) },
    { weight: 3, arbitrary: say(someFrame) },
    { weight: 4, arbitrary: fc.constant<Step>({ does: "turn" }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("cancel" as const), which: fc.nat({ max: 12 }) }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("settle" as const), drains: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: "ping" }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Step>({ does: "leave" }, { does: "end", how: "end" }, { does: "end", how: "error" }),
    },
  ),
  { maxLength: 24 },
);

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/** One connection with this peer, and that what it says of each request is true. */
async function run(script: readonly Step[]): Promise<void> {
  const socket = new FakeSocket();
  let closed = 0;
  const sent: { readonly push: Sent; readonly body: string; isCancelled: boolean; neverLeft: boolean }[] = [];
  const opened = openWith(
    socket.asSocket,
    {
      authority: "localhost",
      signal: new AbortController().signal,
      listener: { roomAgain() {}, heard() {}, goodbye() {}, closed: () => void closed++ },
    },
    {},
  );
  socket.emit("data", settings());
  const connection = await opened;
  for (const step of script) {
    if (step.does === "open")
      for (let count = 0; count < step.count && connection.hasRoom; count++) {
        const push = new Sent();
        push.stream = connection.open(request({ body: step.body }), push);
        sent.push({ push, body: step.body, isCancelled: false, neverLeft: false });
      }
    else if (step.does === "cancel") {
      const one = sent[step.which];
      if (one === undefined || one.isCancelled || one.push.ends.length > 0) continue;
      one.isCancelled = true;
      one.neverLeft = one.push.stream?.cancel() ?? false;
    } else if (step.does === "say") {
      for (const chunk of chunks(step.octets, step.cuts)) if (!socket.destroyed) socket.emit("data", chunk);
    } else if (step.does === "turn") await turn();
    else if (step.does === "settle") socket.settle(step.drains);
    else if (step.does === "ping") connection.ping(() => {});
    else if (step.does === "leave") connection.leave();
    else socket.emit(step.how, new Error("cut"));
    const open = sent.filter(({ push, isCancelled }) => !isCancelled && push.ends.length === 0).length;
    assert.equal(connection.openStreams, open);
  }
  await turn();
  connection.destroy("the run is over");
  await turn();
  assert.equal(closed, 1);
  assert.equal(connection.isOpen || connection.hasRoom, false);
  judge(socket, sent);
}

function judge(
  socket: FakeSocket,
  sent: readonly { push: Sent; body: string; isCancelled: boolean; neverLeft: boolean }[],
): void {
  const whole = new Set(socket.frames.filter(({ type, flags }) => type < 2 && flags & END_STREAM).map(({ id }) => id));
  for (const [place, { push, body, isCancelled, neverLeft }] of sent.entries()) {
    const left = whole.has(place * 2 + 1);
    assert.equal(push.hasLeft && !left, false);
    // A server that counts octets must not have it whole either.
    const id = place * 2 + 1;
    if (!left && body !== "") assert.ok(octetsOf(socket, id) < Buffer.byteLength(body), `all of stream ${id} left`);
    if (isCancelled) {
      assert.deepEqual(push.ends, []);
      assert.equal(neverLeft, !left);
      continue;
    }
    assert.equal(push.ends.length, 1);
    const { kind } = push.ends[0] as { kind: string };
    if (kind === "never-left") assert.equal(left, false);
    if (kind === "lost" || kind === "refused") assert.equal(left, true);
  }
}

/** Octets of a stream's body, without padding. */
function octetsOf(socket: FakeSocket, id: number): number {
  let octets = 0;
  for (const frame of socket.frames)
    if (frame.id === id && frame.type === 0)
      octets += frame.payload.length - (frame.flags & PADDED ? 1 + (frame.payload[0] as number) : 0);
  return octets;
}

function chunks(octets: Buffer, cuts: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let rest = octets;
  for (const length of cuts) {
    if (length === 0 || length >= rest.length) continue;
    parts.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return [...parts, rest];
}

/** Whatever a server sends, in whatever pieces: no throw, no stream without its one end, and each end true of what left. */
export const anyServer = fc.asyncProperty(steps, run);
