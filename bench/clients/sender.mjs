import { BUNDLE_ID } from "./push.mjs";

/** Our `send`, by the `createApnsClient` of one entry or the other. */
export function sender(createApnsClient) {
  return async ({ origin, teamId, keyId, key }) => {
    const apns = createApnsClient({ teamId, keyId, key, bundleId: BUNDLE_ID, endpoints: { production: origin } });
    return {
      async send(deviceToken, payload) {
        const { outcome } = await apns.send({ deviceToken, pushType: "voip", payload });
        return outcome === "accepted";
      },
      close: () => apns.close(),
    };
  };
}
