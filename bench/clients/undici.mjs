import { randomUUID } from "node:crypto";
import Client from "undici/lib/dispatcher/client.js";
import { providerToken } from "./provider-token.mjs";
import { TOPIC } from "./push.mjs";

/** undici's `dispatch` by hand: the same request as ours on one connection, and nothing that takes care of it. */
export async function open(target) {
  const authorization = `bearer ${providerToken(target)}`;
  const client = new Client(target.origin, {
    allowH2: true,
    connect: { preferH2: true },
    keepAliveTimeout: 600_000,
    h2Options: { maxConcurrentStreams: 1000 },
  });
  return {
    send: (deviceToken, payload) =>
      new Promise(resolve => {
        let status = 0;
        client.dispatch(
          {
            method: "POST",
            path: `/3/device/${deviceToken}`,
            headers: {
              authorization,
              "apns-topic": TOPIC,
              "apns-push-type": "voip",
              "apns-priority": "10",
              "apns-id": randomUUID(),
              "apns-expiration": "0",
            },
            body: JSON.stringify(payload),
          },
          {
            onRequestStart() {},
            onResponseStart(_controller, code) {
              status = code;
            },
            onResponseData() {},
            onResponseEnd: () => resolve(status === 200),
            onResponseError: () => resolve(false),
          },
        );
      }),
    close: () => client.close(),
  };
}
