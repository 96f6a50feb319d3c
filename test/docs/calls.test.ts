import { createCalls, type Phone } from "apns-voip/signal";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rest } from "../signal/calls/rig.js";
import { codeOf } from "./blocks.js";

const page = codeOf("docs/calls.md");
afterAll(() => page.remove());

/** Whom the push API was asked to ring. */
let rung: unknown[];
/** What nobody caught: it would have ended the process. */
let uncaught: unknown[];
const keep = (error: unknown) => void uncaught.push(error);

beforeEach(() => {
  rung = [];
  uncaught = [];
  vi.resetModules();
  vi.stubGlobal("pushApi", {
    async sendCall({ toUserId }: { toUserId: unknown }, { exceptDeviceIds = [] }: { exceptDeviceIds?: string[] }) {
      rung.push({ toUserId, exceptDeviceIds });
      return { status: "no-devices" };
    },
  });
  process.on("unhandledRejection", keep);
});
afterEach(() => {
  process.off("unhandledRejection", keep);
  vi.unstubAllGlobals();
});

type Listener = (body?: unknown) => unknown;

/** A connection, as Socket.IO and ws have it, of which one side is held by the test. */
function connection(more: object = {}) {
  const listeners = new Map<string, Listener>();
  return {
    ...more,
    on: (event: string, listener: Listener) => void listeners.set(event, listener),
    says: async (event: string, ...words: [unknown?]) => {
      // An emitter ignores the promise of a listener.
      void listeners.get(event)?.(...words);
      await rest();
    },
  };
}

describe("the block for Socket.IO", () => {
  async function serve() {
    const sent: [room: string, event: string, body: object][] = [];
    const rooms = new Map<string, Set<string>>();
    const sockets = new Map<string, object>();
    let connected: Listener = () => {};
    vi.stubGlobal("io", {
      to: (room: string) => ({ emit: (event: string, body: object) => void sent.push([room, event, body]) }),
      on: (_: string, listener: Listener) => (connected = listener),
      sockets: { sockets, adapter: { rooms } },
    });
    await import(page.under("With Socket.IO")[0]!);
    const connect = (userId: number, id: string) => {
      const join = (room: string) => void rooms.set(room, new Set([...(rooms.get(room) ?? []), id]));
      const socket = connection({ id, data: { userId }, join });
      sockets.set(id, socket);
      connected(socket);
      return socket;
    };
    return { sent, connect };
  }

  test.each([[[]], [[null]], [["text"]], [[{ deviceId: {} }]]] as [[unknown?]][])(
    "takes a `register` that brings %j",
    async words => {
      const { sent, connect } = await serve();
      const callee = connect(10, "callee");
      await callee.says("register", ...words);
      const caller = connect(11, "caller");
      await caller.says("register", { deviceId: "a" });
      await caller.says("offer", { to: 10, sdp: "v=0" });
      expect(uncaught).toEqual([]);
      expect(sent).toMatchObject([["callee", "offer", { from: 11 }]]);
    },
  );

  test.each(["offer", "answer", "ice", "call-end"])("ignores `%s` without a body", async event => {
    const { sent, connect } = await serve();
    const phone = connect(10, "callee");
    await phone.says("register");
    await phone.says(event);
    await phone.says(event, null);
    expect([uncaught, sent]).toEqual([[], []]);
  });

  test("takes what a client has buffered once the phone has registered, in its order", async () => {
    const { sent, connect } = await serve();
    await connect(10, "callee").says("register", { deviceId: "b" });
    const caller = connect(11, "caller");
    await caller.says("offer", { to: 10, sdp: "v=0" });
    await caller.says("ice", { to: 10, candidate: "c" });
    expect(sent).toEqual([]);
    await caller.says("register", { deviceId: "a" });
    expect(sent.map(([room, event]) => [room, event])).toEqual([
      ["callee", "offer"],
      ["callee", "ice"],
    ]);
  });
});

describe("the block for ws", () => {
  async function serve() {
    let connected: (socket: object, request: object) => void = () => {};
    vi.stubGlobal("server", { on: (_: string, listener: typeof connected) => (connected = listener) });
    vi.stubGlobal("userOf", ({ userId }: { userId: number }) => userId);
    await import(page.under("With ws")[0]!);
    return (userId: number) => {
      const got: unknown[] = [];
      const socket = connection({ send: (text: string) => void got.push(JSON.parse(text)) });
      connected(socket, { userId });
      const frame = (text: string) => socket.says("message", Buffer.from(text));
      const says = (event: string, body?: object) => frame(JSON.stringify({ event, body }));
      return {
        got,
        frame,
        says,
        close: () => socket.says("close"),
        fails: (error: Error) => socket.says("error", error),
      };
    };
  }

  test.each(["null", "7", '"text"', "[]", "{", '{"event":"offer"}', '{"event":"ice","body":null}'])(
    "ignores the frame %s",
    async text => {
      const connect = await serve();
      const phone = connect(10);
      await phone.says("register", { deviceId: "b" });
      await phone.frame(text);
      expect([uncaught, phone.got]).toEqual([[], []]);
    },
  );

  test.each(['{"event":"register"}', '{"event":"register","body":null}', '{"event":"register","body":7}'])(
    "registers a phone that says %s",
    async text => {
      const connect = await serve();
      const callee = connect(10);
      await callee.frame(text);
      const caller = connect(11);
      await caller.says("register", { deviceId: "a" });
      await caller.says("offer", { to: 10, sdp: "v=0" });
      expect(uncaught).toEqual([]);
      expect(callee.got).toMatchObject([{ event: "offer", body: { from: 11 } }]);
    },
  );

  test("forgets a phone that has registered twice when its connection is lost: a push rings it", async () => {
    const connect = await serve();
    const callee = connect(10);
    await callee.says("register", { deviceId: "b" });
    await callee.says("register", { deviceId: "b" });
    await callee.close();
    const caller = connect(11);
    await caller.says("register", { deviceId: "a" });
    await caller.says("offer", { to: 10, sdp: "v=0" });
    expect(rung).toEqual([{ toUserId: 10, exceptDeviceIds: [] }]);
  });

  test("listens to the error that ws tells of a frame which is none", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const connect = await serve();
    const broken = new RangeError("Invalid WebSocket frame");
    await connect(10).fails(broken);
    expect(print).toHaveBeenCalledWith(broken);
    print.mockRestore();
  });
});

describe("the block for a protocol of one's own", () => {
  async function serve() {
    const transmitted: [phone: string, message: object][] = [];
    vi.stubGlobal("transmit", (phone: string, message: object) => void transmitted.push([phone, message]));
    const push = Reflect.get(globalThis, "pushApi");
    vi.stubGlobal("calls", createCalls({ push, online: () => [], emit() {} }));
    const block: { receive(phone: Phone, message: unknown): Promise<void> } = await import(
      page.under("With a protocol of your own")[0]!
    );
    return { transmitted, ...block };
  }

  test.each([null, undefined, 7, {}, { type: "invite" }, { type: "accept" }, { type: "candidate" }, { type: "bye" }])(
    "ignores the message %j",
    async message => {
      const { receive, transmitted } = await serve();
      await receive({ userId: 10, id: "callee" }, message);
      expect(transmitted).toEqual([]);
    },
  );
});
