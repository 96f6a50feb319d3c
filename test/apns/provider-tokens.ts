import { type ApnsClient, type ApnsClientOptions, type ApnsVoipEvent, type Clock, createApnsClient } from "apns-voip";
import { createMockApns, type MockApns, type MockClock } from "apns-voip/testing";
import { decodeJwt } from "jose";
import { onTestFinished } from "vitest";
import { transport } from "./rig.js";

export const MINUTE = 60_000;

/** A mock of Apple over HTTP/2, its clock at some minute of one of the half hours that provider tokens live by. */
export async function apple(minute: number) {
  const mock = createMockApns();
  // What is counted here must not depend on how busy the machine is.
  mock.clock.stop();
  const { endpoints, ca, close } = await mock.listen();
  await goTo(mock, minute);
  const clients: ApnsClient[] = [];
  onTestFinished(async () => {
    mock.faults.clear();
    await Promise.all([...clients.map(client => client.close()), close()]);
  });

  /** A client that runs on the mock's clock unless told otherwise. */
  function connect(options: Partial<ApnsClientOptions> = {}) {
    const events: ApnsVoipEvent[] = [];
    const client = createApnsClient({
      ...mock.key,
      bundleId: "com.example.app",
      endpoints,
      ca,
      clock: mock.clock,
      transport,
      onEvent: event => events.push(event),
      ...options,
    } as ApnsClientOptions);
    clients.push(client);
    const count = (type: ApnsVoipEvent["type"]) => events.filter(event => event.type === type).length;
    const ring = (options?: Parameters<ApnsClient["send"]>[1]) =>
      client.send({ deviceToken: mock.device().token, pushType: "voip", payload: { callId: "1" } }, options);
    const ringAll = (pushes: number) => Promise.all(Array.from({ length: pushes }, () => ring()));
    return { client, events, count, ring, ringAll };
  }
  return { mock, connect };
}

/** Advances to that minute of a half hour, forward. */
export async function goTo(mock: MockApns, minute: number): Promise<void> {
  const into = mock.clock.now() % (30 * MINUTE);
  await mock.clock.advance((minute * MINUTE - into + 30 * MINUTE) % (30 * MINUTE));
}

/** Has Apple announce the end of every connection, and the clients hear of it. */
export async function closeConnections(mock: MockApns): Promise<void> {
  mock.faults.goaway();
  await mock.clock.advance(1);
}

/** A clock whose time of day can be set, as an administrator or a time server does; what it measures goes on. */
export function settableClock(clock: MockClock): Clock & { step(milliseconds: number): void; readonly offset: number } {
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    monotonic: clock.monotonic,
    setTimeout: clock.setTimeout,
    get offset() {
      return offset;
    },
    step(milliseconds) {
      offset += milliseconds;
    },
  };
}

/** The provider token of each push that Apple saw. */
export function shown(mock: MockApns) {
  return mock.pushes.map(({ headers, at, connection, reason }) => {
    const token = (headers.authorization ?? "").replace("bearer ", "");
    const issuedAt = Number(decodeJwt(token).iat) * 1000;
    return { token, issuedAt, at: at.getTime(), age: at.getTime() - issuedAt, connection, reason };
  });
}
