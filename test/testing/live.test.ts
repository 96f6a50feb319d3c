import { createMockApns } from "apns-voip/testing";
import { describe, expect, it } from "vitest";
import { CALL, open, providerToken, request, voipHeaders } from "./apple.js";

const turn = () => new Promise(resolve => setImmediate(resolve));

describe("a mock that is watched", () => {
  it("tells of changes, once for many, until it is told not to", async () => {
    const mock = createMockApns();
    let told = 0;
    const stop = mock.onChange(() => told++);
    const phone = mock.device();
    mock.device();
    await turn();
    expect(told).toBe(1);
    for (const change of [
      () => phone.answer(),
      () => phone.uninstall(),
      () => mock.reset(),
      () => (phone.offline = true),
    ]) {
      const before = told;
      change();
      await turn();
      expect(told).toBe(before + 1);
    }
    stop();
    mock.device();
    await turn();
    expect(told).toBe(5);
  });

  it("shows the connections that are open, and what came on them", async () => {
    const mock = createMockApns();
    const server = await mock.listen();
    const token = await providerToken(mock.key);
    const session = open(server.url, server.ca);
    await request(session, `/3/device/${mock.device().token}`, voipHeaders(token));
    expect(mock.connections).toEqual([{ id: 1, environment: "production", pushes: 1 }]);
    session.destroy();
    await mock.clock.advance(0);
    expect(mock.connections).toEqual([]);
    await server.close();
  });

  it("remembers as much as it is told to", async () => {
    const mock = createMockApns({ keep: 2 });
    const phone = mock.device();
    const token = await providerToken(mock.key);
    for (const callId of ["a", "b", "c"]) {
      await mock.fetch(`https://api.push.apple.com/3/device/${phone.token}`, {
        method: "POST",
        headers: voipHeaders(token, { "apns-expiration": undefined }) as Record<string, string>,
        body: JSON.stringify({ ...CALL, callId }),
      });
    }
    expect(phone.calls.map(({ callId }) => callId)).toEqual(["b", "c"]);
    expect([mock.pushes.length, mock.violations.length, phone.received.length]).toEqual([2, 2, 2]);
  });
});
