import type { Environment } from "../environment.js";
import { type ReadCall, readCall } from "./calling-app.js";
import { type Activity, createMockClock, type MockClock } from "./clock.js";
import { type Connection, type ConnectionControl, newConnection } from "./connection.js";
import { judgeDevice, judgeRate } from "./device-rules.js";
import { createKeyRing, type KeyRing } from "./keys.js";
import { type MockApnsOptions, type Strictness, strictnessOf } from "./options.js";
import type { Phone } from "./phone.js";
import { createProviderTokenVerifier, type ProviderTokenCheck } from "./provider-token.js";
import { judgeProviderToken } from "./provider-token-rules.js";
import { type MockPush, recordOf } from "./push.js";
import { createRandom, type Random } from "./random.js";
import { deviceTokenOf, header, type MockAnswer, type MockRequest, type Refusal, type RequestHead } from "./request.js";
import { judgePath, judgeRequest, readJson } from "./request-rules.js";

/** What a door needs from the core. No sockets in here: a request goes in, what to do about it comes out. */
export interface Core {
  readonly keys: KeyRing;
  readonly clock: MockClock;
  readonly random: Random;
  readonly activity: Activity;
  readonly strictness: Strictness;
  readonly readCall: ReadCall;
  readonly phones: Map<string, Phone>;
  readonly pushes: MockPush[];
  /** The connections open now. */
  readonly connections: Set<Connection>;
  connect(environment: Environment, real: boolean, control: ConnectionControl): Connection;
  disconnect(connection: Connection): void;
  /** Judges a request, records it and delivers it. `undefined` when `alive` says that nobody waits any more. */
  answer(request: MockRequest, connection: Connection, alive: () => boolean): Promise<MockAnswer | undefined>;
}

export function createCore(options: MockApnsOptions): Core {
  const activity: Activity = { count: 0, pending: 0 };
  const clock = createMockClock(activity);
  const random = createRandom(options.seed ?? Math.floor(Math.random() * 2 ** 32));
  const keys = createKeyRing("MOCKTEAM01");
  const strictness = strictnessOf(options);
  const verify = createProviderTokenVerifier(keys);
  const phones = new Map<string, Phone>();
  const pushes: MockPush[] = [];
  const connections = new Set<Connection>();
  let opened = 0;

  /** Apple's order of checks is not documented; this one goes from the outside in. */
  const judge = (request: MockRequest, connection: Connection, check: ProviderTokenCheck): Refusal | undefined => {
    const now = clock.now();
    const refusal = judgePath(request) ?? judgeProviderToken(check, connection, now, strictness);
    if (refusal !== undefined) return refusal;
    connection.control.authenticated();
    const phone = phones.get(deviceTokenOf(request.path) ?? "");
    return (
      judgeRequest(request, strictness) ??
      judgeDevice(request, phone, connection) ??
      (phone && judgeRate(phone, now, strictness))
    );
  };

  const answerWith = (request: MockRequest, connection: Connection, refusal: Refusal | undefined): MockAnswer => {
    const sandbox = connection.environment === "sandbox";
    return {
      status: refusal?.status ?? 200,
      headers: {
        "apns-id": header(request, "apns-id") ?? random.uuid(),
        ...(sandbox && refusal === undefined && { "apns-unique-id": random.uuid() }),
        date: new Date(clock.now()).toUTCString(),
        ...(refusal && { "content-type": "application/json" }),
      },
      body: refusal ? JSON.stringify({ reason: refusal.reason, timestamp: refusal.timestamp }) : "",
    };
  };

  const deliver = (request: MockRequest) => {
    const expiration = header(request, "apns-expiration");
    phones
      .get(deviceTokenOf(request.path) ?? "")
      ?.deliver(readJson(request.body), expiration === undefined ? undefined : Number(expiration));
  };

  const check = async (head: RequestHead) => {
    activity.pending += 1;
    try {
      return await verify(head);
    } finally {
      activity.pending -= 1;
    }
  };

  return {
    keys,
    clock,
    random,
    activity,
    strictness,
    readCall: options.readCall ?? readCall,
    phones,
    pushes,
    connections,
    connect(environment, real, control) {
      opened += 1;
      const connection = newConnection({ id: opened, environment, real, control });
      connections.add(connection);
      return connection;
    },
    disconnect: connection => void connections.delete(connection),
    async answer(request, connection, alive) {
      activity.count += 1;
      const checked = await check(request);
      if (!alive()) return undefined;
      const refusal = judge(request, connection, checked);
      const answer = answerWith(request, connection, refusal);
      pushes.push(recordOf(request, connection, answer, refusal, clock.now()));
      if (refusal === undefined) deliver(request);
      return answer;
    },
  };
}
