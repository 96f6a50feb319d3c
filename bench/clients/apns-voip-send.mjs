import { createApnsClient } from "apns-voip";
import { BUNDLE_ID } from "./push.mjs";

/** Our `send`. */
export async function open({ origin, teamId, keyId, key }) {
  const apns = createApnsClient({ teamId, keyId, key, bundleId: BUNDLE_ID, endpoints: { production: origin } });
  return {
    async send(deviceToken, payload) {
      const { outcome } = await apns.send({ deviceToken, pushType: "voip", payload });
      return outcome === "accepted";
    },
    close: () => apns.close(),
  };
}
