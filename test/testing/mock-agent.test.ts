import { createApnsClient } from "apns-voip";
import { createMockApns } from "apns-voip/testing";
import { MockAgent, fetch as undiciFetch } from "undici";
import { expect, it } from "vitest";
import { CALL } from "./apple.js";

it("an undici MockAgent hands Apple's requests to the mock", async () => {
  const mock = createMockApns();
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get("https://api.push.apple.com")
    .intercept({ path: /^\/3\/device\//, method: "POST" })
    .reply(async ({ origin, path, method, headers, body }) => {
      const init = {
        method,
        headers: headers as Record<string, string>,
        body: await new Response(body as string).text(),
      };
      const response = await mock.fetch(`${origin}${path}`, init);
      return {
        statusCode: response.status,
        data: await response.text(),
        responseOptions: { headers: Object.fromEntries(response.headers) },
      };
    })
    .persist();

  const phone = mock.device();
  await using apns = createApnsClient({
    ...mock.key,
    bundleId: phone.bundleId,
    fetch: (input, init) =>
      undiciFetch(String(input), { ...(init as object), dispatcher: agent }) as unknown as Promise<Response>,
  });
  const push = { deviceToken: phone.token, pushType: "voip", payload: CALL } as const;
  expect(await apns.send(push)).toMatchObject({ outcome: "accepted" });
  expect(phone.calls).toHaveLength(1);
  phone.uninstall(new Date(1234));
  expect(await apns.send(push)).toMatchObject({ reason: "Unregistered", timestamp: new Date(1234) });
  await agent.close();
});
