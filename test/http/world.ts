import {
  type ApnsVoipEvent,
  type Authenticate,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  type DeviceStore,
  memoryDeviceStore,
  type PushRoutesOptions,
  type PushServiceOptions,
} from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { described } from "./openapi.js";

export const ADMIN_TOKEN = "admin-secret-1";
/** Who sends `Authorization: Bearer user-10` is user 10. */
export const authenticate: Authenticate = async request => {
  const userId = request.headers.get("authorization")?.match(/^Bearer user-(\w+)$/)?.[1];
  return userId === undefined ? null : { userId };
};

export interface WorldOptions {
  readonly devices?: DeviceStore;
  readonly service?: Partial<PushServiceOptions>;
  readonly routes?: Partial<PushRoutesOptions>;
}

/** A server of routes, service, store and client, with a mock of Apple behind; what it logs is kept. */
export function createWorld({ devices = memoryDeviceStore(), service, routes: more }: WorldOptions = {}) {
  const mock = createMockApns();
  const events: ApnsVoipEvent[] = [];
  const lines: string[] = [];
  const log = consoleLogger({ log: line => lines.push(line), explain: false });
  const apns = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    fetch: mock.fetch,
    clock: mock.clock,
    onEvent: event => {
      events.push(event);
      log(event);
    },
  });
  const push = createPushService({ apns, devices, ...service });
  const routes = described(createPushRoutes({ push, authenticate, adminToken: ADMIN_TOKEN, ...more }));
  return {
    mock,
    events,
    lines,
    apns,
    devices,
    push,
    routes,
    /** The events of one type. */
    eventsOf: <Type extends ApnsVoipEvent["type"]>(type: Type) =>
      events.filter((event): event is Extract<ApnsVoipEvent, { type: Type }> => event.type === type),
  };
}

type Init = Omit<RequestInit, "body" | "headers"> & {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A JSON request; text, bytes and streams go as they are. */
export function jsonRequest(method: string, path: string, { body, headers, ...init }: Init = {}): Request {
  const raw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return new Request(`http://api.test${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    duplex: "half",
    ...init,
  } as RequestInit);
}

export const DEVICES = "/api/v1/me/devices";
export const CALL = "/api/internal/push/call";
export const MESSAGE = "/api/internal/push/message";
export const BEARER = { authorization: "Bearer user-10" };
export const ADMIN = { "x-admin-token": ADMIN_TOKEN };
export const CALL_BODY = {
  toUserId: 10,
  callId: "11-10",
  fromUserId: 11,
  fromDisplayName: "User 11",
  room: "p2p:11-10",
  hasVideo: true,
};

export async function answerOf(response: Response) {
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
