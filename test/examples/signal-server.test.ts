import type { MockDevice } from "apns-voip/testing";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RECORDED_ANSWER, RECORDED_OFFER, recordedCandidates } from "../../examples/demo/recorded.ts";
import { adminToken, login, secret, settled, startServers, type TwoServers } from "./two-servers.ts";

let servers: TwoServers;

beforeAll(async () => {
  servers = await startServers();
}, 240_000);

afterAll(() => servers?.stop());

/** Two users whom no other test knows. */
let callerId: number;
let calleeId: number;
let nextUser = 100;

beforeEach(() => {
  [callerId, calleeId] = [nextUser++, nextUser++];
});

afterEach(() => servers.killApps());

const running = (userId: number) => servers.running(userId);
const asleep = (userId: number) => servers.asleep(userId);
const pushesTo = (device: MockDevice) => servers.mock.pushes.filter(({ token }) => token === device.token);

/** As long as a busy machine takes. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 15_000, interval: 10 });

const [first, second, third] = recordedCandidates;
const offerTo = (to: number) => ({ to, sdp: RECORDED_OFFER, displayName: "Hanako" });

describe("a call between two phones whose apps run", () => {
  test("goes back and forth over the sockets, and no push is sent", async () => {
    const { voip } = await asleep(calleeId);
    const [caller, callee] = [await running(callerId), await running(calleeId)];

    caller.send("offer", { ...offerTo(calleeId), callId: "c-1", hasVideo: true });
    expect(await callee.next("offer")).toEqual({
      from: callerId,
      sdp: RECORDED_OFFER,
      displayName: "Hanako",
      callId: "c-1",
      hasVideo: true,
    });
    callee.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    expect(await caller.next("answer")).toEqual({ from: calleeId, sdp: RECORDED_ANSWER });
    caller.send("ice", { to: calleeId, candidate: first });
    expect(await callee.next("ice")).toEqual({ from: callerId, candidate: first });
    callee.send("ice", { to: callerId, candidate: second });
    expect(await caller.next("ice")).toEqual({ from: calleeId, candidate: second });
    caller.send("call-end", { to: calleeId });
    expect(await callee.next("call-ended")).toEqual({ from: callerId, reason: "hang-up" });
    expect(pushesTo(voip)).toEqual([]);
  });

  test("tells everybody who comes and who goes, once per user", async () => {
    const watcher = await running(callerId);
    const [one, other] = [await running(calleeId), await running(calleeId)];
    one.kill();
    other.kill();
    await eventually(() => watcher.unread.map(([event]) => event)).toContain("user-offline");
    // Phones of other tests may still be going.
    const aboutThem = watcher.unread.filter(([, body]) => (body as { userId?: number }).userId === calleeId);
    expect(aboutThem).toEqual([
      ["user-online", { userId: calleeId }],
      ["user-offline", { userId: calleeId }],
    ]);
  });

  test("goes on when the caller has a new connection by the time of the answer", async () => {
    const [caller, callee] = [await running(callerId), await running(calleeId)];
    caller.send("offer", offerTo(calleeId));
    await callee.next("offer");
    caller.kill();
    await caller.open();
    await settled(caller);
    callee.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    expect(await caller.next("answer")).toEqual({ from: calleeId, sdp: RECORDED_ANSWER });
  });

  test("is offered again to a phone that lost its connection while it rang", async () => {
    // With tokens. Without them the call would end as soon as the server has heard that the phone has gone.
    const { phone: callee } = await asleep(calleeId);
    const caller = await running(callerId);
    await callee.open();
    await settled(callee);
    caller.send("offer", offerTo(calleeId));
    await callee.next("offer");
    caller.send("ice", { to: calleeId, candidate: first });
    await callee.next("ice");
    callee.kill();
    await callee.open();
    expect(await callee.next("offer")).toMatchObject({ from: callerId, sdp: RECORDED_OFFER });
    expect(await callee.next("ice")).toEqual({ from: callerId, candidate: first });
  });

  test("rings by push when the app goes away before it has answered", async () => {
    const { phone: callee, voip } = await asleep(calleeId);
    const caller = await running(callerId);
    await callee.open();
    await settled(callee);
    caller.send("offer", offerTo(calleeId));
    await callee.next("offer");
    expect(pushesTo(voip)).toEqual([]);
    callee.kill();
    await eventually(() => voip.ringing).toMatchObject({ fromUserId: callerId, hasVideo: true });
  });
});

describe("a call to a phone whose app is not running", () => {
  test("rings by push; the woken app gets the offer and the candidates, in order, and answers", async () => {
    const { phone: callee, voip } = await asleep(calleeId);
    const caller = await running(callerId);
    caller.send("offer", offerTo(calleeId));
    for (const candidate of recordedCandidates) caller.send("ice", { to: calleeId, candidate });

    await servers.signal.printed(`[signal] offer from ${callerId} to ${calleeId}`);
    await servers.signal.printed(`[signal] user ${calleeId} is offline, sending VoIP Push`);
    await servers.signal.printed(`📞 Sending VoIP Push to user ${calleeId}`);
    await servers.signal.printed(`✅ VoIP Push sent to user ${calleeId}`);
    expect(voip.calls).toEqual([
      {
        type: "call.incoming",
        callId: `${callerId}-${calleeId}`,
        fromUserId: callerId,
        fromDisplayName: "Hanako",
        room: `p2p:${callerId}-${calleeId}`,
        hasVideo: true,
      },
    ]);

    await callee.open();
    await settled(callee);
    const received = callee.unread.filter(([event]) => event === "offer" || event === "ice");
    expect(received).toEqual([
      ["offer", { from: callerId, sdp: RECORDED_OFFER, displayName: "Hanako" }],
      ["ice", { from: callerId, candidate: first }],
      ["ice", { from: callerId, candidate: second }],
      ["ice", { from: callerId, candidate: third }],
    ]);
    callee.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    expect(await caller.next("answer")).toEqual({ from: calleeId, sdp: RECORDED_ANSWER });
  });

  test("stops when the caller hangs up: the woken app gets call-ended and no offer", async () => {
    const { phone: callee, voip } = await asleep(calleeId);
    const caller = await running(callerId);
    caller.send("offer", offerTo(calleeId));
    await eventually(() => voip.ringing).toBeDefined();
    caller.send("call-end", { to: calleeId });
    await settled(caller);

    await callee.open();
    expect(await callee.next("call-ended")).toEqual({ from: callerId, reason: "cancelled" });
    await settled(callee);
    expect(callee.unread.map(([event]) => event)).not.toContain("offer");
  });

  test("is a call without video when its offer has none, whatever the phone would assume", async () => {
    const { voip } = await asleep(calleeId);
    const caller = await running(callerId);
    const refused = RECORDED_OFFER.replace("m=video 9", "m=video 0");
    caller.send("offer", { ...offerTo(calleeId), sdp: refused });
    await eventually(() => voip.ringing).toMatchObject({ hasVideo: false });
  });

  test("rings a second time when the same two talk again seconds later", async () => {
    const { voip } = await asleep(calleeId);
    const caller = await running(callerId);
    for (const time of [1, 2]) {
      caller.send("offer", offerTo(calleeId));
      await eventually(() => voip.calls.length).toBe(time);
      voip.end();
      caller.send("call-end", { to: calleeId });
    }
    expect(pushesTo(voip)).toHaveLength(2);
  });

  test("ends at once, and says why, when the user has no phone", async () => {
    const caller = await running(callerId);
    caller.send("offer", offerTo(calleeId));
    expect(await caller.next("call-ended")).toEqual({
      from: calleeId,
      reason: "no-devices",
      message: "Request failed with status code 404: VoIP token not found",
    });
  });

  test("ends at once, and says why, when Apple refuses", async () => {
    const { voip } = await asleep(calleeId);
    voip.uninstall(Date.now() + 60_000);
    const caller = await running(callerId);
    caller.send("offer", offerTo(calleeId));
    expect(await caller.next("call-ended")).toEqual({
      from: calleeId,
      reason: "failed",
      message: "Request failed with status code 500: Unregistered",
    });
  });
});

describe("two phones of one user", () => {
  test("both ring; the one that does not answer gets call-ended", async () => {
    const caller = await running(callerId);
    const [one, other] = [await running(calleeId), await running(calleeId)];
    caller.send("offer", offerTo(calleeId));
    await Promise.all([one.next("offer"), other.next("offer")]);
    one.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    expect(await other.next("call-ended")).toEqual({ from: callerId, reason: "answered-elsewhere" });
    await caller.next("answer");
    await settled(one);
    expect(one.unread.map(([event]) => event)).not.toContain("call-ended");
  });

  test("are both woken by push; the first to answer has the call, the other is told that it is over", async () => {
    const [one, other] = [await asleep(calleeId), await asleep(calleeId)];
    const caller = await running(callerId);
    caller.send("offer", offerTo(calleeId));
    await eventually(() => [one.voip.calls.length, other.voip.calls.length]).toEqual([1, 1]);
    await one.phone.open();
    await other.phone.open();
    await Promise.all([one.phone.next("offer"), other.phone.next("offer")]);
    one.phone.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    expect(await other.phone.next("call-ended")).toEqual({ from: callerId, reason: "answered-elsewhere" });
    other.phone.send("answer", { to: callerId, sdp: RECORDED_ANSWER });
    await settled(other.phone);
    await caller.next("answer");
    await settled(caller);
    expect(caller.unread.map(([event]) => event)).not.toContain("answer");
  });

  test("stop ringing both when one declines, and the caller is told", async () => {
    const caller = await running(callerId);
    const [one, other] = [await running(calleeId), await running(calleeId)];
    caller.send("offer", offerTo(calleeId));
    await Promise.all([one.next("offer"), other.next("offer")]);
    one.send("call-end", { to: callerId });
    expect(await other.next("call-ended")).toEqual({ from: callerId, reason: "declined" });
    expect(await caller.next("call-ended")).toEqual({ from: calleeId, reason: "declined" });
  });
});

describe("a message", () => {
  test("reaches a phone whose app runs over the socket", async () => {
    const { alert } = await asleep(calleeId);
    const [sender, receiver] = [await running(callerId), await running(calleeId)];
    sender.send("message", { to: calleeId, body: "Hello", displayName: "Hanako" });
    expect(await receiver.next("message")).toEqual({ from: callerId, body: "Hello", timestamp: expect.any(Number) });
    expect(pushesTo(alert)).toEqual([]);
  });

  test("reaches a phone whose app is not running as a notification that opens the chat", async () => {
    const { alert, voip } = await asleep(calleeId);
    const sender = await running(callerId);
    sender.send("message", { to: calleeId, body: "Call me back?", displayName: "Hanako" });
    await expect
      .poll(() => alert.notifications)
      .toEqual([
        {
          aps: { alert: { title: "Hanako", body: "Call me back?" }, sound: "default" },
          type: "chat.message",
          fromUserId: String(callerId),
        },
      ]);
    expect(pushesTo(voip)).toEqual([]);
  });
});

describe("a client that connects", () => {
  async function connect(auth: object): Promise<string> {
    const { origin, pathname } = new URL(servers.signal.url);
    const socket = io(origin, { path: pathname, auth, transports: ["websocket"], forceNew: true, reconnection: false });
    const outcome = await new Promise<string>(resolve => {
      socket.once("connect", () => resolve("connected")).once("connect_error", ({ message }) => resolve(message));
    });
    socket.disconnect();
    return outcome;
  }

  test("needs a login that the API server would take", async () => {
    expect(await connect({})).toBe("unauthorized");
    expect(await connect({ token: "nonsense" })).toBe("unauthorized");
    expect(await connect({ token: await login(callerId, "another secret of about the same length, all in all") })).toBe(
      "unauthorized",
    );
    expect(await connect({ token: await login(callerId) })).toBe("connected");
  });

  test("cannot register as somebody else", async () => {
    const callee = await running(calleeId);
    const { origin, pathname } = new URL(servers.signal.url);
    const impostor = io(origin, { path: pathname, auth: { token: await login(callerId) }, forceNew: true });
    impostor.on("connect", () => impostor.emit("register", { userId: calleeId }));
    await expect(new Promise(resolve => impostor.once("disconnect", resolve))).resolves.toBe("io server disconnect");
    await settled(callee);
    expect(callee.unread).not.toContainEqual(["user-online", { userId: callerId }]);
  });

  test("is told what is wrong with a body, and the server goes on", async () => {
    const phone = await running(callerId);
    phone.send("offer", { to: calleeId, displayName: "Hanako" });
    expect(await phone.next("bad-request")).toMatchObject({ event: "offer", issues: [{ path: ["sdp"] }] });
    for (const body of [null, 7, "offer", [], { to: {}, sdp: "" }]) {
      phone.send("offer", body as object);
      await phone.next("bad-request");
    }
  });
});

test("no process has printed a secret or a whole device token, and Apple has seen nothing wrong", async () => {
  const printed = [...servers.api.lines, ...servers.signal.lines].join("\n");
  expect(printed).not.toContain(adminToken);
  expect(printed).not.toContain(secret);
  for (const { token } of servers.mock.devices) expect(printed).not.toContain(token);
  expect(servers.mock.violations).toEqual([]);
});
