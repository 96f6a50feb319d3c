import { BUNDLE_ID } from "./push.mjs";

/** Our `send`, by the `createApnsClient` of one entry or the other. */
export function sender(createApnsClient) {
  return async ({ origin, teamId, keyId, key }) => {
    const apns = createApnsClient({ teamId, keyId, key, bundleId: BUNDLE_ID, endpoints: { production: origin } });
    return {
      // Waits without holding the payload.
      send: (deviceToken, payload) => apns.send({ deviceToken, pushType: "voip", payload }).then(isAccepted),
      close: () => apns.close(),
    };
  };
}

function isAccepted({ outcome }) {
  return outcome === "accepted";
}
