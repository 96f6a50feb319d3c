import type { ClientHttp2Session } from "node:http2";
import { createMockApns, type MockApns, type MockApnsListener, type MockDevice } from "apns-voip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Answer, open, providerToken, request, voipHeaders } from "./apple.js";

const REFUSED_STREAM = 7;
const INTERNAL_ERROR = 2;

describe("a fault on the connections open now", () => {
  let mock: MockApns;
  let server: MockApnsListener;
  let token: string;
  let phone: MockDevice;
  const sessions: ClientHttp2Session[] = [];

  beforeEach(async () => {
    mock = createMockApns();
    server = await mock.listen();
    token = await providerToken(mock.key);
    phone = mock.device();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy();
    await server.close();
  });

  const connect = () => {
    const session = open(server.url, server.ca);
    sessions.push(session);
    return session;
  };
  const push = (session: ClientHttp2Session): Promise<Answer> =>
    request(session, `/3/device/${phone.token}`, voipHeaders(token));
  const broken = (session: ClientHttp2Session) =>
    push(session).then(
      answer => expect.fail(`answered ${answer.status}`),
      (error: { rstCode: number }) => error.rstCode,
    );
  /** A connection past its first push, so that it takes many at once. */
  const warm = async () => {
    const session = connect();
    await push(session);
    mock.reset();
    return session;
  };
  const goaway = (session: ClientHttp2Session) =>
    new Promise<{ code: number; last: number; debug: string }>(resolve => {
      session.once("goaway", (code, last, data) => resolve({ code, last, debug: data?.toString() ?? "" }));
    });
  const closed = (session: ClientHttp2Session) =>
    new Promise<void>(resolve => (session.closed ? resolve() : session.once("close", resolve)));

  it("says how many connections it struck, and leaves later ones alone", async () => {
    expect(mock.faults.cut()).toBe(0);
    await warm();
    await warm();
    expect(mock.faults.refuseStreams(1)).toBe(2);
    expect((await push(connect())).status).toBe(200);
  });

  it("goaway: says so, with the last id and the debug data as given, and answers what it has begun", async () => {
    const session = await warm();
    mock.script("*", [{ delay: 1000 }]);
    const pending = push(session);
    await mock.clock.advance(0);
    const seen = goaway(session);
    mock.faults.goaway({ debug: '{"reason":"Shutdown"}' });
    expect(await seen).toEqual({ code: 0, last: 2 ** 31 - 1, debug: '{"reason":"Shutdown"}' });
    await mock.clock.advance(1000);
    expect((await pending).status).toBe(200);
  });

  it("goaway with a last id: what is above it is neither judged nor answered", async () => {
    const session = await warm();
    mock.faults.delay(1000, { when: "before" });
    // The first push was stream 1; these are 3, 5, 7 and 9.
    const pending = [push(session), push(session), push(session), push(session)];
    const settled = Promise.allSettled(pending);
    await mock.clock.advance(500);
    const seen = goaway(session);
    mock.faults.goaway({ lastStreamId: 5 });
    expect((await seen).last).toBe(5);
    await mock.clock.advance(500);
    const results = await settled;
    expect(results.map(result => result.status === "fulfilled" && result.value.status)).toEqual([
      200,
      200,
      false,
      false,
    ]);
    expect(results.slice(2)).toMatchObject([
      { reason: { rstCode: REFUSED_STREAM } },
      { reason: { rstCode: REFUSED_STREAM } },
    ]);
    expect(mock.pushes).toHaveLength(2);
  });

  it("goaway: never disowns what was judged already", async () => {
    const session = await warm();
    await push(session);
    const seen = goaway(session);
    mock.faults.goaway({ lastStreamId: 0 });
    expect((await seen).last).toBe(3);
  });

  it("goaway twice in a row, the second one with the real last id", async () => {
    const session = await warm();
    const frames: number[] = [];
    session.on("goaway", (_code, last) => frames.push(last));
    mock.faults.delay(1000);
    const pending = push(session);
    await mock.clock.advance(0);
    mock.faults.goaway();
    mock.faults.goaway({ lastStreamId: 3 });
    await mock.clock.advance(1000);
    expect((await pending).status).toBe(200);
    await closed(session);
    expect(frames).toEqual([2 ** 31 - 1, 3]);
  });

  it("goaway with an error code ends the connection for a client that minds", async () => {
    const session = await warm();
    const seen = goaway(session);
    mock.faults.goaway({ errorCode: INTERNAL_ERROR, debug: "Maximum active streams violated" });
    expect(await seen).toMatchObject({ code: INTERNAL_ERROR, debug: "Maximum active streams violated" });
    await closed(session);
  });

  it("refuseStreams: that many, unseen; a script waits for what is seen", async () => {
    const session = await warm();
    mock.script("*", [503]);
    mock.faults.refuseStreams(2);
    expect(await Promise.all([broken(session), broken(session)])).toEqual([REFUSED_STREAM, REFUSED_STREAM]);
    expect((await push(session)).status).toBe(503);
    expect(mock.pushes).toHaveLength(1);
  });

  it("resetStreams: after the answer's headers, the push having counted", async () => {
    const session = await warm();
    mock.faults.resetStreams(1);
    const statuses: unknown[] = [];
    const stream = session.request({ ":method": "POST", ":path": `/3/device/${phone.token}`, ...voipHeaders(token) });
    stream.on("response", headers => statuses.push(headers[":status"]));
    stream.on("error", () => {});
    stream.end(JSON.stringify({ callId: "a", fromUserId: 1 }));
    await new Promise(resolve => stream.on("close", resolve));
    expect([statuses, stream.rstCode, mock.pushes.length]).toEqual([[200], INTERNAL_ERROR, 1]);
    expect((await push(session)).status).toBe(200);
  });

  it("resetStreams before: unseen, with the code of choice", async () => {
    const session = await warm();
    mock.faults.resetStreams(1, { when: "before", errorCode: 11 });
    expect(await broken(session)).toBe(11);
    expect(mock.pushes).toHaveLength(0);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("cut %s: the next push takes the connection with it, having counted %i times", async (when, times) => {
    const session = await warm();
    mock.faults.cut({ when });
    await broken(session);
    await closed(session);
    expect(mock.pushes).toHaveLength(times);
    expect((await push(connect())).status).toBe(200);
  });

  it("cut: at once", async () => {
    const session = await warm();
    mock.faults.cut();
    await closed(session);
    expect(session.destroyed).toBe(true);
  });

  it("freeze: neither answers nor ping acks, while new connections work; thaw lets all of it go", async () => {
    const session = await warm();
    mock.faults.freeze();
    let heard = 0;
    const pending = push(session).finally(() => heard++);
    session.ping(() => heard++);
    expect((await push(connect())).status).toBe(200);
    await mock.clock.advance(600_000);
    expect([heard, mock.pushes.length, session.destroyed]).toEqual([0, 1, false]);
    mock.faults.thaw();
    expect((await pending).status).toBe(200);
    await mock.clock.advance(0);
    expect(heard).toBe(2);
  });

  it("freeze: a push judged before stays judged, its answer held", async () => {
    const session = await warm();
    mock.faults.delay(1000);
    let heard = 0;
    const pending = push(session).finally(() => heard++);
    await mock.clock.advance(0);
    mock.faults.freeze();
    await mock.clock.advance(2000);
    expect([mock.pushes.length, heard]).toEqual([1, 0]);
    mock.faults.clear();
    expect((await pending).status).toBe(200);
  });

  it("streamLimit: down and up again, as the client's settings tell", async () => {
    const session = await warm();
    const limits: (number | undefined)[] = [];
    session.on("remoteSettings", settings => limits.push(settings.maxConcurrentStreams));
    for (const limit of [1, 500]) {
      const told = new Promise(resolve => session.once("remoteSettings", resolve));
      mock.faults.streamLimit(limit);
      await told;
    }
    expect(limits).toEqual([1, 500]);
    mock.faults.streamLimit(1);
    await new Promise(resolve => session.once("remoteSettings", resolve));
    const answers = await Promise.all(Array.from({ length: 20 }, () => push(session)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(mock.violations).toEqual([]);
  });

  it("delay: between judging and answering, or before", async () => {
    const session = await warm();
    mock.faults.delay(5000);
    const late = push(session);
    await mock.clock.advance(4000);
    expect(mock.pushes).toHaveLength(1);
    await mock.clock.advance(1000);
    expect((await late).status).toBe(200);
    mock.faults.delay(5000, { when: "before" });
    const later = push(session);
    await mock.clock.advance(4000);
    expect(mock.pushes).toHaveLength(1);
    await mock.clock.advance(1000);
    expect((await later).status).toBe(200);
    expect(mock.pushes).toHaveLength(2);
  });

  it("a push given up before it is judged never counts", async () => {
    const session = await warm();
    mock.faults.delay(5000, { when: "before" });
    const stream = session.request({ ":method": "POST", ":path": `/3/device/${phone.token}`, ...voipHeaders(token) });
    stream.on("error", () => {});
    stream.end("{}");
    await mock.clock.advance(1000);
    stream.close(8);
    await mock.clock.advance(5000);
    expect(mock.pushes).toEqual([]);
  });

  it("refuseConnections: that many, then they are taken again", async () => {
    mock.faults.refuseConnections(1);
    const refused = connect();
    const error = await new Promise<NodeJS.ErrnoException>(resolve => refused.once("error", resolve));
    expect(error.code).toBe("ECONNRESET");
    expect((await push(connect())).status).toBe(200);
  });

  it("stallConnections: taken, and never a word", async () => {
    mock.faults.stallConnections(1);
    const stalled = connect();
    await mock.clock.advance(60_000);
    expect([stalled.connecting, stalled.destroyed]).toEqual([true, false]);
    expect((await push(connect())).status).toBe(200);
  });

  it("reset ends faults and silences", async () => {
    const session = await warm();
    mock.faults.freeze();
    mock.faults.refuseStreams(5);
    mock.faults.refuseConnections();
    mock.reset();
    expect((await push(session)).status).toBe(200);
    expect((await push(connect())).status).toBe(200);
  });

  it("a closed mock refuses connections, and opens again on the same port with the same authority", async () => {
    const other = createMockApns();
    const first = await other.listen();
    await first.close();
    const refused = open(first.url, first.ca);
    const error = await new Promise<NodeJS.ErrnoException>(resolve => refused.once("error", resolve));
    expect(error.code).toBe("ECONNREFUSED");
    const second = await other.listen({ port: Number(new URL(first.url).port) });
    expect([second.url, second.ca]).toEqual([first.url, first.ca]);
    const session = open(second.url, first.ca);
    expect((await request(session, "/3/device/", {})).status).toBe(400);
    session.destroy();
    await second.close();
  });
});
