import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { createApnsClient } from "apns-voip";
import { scenario } from "./scenario.ts";

/** The key of RFC 6979, A.2.5. */
const key = createPrivateKey({
  format: "jwk",
  key: {
    kty: "EC",
    crv: "P-256",
    d: "ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE",
    x: "YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y",
    y: "eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",
  },
}).export({ format: "pem", type: "pkcs8" });

/** What `@noble/curves` makes of it for this team, key and time. */
const TOKEN =
  "eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQ0RFMTIzNDUifQ.eyJpc3MiOiJURUFNMTIzNDU2IiwiaWF0IjoxNzU5OTk4NjAwfQ.fHW0crWaBdvEyFwpWsA-mVqicJ8fPZUCFhOHVq4pzvAWygSdd9t0D9XxdN3Icb3eVA15fpzqCzUftiNYT2ShcA";

scenario("the provider token is the one that every other process with the key makes", async () => {
  const shown: (string | null)[] = [];
  const client = createApnsClient({
    ...{ teamId: "TEAM123456", keyId: "ABCDE12345", key: key.toString(), bundleId: "com.example.app" },
    clock: { now: () => 1_759_998_600_000 + 60_000, monotonic: () => 0, setTimeout: () => () => {} },
    fetch: async (_url, init) => {
      shown.push(new Headers(init?.headers).get("authorization"));
      return new Response();
    },
  });
  const { outcome } = await client.send({ deviceToken: "ab".repeat(32), pushType: "voip", payload: {} });
  assert.equal(outcome, "accepted");
  assert.deepEqual(shown, [`bearer ${TOKEN}`]);
});
