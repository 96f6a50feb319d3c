import {
  type ApnsClient,
  type ApnsClientOptions,
  type ApnsResult,
  type ApnsTransport,
  type ApnsVoipEvent,
  createApnsClient,
} from "apns-voip";
import { createMockApns, type MockApns, type MockApnsOptions, type MockDevice } from "apns-voip/testing";
import { onTestFinished } from "vitest";

export const CALL = { callId: "11-10", fromUserId: 11, fromDisplayName: "User 11", room: "p2p:11-10", hasVideo: true };

/** Which transport the tests of this process are about; `on-undici.test.ts` runs them once more over undici. */
export const transport = process.env.APNS_TEST_TRANSPORT as ApnsTransport | undefined;

export interface Rig {
  readonly mock: MockApns;
  readonly client: ApnsClient;
  readonly events: ApnsVoipEvent[];
  /** The events of one type. */
  of<T extends ApnsVoipEvent["type"]>(type: T): Extract<ApnsVoipEvent, { type: T }>[];
  /** Advances the mock's clock, a hundred times as fast as real time, until this has settled. */
  pass<T>(until: Promise<T>): Promise<T>;
  /** One call push to a phone. */
  ring(phone?: MockDevice, options?: Parameters<ApnsClient["send"]>[1]): Promise<ApnsResult>;
  phones(count: number): MockDevice[];
}

/** A mock of Apple over real HTTP/2 with TLS, and a client that shares its clock. Both end with the test. */
export async function rig(
  options: Partial<ApnsClientOptions> = {},
  mockOptions: MockApnsOptions = {},
  mock: MockApns = createMockApns(mockOptions),
): Promise<Rig> {
  const { endpoints, ca, close } = await mock.listen();
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
  onTestFinished(async () => {
    mock.faults.clear();
    await Promise.all([client.close(), close()]);
  });
  const only = mock.device();
  await client.warmUp();
  return {
    mock,
    client,
    events,
    async pass(until) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      until.then(settle, settle);
      while (!settled) {
        await mock.clock.advance(50);
        // Sockets need real time, however fast the clock goes.
        await new Promise(resolve => setTimeout(resolve, 1));
      }
      return until;
    },
    of: type => events.filter(event => event.type === type) as never,
    ring: (phone = only, sendOptions) =>
      client.send({ deviceToken: phone.token, pushType: "voip", payload: CALL }, sendOptions),
    phones: count => Array.from({ length: count }, () => mock.device()),
  };
}

/** How many results had each outcome. */
export function tally(results: readonly ApnsResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
