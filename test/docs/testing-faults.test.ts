import { createApnsClient } from "apns-voip";
import { createMockApns, type MockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";

type Outcomes = readonly [during: string, after: string];

/** The table of faults in docs/testing.md: what comes of a push that meets the fault, and of the next one. */
const FAULTS: readonly (readonly [name: string, strike: (mock: MockApns) => void, outcomes: Outcomes])[] = [
  ["goaway", ({ faults }) => faults.goaway(), ["accepted", "accepted"]],
  ["refuseStreams", ({ faults }) => faults.refuseStreams(1), ["accepted", "accepted"]],
  ["resetStreams", ({ faults }) => faults.resetStreams(1), ["accepted", "accepted"]],
  ["resetStreams before", ({ faults }) => faults.resetStreams(1, { when: "before" }), ["unknown", "accepted"]],
  ["cut after", ({ faults }) => faults.cut({ when: "after" }), ["unknown", "accepted"]],
  ["freeze", ({ faults }) => faults.freeze(), ["unknown", "accepted"]],
  ["streamLimit", ({ faults }) => faults.streamLimit(1), ["accepted", "accepted"]],
  ["delay", ({ faults }) => faults.delay(1000), ["accepted", "accepted"]],
];

describe("the faults in docs/testing.md", () => {
  async function setUp() {
    const mock = createMockApns();
    const phone = mock.device();
    const { endpoints, ca, close } = await mock.listen();
    const options = { ...mock.key, bundleId: phone.bundleId, endpoints, ca, clock: mock.clock };
    const apns = createApnsClient(options);
    let calls = 0;
    const send = async () => {
      const payload = { callId: `call-${++calls}`, fromUserId: 11 };
      const result = apns.send({ deviceToken: phone.token, pushType: "voip", payload });
      await mock.clock.advance(31_000);
      return (await result).outcome;
    };
    await apns.warmUp();
    await apns.send({ deviceToken: phone.token, pushType: "voip", payload: { callId: "first", fromUserId: 11 } });
    return { mock, send, close };
  }

  it.each(FAULTS)("%s", async (_name, strike, outcomes) => {
    const { mock, send, close } = await setUp();
    strike(mock);
    expect([await send(), await send()]).toEqual(outcomes);
    await close();
  });

  it.each(["refuseConnections", "stallConnections"] as const)("%s", async fault => {
    const { mock, send, close } = await setUp();
    mock.faults.goaway();
    await mock.clock.advance(0);
    mock.faults[fault]();
    expect(await send()).toBe("unsent");
    mock.faults.clear();
    expect(await send()).toBe("accepted");
    await close();
  });
});
