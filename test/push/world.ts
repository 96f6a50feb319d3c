import {
  type ApnsClientOptions,
  type ApnsVoipEvent,
  createApnsClient,
  createPushService,
  type DeviceStore,
  memoryDeviceStore,
  type PushServiceOptions,
} from "apns-voip";
import { createMockApns, type MockDevice } from "apns-voip/testing";

export type Options = Partial<Omit<PushServiceOptions, "apns" | "devices">> & {
  readonly apns?: Partial<Pick<ApnsClientOptions, "environment" | "environments" | "bundleId" | "timeout" | "fetch">>;
  readonly devices?: DeviceStore;
};

/** A mock of Apple, a client, a store and a service in one: what a server is made of. Time is the mock's. */
export function createWorld({ apns: apnsOptions = {}, devices = memoryDeviceStore(), ...options }: Options = {}) {
  const mock = createMockApns();
  const events: ApnsVoipEvent[] = [];
  const apns = createApnsClient({
    ...mock.key,
    bundleId: "com.example.app",
    fetch: mock.fetch,
    clock: mock.clock,
    onEvent: event => events.push(event),
    ...apnsOptions,
  });
  const push = createPushService({ apns, devices, ...options });
  return {
    mock,
    apns,
    devices,
    push,
    events,
    /** The events of one type. */
    eventsOf: <Type extends ApnsVoipEvent["type"]>(type: Type) =>
      events.filter((event): event is Extract<ApnsVoipEvent, { type: Type }> => event.type === type),
    /** Logs a phone in for user 10 (or whom it belongs to), as its app would. */
    async register(phone: MockDevice): Promise<MockDevice> {
      await devices.save(phone.device());
      return phone;
    },
  };
}

/** The smallest call, from user 11 to user 10. */
export const CALL = { toUserId: 10, callId: "11-10", fromUserId: 11 } as const;
