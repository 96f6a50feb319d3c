import { createPushApiClient } from "apns-voip/signal";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, expect, test } from "vitest";

// Made before msw listens, as a server's module would be.
const pushApi = createPushApiClient({ apiUrl: "http://api.example:3000", adminToken: "admin" });

const server = setupServer(
  http.post("http://api.example:3000/api/internal/push/call", async ({ request }) =>
    HttpResponse.json({ success: true, devices: [await request.json()] }),
  ),
);
server.listen();
afterAll(() => server.close());

test("msw catches the client's requests without being told about it", async () => {
  await expect(pushApi.sendCall({ toUserId: 10, callId: "c", fromUserId: 11 })).resolves.toEqual({
    status: "accepted",
    httpStatus: 200,
  });
});
